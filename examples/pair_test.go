package examples

import (
	"strings"
	"testing"
)

func TestPair(t *testing.T) {
	t.Parallel()
	t.Run("a second peer is refused", func(t *testing.T) {
		t.Parallel()
		where := free(t)
		one, two := start(t, "pair", "bind", where), start(t, "pair", "connect", where)
		chats(one, two)
		three := start(t, "pair", "connect", where)
		three.types("let me in")
		three.Await("connection lost|trying again")
		two.types("still alone")
		one.Await(`^"still alone"$`)
		one.saysNot("let me in")

		two.interrupt()
		one.types("is anybody there?") // waits for whoever comes next
		three.Await(`^"is anybody there\?"$`)
		chats(one, three)
		three.interrupt()
		one.interrupt()
	})
	t.Run("a long line", func(t *testing.T) {
		t.Parallel()
		where := free(t)
		one, two := start(t, "pair", "bind", where), start(t, "pair", "connect", where)
		long := strings.Repeat("long ", 20_000)
		two.types(long)
		two.types("short")
		one.Await(`^"` + long + `"\n"short"$`)
	})
	t.Run("libzmq connects", func(t *testing.T) {
		t.Parallel()
		where := free(t)
		chats(start(t, "pair", "bind", where), twin(t, "pair", "connect", where))
	})
	t.Run("libzmq binds", func(t *testing.T) {
		t.Parallel()
		where := free(t)
		chats(start(t, "pair", "connect", where), twin(t, "pair", "bind", where))
	})
}

// chats has two ends hear one another.
func chats(one, two *process) {
	one.types("hello")
	two.Await(`^['"]hello['"]$`)
	two.types("hello yourself")
	one.Await(`^['"]hello yourself['"]$`)
	two.types("how are you?")
	one.Await(`^['"]how are you\?['"]$`)
}
