package tail

import (
	"bytes"
	"fmt"
	"time"
)

// Sight is what a look at a path shows.
type Sight struct {
	// ID is the identity of the file, whatever its path: two that exist at once differ.
	// "" if there is none.
	ID string
	// Size is in bytes, At when it was written to last.
	Size int64
	At   time.Time
}

// Move is what is to be done with a file.
type Move int

const (
	// Rest: there is nothing new.
	Rest Move = iota
	// Read: read from File.Offset on, and the Mark before it, and then call Same.
	Read
	// Moved: the path leads to another file. Read what is left of the one before, if it
	// can be found, and then call Begin.
	Moved
	// Shorter: it was cut. Call Cut, and read.
	Shorter
)

// markSize is how many bytes before the offset are kept to know the file by.
const markSize = 64

// File is a file that is followed. The zero File has seen nothing. One owner; not safe for
// concurrent use.
type File struct {
	id     string
	cuts   int
	offset int64
	mark   []byte
	// read is the sight up to which all was read.
	read Sight
}

// Look takes a look and says what is to be done.
func (f *File) Look(s Sight) Move {
	switch {
	case s.ID == "":
		return Rest // between a rename and the new file, or deleted
	case s.ID != f.id:
		return Moved
	case s.Size < f.offset:
		return Shorter
	case s == f.read:
		return Rest
	}
	return Read
}

// Begin has f follow the file id from the offset on.
func (f *File) Begin(id string, offset int64) {
	*f = File{id: id, offset: offset, mark: f.mark[:0]}
}

// Cut has f begin at 0 again, in another generation of the same file.
func (f *File) Cut() {
	f.cuts++
	f.offset, f.mark, f.read = 0, f.mark[:0], Sight{}
}

// ID is the identity of the file that is followed, "" before the first.
func (f *File) ID() string { return f.id }

// Offset is where the next line begins.
func (f *File) Offset() int64 { return f.offset }

// Mark is how many bytes before Offset are to be read for Same.
func (f *File) Mark() int { return len(f.mark) }

// Same reports whether the file is still the one that was read, by the Mark bytes before
// Offset. If not, it was cut and has grown since: call Cut.
func (f *File) Same(before []byte) bool { return bytes.Equal(before, f.mark) }

// Said moves the offset past a line.
func (f *File) Said(line []byte) {
	f.offset += int64(len(line))
	if len(line) >= markSize {
		f.mark = append(f.mark[:0], line[len(line)-markSize:]...)
		return
	}
	if over := len(f.mark) + len(line) - markSize; over > 0 {
		f.mark = f.mark[:copy(f.mark, f.mark[over:])]
	}
	f.mark = append(f.mark, line...)
}

// AllRead remembers that nothing more is to be read before the sight changes.
func (f *File) AllRead(s Sight) { f.read = s }

// Generation names what is followed: the identity, and how often it was cut since.
func (f *File) Generation() string {
	if f.cuts == 0 {
		return f.id
	}
	return fmt.Sprintf("%s+%d", f.id, f.cuts)
}
