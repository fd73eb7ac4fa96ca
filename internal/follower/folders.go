package follower

import (
	"cmp"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"homebus/internal/tail"
)

const (
	// maxFolders is how many folders are remembered, fewNames of how many names one is not
	// worth it.
	maxFolders, fewNames = 16, 64
	// young is how long ago a folder must have changed for its time to tell that it has not
	// changed since: the clocks of file systems go by jumps of some milliseconds.
	young = 100 * time.Millisecond
)

// folders looks for files that were rotated away. It remembers the names in large folders
// while those do not change: where ten thousand files are in one, each of them is asked
// for, and a rotation may be of all of them. Safe for concurrent use.
type folders struct {
	mu     sync.Mutex
	byPath map[string]listing
}

// listing is the names in a folder, sorted, and how it looked then.
type listing struct {
	names []string
	id    string
	at    time.Time
}

func newFolders() *folders { return &folders{byPath: map[string]listing{}} }

// names returns the names in a folder, sorted; nil if it cannot be read.
func (f *folders) names(folder string) []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	info, err := os.Stat(folder)
	if err != nil {
		return nil
	}
	now := listing{id: identity(info), at: info.ModTime()}
	if was, ok := f.byPath[folder]; ok && was.id == now.id && was.at.Equal(now.at) {
		return was.names
	}
	delete(f.byPath, folder)
	file, err := os.Open(folder)
	if err != nil {
		return nil
	}
	defer file.Close()
	if now.names, err = file.Readdirnames(-1); err != nil {
		return nil
	}
	slices.Sort(now.names)
	if len(now.names) >= fewNames && time.Since(now.at).Abs() >= young {
		if len(f.byPath) >= maxFolders {
			clear(f.byPath)
		}
		f.byPath[folder] = now
	}
	return now.names
}

// beside returns how the names in the folder of disk go on that begin with its own, sorted.
func (f *folders) beside(disk string) (rests []string) {
	folder, base := filepath.Split(disk)
	names := f.names(filepath.Clean(folder + "."))
	first, _ := slices.BinarySearch(names, base)
	for _, name := range names[first:] {
		rest, ok := strings.CutPrefix(name, base)
		if !ok {
			break // they are sorted
		}
		rests = append(rests, rest)
	}
	return rests
}

// earlier returns the files in the folder of disk whose names go on where its own ends, as
// those do that were rotated away, the oldest first.
func (f *folders) earlier(disk string) []generation {
	var all []generation
	for _, rest := range f.beside(disk) {
		if !isEarlier(rest) {
			continue
		}
		if g, ok := lookAt(disk + rest); ok {
			g.rest = rest
			all = append(all, g)
		}
	}
	slices.SortStableFunc(all, func(a, b generation) int { return cmp.Compare(a.at.UnixNano(), b.at.UnixNano()) })
	return all[max(0, len(all)-maxEarlier):]
}

// packed reports whether a file that was rotated away from disk has been compressed since.
func (f *folders) packed(disk string) bool {
	return slices.ContainsFunc(f.beside(disk), func(rest string) bool { return isRotated(rest) && tail.Packed(rest) != "" })
}
