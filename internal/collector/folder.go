package collector

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"

	"homebus/internal/collect"
	"homebus/internal/filewire"
)

// Folder is a Store of one file for each source, NODE/PATH, in a folder that nothing is
// written outside of, whatever paths and symbolic links say (os.Root). The file is the
// whole state: its size says where to go on. Generations that ended are beside it, as
// filewire.Aside says. One owner; not safe for concurrent use.
type Folder struct {
	root *os.Root
	// made are the sources whose file is there and can be written to.
	made    map[collect.Source]bool
	waiting map[collect.Source][]byte
	size    int // of waiting
}

// maxWaiting is how many bytes wait for Flush at most.
const maxWaiting = 4 << 20

// OpenFolder opens the folder, and makes it if there is none.
func OpenFolder(dir string) (*Folder, error) {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	return &Folder{root: root, made: map[collect.Source]bool{}, waiting: map[collect.Source][]byte{}}, nil
}

// Close closes the folder. What was not flushed is lost.
func (f *Folder) Close() error { return f.root.Close() }

func name(s collect.Source) string { return path.Join(s.Node, s.Path) }

// Size is the size of the file, 0 if there is none.
func (f *Folder) Size(s collect.Source) (int64, error) {
	info, err := f.root.Lstat(name(s))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return 0, nil
	case err != nil:
		return 0, collect.Refusal{Err: err}
	case !info.Mode().IsRegular():
		return 0, collect.Refusal{Err: fmt.Errorf("%s is no file", name(s))}
	}
	return info.Size(), nil
}

// Append lets bytes wait for Flush, or writes all that waits. The file is made at once, so
// that a source that cannot have one is refused before it has any bytes.
func (f *Folder) Append(s collect.Source, b []byte) error {
	if !f.made[s] {
		file, err := f.open(name(s))
		if err != nil {
			return collect.Refusal{Err: err}
		}
		if err := file.Close(); err != nil {
			return err
		}
		f.made[s] = true
	}
	f.waiting[s] = append(f.waiting[s], b...)
	if f.size += len(b); f.size < maxWaiting {
		return nil
	}
	return f.Flush()
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
	file, err := f.open(name(s))
	if err != nil {
		return err
	}
	_, err = file.Write(b)
	return errors.Join(err, file.Close())
}

// open opens a file to append to, in folders that it makes.
func (f *Folder) open(name string) (*os.File, error) {
	const flags = os.O_CREATE | os.O_APPEND | os.O_WRONLY
	file, err := f.root.OpenFile(name, flags, 0o666)
	if !errors.Is(err, fs.ErrNotExist) {
		return file, err
	}
	if err := f.root.MkdirAll(path.Dir(name), 0o777); err != nil {
		return nil, err
	}
	return f.root.OpenFile(name, flags, 0o666)
}

// Proof is of the file.
func (f *Folder) Proof(s collect.Source) (filewire.Proof, error) {
	if err := f.write(s); err != nil {
		return filewire.Proof{}, err
	}
	return f.prove(name(s))
}

func (f *Folder) prove(name string) (filewire.Proof, error) {
	file, err := f.root.Open(name)
	if err != nil {
		return filewire.Proof{}, err
	}
	defer file.Close()
	size, err := file.Seek(0, io.SeekEnd)
	if err != nil {
		return filewire.Proof{}, err
	}
	return filewire.Prove(file, size)
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
	delete(f.made, s)
	return f.root.Rename(name(s), filewire.Aside(name(s), n+1))
}

// asides is how many generations of s were set aside.
func (f *Folder) asides(s collect.Source) (int, error) {
	for n := 0; ; n++ {
		_, err := f.root.Lstat(filewire.Aside(name(s), n+1))
		if errors.Is(err, fs.ErrNotExist) {
			return n, nil
		} else if err != nil {
			return 0, collect.Refusal{Err: err}
		}
	}
}

// Aside is of the newest generation that was set aside.
func (f *Folder) Aside(s collect.Source) (*filewire.Proof, error) {
	n, err := f.asides(s)
	if n == 0 || err != nil {
		return nil, err
	}
	proof, err := f.prove(filewire.Aside(name(s), n))
	return &proof, err
}
