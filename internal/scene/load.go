package scene

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"syscall"

	"homebus/devices"
	"homebus/internal/scene/tomltree"
)

// Load reads a scenes.toml. path is only used in messages. The error is an
// ErrorList with every mistake in file order; what only follows from a mistake
// is not listed.
func Load(path string, src []byte) (*File, error) {
	return load(path, src, devices.Types())
}

// LoadFile reads the scenes.toml at path, which must be a regular file of at
// most MaxSize bytes. The error is an ErrorList, or tells why the file could not
// be read.
func LoadFile(path string) (*File, error) {
	src, err := ReadFile(path)
	if err != nil {
		return nil, err
	}
	return Load(path, src)
}

// ReadFile reads the regular file at path for Load, which refuses what is longer than
// MaxSize: of such a file it returns the beginning.
func ReadFile(path string) ([]byte, error) {
	src, err := readFile(path)
	if failed := (*fs.PathError)(nil); errors.As(err, &failed) {
		err = &fs.PathError{Op: failed.Op, Path: printable(path), Err: failed.Err}
	}
	return src, err
}

// readFile reads a regular file, a byte more than MaxSize at most.
func readFile(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if err := wantRegular(path, info); err != nil { // to open a device can do something
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0) // what is a pipe by now has no writer
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if info, err = f.Stat(); err != nil {
		return nil, err
	}
	if err := wantRegular(path, info); err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(f, tomltree.MaxSize+1))
}

func wantRegular(path string, info fs.FileInfo) error {
	if info.Mode().IsRegular() {
		return nil
	}
	return fmt.Errorf("open %s: want a file, not a %s", printable(path), fileKind(info.Mode()))
}

func fileKind(m os.FileMode) string {
	switch {
	case m.IsDir():
		return "directory"
	case m&os.ModeNamedPipe != 0:
		return "pipe"
	case m&os.ModeSocket != 0:
		return "socket"
	}
	return "device"
}

// loader holds what the parts of a load share.
type loader struct {
	path  string
	types []*devices.Type
	file  *File
	errs  ErrorList

	// devices are all devices named in the file; one whose table is wrong has no
	// Type, and what is said about it is not checked further.
	devices map[string]*Device
	// scenes are all scenes named in the file.
	scenes map[string]bool
	// deviceIDs and sceneNames are the same in file order, for suggestions.
	deviceIDs, sceneNames []string
	// lived says that the file tells of somebody who lives there.
	lived bool
	// located says that the file tells where the home is, rightly or wrongly.
	located bool
	// guesses counts the names compared in search of what was meant.
	guesses int
}

func load(path string, src []byte, types []*devices.Type) (*File, error) {
	root, mistake := tomltree.Parse(src)
	if mistake != nil {
		return nil, ErrorList{newError(path, mistake.Pos, "", mistake.What)}
	}
	l := &loader{
		path: path, types: types, file: &File{Path: path},
		devices: make(map[string]*Device), scenes: make(map[string]bool),
	}
	l.root(&fields{loader: l, table: root, pos: Pos{Line: 1, Column: 1}})
	if len(l.errs) > 0 {
		slices.SortStableFunc(l.errs, byPlace)
		// A text can name a value twice that there is not.
		return nil, slices.CompactFunc(l.errs, func(a, b *Error) bool { return *a == *b })
	}
	return l.file, nil
}

func byPlace(a, b *Error) int { return a.Pos.Compare(b.Pos) }

// root reads the whole file: first what there is, so that the parts can name one
// another in any order, then each part.
func (l *loader) root(f *fields) {
	if !l.schema(f) {
		return
	}
	f.sections()
	declared := l.declareDevices(f)
	scenes := l.declareScenes(f)
	l.home(f)
	slices.SortStableFunc(declared, func(a, b declaredDevice) int { return a.Pos.Compare(b.Pos) })
	meter := l.houseMeter(declared)
	for _, d := range declared {
		l.device(d)
	}
	l.feeding(declared)
	if meter != nil {
		l.file.Devices = append(l.file.Devices, meter)
	}
	for _, s := range scenes {
		l.scene(s)
	}
	l.occupancy(f)
	l.tests(f)
}

// sections reports keys that are none of the file's. What stands in a misspelt
// section counts as named, so that the rest of the file can speak of it.
func (f *fields) sections() {
	f.known = []string{"schema", "home", "device", "scene", "occupancy", "test"}
	for _, e := range f.table.Entries {
		if slices.Contains(f.known, e.Name) {
			continue
		}
		f.unknownKey(e, f.known) // also those present: tables can be written apart
		meant, _ := devices.Nearest(e.Name, f.known)
		f.lived = f.lived || meant == "occupancy"
		if e.Value.Table == nil {
			continue
		}
		switch meant {
		case "scene":
			for _, s := range e.Value.Table.Entries {
				f.nameScene(s.Name)
			}
		case "device":
			f.nameArea(e.Value.Table)
		}
	}
}

// nameArea notes the devices of a misspelt section.
func (l *loader) nameArea(areas *tomltree.Table) {
	for _, area := range areas.Entries {
		if area.Value.Table == nil {
			continue
		}
		for _, d := range area.Value.Table.Entries {
			l.nameDevice(&Device{ID: area.Name + "/" + d.Name})
		}
	}
}

// schema reports whether this is a file for us; if not, its other mistakes mean
// nothing.
func (l *loader) schema(f *fields) bool {
	n := f.get("schema")
	if n == nil || n.Scalar == int64(1) {
		return true
	}
	l.fail(n.Pos, "", "schema is %s; want 1, the only one there is", n.String())
	return false
}

func (l *loader) fail(pos Pos, where, format string, args ...any) {
	l.errs = append(l.errs, newError(l.path, pos, where, fmt.Sprintf(format, args...)))
}

// maxGuesses bounds the search for what was meant, in names that are compared: a
// file for which that is not enough is no house with typing errors.
const maxGuesses = 200_000

// nearest returns the candidate that name was probably meant to be.
func (l *loader) nearest(name string, candidates []string) (string, bool) {
	if l.guesses += len(candidates); l.guesses > maxGuesses {
		return "", false
	}
	return devices.Nearest(name, candidates)
}

// didYouMean returns ` (did you mean "toaster"?)`, or "" if no candidate is near.
func (l *loader) didYouMean(name string, candidates []string) string {
	best, ok := l.nearest(name, candidates)
	if !ok {
		return ""
	}
	return fmt.Sprintf(" (did you mean %q?)", best)
}
