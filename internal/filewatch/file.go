// Package filewatch notices that a file says something else than before: whoever
// has to know looks at it again and again, about once a second.
//
// It looks by stat and not by the notices of the operating system (inotify, kqueue):
// those are about a file or a folder and not about a name, so that each way in which
// editors save (over the old file, by a rename, with a backup that is renamed away), a
// symbolic link that is turned, and a folder that is mounted would each need care of its
// own, and a network file system gives none at all. One stat a second costs nothing, and
// sees them all alike.
//
// Nothing here reads a clock or starts a goroutine.
package filewatch

import (
	"crypto/sha256"
	"os"
)

// File is a file that others change. One owner; not safe for concurrent use.
type File struct {
	path string
	read func(path string) ([]byte, error)
	// seen is how it looked when it was last looked at; unsettled says that it looked
	// different then than before, or has not been read since.
	seen      sight
	unsettled bool
	// last is the sum of what was read last, or of why it could not be: then failed.
	last   [sha256.Size]byte
	failed bool
}

// New returns the file at path as it is now: of what it says now there is no news. read
// reads the whole of it.
func New(path string, read func(path string) ([]byte, error)) *File {
	f := &File{path: path, read: read, seen: see(path)}
	f.Read()
	return f
}

// Look looks at the file, and reports whether there is news: content that is another
// than that of the last news, or an error that is, such as that it is gone. A file that
// has just changed is not read before the Look that finds it at rest, so that nobody is
// told of a file that is half written, or gone for the moment of a rename.
func (f *File) Look() (content []byte, news bool, err error) {
	now := see(f.path)
	if !now.same(f.seen) {
		f.seen, f.unsettled = now, true
		return nil, false, nil
	}
	if !f.unsettled && !f.failed { // what failed may be mended in a way that a stat does not show
		return nil, false, nil
	}
	was, wasFailed := f.last, f.failed
	content, err = f.Read()
	if now = see(f.path); !now.same(f.seen) { // it changed while it was read
		f.seen, f.unsettled, f.last, f.failed = now, true, was, wasFailed
		return nil, false, nil
	}
	f.unsettled = false
	if f.last == was {
		return nil, false, nil
	}
	return content, true, err
}

// Read reads the file now, whatever has changed. What it returns is no news any more.
func (f *File) Read() ([]byte, error) {
	content, err := f.read(f.path)
	f.failed = err != nil
	if f.failed {
		f.last = sha256.Sum256([]byte(err.Error()))
		return nil, err
	}
	f.last = sha256.Sum256(content)
	return content, nil
}

// sight is what a look at a file shows without reading it.
type sight struct {
	info os.FileInfo
	err  string
}

func see(path string) sight {
	info, err := os.Stat(path)
	if err != nil {
		return sight{err: err.Error()}
	}
	return sight{info: info}
}

func (s sight) same(other sight) bool {
	if s.info == nil || other.info == nil {
		return s.info == nil && other.info == nil && s.err == other.err
	}
	return os.SameFile(s.info, other.info) && s.info.Size() == other.info.Size() &&
		s.info.ModTime().Equal(other.info.ModTime()) && s.info.Mode() == other.info.Mode()
}
