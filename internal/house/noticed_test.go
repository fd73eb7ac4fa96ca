package house

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// noticed says for each mutant of the library, by its name, which test of its file has
// failed for it. There it is tried first, so that nearly every mutant costs one short
// play; what the page does not know or has wrong is searched for, which costs many, and
// fails the test. Written by
//
//	go test ./internal/house -run TestTheLibraryNoticesWhatIsMissing -update
type noticed map[string]string

const noticedPath = "testdata/noticed.txt"

// readNoticed reads the page. Without one, everything is searched for.
func readNoticed(t *testing.T) noticed {
	t.Helper()
	all := make(noticed)
	if *update {
		return all
	}
	text, err := os.ReadFile(filepath.FromSlash(noticedPath))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		mutant, by, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		all[mutant] = by
	}
	return all
}

// notebook is what is noticed now. Safe for concurrent use.
type notebook struct {
	mu       sync.Mutex
	now      noticed
	searched int // mutants that were noticed elsewhere than the page says
}

func (b *notebook) note(mutant, by string, searched bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.now[mutant] = by
	if searched {
		b.searched++
	}
}

// close writes the page anew if it is to be.
func (b *notebook) close(t *testing.T, page noticed) {
	t.Helper()
	if !*update {
		played := make(map[string]bool) // the files; -run may leave some out
		for mutant := range b.now {
			file, _, _ := strings.Cut(mutant, ":")
			played[file] = true
		}
		for mutant := range page {
			file, _, _ := strings.Cut(mutant, ":")
			if _, there := b.now[mutant]; !there && played[file] {
				t.Errorf("%s has %q, which is no mutant that is noticed; -update writes it anew", noticedPath, mutant)
			}
		}
		if b.searched > 0 {
			t.Errorf("%d of %d mutants are not noticed where %s says; -update writes it anew", b.searched, len(b.now), noticedPath)
		}
		return
	}
	var text bytes.Buffer
	for _, mutant := range slices.Sorted(maps.Keys(b.now)) {
		fmt.Fprintf(&text, "%s\t%s\n", mutant, b.now[mutant])
	}
	if err := os.WriteFile(filepath.FromSlash(noticedPath), text.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}
