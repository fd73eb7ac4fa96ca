package house

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"homebus/internal/scene"
)

// load loads a file of testdata.
func load(t testing.TB, name string) *scene.File {
	t.Helper()
	src, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return parse(t, name, string(src))
}

// shipped loads the house that the project ships.
func shipped(t testing.TB) *scene.File {
	t.Helper()
	return load(t, filepath.Join("..", "..", "..", "scenes.toml"))
}

// example loads the house in which there is one appliance of every type.
func example(t testing.TB) *scene.File {
	t.Helper()
	return load(t, filepath.Join("..", "..", "..", "examples", "house", "scenes.toml"))
}

func TestTheShippedHousesPassTheirTests(t *testing.T) {
	for _, f := range []*scene.File{shipped(t), example(t)} {
		if out, passed := playAll(t, Suite{File: f}); !passed {
			t.Error(out)
		}
	}
}

func parse(t testing.TB, name, src string) *scene.File {
	t.Helper()
	f, err := scene.Load(name, []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestTheStoriesOfBreakfast(t *testing.T) {
	var out bytes.Buffer
	s := Suite{File: load(t, "breakfast.toml"), Verbose: true}
	if passed, err := s.Play(t.Context(), &out); !passed || err != nil {
		t.Errorf("passed %v, %v\n%s", passed, err, &out)
	}
}

// What lives in the hub is one of the fleet in virtual time, and says the same.
func TestTheStoriesOfAMode(t *testing.T) {
	f := load(t, filepath.Join("..", "..", "scene", "testdata", "good", "modes.toml"))
	if out, passed := playAll(t, Suite{File: f}); !passed {
		t.Error(out)
	}
}

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares with a file of testdata.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs; go test -update writes it anew. Got:\n%s", name, got)
	}
}

func playAll(t testing.TB, s Suite) (string, bool) {
	t.Helper()
	var out bytes.Buffer
	passed, err := s.Play(t.Context(), &out)
	if err != nil {
		t.Fatal(err)
	}
	return out.String(), passed
}

func TestWhatFailuresLookLike(t *testing.T) {
	for name, s := range map[string]Suite{"wrong.txt": {}, "wrong-v.txt": {Verbose: true}, "wrong.json": {JSON: true}} {
		s.File = load(t, "wrong.toml")
		out, passed := playAll(t, s)
		if passed {
			t.Error("it passed")
		}
		golden(t, name, []byte(out))
	}
}

func TestTheTimesOfAStoryAreAColumn(t *testing.T) {
	out, _ := playAll(t, Suite{File: parse(t, "fade.toml", `
[device.hall.light]
type = "dimmable-light"
[[test]]
name = "a fade"
start = 2026-11-20T06:30:00
timeline = [
  { at = "0s", device = "hall/light", do = "on", over = "150s" },
  { at = "20s", expect = "hall/light", is = "off" },
]`)})
	column, odd := 0, false
	for _, m := range regexp.MustCompile(`(?m)^( {8}[0-9:]+(\.[0-9]+)? +)state/`).FindAllStringSubmatch(out, -1) {
		odd = odd || m[2] != ""
		if column == 0 {
			column = len(m[1])
		}
		if len(m[1]) != column {
			t.Errorf("no column:\n%s", out)
			break
		}
	}
	if !odd {
		t.Errorf("no time has milliseconds:\n%s", out)
	}
}

func TestEveryJSONLineIsAReport(t *testing.T) {
	out, _ := playAll(t, Suite{File: load(t, "wrong.toml"), JSON: true})
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if len(lines) != 3 {
		t.Fatalf("%d lines, want 3", len(lines))
	}
	for i, line := range lines {
		var r Report
		dec := json.NewDecoder(strings.NewReader(line))
		dec.DisallowUnknownFields()
		if err := dec.Decode(&r); err != nil || r.OK != (len(r.Failures) == 0) || r.OK != (i == 2) {
			t.Errorf("%v: %s", err, line)
		}
	}
}

func TestRunPicksTests(t *testing.T) {
	f := load(t, "wrong.toml")
	for pattern, want := range map[string]string{
		"^all":    "ok  \twrong.toml\t1 test (virtual 1m)\n",
		"nothing": "ok  \twrong.toml\t[no tests to run]\n",
	} {
		if out, passed := playAll(t, Suite{File: f, Run: regexp.MustCompile(pattern)}); out != want || !passed {
			t.Errorf("--run %s: %q, want %q", pattern, out, want)
		}
	}
	f.Tests = nil
	if out, _ := playAll(t, Suite{File: f}); out != "ok  \twrong.toml\t[no tests in the file]\n" {
		t.Errorf("%q", out)
	}
}

// A seed for the whole run is that of every test, and of all that is random in it,
// and stands in the command that plays a test again. The file keeps its own.
func TestASeedForTheWholeRun(t *testing.T) {
	f := load(t, "wrong.toml")
	f.Tests[0].Seed = 3
	for _, given := range []*uint64{nil, new(uint64(7)), new(uint64(math.MaxUint64))} {
		out, _ := playAll(t, Suite{File: f, Seed: given, JSON: true})
		for i, line := range strings.Split(strings.TrimSpace(out), "\n") {
			want := f.Tests[i].Seed
			if given != nil {
				want = *given
			}
			var r Report
			if err := json.Unmarshal([]byte(line), &r); err != nil || r.Seed != want {
				t.Errorf("test %d with %v: seed %d, want %d, %v", i, given, r.Seed, want, err)
			}
			if !r.OK && !strings.HasSuffix(r.Last[0].ID, fmt.Sprintf("%08x", uint32(want))) {
				t.Errorf("test %d with %v: the id %s is not of seed %d", i, given, r.Last[0].ID, want)
			}
			if again := again(f.Path, f.Tests[i].Name, given); !r.OK && r.Again != again || r.OK && r.Again != "" {
				t.Errorf("test %d with %v: again %q, want %q", i, given, r.Again, again)
			}
		}
	}
	if f.Tests[0].Seed != 3 {
		t.Errorf("the file's own seed is now %d", f.Tests[0].Seed)
	}
}

var runs = flag.Int("runs", 10, "how often TestTheSameBytesEveryTime plays everything")

// Everything is loaded anew for each run, so that the order of a map would show in
// loading too. docs/bench.md has the command for many runs.
func TestTheSameBytesEveryTime(t *testing.T) {
	play := func() (all []string) {
		for _, verbose := range []bool{false, true} {
			for _, f := range []*scene.File{shipped(t), example(t), load(t, "wrong.toml")} {
				out, _ := playAll(t, Suite{File: f, Verbose: verbose, JSON: !verbose})
				all = append(all, out)
			}
		}
		return append(all, story(t, shipped(t), 7))
	}
	first := play()
	for i := 1; i < *runs; i++ {
		for j, out := range play() {
			if out == "" || out != first[j] {
				t.Fatalf("run %d, output %d:\n%s\nthe first:\n%s", i+1, j+1, out, first[j])
			}
		}
	}
}

type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, errBroken }

var errBroken = errors.New("broken pipe")

func TestAWriterThatFailsIsAnError(t *testing.T) {
	s := Suite{File: load(t, "wrong.toml")}
	if _, err := s.Play(t.Context(), brokenPipe{}); !errors.Is(err, errBroken) {
		t.Errorf("error %v", err)
	}
}

func TestForeignTextStaysOnItsLine(t *testing.T) {
	const evil = "a\x1b[2Jb\nc\u202ed\x00"
	if got := oneLine(evil); got != "a\ufffd[2Jb\ufffdc\ufffdd\ufffd" {
		t.Errorf("%q", got)
	}
	if got := oneLine(strings.Repeat("ä", 1000)); got != strings.Repeat("ä", maxLine)+"…" {
		t.Errorf("%d bytes", len(got))
	}
}
