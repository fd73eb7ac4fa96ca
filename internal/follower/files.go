package follower

import (
	"errors"
	"io/fs"
	"log/slog"
	"path/filepath"
	"strings"

	"homebus/internal/filewire"
	"homebus/internal/tail"
)

// maxFiles is how many files are followed.
const maxFiles = 100_000

// file is a file that is followed.
type file struct {
	path string // in topics
	disk string
	tail tail.File
	last tail.Sight
	// idle counts the looks since it changed; gone the searches that did not find it.
	idle, gone int
	// unread says that it was said that it cannot be read, packed that one was compressed
	// before it could be read.
	unread, packed bool
}

// files are all that are followed. One owner.
type files struct {
	patterns []tail.Pattern
	log      *slog.Logger
	byPath   map[string]*file
	order    []*file // as they are looked at
	// refused are the paths that were said not to be followed, so that each is said once.
	refused map[string]bool
}

func newFiles(patterns []tail.Pattern, log *slog.Logger) *files {
	return &files{patterns: patterns, log: log, byPath: map[string]*file{}, refused: map[string]bool{}}
}

// search looks for files that fit and are not followed yet, and returns them. Files that
// are not there any more are left out from the second search on that does not find them;
// removed is called with each.
func (fs *files) search(removed func(*file)) []*file {
	found := map[string]bool{}
	var fresh []*file
	for _, p := range fs.patterns {
		for _, disk := range walk(p, fs.deny) {
			path := strings.TrimPrefix(disk, "/")
			if found[path] {
				continue
			}
			found[path] = true
			if fs.byPath[path] == nil && fs.take(path) {
				f := &file{path: path, disk: filepath.FromSlash(disk)}
				fs.byPath[path] = f
				fresh = append(fresh, f)
			}
		}
	}
	stay := fs.order[:0]
	for _, f := range fs.order {
		f.gone++
		if found[f.path] {
			f.gone = 0
		}
		if f.gone > 30 { // a minute: one that is rotated away may take a while to come again
			delete(fs.byPath, f.path)
			removed(f)
			continue
		}
		stay = append(stay, f)
	}
	clear(fs.order[len(stay):])
	fs.order = append(stay, fresh...)
	return fresh
}

var errPacked = errors.New("it is compressed, and has no lines to follow")

// take reports whether a new file is to be followed, and says once why not.
func (fs *files) take(path string) bool {
	if ext := tail.Packed(path); ext != "" { // said once for all such in a folder
		fs.deny(path[:strings.LastIndexByte(path, '/')+1]+"*"+ext, errPacked)
		return false
	}
	err := filewire.CheckPath(path)
	if err == nil && len(fs.byPath) >= maxFiles {
		err = errors.New("too many files")
	}
	if err != nil {
		fs.deny(path, err)
	}
	return err == nil
}

// deny says once of a file or a folder why it is not followed.
func (fs *files) deny(path string, err error) {
	if !fs.refused[path] && len(fs.refused) < maxFiles {
		fs.refused[path] = true
		fs.log.Warn("a file is not followed", "path", path, "why", err)
	}
}

// walk returns the paths of the files that fit, with slashes. Folders that may not be read
// are told to deny; what else cannot be read is passed over: it may be gone already.
//
// Symbolic links are followed to files, and the folder before the first special part may
// be one; below that they are not followed to folders, so that there are no circles.
func walk(p tail.Pattern, deny func(path string, err error)) []string {
	var all []string
	root := filepath.FromSlash(p.Root()) + string(filepath.Separator) + "." // what a link leads to
	_ = filepath.WalkDir(root, func(disk string, d fs.DirEntry, err error) error {
		name := filepath.ToSlash(filepath.Clean(disk))
		if errors.Is(err, fs.ErrPermission) {
			deny(name, err)
		}
		switch {
		case err != nil && d != nil && d.IsDir():
			return fs.SkipDir
		case err != nil:
			return nil
		case d.IsDir() && !p.Enters(name):
			return fs.SkipDir
		case !d.IsDir() && p.Fits(name) && d.Type()&^fs.ModeSymlink == 0:
			all = append(all, name)
		}
		return nil
	})
	return all
}
