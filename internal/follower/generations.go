package follower

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
	"time"

	"homebus/internal/tail"
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
	rest string    // of an earlier one: what its name has that the path has not
}

// lookAt returns the regular file at a path.
func lookAt(disk string) (generation, bool) {
	info, err := os.Stat(disk)
	if err != nil || !info.Mode().IsRegular() {
		return generation{}, false
	}
	return generation{disk: disk, id: identity(info), size: info.Size(), at: info.ModTime()}, true
}

// isRotated reports whether a name that goes on so may be that of a file that was rotated
// away.
func isRotated(rest string) bool { return rest != "" && strings.ContainsRune(".-_~", rune(rest[0])) }

// isEarlier reports whether a name that goes on so may be that of a file that was rotated
// away: .1, -20261129, ~; but not of one that was compressed since.
func isEarlier(rest string) bool {
	return isRotated(rest) && tail.Packed(rest) == ""
}

// isNumbered is narrower than isEarlier, for whoever does not know yet how the file begins:
// the name goes on with a number or a time, as rotation has them, or is .old. Not every
// key.pem was a key once.
func isNumbered(rest string) bool {
	return rest == ".old" || strings.ContainsAny(rest, "0123456789") && strings.Trim(rest, "0123456789.-_:+TZ") == ""
}

// errMoved says that a path leads to another file than it did a moment ago.
var errMoved = errors.New("was rotated just now; ask again")

// open opens the file that was looked at: not another that has come to its path since, such
// as the one after a rotation, or a FIFO, which is not waited for.
func (g generation) open() (*os.File, error) {
	file, err := os.OpenFile(g.disk, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err == nil && (!info.Mode().IsRegular() || identity(info) != g.id) {
		err = fmt.Errorf("%s %w", g.disk, errMoved)
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

// read returns bytes from the offset on, most at most, and fewer if the file has no more.
func (g generation) read(offset int64, most int) ([]byte, error) {
	file, err := g.open()
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
