package tomltree

import (
	"fmt"
	"strings"
	"testing"
)

// outline writes a tree, a line for each key and each item, with its place and
// that of its value.
func outline(b *strings.Builder, indent, name string, at Pos, n *Node) {
	fmt.Fprintf(b, "%s%s %v %v", indent, name, at, n.Pos)
	if n.Table == nil && !n.IsList {
		fmt.Fprintf(b, " %v", n)
	}
	b.WriteByte('\n')
	for i, item := range n.List {
		outline(b, indent+"  ", fmt.Sprint(i), item.Pos, item)
	}
	if n.Table != nil {
		for _, e := range n.Table.Entries {
			outline(b, indent+"  ", e.Name, e.Pos, e.Value)
		}
	}
}

func TestEveryKeyAndValueHasItsPlace(t *testing.T) {
	root, err := Parse([]byte("\ufeff" + `schema = 1
[home]                       # comment = [
"größe.ä" = 'x' # y
a.b       = { c = [1, [true]], d.e = 2026-11-20T06:29:00 }
[[test]]
name = """
two
lines"""
[[test]]
list = [
  { n = 1.0 }, # one
  {},
]
[home.more]
z = []
`))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, e := range root.Entries {
		outline(&b, "", e.Name, e.Pos, e.Value)
	}
	want := `schema 1:1 1:10 1
home 2:2 2:2
  größe.ä 3:1 3:13 "x"
  a 4:1 4:1
    b 4:3 4:13
      c 4:15 4:19
        0 4:20 4:20 1
        1 4:23 4:23
          0 4:24 4:24 true
      d 4:32 4:32
        e 4:34 4:38 2026-11-20T06:29:00
  more 14:7 14:7
    z 15:1 15:5
test 5:3 5:3
  0 5:3 5:3
    name 6:1 6:8 "two\nlines"
  1 9:3 9:3
    list 10:1 10:8
      0 11:3 11:3
        n 11:5 11:9 1.0
      1 12:3 12:3
`
	if got := b.String(); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestMistakesHaveTheirPlace(t *testing.T) {
	for src, want := range map[string]string{
		"a = 1\nb = on":           `2:5: expected a value, but got "on"; texts stand in quotes: "on"`,
		"a = 1\na = 2":            "2:1: key 'a' has already been defined; each key and each table can be written once",
		"a.b.c = 1\na.b = 2":      `2:3: key "b" has already been defined at 1:3; each key and each table can be written once`,
		"a = [1, 2\nb = 3\n":      `2:1: expected a comma or ], but got 'b'; what begins at 1:5 is not closed, or a comma is missing`,
		"a = \"x\nb = 1":          "1:7: strings cannot contain newlines; close the quote on the same line",
		"a = 1\n\xff":             "2:1: byte 0xff is not UTF-8; save the file as UTF-8",
		"a = 1e400":               "1:5: 1e400 is out of range",
		"a = 9223372036854775808": "1:5: 9223372036854775808 is out of range",
	} {
		got := "nothing"
		if _, err := Parse([]byte(src)); err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%q: %s, want %s", src, got, want)
		}
	}
}

func TestPlainIsWhatJSONHas(t *testing.T) {
	root, err := Parse([]byte("a = 1\nb = -1.5\nc = inf\nd = nan\ne = 'x'\nf = true\ng = 2026-11-20\nh = []\ni = {}"))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range root.Entries {
		number, isNumber := e.Value.Number()
		plain, ok := e.Value.Plain()
		got = append(got, fmt.Sprintf("%s %v %v %v %v", e.Name, number, isNumber, plain, ok))
	}
	want := "a 1 true 1 true; b -1.5 true -1.5 true; c +Inf false <nil> false; d NaN false <nil> false; " +
		"e 0 false x true; f 0 false true true; g 0 false <nil> false; h 0 false <nil> false; i 0 false <nil> false"
	if got := strings.Join(got, "; "); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestPlacesCanBeAskedForInAnyOrder(t *testing.T) {
	l := newLocator([]byte("aé\nb\n"))
	for _, tt := range []struct {
		off  int
		want Pos
	}{{4, Pos{2, 1}}, {0, Pos{1, 1}}, {2, Pos{1, 2}}, {3, Pos{1, 3}}, {100, Pos{3, 1}}, {1, Pos{1, 2}}} {
		if got := l.at(tt.off); got != tt.want {
			t.Errorf("byte %d stands at %v, want %v", tt.off, got, tt.want)
		}
	}
}

func TestAKeyIsMeasuredWithThoseItLiesIn(t *testing.T) {
	for src, want := range map[string]string{
		"[" + strings.Repeat("a", 200) + "]\nb = 1\n" + strings.Repeat("c", 101) + " = 1":    "3:1: " + errPath.Error(),
		"[" + strings.Repeat("a", 200) + "]\nb = { " + strings.Repeat("c", 100) + " = 1 }":   "2:7: " + errPath.Error(),
		"[a" + strings.Repeat(".a", 17) + "]\nb.b = 1\nb.c.d = 1":                            "3:1: " + errParts.Error(),
		strings.Repeat("[a"+strings.Repeat(".a", 19)+"]\n", 10_001):                          "10001:2: " + errWork.Error(),
		"[" + strings.Repeat("a", 200) + "]\n[b]\n" + strings.Repeat("c", 200) + " = 1 # ok": "",
	} {
		got := ""
		if _, err := Parse([]byte(src)); err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%s: %q, want %q", src, got, want)
		}
	}
}
