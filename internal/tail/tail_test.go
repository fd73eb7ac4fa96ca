package tail

import (
	"slices"
	"strings"
	"testing"
)

func TestLines(t *testing.T) {
	for _, tt := range []struct {
		data  string
		final bool
		want  []string
	}{
		{"", false, nil},
		{"half", false, nil},
		{"half", true, []string{"half"}},
		{"a\nb\nc", false, []string{"a\n", "b\n"}},
		{"a\nb\nc", true, []string{"a\n", "b\n", "c"}},
		{"\n\n", false, []string{"\n", "\n"}},
		{"123456789\nx\n", false, []string{"12345678", "9\n", "x\n"}},
		{"12345678", false, []string{"12345678"}},
		{"1234567\n", false, []string{"1234567\n"}},
	} {
		var got []string
		for l := range Lines([]byte(tt.data), 8, tt.final) {
			got = append(got, string(l))
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%q, final %v: %q; want %q", tt.data, tt.final, got, tt.want)
		}
	}
}

func TestMoves(t *testing.T) {
	var f File
	look := func(id string, size int64, want Move) {
		t.Helper()
		if got := f.Look(Sight{ID: id, Size: size}); got != want {
			t.Errorf("look at %q of %d bytes: %v; want %v", id, size, got, want)
		}
	}
	look("", 0, Rest)
	look("1", 4, Moved)
	f.Begin("1", 0)
	look("1", 4, Read)
	f.Said([]byte("abc\n"))
	look("1", 4, Read)
	f.AllRead(Sight{ID: "1", Size: 4})
	look("1", 4, Rest)
	look("", 0, Rest)
	look("1", 9, Read)
	look("1", 3, Shorter)
	if !f.Same([]byte("abc\n")) || f.Same([]byte("abd\n")) {
		t.Error("the mark is not abc")
	}
	f.Cut()
	if f.Offset() != 0 || f.Mark() != 0 || f.Generation() != "1+1" {
		t.Errorf("after a cut: offset %d, mark %d, generation %s", f.Offset(), f.Mark(), f.Generation())
	}
	look("1", 3, Read)
	look("2", 0, Moved)
	f.Begin("2", 0)
	if f.Generation() != "2" {
		t.Errorf("generation %s", f.Generation())
	}
}

func TestMark(t *testing.T) {
	var f File
	var all string
	for n := range 200 {
		line := strings.Repeat(string(rune('a'+n%26)), n*7%90) + "\n"
		f.Said([]byte(line))
		all += line
		want := all[max(0, len(all)-markSize):]
		if f.Mark() != len(want) || !f.Same([]byte(want)) || f.Offset() != int64(len(all)) {
			t.Fatalf("after %d lines: mark %q, want %q", n+1, f.mark, want)
		}
	}
}

func TestPatterns(t *testing.T) {
	for _, tt := range []struct {
		pattern, root string
		fits, not     []string
		enters, stays []string
	}{
		{"logs/**/*.log", "logs", []string{"logs/a.log", "logs/b/a.log", "logs/b/c/a.log"},
			[]string{"a.log", "logs/a.txt", "logs/.a.log", "logs/.b/a.log", "logs/b", "x/logs/a.log"},
			[]string{"logs", "logs/b", "logs/b/c"}, []string{"x", "logs/.b"}},
		{"*.log", ".", []string{"a.log"}, []string{"b/a.log", ".a.log"}, []string{"."}, []string{"b"}},
		{"/var/log/*/x", "/var/log", []string{"/var/log/a/x"}, []string{"var/log/a/x", "/var/log/x"},
			[]string{"/", "/var/log", "/var/log/a"}, []string{"/var/log/a/b"}},
		{"logs/**", "logs", []string{"logs/a", "logs/b/c"}, []string{"a"}, []string{"logs/b"}, nil},
		{"a.log", ".", []string{"a.log"}, []string{"b.log"}, nil, nil},
		{".hidden/*", ".hidden", []string{".hidden/a"}, []string{".hidden/.a"}, []string{".hidden"}, nil},
		{"./l*/[ab].log", ".", []string{"logs/a.log"}, []string{"logs/c.log"}, []string{"logs"}, []string{"x"}},
		{"**/x/**/y", ".", []string{"x/y", "a/x/y", "a/x/b/x/c/y"}, []string{"y", "a/y"}, []string{"a", "a/x/b"}, nil},
	} {
		p, err := ParsePattern(tt.pattern)
		if err != nil {
			t.Errorf("%s: %v", tt.pattern, err)
			continue
		}
		if p.Root() != tt.root {
			t.Errorf("%s: root %q; want %q", tt.pattern, p.Root(), tt.root)
		}
		check := func(what string, f func(string) bool, names []string, want bool) {
			for _, n := range names {
				if f(n) != want {
					t.Errorf("%s %s %s: %v", tt.pattern, what, n, !want)
				}
			}
		}
		check("fits", p.Fits, tt.fits, true)
		check("fits", p.Fits, tt.not, false)
		check("enters", p.Enters, tt.enters, true)
		check("enters", p.Enters, tt.stays, false)
	}
	for _, bad := range []string{"", "logs/", "../x", "a/../../b", "[a", "logs/*.log.gz"} {
		if _, err := ParsePattern(bad); err == nil {
			t.Errorf("%q: no error", bad)
		}
	}
}

func TestPacked(t *testing.T) {
	for name, want := range map[string]string{
		"a.log": "", "a.log.1": "", "gz": "", "a.gz.log": "", "": "",
		"a.log.2.gz": ".gz", "logs/a.log-20261129.zst": ".zst", "a.Z": ".Z",
	} {
		if got := Packed(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}
