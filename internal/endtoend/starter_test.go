package endtoend

import (
	"os"
	"path/filepath"
	"testing"
)

// TestAHouseToBeginWith: what "bus init" writes runs as it is, in one process and in
// three.
func TestAHouseToBeginWith(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "house")
	at := newPlace(t)
	if out, code := at.run(t, "bus", "init", dir); code != 0 {
		t.Fatalf("exit code %d, %s", code, out)
	}
	file := filepath.Join(dir, "scenes.toml")

	demo := at.start(t, "mirror", "--demo", "--plain", "--speed", "60", "--scenes", file)
	demo.Await(`^kitchen/coffee  idle`)
	demo.Await(`^kitchen/switch  on`) // it presses the switch by itself
	demo.Rewind()                     // in whatever order
	demo.Await(`^kitchen/light  on`)
	demo.endsPromptly(os.Interrupt, 0)

	at.start(t, "bus", "--scenes", file).Await("msg=listening")
	at.start(t, "sim", "--scenes", file).Await("msg=simulating")
	mirror := at.start(t, "mirror", "--plain", "--scenes", file)
	mirror.Await(`^laundry/leak  ok`)
	if out, code := at.run(t, "bus", "send", "laundry/leak", "trigger"); code != 0 {
		t.Fatalf("exit code %d, %s", code, out)
	}
	mirror.Await(`^laundry/leak  alarm`)
	mirror.Await(`^hall/light  on`)
	if out, code := at.run(t, "bus", "send", "scene/coffee", "run"); code != 0 {
		t.Fatalf("exit code %d, %s", code, out)
	}
	mirror.Await(`^kitchen/coffee  heating`)
}
