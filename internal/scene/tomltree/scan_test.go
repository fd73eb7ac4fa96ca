package tomltree

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"
)

// tomlSeeds show every way in which TOML writes keys and values.
var tomlSeeds = []string{
	"",
	"a = 1",
	"a.b.c = 1\na.b.d = 2\na.\"e.f\".g = 'x'",
	"[a]\nb = 1\n[a.c]\nd = 2\n[[a.e]]\nf = 1\n[[a.e]]\nf = 2\n[a.e.g]\nh = 3",
	"# comment with = and [ and \"\n\"quoted key\" = \"a # b\" # end\n'literal key' = 'a \\ # b'",
	"\"esc\\\"aped \\u00e9\" = \"\\\"\\\\\\n\"",
	"a = [ [1, 2], [ # x\n  { b = 1, c.d = [ {}, {e = []} ] },\n ],\n]\n",
	"a = \"\"\"\nx \\\n  y \"\" z\"\"\"\"\"\nb = '''\n'' x'''''\nc = \"\"\"\"\"\"\nd = ''''''\n",
	"a = 2026-11-20 06:29:00\nb = 2026-11-20T06:29:00Z # x\nc = 07:30:00\nd = 2026-11-20",
	"a = +1_000\nb = 0xff\nc = -1.5e-3\nd = inf\ne = nan\nf = true\n",
	"a = {b = {c = 1}, d = [{e = 2}, {e = 3}],}\r\n[ t . \"u\" ]\r\nv = 1\r\n",
	"[[a]]\nb = [{c = 1}, {c = 2}]\n[[a]]\nb = []\n",
	"\ufeffa = 'ü€😀'\nb = 1",
	"[a]\n[a.b]\nc = 1\n[d]\n[a.e]\nf = 1",
	"x = {\n  a = 1, # one\n  b = 2,\n}",
}

// addSeeds adds what is TOML, and what is not in every way that there is.
func addSeeds(f *testing.F) {
	for _, s := range tomlSeeds {
		f.Add([]byte(s))
	}
	for _, kind := range mistakes {
		for _, m := range kind {
			f.Add([]byte(m.src))
		}
	}
}

func FuzzScan(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, src []byte) {
		if !utf8.Valid(src) {
			return
		}
		src = []byte(strings.TrimPrefix(string(src), string(byteOrderMark)))
		if strings.HasPrefix(string(src), string(byteOrderMark)) {
			return // the parser passes a second one, Parse does not
		}
		s := &scanner{src: src}
		statements, err := s.scan()
		if bound := boundError(""); errors.As(err, &bound) {
			return
		}
		root, keys, perr := decode(src)
		if perr != nil {
			return
		}
		if err != nil {
			t.Fatalf("the parser took it, the scanner stopped at %d: %v", s.off, err)
		}
		if n := countKeys(statements); n != len(keys) {
			t.Fatalf("the scanner found %d keys, the parser %d: %q", n, len(keys), keys)
		}
		_, err = buildTree(src, statements, keys, root)
		if dup := (*duplicateError)(nil); errors.As(err, &dup) {
			return // the parser takes some
		}
		if err != nil {
			t.Fatalf("%v: %q", err, keys)
		}
	})
}

func countKeys(statements []statement) int {
	n := 0
	for _, st := range statements {
		n += 1 + countInner(st.value)
	}
	return n
}

func countInner(v scannedValue) int {
	n := 0
	for _, item := range v.items {
		n += countInner(item)
	}
	for _, p := range v.pairs {
		n += 1 + countInner(p.value)
	}
	return n
}

// FuzzParse holds Parse to what it promises for any bytes: a tree of which each place
// is where its key or value begins, or one mistake at a place that there is.
func FuzzParse(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, src []byte) {
		root, mistake := Parse(src)
		if (root == nil) == (mistake == nil) {
			t.Fatalf("got %v and %v", root, mistake)
		}
		text := strings.TrimPrefix(string(src), string(byteOrderMark))
		if mistake != nil {
			checkPlace(t, []byte(text), mistake)
			if utf8.Valid(src) && !utf8.ValidString(mistake.What) {
				t.Errorf("%q is no text", mistake.What)
			}
			return
		}
		checkTable(t, strings.Split(text, "\n"), root)
	})
}

// checkTable wants a key of one letter or more, or a quote, at each of its places, and
// a value behind it.
func checkTable(t *testing.T, lines []string, table *Table) {
	for _, e := range table.Entries {
		if table.Get(e.Name) != e {
			t.Errorf("%q is there twice", e.Name)
		}
		if c := []rune(lines[e.Pos.Line-1])[e.Pos.Column-1]; c > 0x7f || !isBare(byte(c)) && c != '"' && c != '\'' {
			t.Errorf("%q begins with %q at %v", e.Name, c, e.Pos)
		}
		checkNode(t, lines, e.Value)
	}
}

func checkNode(t *testing.T, lines []string, n *Node) {
	if len([]rune(lines[n.Pos.Line-1])) < n.Pos.Column {
		t.Errorf("%v stands at %v, where nothing is", n, n.Pos)
	}
	for _, item := range n.List {
		checkNode(t, lines, item)
	}
	if n.Table != nil {
		checkTable(t, lines, n.Table)
	}
}
