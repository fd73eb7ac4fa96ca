package chronicle

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// noted is a message as one would remember it.
type noted struct {
	class Class
	heard int64
	wire  string
}

// Whatever comes in whatever order, the newest messages of each class are there, all of
// them in the order in which they passed, and with them when they were heard and what was
// said of them.
func TestChronicleAgainstANaiveModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := New(Bounds{48 * parts, 64 * parts})
		var all []noted
		remarks := map[string]string{}
		heard, said := int64(1), 0
		t.Repeat(map[string]func(*rapid.T){
			"note": func(t *rapid.T) {
				class := Class(rapid.IntRange(0, 1).Draw(t, "class"))
				for _, wire := range rapid.SliceOfN(rapid.StringN(0, 8, 20), 1, 6).Draw(t, "wires") {
					c.Note(class, heard, []byte(wire))
					all = append(all, noted{class, heard, wire})
				}
			},
			"later": func(*rapid.T) { heard++ },
			"remark": func(t *rapid.T) {
				said++
				id, text := fmt.Sprint("id", said), rapid.StringN(0, 8, 20).Draw(t, "text")
				c.Remark(id, text)
				remarks[id] = text
			},
			"": func(t *rapid.T) { compare(t, read(c), all, remarks) },
		})
	})
}

func compare(t *rapid.T, b *Book, all []noted, remarks map[string]string) {
	missing := slices.Clone(all)
	for i, e := range b.entries {
		if i > 0 && b.entries[i-1].seq >= e.seq || e.seq == 0 || int(e.seq) > len(all) {
			t.Fatalf("entry %d has the number %d", i, e.seq)
		}
		if n := all[e.seq-1]; n.heard != e.heard || n.wire != string(e.wire) {
			t.Fatalf("%d is %q of %d, want %+v", e.seq, e.wire, e.heard, n)
		}
		missing[e.seq-1].class = -1
	}
	if forgotten := len(all) - len(b.entries); b.Forgotten != uint64(forgotten) {
		t.Fatalf("%d are forgotten, it says %d", forgotten, b.Forgotten)
	}
	for class := range Class(classes) { // once one is there, so are all later ones
		there := false
		for i, n := range missing {
			there = there || n.class == -1 && all[i].class == class
			if there && n.class == class {
				t.Fatalf("%d is forgotten, and one before it is not", i+1)
			}
		}
	}
	for id, text := range b.remarks {
		if remarks[id] != text {
			t.Fatalf("of %s it says %q, want %q", id, text, remarks[id])
		}
	}
}

func TestNoteAllocatesNothing(t *testing.T) {
	c := New(DefaultBounds)
	w := said("command/kitchen/coffee", `{"do":"brew"}`, "id", "bus", "")
	for range 2 * DefaultBounds[Acts] / len(w) { // until all the memory is there
		c.Note(Acts, now, w)
	}
	if n := testing.AllocsPerRun(10_000, func() { c.Note(Acts, now, w) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
