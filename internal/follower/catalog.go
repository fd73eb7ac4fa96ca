package follower

import (
	"cmp"
	"slices"
	"sync"

	"homebus/internal/filewire"
)

// catalog is what those who answer know of the files that are followed. Safe for
// concurrent use.
type catalog struct {
	run string

	mu      sync.Mutex
	rev     uint64
	entries map[string]entry
}

// entry is a file of the catalog.
type entry struct {
	disk       string // where it is
	size       int64
	generation string
	rev        uint64 // when that was so
}

func newCatalog(run string) *catalog { return &catalog{run: run, entries: map[string]entry{}} }

// put says how a file is now.
func (c *catalog) put(path string, e entry) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.rev++
	e.rev = c.rev
	c.entries[path] = e
}

func (c *catalog) remove(path string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.entries, path)
}

func (c *catalog) get(path string) (entry, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.entries[path]
	return e, ok
}

func (c *catalog) beat() filewire.Beat {
	c.mu.Lock()
	defer c.mu.Unlock()
	return filewire.Beat{Run: c.run, Rev: c.rev, Files: len(c.entries)}
}

// list returns what changed after a revision of a run, MaxEntries at most, the oldest
// changes first.
func (c *catalog) list(run string, since uint64) filewire.Answer {
	c.mu.Lock()
	defer c.mu.Unlock()
	if run != c.run {
		since = 0
	}
	var changed []string
	for path, e := range c.entries {
		if e.rev > since {
			changed = append(changed, path)
		}
	}
	slices.SortFunc(changed, func(a, b string) int { return cmp.Compare(c.entries[a].rev, c.entries[b].rev) })
	answer := filewire.Answer{List: true, Run: c.run, Rev: c.rev}
	if len(changed) > filewire.MaxEntries {
		changed = changed[:filewire.MaxEntries]
		answer.More, answer.Rev = true, c.entries[changed[len(changed)-1]].rev
	}
	for _, path := range changed {
		e := c.entries[path]
		answer.Files = append(answer.Files, filewire.Entry{Path: path, Size: e.size, Generation: e.generation})
	}
	return answer
}
