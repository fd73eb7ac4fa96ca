package tomltree

import "testing"

// A table may be written apart as long as nothing of it is written twice.
func TestTablesCanBeWrittenApart(t *testing.T) {
	for _, src := range []string{
		"[a.b.c]\nd = 1\n[a]\ne = 1\n[a.b]\nf = 1",
		"[a]\nb.c = 1\nb.d = 1\n[a.b.e]\nf = 1",
		"[[a]]\nb.c = 1\n[a.d]\n[[a]]\nb.c = 1\n[a.d]",
		"[a.b]\nc = 1\n[d]\n[a.e]\nf = 1",
		"a.b = 1\nc = 1\na.d = 1",
		"[a.b.c]\n[a]\nb.d = 1",
	} {
		if _, err := Parse([]byte(src)); err != nil {
			t.Errorf("%q: %v", src, err)
		}
	}
}

// What is written by dotted keys or in braces is complete, and so is what has a header;
// the parser lets some of it pass.
func TestTablesAreWrittenOnce(t *testing.T) {
	for _, src := range []string{
		"[a]\nb.c = 1\n[a.b]",
		"[a]\nb.c.d = 1\n[a.b.c]",
		"[a.b.c]\nd = 1\n[a]\nb.c.e = 2",
		"[[a.b]]\n[a]\nb.c = 1",
		"a = {}\n[a.b]",
		"a = { b = {}, b.c = 1 }",
		"a = { b = {} }\na.b.c = 1",
	} {
		if _, err := Parse([]byte(src)); err == nil {
			t.Errorf("%q is taken", src)
		}
	}
}
