package follower

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"slices"

	"homebus/internal/filewire"
	"homebus/internal/tail"
)

// publisher reads files and publishes their lines. One owner.
type publisher struct {
	files   *catalog
	folders *folders
	// say publishes a line and reports whether there was room for it.
	say    func(path string, l filewire.Line) bool
	log    *slog.Logger
	buffer []byte
}

func newPublisher(files *catalog, folders *folders, say func(string, filewire.Line) bool, log *slog.Logger) *publisher {
	return &publisher{files: files, folders: folders, say: say, log: log, buffer: make([]byte, 128+filewire.MaxLine)}
}

// begin looks at a file for the first time: its lines will be published from its start or
// its end, which is behind its last newline.
func (p *publisher) begin(f *file, fromStart bool) {
	g, ok := lookAt(f.disk)
	if !ok {
		return
	}
	offset := int64(0)
	if !fromStart {
		offset = p.lastLine(g)
	}
	f.tail.Begin(g.id, offset)
	p.note(f, tail.Sight{ID: g.id, Size: g.size, At: g.at})
}

// lastLine is where the line begins that no newline ends yet. One longer than a buffer is
// taken to begin at the end.
func (p *publisher) lastLine(g generation) int64 {
	n := min(g.size, filewire.MaxLine)
	data, err := g.read(g.size-n, int(n))
	if err != nil {
		return g.size
	}
	if i := bytes.LastIndexByte(data, '\n'); i >= 0 {
		return g.size - n + int64(i) + 1
	}
	if n == g.size {
		return 0
	}
	return g.size
}

// note remembers how f looks, and lets those know who answer.
func (p *publisher) note(f *file, s tail.Sight) {
	f.last, f.idle = s, 0
	p.files.put(f.path, entry{disk: f.disk, size: s.Size, generation: f.tail.Generation()})
}

// look looks at a file, notes what is new, and publishes its lines if the bus is up. It
// reports whether there is more to be published at once.
func (p *publisher) look(f *file, up bool) (more bool) {
	g, ok := lookAt(f.disk)
	if !ok {
		f.idle++
		return false
	}
	s := tail.Sight{ID: g.id, Size: g.size, At: g.at}
	switch f.tail.Look(s) {
	case tail.Rest:
		f.idle++
		return false
	case tail.Moved:
		if !p.finish(f, up) {
			return true
		}
		f.tail.Begin(g.id, 0)
		p.note(f, s)
	case tail.Shorter:
		f.tail.Cut()
		p.note(f, s)
	}
	if s != f.last {
		p.note(f, s)
	}
	if !up {
		f.idle++ // there is no hurry
		return false
	}
	return p.read(f, g, s, false)
}

// finish publishes what is left of the file that was at f's path before, if it can be
// found, and reports whether that is done. Whoever collects asks for it in any case.
func (p *publisher) finish(f *file, up bool) bool {
	if f.tail.ID() == "" {
		return true
	}
	earlier := p.folders.earlier(f.disk)
	i := slices.IndexFunc(earlier, func(g generation) bool { return g.id == f.tail.ID() })
	switch {
	case i >= 0 && up && earlier[i].size > f.tail.Offset():
		return !p.read(f, earlier[i], tail.Sight{}, true)
	case i < 0 && !f.packed && p.folders.packed(f.disk):
		f.packed = true
		p.log.Warn("a file was compressed as soon as it was rotated away: what was written to it last may be missing (logrotate: delaycompress)", "path", f.path)
	}
	return true
}

// read publishes lines of g, the file that f follows, and reports whether there are more.
// s is how g looked; final says that nothing more will come.
func (p *publisher) read(f *file, g generation, s tail.Sight, final bool) (more bool) {
	data, ok := p.bytes(f, g)
	if !ok {
		return false
	}
	for line := range tail.Lines(data, filewire.MaxLine, final && f.tail.Offset()+int64(len(data)) >= g.size) {
		if !p.say(f.path, filewire.NewLine(f.tail.Generation(), f.tail.Offset(), line)) {
			return true
		}
		f.tail.Said(line)
		data = data[len(line):]
	}
	if f.tail.Offset()+int64(len(data)) < g.size {
		return true
	}
	f.tail.AllRead(s)
	return false
}

// bytes reads what comes at the offset of f, if g is still the file it was.
func (p *publisher) bytes(f *file, g generation) ([]byte, bool) {
	file, err := g.open()
	if err != nil {
		p.unreadable(f, err) // the next look sees what has become of it
		return nil, false
	}
	defer file.Close()
	mark := f.tail.Mark()
	n, err := file.ReadAt(p.buffer[:mark+filewire.MaxLine], f.tail.Offset()-int64(mark))
	if err != nil && err != io.EOF {
		p.unreadable(f, err)
		return nil, false
	}
	f.unread = false
	if n < mark || !f.tail.Same(p.buffer[:mark]) {
		f.tail.Cut()
		p.note(f, f.last)
		return nil, true // more than nothing is to be read: from the start
	}
	// What came after the look counts as not read yet.
	return p.buffer[mark:min(int64(n), int64(mark)+max(0, g.size-f.tail.Offset()))], true
}

// unreadable says once, until it can be read again, that a file cannot be read.
func (p *publisher) unreadable(f *file, err error) {
	f.idle++ // it is not tried ten times a second for ever
	if f.unread || errors.Is(err, errMoved) || errors.Is(err, fs.ErrNotExist) {
		return
	}
	f.unread = true
	p.log.Warn("a file cannot be read", "path", f.path, "why", err)
}
