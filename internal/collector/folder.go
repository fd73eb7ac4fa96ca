package collector

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"syscall"

	"homebus/internal/collect"
	"homebus/internal/filewire"
)

// Folder is a Store of one file for each source, NODE/PATH, in a folder that nothing is
// written outside of, whatever paths and symbolic links say (os.Root). The file is the
// whole state: its size says where to go on. Generations that ended are beside it, as
// filewire.Aside says. One owner; not safe for concurrent use.
//
// While it is open no other Folder can be at the same place. A file that somebody else
// has written to, cut, moved or removed is not appended to: that is a collect.Changed.
type Folder struct {
	root *os.Root
	lock *os.File
	// sizes are those of the files, without what waits; made are the sources whose file is
	// there and can be written to.
	sizes   map[collect.Source]int64
	made    map[collect.Source]bool
	waiting map[collect.Source][]byte
	size    int // of waiting
	// newest is the number of the newest generation that was set aside, by the name of the
	// file, of those in the folders that are in searched.
	newest   map[string]int
	searched map[string]bool
}

// maxWaiting is how many bytes wait for Flush at most, and those of one Append besides.
const maxWaiting = 4 << 20

// OpenFolder opens the folder, and makes it if there is none.
func OpenFolder(dir string) (*Folder, error) {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, err
	}
	held, err := lock(dir)
	if err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, errors.Join(err, held.Close())
	}
	return &Folder{root: root, lock: held, sizes: map[collect.Source]int64{}, made: map[collect.Source]bool{},
		waiting: map[collect.Source][]byte{}, newest: map[string]int{}, searched: map[string]bool{}}, nil
}

// Close closes the folder. What was not flushed is lost.
func (f *Folder) Close() error { return errors.Join(f.root.Close(), f.lock.Close()) }

func name(s collect.Source) string { return path.Join(s.Node, s.Path) }

// refusal makes an error a Refusal, unless no file could be written either.
func refusal(err error) error {
	for _, all := range []error{syscall.ENOSPC, syscall.EDQUOT, syscall.EROFS, syscall.EIO, syscall.EMFILE, syscall.ENFILE, syscall.ENOMEM} {
		if errors.Is(err, all) {
			return err
		}
	}
	return collect.Refusal{Err: err}
}

// Size is the size of the file, 0 if there is none.
func (f *Folder) Size(s collect.Source) (int64, error) {
	info, err := f.root.Lstat(name(s))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		f.sizes[s] = 0
		return 0, nil
	case err != nil:
		return 0, refusal(err)
	case !info.Mode().IsRegular():
		return 0, collect.Refusal{Err: fmt.Errorf("%s is no file", name(s))}
	}
	f.sizes[s] = info.Size()
	return info.Size(), nil
}

// Append lets bytes wait for Flush; first it writes what waits if that is much. The file is
// made at once, so that a source that cannot have one is refused before it has any bytes.
func (f *Folder) Append(s collect.Source, b []byte) error {
	if f.size >= maxWaiting {
		if err := f.Flush(); err != nil {
			return err
		}
	}
	if !f.made[s] {
		file, err := f.open(s)
		if err != nil {
			return err
		}
		if err := file.Close(); err != nil {
			return err
		}
		f.made[s] = true
	}
	f.waiting[s] = append(f.waiting[s], b...)
	f.size += len(b)
	return nil
}

// Flush writes all that waits.
func (f *Folder) Flush() error {
	for s := range f.waiting {
		if err := f.write(s); err != nil {
			return fmt.Errorf("file %s of node %s: %w", s.Path, s.Node, err)
		}
	}
	return nil
}

// write appends what waits of s to its file.
func (f *Folder) write(s collect.Source) error {
	b, ok := f.waiting[s]
	if !ok {
		return nil
	}
	delete(f.waiting, s)
	f.size -= len(b)
	file, err := f.open(s)
	if err != nil {
		return err
	}
	n, err := file.Write(b)
	f.sizes[s] += int64(n)
	return errors.Join(err, file.Close())
}

// open opens the file of a source to append to, in folders that it makes.
func (f *Folder) open(s collect.Source) (*os.File, error) {
	const flags = os.O_CREATE | os.O_APPEND | os.O_WRONLY
	file, err := f.root.OpenFile(name(s), flags, 0o666)
	if errors.Is(err, fs.ErrNotExist) {
		if err = f.root.MkdirAll(path.Dir(name(s)), 0o777); err == nil {
			file, err = f.root.OpenFile(name(s), flags, 0o666)
		}
	}
	if err != nil {
		return nil, refusal(err)
	}
	info, err := file.Stat()
	if err == nil && info.Size() != f.sizes[s] {
		delete(f.made, s)
		err = collect.Changed{Source: s, Err: fmt.Errorf("has %d bytes, and %d were written", info.Size(), f.sizes[s])}
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

// Proof is of the file.
func (f *Folder) Proof(s collect.Source) (filewire.Proof, error) {
	if err := f.write(s); err != nil {
		return filewire.Proof{}, err
	}
	proof, size, err := f.prove(name(s))
	if errors.Is(err, fs.ErrNotExist) || err == nil && size != f.sizes[s] {
		return filewire.Proof{}, collect.Changed{Source: s, Err: fmt.Errorf("has %d bytes, and %d were written", size, f.sizes[s])}
	}
	return proof, err
}

func (f *Folder) prove(name string) (proof filewire.Proof, size int64, err error) {
	file, err := f.root.Open(name)
	if err != nil {
		return filewire.Proof{}, 0, refusal(err)
	}
	defer file.Close()
	info, err := file.Stat()
	switch {
	case err != nil:
		return filewire.Proof{}, 0, err
	case !info.Mode().IsRegular():
		return filewire.Proof{}, 0, collect.Refusal{Err: fmt.Errorf("%s is no file", name)}
	}
	proof, err = filewire.Prove(file, info.Size())
	return proof, info.Size(), err
}

// SetAside renames the file.
func (f *Folder) SetAside(s collect.Source) error {
	if err := f.write(s); err != nil {
		return err
	}
	if size, err := f.Size(s); err != nil || size == 0 {
		return err
	}
	n, err := f.asides(s)
	if err != nil {
		return err
	}
	for n++; ; n++ { // one that somebody has put there since stays
		if _, err := f.root.Lstat(filewire.Aside(name(s), n)); err != nil {
			break
		}
	}
	if err := f.root.Rename(name(s), filewire.Aside(name(s), n)); err != nil {
		return refusal(err)
	}
	delete(f.made, s)
	f.sizes[s], f.newest[name(s)] = 0, n
	return nil
}

// asides is the number of the newest generation of s that was set aside, 0 if there is
// none. Older ones may be gone: whoever needs the room removes them.
func (f *Folder) asides(s collect.Source) (int, error) {
	folder := path.Dir(name(s))
	if !f.searched[folder] {
		names, err := fs.ReadDir(f.root.FS(), folder)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return 0, refusal(err)
		}
		for _, entry := range names {
			if base, n, ok := filewire.AsideNumber(entry.Name()); ok {
				of := path.Join(folder, base)
				f.newest[of] = max(f.newest[of], n)
			}
		}
		f.searched[folder] = true
	}
	return f.newest[name(s)], nil
}

// Aside is of the newest generation that was set aside.
func (f *Folder) Aside(s collect.Source) (*filewire.Proof, error) {
	n, err := f.asides(s)
	if n == 0 || err != nil {
		return nil, err
	}
	proof, _, err := f.prove(filewire.Aside(name(s), n))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil // removed since
	}
	return &proof, err
}
