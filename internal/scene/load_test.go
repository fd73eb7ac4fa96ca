package scene

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	_ "time/tzdata" // the tests know the zones, whatever the machine knows

	"homebus/internal/scene/tomltree"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func read(t testing.TB, name string) []byte {
	t.Helper()
	src, err := os.ReadFile(filepath.FromSlash(name))
	if err != nil {
		t.Fatal(err)
	}
	return src
}

// TestMistakes loads every file of testdata/bad; beside it stands, as FILE.err,
// what Load says. "go test -run Mistakes -update" rewrites those.
func TestMistakes(t *testing.T) {
	files, err := filepath.Glob("testdata/bad/*.toml")
	if err != nil || len(files) == 0 {
		t.Fatal("no files", err)
	}
	for _, name := range files {
		t.Run(filepath.Base(name), func(t *testing.T) {
			_, err := load(filepath.Base(name), read(t, name), testTypes)
			if err == nil {
				t.Fatal("loaded without a mistake")
			}
			golden := strings.TrimSuffix(name, ".toml") + ".err"
			got := err.Error() + "\n"
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if want := string(read(t, golden)); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

// TestTenMistakes counts what the golden file could hide.
func TestTenMistakes(t *testing.T) {
	_, err := load("ten.toml", read(t, "testdata/bad/ten.toml"), testTypes)
	var list ErrorList
	if !errors.As(err, &list) || len(list) != 10 {
		t.Fatalf("want ten mistakes, got\n%v", err)
	}
	var one *Error
	if !errors.As(err, &one) || one != list[0] {
		t.Errorf("errors.As finds %v, want the first mistake", one)
	}
}

func TestStrangeBytes(t *testing.T) {
	deep := strings.Repeat("[", 1<<20)
	for name, c := range map[string]struct{ src, want string }{
		"byte order mark": {"\ufeffschema = 2", "f:1:10: schema is 2; want 1, the only one there is"},
		"CRLF":            {"schema = 1\r\n\r\n[home]\r\nname = 3\r\n", `f:4:8: home: name is 3; want a text such as "Our home"`},
		"UTF-16":          {"\xff\xfes\x00", "f:1:1: the file is UTF-16; save it as UTF-8"},
		"not UTF-8":       {"[home]\nname = \"K\xfcche\"", "f:2:10: byte 0xfc is not UTF-8; save the file as UTF-8"},
		"NUL":             {"[home]\n# \x00", `f:2:3: the control character U+0000 stands here; in a text write \u0000`},
		"control":         {"[home]\nname = \"\x1b[2J\"", `f:2:9: the control character U+001B stands here; in a text write \u001b`},
		"hidden text":     {"[home]\nname = \u202e", `f:2:8: expected a value, but got '\u202e'; U+202E cannot be seen; write a plain space, or nothing`},
		"deep lists":      {"a = " + deep, "f:1:21: lists and tables lie too deep in one another; at most 16 levels are read"},
		"deep tables":     {"a = " + strings.Repeat("{a=", 1<<19), "f:1:53: lists and tables lie too deep in one another; at most 16 levels are read"},
		"many parts":      {"b = 1\n" + strings.Repeat("a.", 1<<19), "f:2:1: the key, with those it lies in, has too many parts; at most 20 are read"},
		"long key":        {strings.Repeat("a", 1<<20) + " = 1", "f:1:1: the key, with those it lies in, is too long; at most 300 bytes are read"},
		"many values":     {"a = [" + strings.Repeat("0,", 100_001), "f:1:200004: the file says too much; at most 100000 values are read"},
		"too much":        {strings.Repeat("#", tomltree.MaxSize+1), "f:1:1: the file has more than 2097152 bytes, the most that are read"},
	} {
		_, err := load("f", []byte(c.src), testTypes)
		if err == nil || err.Error() != c.want {
			t.Errorf("%s: got %v, want %s", name, err, c.want)
		}
	}
	for name, src := range map[string]string{
		"nothing": "", "byte order mark alone": "\ufeff", "a comment": "# x", "schema alone": "schema = 1",
	} {
		if _, err := load("f", []byte(src), testTypes); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestLoadFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "scenes.toml")
	pipe := filepath.Join(dir, "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	big, err := os.Create(filepath.Join(dir, "big"))
	if err != nil {
		t.Fatal(err)
	}
	defer big.Close()
	if err := big.Truncate(100 << 20); err != nil { // sparse
		t.Fatal(err)
	}
	for _, c := range []struct{ path, want string }{
		{path, "no such file"},
		{dir, "want a file, not a directory"},
		{pipe, "want a file, not a pipe"},
		{"/dev/null", "want a file, not a device"},
		{big.Name(), big.Name() + ":1:1: the file has more than 2097152 bytes"},
	} {
		if _, err := LoadFile(c.path); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s", c.path, err, c.want)
		}
	}
	if err := os.WriteFile(path, []byte("[home]\nname = 'x'\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := LoadFile(path)
	if err != nil || f.Path != path || f.Home.Name != "x" {
		t.Errorf("got %+v, %v", f, err)
	}
}

// FuzzLoad checks what holds for every text: no panic, a file or mistakes, the
// mistakes in order, each on a place that the text has and on one line.
func FuzzLoad(f *testing.F) {
	for _, pattern := range []string{"testdata/bad/*.toml", "testdata/good/*.toml", "../../scenes.toml", "../../examples/*/*.toml", "../house/testdata/*.toml"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			f.Fatal(err)
		}
		for _, name := range files {
			f.Add(read(f, name))
		}
	}
	for _, src := range []string{
		"[device.a.b.c]", "[device.a]\nb = 1", "[device.a.b]\ntype = 'mode'\nvalues = ['x', 'x', 1, [], {}]",
		"[scene.a]\ndo = [ { say = '{a/b.c}{a/b.c}{{}}' } ]", "[scene.a]\ndo = [ { say = \"\\u001b[2J\" } ]",
		"[scene.a]\nstate = { \"a/b\" = {}, \"\\u0000\" = { x = nan } }", "[[test]]\n[[test]]\nname = ''\nstart = 9999-12-31T23:59:59",
		"[\"\".\"\".\"\"]\n\"\" = \"\"", "[scene.\"\\u202e\"]", "schema = 2", "[home]\nzone = '../../etc/passwd'",
	} {
		f.Add([]byte(src))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		file, err := load("f", src, testTypes)
		if (file == nil) == (err == nil) {
			t.Fatalf("got %v and %v", file, err)
		}
		var list ErrorList
		if err == nil || !errors.As(err, &list) {
			return
		}
		if !slices.IsSortedFunc(list, byPlace) {
			t.Errorf("not in file order:\n%v", err)
		}
		for i, e := range list {
			if i > 0 && *e == *list[i-1] {
				t.Errorf("said twice: %v", e)
			}
			if !hasPlace(src, e.Pos) || strings.ContainsAny(e.Error(), "\n\r\x00\x1b") {
				t.Errorf("%q", e.Error())
			}
		}
	})
}

func hasPlace(src []byte, p Pos) bool {
	lines := strings.Split(string(src), "\n")
	return 1 <= p.Line && p.Line <= len(lines) && 1 <= p.Column && p.Column <= len([]rune(lines[p.Line-1]))+1
}

// thousandScenes is a file of a thousand scenes and a thousand devices.
func thousandScenes() []byte {
	var b strings.Builder
	b.WriteString("schema = 1\n")
	for i := range 1000 {
		fmt.Fprintf(&b, "[device.room-%d.light]\ntype = \"dimmable-light\"\n", i)
	}
	for i := range 1000 {
		fmt.Fprintf(&b, `[scene.scene-%d]
when = [ { device = "room-%d/light", becomes = "on", for = "5m" }, { time = "07:30", days = ["sat", "sun"] } ]
only_if = [ { between = ["05:30", "10:00"] }, { device = "room-%d/light", attr = "brightness", above = 30 } ]
do = [
  { device = "room-%d/light", do = "on", brightness = 70, over = "10s" },
  { until = { device = "room-%d/light", is = "on" }, timeout = "12m", on_timeout = "continue" },
  { say = "Brightness {room-%d/light.brightness}" },
]
`, i, i, (i+1)%1000, i, i, i)
	}
	return []byte(b.String())
}

// TestThousandScenes holds the bounds on hostile files away from large houses.
func TestThousandScenes(t *testing.T) {
	f, err := load("scenes.toml", thousandScenes(), testTypes)
	if err != nil || len(f.Scenes) != 1000 || len(f.Devices) != 1000 {
		t.Error(err)
	}
}

func BenchmarkLoadThousandScenes(b *testing.B) {
	src := thousandScenes()
	b.SetBytes(int64(len(src)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := load("scenes.toml", src, testTypes); err != nil {
			b.Fatal(err)
		}
	}
}
