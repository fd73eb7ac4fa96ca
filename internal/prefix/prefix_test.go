package prefix

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// model is the table as one would explain it.
type model map[string]int

// matches returns the prefixes that topic starts with, the shortest first.
func (m model) matches(topic string) []string {
	var all []string
	for n := range len(topic) + 1 {
		if _, held := m[topic[:n]]; held {
			all = append(all, topic[:n])
		}
	}
	return all
}

// pair is a table and its model.
type pair struct {
	table Table[int]
	model model
}

func newPair() *pair { return &pair{model: model{}} }

func (p *pair) put(t testingT, prefix string, v int) {
	_, held := p.model[prefix]
	p.model[prefix] = v
	if fresh := p.table.Put(prefix, v); fresh == held {
		t.Fatalf("Put(%q) says %v", prefix, fresh)
	}
}

func (p *pair) remove(t testingT, prefix string) {
	_, held := p.model[prefix]
	delete(p.model, prefix)
	if was := p.table.Remove(prefix); was != held {
		t.Fatalf("Remove(%q) says %v", prefix, was)
	}
}

// ask compares what the two say of topic.
func (p *pair) ask(t testingT, topic string) {
	want := p.model.matches(topic)
	var got, values []int
	p.table.Match([]byte(topic), func(v int) bool { got = append(got, v); return true })
	for _, prefix := range want {
		values = append(values, p.model[prefix])
	}
	if !slices.Equal(got, values) || p.table.Covers([]byte(topic)) != (len(want) > 0) {
		t.Fatalf("%q starts with %q: got %v, want %v", topic, want, got, values)
	}
	v, held := p.table.Get([]byte(topic))
	if w, h := p.model[topic]; v != w || held != h {
		t.Fatalf("Get(%q) = %d, %v, want %d, %v", topic, v, held, w, h)
	}
}

// check compares all, and the tree with what is said of it.
func (p *pair) check(t testingT) {
	all := map[string]int{}
	for prefix, v := range p.table.All() {
		if _, twice := all[prefix]; twice {
			t.Fatalf("%q comes twice", prefix)
		}
		all[prefix] = v
	}
	if !maps.Equal(all, p.model) || p.table.Len() != len(p.model) {
		t.Fatalf("%d: %v, want %v", p.table.Len(), all, p.model)
	}
	p.table.long.root.tidy(t)
}

// tidy says that nothing below n is there without reason, or out of order.
func (n *node[V]) tidy(t testingT) {
	for i, e := range n.edges {
		if i > 0 && n.edges[i-1].first >= e.first {
			t.Fatalf("the edges %q and %q", n.edges[i-1].first, e.first)
		}
		if !e.to.ends && len(e.to.edges) < 2 {
			t.Fatalf("a node %q without reason", e.to.rest)
		}
		e.to.tidy(t)
	}
}

// testingT is what *testing.T and *rapid.T share.
type testingT interface {
	Fatalf(format string, args ...any)
}

// head makes a word long enough for the tree, and some that still lie in the map.
const head = inMap - 2

func TestTableAgainstANaiveModel(t *testing.T) {
	word := rapid.Custom(func(t *rapid.T) string {
		tail := rapid.OneOf(
			rapid.StringOfN(rapid.SampledFrom([]rune("ab/")), 0, 6, -1),
			rapid.Map(rapid.SliceOfN(rapid.Byte(), 0, 3), func(b []byte) string { return string(b) }),
		).Draw(t, "tail")
		return strings.Repeat("x", rapid.SampledFrom([]int{0, head}).Draw(t, "head")) + tail
	})
	rapid.Check(t, func(t *rapid.T) {
		p := newPair()
		t.Repeat(map[string]func(*rapid.T){
			"put":    func(t *rapid.T) { p.put(t, word.Draw(t, "prefix"), rapid.Int().Draw(t, "value")) },
			"remove": func(t *rapid.T) { p.remove(t, word.Draw(t, "prefix")) },
			"":       func(t *rapid.T) { p.ask(t, word.Draw(t, "topic")); p.check(t) },
		})
	})
}

// FuzzTable reads operations off the input: bit 7 removes a word, else it is put;
// bit 6 makes it long; the rest says how many bytes of it follow.
// `go test -fuzz Table ./internal/prefix`
func FuzzTable(f *testing.F) {
	f.Add([]byte("\x02a/\x82a/\x00\x03a/b\x43a/b\x80"))
	f.Add([]byte("\x45abcde\x43abc\x44abcx\xc3abc\xc4abcx\xc5abcde"))
	f.Add(bytes.Repeat([]byte("\x41a\x42aa\x43aaa\xc1a"), 3))
	f.Fuzz(func(t *testing.T, program []byte) {
		p := newPair()
		for len(program) > 0 {
			do := program[0]
			n := min(int(do&0x3f), len(program)-1)
			word := string(program[1 : 1+n])
			program = program[1+n:]
			if do&0x40 != 0 {
				word = strings.Repeat("x", head) + word
			}
			if do&0x80 != 0 {
				p.remove(t, word)
			} else {
				p.put(t, word, len(program))
			}
			p.ask(t, word)
		}
		p.check(t)
	})
}

// A table that was large once and is small now takes little.
func TestRoomIsGivenBack(t *testing.T) {
	var table Table[int]
	name := func(i int) string { return fmt.Sprintf("state/room/sensor-%06d", i) }
	const many = 100_000
	before := inUse()
	for i := range many {
		table.Put(name(i), i)
	}
	for i := range many - 10 {
		table.Remove(name(i))
	}
	if grown := int64(inUse()) - int64(before); grown > many {
		t.Errorf("%d prefixes take %d bytes", table.Len(), grown)
	}
	for i := many - 10; i < many; i++ {
		if v, ok := table.Get([]byte(name(i))); !ok || v != i {
			t.Errorf("%s: %d, %v", name(i), v, ok)
		}
	}
}

// As deep as a tree can be made by one subscriber, in the order in which it
// grows and against it.
func TestDeep(t *testing.T) {
	const depth = 4096
	deep := strings.Repeat("x", depth)
	for name, at := range map[string]func(i int) int{
		"growing":   func(i int) int { return i },
		"shrinking": func(i int) int { return depth - i },
	} {
		t.Run(name, func(t *testing.T) {
			p := newPair()
			for i := range depth + 1 {
				p.put(t, deep[:at(i)], i)
			}
			p.ask(t, deep)
			p.check(t)
			for i := range depth + 1 {
				p.remove(t, deep[:at(i)])
			}
			if p.check(t); len(p.table.long.root.edges) != 0 || p.table.short != nil {
				t.Error("something is left")
			}
		})
	}
}

func TestMatchAllocatesNothing(t *testing.T) {
	p := newPair()
	for _, prefix := range []string{"", "state/", "state/kitchen/", "state/kitchen/toaster"} {
		p.put(t, prefix, 1)
	}
	topic, n := []byte("state/kitchen/toaster"), 0
	if allocs := testing.AllocsPerRun(100, func() {
		p.table.Match(topic, func(v int) bool { n += v; return true })
	}); allocs != 0 || n != 4*101 {
		t.Errorf("%v allocations, %d matches", allocs, n)
	}
}
