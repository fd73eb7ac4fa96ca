package follower

import (
	"cmp"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

const (
	// maxEarlier is how many files that were rotated away are looked at.
	maxEarlier = 64
	// settled is how long a file that was rotated away must not have been written to, to be
	// taken for done: who wrote to it may not yet have noticed.
	settled = 2 * time.Second
)

// generation is a file that is, or was, at a path.
type generation struct {
	disk string
	id   string
	size int64
	at   time.Time // written last
}

// lookAt returns the regular file at a path.
func lookAt(disk string) (generation, bool) {
	info, err := os.Stat(disk)
	if err != nil || !info.Mode().IsRegular() {
		return generation{}, false
	}
	return generation{disk, identity(info), info.Size(), info.ModTime()}, true
}

// earlier returns the files in the folder of disk whose names go on where its own ends, as
// those do that were rotated away, the oldest first.
func earlier(disk string) []generation {
	folder, base := filepath.Split(disk)
	names, err := os.ReadDir(filepath.Clean(folder + "."))
	if err != nil {
		return nil
	}
	var all []generation
	for _, n := range names {
		if rest, ok := strings.CutPrefix(n.Name(), base); ok && isEarlier(rest) {
			if g, ok := lookAt(folder + n.Name()); ok {
				all = append(all, g)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b generation) int { return cmp.Compare(a.at.UnixNano(), b.at.UnixNano()) })
	return all[max(0, len(all)-maxEarlier):]
}

// isEarlier reports whether a name that goes on so may be that of a file that was rotated
// away: .1, -20261129, ~; but not of one that was compressed since.
func isEarlier(rest string) bool {
	return rest != "" && strings.ContainsRune(".-_~", rune(rest[0])) &&
		!slices.Contains([]string{".gz", ".bz2", ".xz", ".zst", ".lz4", ".zip"}, filepath.Ext(rest))
}

// read returns bytes from the offset on, most at most, and fewer if the file has no more.
func (g generation) read(offset int64, most int) ([]byte, error) {
	file, err := os.Open(g.disk)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	data := make([]byte, min(int64(most), max(0, g.size-offset)))
	n, err := file.ReadAt(data, offset)
	if err == io.EOF {
		err = nil
	}
	return data[:n], err
}
