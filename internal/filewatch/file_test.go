package filewatch

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// stage is a folder with a file that is watched.
type stage struct {
	t    *testing.T
	path string
	file *File
	// minute is the last time that was given to a file: what a clock would give two
	// writes in a row may be the same.
	minute int
	// reading is called in the midst of the reads to come.
	reading func()
}

func newStage(t *testing.T, content string) *stage {
	s := &stage{t: t, path: filepath.Join(t.TempDir(), "scenes.toml")}
	if content != "" {
		s.write(s.path, content)
	}
	s.file = New(s.path, func(path string) ([]byte, error) {
		content, err := os.ReadFile(path)
		if s.reading != nil {
			s.reading()
		}
		return content, err
	})
	return s
}

func (s *stage) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *stage) write(path, content string) {
	s.t.Helper()
	s.must(os.WriteFile(path, []byte(content), 0o600))
	s.touch(path)
}

func (s *stage) touch(path string) {
	s.t.Helper()
	s.minute++
	at := time.Date(2026, 11, 20, 6, s.minute, 0, 0, time.UTC)
	s.must(os.Chtimes(path, at, at))
}

// save saves as most editors do: a new file in the place of the old.
func (s *stage) save(content string) {
	s.t.Helper()
	s.write(s.path+".new", content)
	s.must(os.Rename(s.path+".new", s.path))
}

// looks looks once for each word of want: "-" is no news, "gone" the news that there is
// no file, and anything else news of a file that says this.
func (s *stage) looks(want ...string) {
	s.t.Helper()
	for i, w := range want {
		got := "-"
		switch content, news, err := s.file.Look(); {
		case news && os.IsNotExist(err):
			got = "gone"
		case news && err != nil:
			got = "error"
		case news:
			got = string(content)
		case content != nil || err != nil:
			s.t.Errorf("look %d: no news, and yet %q, %v", i+1, content, err)
		}
		if got != w {
			s.t.Errorf("look %d of %q: %q", i+1, want, got)
		}
	}
}

func TestNews(t *testing.T) {
	for _, tt := range []struct {
		name  string
		begin string
		story func(s *stage)
	}{
		{"none", "one", func(s *stage) { s.looks("-", "-", "-") }},
		{"written over", "one", func(s *stage) { s.write(s.path, "two"); s.looks("-", "two", "-", "-") }},
		{"renamed over", "one", func(s *stage) { s.save("two"); s.looks("-", "two", "-") }},
		{"a backup renamed away, and written anew", "one", func(s *stage) {
			s.must(os.Rename(s.path, s.path+"~"))
			s.looks("-")
			s.write(s.path, "two")
			s.looks("-", "two", "-")
		}},
		{"touched", "one", func(s *stage) { s.touch(s.path); s.looks("-", "-", "-") }},
		{"saved again as it is", "one", func(s *stage) { s.save("one"); s.looks("-", "-", "-") }},
		{"there and back between two looks", "one", func(s *stage) { s.save("two"); s.save("one"); s.looks("-", "-", "-") }},
		{"in pieces", "one", func(s *stage) {
			s.write(s.path, "")
			s.looks("-")
			s.write(s.path, "t")
			s.looks("-")
			s.write(s.path, "two")
			s.looks("-", "two", "-")
		}},
		{"the same size", "one", func(s *stage) { s.save("eno"); s.looks("-", "eno", "-") }},
		{"gone, and back as it was", "one", func(s *stage) {
			s.must(os.Remove(s.path))
			s.looks("-", "gone", "-", "-")
			s.write(s.path, "one")
			s.looks("-", "one", "-")
		}},
		{"gone for a moment", "one", func(s *stage) {
			s.must(os.Remove(s.path))
			s.looks("-")
			s.write(s.path, "one")
			s.looks("-", "-", "-")
		}},
		{"not there yet", "", func(s *stage) { s.looks("-", "-"); s.write(s.path, "one"); s.looks("-", "one", "-") }},
		{"a folder in its place", "one", func(s *stage) {
			s.must(os.Remove(s.path))
			s.must(os.Mkdir(s.path, 0o700))
			s.looks("-", "error", "-", "-")
			s.must(os.Remove(s.path))
			s.looks("-", "gone", "-")
		}},
		{"a link that is turned", "", func(s *stage) {
			s.write(s.path+"1", "one")
			s.write(s.path+"2", "two")
			s.must(os.Symlink(s.path+"1", s.path))
			s.looks("-", "one", "-")
			s.must(os.Symlink(s.path+"2", s.path+".new"))
			s.must(os.Rename(s.path+".new", s.path))
			s.looks("-", "two", "-")
		}},
		{"read in between", "one", func(s *stage) {
			s.save("two")
			content, err := s.file.Read()
			if string(content) != "two" || err != nil {
				s.t.Errorf("%q, %v", content, err)
			}
			s.looks("-", "-", "-")
		}},
		{"changed while it is read", "one", func(s *stage) {
			s.save("two")
			s.looks("-")
			s.reading = func() { s.reading = nil; s.save("three") }
			s.looks("-", "three", "-")
		}},
		{"changed back while it is read", "one", func(s *stage) {
			s.save("two")
			s.looks("-")
			s.reading = func() { s.reading = nil; s.save("one") }
			s.looks("-", "-", "-")
		}},
		{"not to be read for a while", "one", func(s *stage) {
			read := s.file.read
			s.file.read = func(string) ([]byte, error) { return nil, fmt.Errorf("stale") }
			s.save("two")
			s.looks("-", "error", "-", "-")
			s.file.read = read // nothing of that is to be seen from outside
			s.looks("two", "-")
		}},
	} {
		t.Run(tt.name, func(t *testing.T) { tt.story(newStage(t, tt.begin)) })
	}
}

// What changes again and again is read once it has come to rest.
func TestAFileThatNeverRests(t *testing.T) {
	s := newStage(t, "one")
	for i := range 20 {
		s.write(s.path, strings.Repeat("x", i))
		s.looks("-")
	}
	s.looks(strings.Repeat("x", 19), "-")
}
