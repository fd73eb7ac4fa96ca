package follower

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"homebus/internal/filewire"
	"homebus/internal/tail"
)

// stage is a node without a network: files, and the lines that are published of them.
type stage struct {
	t     *testing.T
	dir   string
	files *files
	p     *publisher
	a     answerer
	room  int // for how many lines, -1 for all
	lines []string
	ends  map[string]int64 // by generation
	log   bytes.Buffer
}

func newStage(t *testing.T, pattern string) *stage {
	s := &stage{t: t, dir: t.TempDir(), room: -1, ends: map[string]int64{}}
	p, err := tail.ParsePattern(filepath.ToSlash(s.dir) + "/" + pattern)
	s.must(err)
	s.a = answerer{"n1", newCatalog("run"), newFolders()}
	s.files = newFiles([]tail.Pattern{p}, slog.New(slog.NewTextHandler(&s.log, nil)))
	s.p = newPublisher(s.a.files, s.a.folders, s.say, s.files.log)
	return s
}

func (s *stage) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// say takes a line, and checks that it follows the last of its generation.
func (s *stage) say(path string, l filewire.Line) bool {
	if s.room == 0 {
		return false
	}
	s.room--
	if end, ok := s.ends[path+l.Generation]; ok && l.Offset != end {
		s.t.Errorf("%s: line %q at %d; the last one ended at %d", path, l.Bytes(), l.Offset, end)
	}
	s.ends[path+l.Generation] = l.End
	s.lines = append(s.lines, filepath.Base(path)+" "+string(l.Bytes()))
	return true
}

func (s *stage) path(name string) string { return filepath.Join(s.dir, name) }

func (s *stage) add(name, text string) {
	s.t.Helper()
	s.must(os.MkdirAll(filepath.Dir(s.path(name)), 0o777))
	file, err := os.OpenFile(s.path(name), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o666)
	s.must(err)
	_, err = file.WriteString(text)
	s.must(err)
	s.must(file.Close())
}

func (s *stage) rename(from, to string) { s.t.Helper(); s.must(os.Rename(s.path(from), s.path(to))) }

// search searches, and follows what is new from its start or its end.
func (s *stage) search(fromStart bool) {
	for _, f := range s.files.search(func(f *file) { s.a.files.remove(f.path) }) {
		s.p.begin(f, fromStart)
	}
}

// says looks until there is no more, and compares the lines published since the last time.
func (s *stage) says(want ...string) {
	s.t.Helper()
	for more := true; more; {
		more = false
		for _, f := range s.files.order {
			more = s.p.look(f, true) && s.room != 0 || more
		}
	}
	if !slices.Equal(s.lines, want) {
		s.t.Errorf("published %q; want %q", s.lines, want)
	}
	s.lines = nil
}

func TestFollowing(t *testing.T) {
	for _, tt := range []struct {
		name  string
		story func(s *stage)
	}{
		{"from the end, at a whole line", func(s *stage) {
			s.add("a.log", "old\nhal")
			s.search(false)
			s.says()
			s.add("a.log", "f\nnew\n")
			s.says("a.log half\n", "a.log new\n")
			s.says()
		}},
		{"from the start", func(s *stage) {
			s.add("a.log", "old\nhal")
			s.search(true)
			s.says("a.log old\n")
		}},
		{"new files", func(s *stage) {
			s.search(false)
			s.add("x/y/b.log", "1\n")
			s.add("x/y/b.txt", "1\n")
			s.search(true)
			s.says("b.log 1\n")
		}},
		{"rotated by rename", func(s *stage) {
			s.add("a.log", "1\n")
			s.search(true)
			s.says("a.log 1\n")
			s.add("a.log", "2\nend")
			s.rename("a.log", "a.log.1")
			s.says()
			s.add("a.log", "3\n")
			s.says("a.log 2\n", "a.log end", "a.log 3\n")
		}},
		{"cut", func(s *stage) {
			s.add("a.log", "1\n2\n")
			s.search(true)
			s.says("a.log 1\n", "a.log 2\n")
			s.must(os.Truncate(s.path("a.log"), 0))
			s.says()
			s.add("a.log", "3\n")
			s.says("a.log 3\n")
		}},
		{"cut, and grown past the old size since", func(s *stage) {
			s.add("a.log", "1\n2\n")
			s.search(true)
			s.says("a.log 1\n", "a.log 2\n")
			s.must(os.Truncate(s.path("a.log"), 0))
			s.add("a.log", "three\nfour\n")
			s.says("a.log three\n", "a.log four\n")
		}},
		{"no room", func(s *stage) {
			s.add("a.log", "1\n2\n3\n")
			s.search(true)
			s.room = 1
			s.says("a.log 1\n")
			s.room = -1
			s.says("a.log 2\n", "a.log 3\n")
		}},
		{"a line that is too long", func(s *stage) {
			long := strings.Repeat("x", filewire.MaxLine)
			s.add("a.log", long+"yz\n1\n")
			s.search(true)
			s.says("a.log "+long, "a.log yz\n", "a.log 1\n")
		}},
		{"in a folder that a symbolic link leads to", func(s *stage) {
			s.add("real/x/a.log", "1\n")
			s.must(os.Symlink(s.path("real"), s.path("link")))
			s.must(os.Symlink(s.path("link"), s.path("real/circle")))
			p, err := tail.ParsePattern(filepath.ToSlash(s.path("link")) + "/**/*.log")
			s.must(err)
			s.files.patterns = []tail.Pattern{p}
			s.search(true)
			s.says("a.log 1\n")
		}},
		{"a name that cannot be", func(s *stage) {
			s.add("a\x01.log", "1\n")
			s.search(true)
			s.says()
		}},
	} {
		t.Run(tt.name, func(t *testing.T) { tt.story(newStage(t, "**/*.log")) })
	}
}

// ask asks for bytes of a.log and returns the answer in words.
func (s *stage) ask(now time.Time, r filewire.Request) (words, generation string) {
	s.t.Helper()
	r.Node, r.Path = "n1", strings.TrimPrefix(filepath.ToSlash(s.path("a.log")), "/")
	frames := s.a.answer(now, r)
	var a filewire.Answer
	s.must(json.Unmarshal(frames[0], &a))
	switch {
	case a.Gone:
		return "gone", ""
	case a.Error != "":
		return a.Error, ""
	}
	words = fmt.Sprintf("%q of %d", frames[1], a.Size)
	if a.Earlier {
		words += " earlier"
	}
	if a.Done {
		words += " done"
	}
	return words, a.Generation
}

func proofOf(text string) *filewire.Proof {
	p, err := filewire.Prove(strings.NewReader(text), int64(len(text)))
	if err != nil {
		panic(err)
	}
	return &p
}

// TestAnswers asks a node for what was rotated away, as one does that has missed that.
func TestAnswers(t *testing.T) {
	s := newStage(t, "*.log")
	s.add("a.log", "one\n1\n")
	s.search(true)
	s.rename("a.log", "a.log.2")
	s.add("a.log", "")
	s.rename("a.log", "a.log.empty")
	s.add("a.log", "two\n2\n")
	s.rename("a.log", "a.log.1")
	s.add("a.log", "three\n")
	s.add("a.log.1.gz", "packed")
	base := time.Now().Truncate(time.Second)
	for i, name := range []string{"a.log.2", "a.log.empty", "a.log.1", "a.log.1.gz", "a.log"} {
		at := base.Add(time.Duration(i) * time.Second)
		s.must(os.Chtimes(s.path(name), at, at))
	}
	s.says("a.log one\n", "a.log 1\n", "a.log three\n") // those between are for who asks
	later := base.Add(time.Hour)
	for _, tt := range []struct {
		name string
		now  time.Time
		r    filewire.Request
		want string
	}{
		{"from the start", later, filewire.Request{}, `"three\n" of 6`},
		{"from an offset", later, filewire.Request{Offset: 3}, `"ee\n" of 6`},
		{"at the end", later, filewire.Request{Offset: 6}, `"" of 6`},
		{"beyond it", later, filewire.Request{Offset: 7}, "offset 7 is beyond the end of "},
		{"the current one", later, filewire.Request{Offset: 2, Proof: proofOf("th")}, `"ree\n" of 6`},
		{"the oldest", later, filewire.Request{Offset: 4, Proof: proofOf("one\n")}, `"1\n" of 6 earlier done`},
		{"too early to know", base, filewire.Request{Offset: 4, Proof: proofOf("two\n")}, `"2\n" of 6 earlier`},
		{"all of it", later, filewire.Request{Offset: 6, Proof: proofOf("two\n2\n")}, `"" of 6 earlier done`},
		{"the one after the oldest", later, filewire.Request{After: proofOf("one\n1\n")}, `"two\n2\n" of 6 earlier done`},
		{"the oldest of all", later, filewire.Request{Oldest: true}, `"one\n1\n" of 6 earlier done`},
		{"all, by a clock that was set back", base.Add(-time.Hour), filewire.Request{Offset: 6, Proof: proofOf("two\n2\n")}, `"" of 6 earlier done`},
		{"the one after the newest", later, filewire.Request{After: proofOf("two\n2\n")}, `"three\n" of 6`},
		{"after nothing that is known", later, filewire.Request{After: proofOf("zero\n")}, `"three\n" of 6`},
		{"begins alike, and no name", later, filewire.Request{Offset: 1, Proof: proofOf("t")}, `"hree\n" of 6`},
		{"nothing begins so", later, filewire.Request{Offset: 1, Proof: proofOf("x")}, "gone"},
		{"a proof of other bytes", later, filewire.Request{Offset: 2, Proof: proofOf("o")}, "gone"},
	} {
		if got, _ := s.ask(tt.now, tt.r); !strings.HasPrefix(got, tt.want) {
			t.Errorf("%s: %s; want %s", tt.name, got, tt.want)
		}
	}
	_, two := s.ask(later, filewire.Request{Offset: 4, Proof: proofOf("two\n")})
	if got, _ := s.ask(later, filewire.Request{Offset: 1, Proof: proofOf("t"), Generation: two}); got != `"wo\n2\n" of 6 earlier done` {
		t.Errorf("begins alike, by its name: %s", got)
	}
	s.must(os.Remove(s.path("a.log")))
	if got, _ := s.ask(later, filewire.Request{}); !strings.HasSuffix(got, "is not there") {
		t.Errorf("without a file: %s", got)
	}
}

// TestOnlyWhatWasRotated has files beside a.log whose names begin with its own and that were
// never there.
func TestOnlyWhatWasRotated(t *testing.T) {
	s := newStage(t, "a.log")
	x, err := tail.ParsePattern(filepath.ToSlash(s.path("a.log.x")))
	s.must(err)
	s.files.patterns = append(s.files.patterns, x)
	base := time.Now().Truncate(time.Second)
	for i, name := range []string{"a.log.key", "a.log.1", "a.log.x", "a.log"} {
		s.add(name, name+"\n")
		at := base.Add(time.Duration(i) * time.Second)
		s.must(os.Chtimes(s.path(name), at, at))
	}
	s.search(true)
	later := base.Add(time.Hour)
	if got, _ := s.ask(later, filewire.Request{Oldest: true}); got != `"a.log.1\n" of 8 earlier done` {
		t.Errorf("the oldest: %s", got)
	}
	if got, _ := s.ask(later, filewire.Request{After: proofOf("a.log.1\n")}); got != `"a.log\n" of 6` {
		t.Errorf("the one after it: %s", got)
	}
}

// TestFoldersAreRemembered while they do not change.
func TestFoldersAreRemembered(t *testing.T) {
	s, f := newStage(t, "*.log"), newFolders()
	for i := range fewNames {
		s.add(fmt.Sprint(i, ".log"), "x")
	}
	long := time.Now().Add(-time.Hour).Truncate(time.Second)
	names := func(want int) {
		t.Helper()
		if got := f.names(s.dir); len(got) != want || !slices.IsSorted(got) {
			t.Errorf("%d names; want %d", len(got), want)
		}
	}
	s.must(os.Chtimes(s.dir, long, long))
	names(fewNames)
	s.add("1.log.1", "x")
	s.must(os.Chtimes(s.dir, long, long)) // as if it had not been seen
	names(fewNames)
	s.add("2.log.1", "x")
	names(fewNames + 2)
	s.add("3.log.1", "x") // perhaps in the same instant
	names(fewNames + 3)
	s.must(os.Chtimes(s.dir, long, long))
	for i := range maxFolders {
		f.byPath[fmt.Sprint(i)] = listing{}
	}
	names(fewNames + 3)
	if len(f.byPath) > maxFolders {
		t.Errorf("%d folders", len(f.byPath))
	}
	if all := f.earlier(filepath.Join(s.dir, "none", "a.log")); len(all) > 0 {
		t.Errorf("%v of a folder that is not there", all)
	}
}

func TestNumbered(t *testing.T) {
	for rest, want := range map[string]bool{
		".1": true, "-20261129": true, ".2026-11-29T10:00:00Z": true, "_2026-11-29_10-00-00": true, ".old": true,
		"": false, ".": false, "~": false, ".key": false, ".1.gz": false, ".1x": false, "-ng": false,
	} {
		if got := isNumbered(rest); got != want {
			t.Errorf("a.log%s: %v", rest, got)
		}
	}
}

// pack does with a file what gzip does.
func (s *stage) pack(name string) {
	s.t.Helper()
	s.add(name+".gz", "\x1f\x8b packed\n")
	s.must(os.Remove(s.path(name)))
	clear(s.ends) // a new file may be given its inode, and so its name
}

// warned fails unless a word was said so often since the last time.
func (s *stage) warned(times int, word string) {
	s.t.Helper()
	if n := strings.Count(s.log.String(), word); n != times {
		s.t.Errorf("%q was said %d times, want %d: %s", word, n, times, &s.log)
	}
	s.log.Reset()
}

// TestCompressedLater rotates as logrotate does with delaycompress: nothing is lost, whoever
// collects is given all, and nothing is published twice.
func TestCompressedLater(t *testing.T) {
	s := newStage(t, "*.log")
	s.add("a.log", "1\n")
	s.search(true)
	s.says("a.log 1\n")
	s.add("a.log", "2\n")
	s.rename("a.log", "a.log.1")
	s.add("a.log", "3\n")
	s.says("a.log 2\n", "a.log 3\n")
	for range 2 {
		s.rename("a.log.1", "a.log.2")
		s.pack("a.log.2")
		s.add("a.log", "4\n")
		s.rename("a.log", "a.log.1")
		s.add("a.log", "5\n")
		s.says("a.log 4\n", "a.log 5\n")
		s.rename("a.log.2.gz", "a.log.3.gz")
	}
	s.warned(0, "level=WARN")
	later := time.Now().Add(time.Hour)
	if got, _ := s.ask(later, filewire.Request{Oldest: true}); got != `"5\n4\n" of 4 earlier done` {
		t.Errorf("the oldest that is not compressed: %s", got)
	}
	if got, _ := s.ask(later, filewire.Request{Offset: 2, Proof: proofOf("1\n")}); got != "gone" {
		t.Errorf("one that is: %s", got)
	}
}

// TestCompressedAtOnce rotates as logrotate does with compress alone: what was not read is
// lost, which is said once, and nothing is published twice.
func TestCompressedAtOnce(t *testing.T) {
	s := newStage(t, "*.log")
	s.add("a.log", "1\n")
	s.search(true)
	s.says("a.log 1\n")
	for range 2 {
		s.add("a.log", "never read\n")
		s.rename("a.log", "a.log.1")
		s.add("a.log", "2\n")
		s.pack("a.log.1")
		s.says("a.log 2\n")
		s.rename("a.log.1.gz", "a.log.2.gz")
	}
	s.warned(1, "compressed as soon as it was rotated away")
}

// TestWhatIsCompressedIsNotFollowed though the pattern fits.
func TestWhatIsCompressedIsNotFollowed(t *testing.T) {
	s := newStage(t, "**/*.log*")
	for _, name := range []string{"a.log", "a.log.1", "a.log.2.gz", "a.log.3.gz", "b/a.log-20261129.xz"} {
		s.add(name, name+"\n")
	}
	for range 2 {
		s.search(true)
	}
	s.says("a.log a.log\n", "a.log.1 a.log.1\n")
	s.warned(2, "it is compressed, and has no lines to follow") // once a folder
}

// TestAnotherFileIsNotRead rotates between a look and the reading after it.
func TestAnotherFileIsNotRead(t *testing.T) {
	s := newStage(t, "*.log")
	s.add("a.log", "one\n")
	g, _ := lookAt(s.path("a.log"))
	s.rename("a.log", "a.log.1")
	s.add("a.log", "two\n")
	if data, err := g.read(0, 10); !errors.Is(err, errMoved) {
		t.Errorf("%q, %v", data, err)
	}
	if holds(g, *proofOf("t")) {
		t.Error("another file is taken for the one that was looked at")
	}
}

func TestList(t *testing.T) {
	c := newCatalog("run")
	for i := range 2*filewire.MaxEntries + 5 {
		c.put(fmt.Sprint(i), entry{size: int64(i), generation: "g"})
	}
	c.put("7", entry{size: 1 << 40, generation: "g"})
	seen := map[string]int64{}
	var since uint64
	for range 3 {
		a := c.list("run", since)
		for _, e := range a.Files {
			seen[e.Path] = e.Size
		}
		if len(a.Files) > filewire.MaxEntries || a.More != (len(seen) < 2*filewire.MaxEntries+5) {
			t.Errorf("%d files, more %v, %d seen", len(a.Files), a.More, len(seen))
		}
		since = a.Rev
	}
	if len(seen) != 2*filewire.MaxEntries+5 || seen["7"] != 1<<40 || since != c.beat().Rev {
		t.Errorf("%d files, revision %d", len(seen), since)
	}
	if a := c.list("run", since); len(a.Files) != 0 {
		t.Errorf("nothing has changed, and %d files", len(a.Files))
	}
	if a := c.list("another", since); len(a.Files) != filewire.MaxEntries {
		t.Errorf("of another run: %d files", len(a.Files))
	}
}

func TestEnvelopes(t *testing.T) {
	b := func(parts ...string) (frames [][]byte) {
		for _, p := range parts {
			frames = append(frames, []byte(p))
		}
		return frames
	}
	for _, tt := range []struct {
		frames   [][]byte
		envelope int
		body     string
	}{
		{b("id", "", "body"), 2, "body"},
		{b("id", "id", "", "body", "more"), 3, "body"},
		{b("", "body"), 1, "body"},
		{b("body"), 0, ""},
		{b("id", ""), 0, ""},
		{nil, 0, ""},
	} {
		if envelope, body := split(tt.frames); len(envelope) != tt.envelope || string(body) != tt.body {
			t.Errorf("%q: %q, %q", tt.frames, envelope, body)
		}
	}
}

// BenchmarkIdleRound looks at a thousand files that have not changed; a round of ten
// thousand quiet ones looks at half as many.
func BenchmarkIdleRound(b *testing.B) {
	t := &testing.T{}
	s := &stage{t: t, dir: b.TempDir(), room: -1, ends: map[string]int64{}}
	p, err := tail.ParsePattern(filepath.ToSlash(s.dir) + "/*")
	if err != nil {
		b.Fatal(err)
	}
	s.a = answerer{"n1", newCatalog("run"), newFolders()}
	s.files = newFiles([]tail.Pattern{p}, slog.New(slog.DiscardHandler))
	s.p = newPublisher(s.a.files, s.a.folders, s.say, s.files.log)
	for i := range 1000 {
		if err := os.WriteFile(s.path(fmt.Sprint(i)), []byte("x\n"), 0o666); err != nil {
			b.Fatal(err)
		}
	}
	s.search(false)
	for b.Loop() {
		for _, f := range s.files.order {
			s.p.look(f, true)
		}
	}
}
