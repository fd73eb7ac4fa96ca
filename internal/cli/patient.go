package cli

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"os/signal"
	"sync/atomic"
	"syscall"
	"time"
)

const (
	// patience is how many log lines may wait for whoever reads them.
	patience = 1024
	// partingTime is how long the last lines have to be written when the program ends.
	partingTime = 250 * time.Millisecond
)

// OutlivingLogger returns a logger like Logger's for a program that has to go on
// whatever becomes of its log: it waits for nobody who reads slowly or not at all (a
// terminal that was stopped with Ctrl-S, a pager), and does not end with whoever read
// it, as a program does by default when a pipe breaks (SIGPIPE). Beyond 1024 lines that
// wait, the newest are lost, and a line tells how many once there is room. flush is
// called before the program ends, and waits for the last lines, a quarter of a second
// at most.
func (l *Log) OutlivingLogger(w io.Writer) (log *slog.Logger, flush func(), err error) {
	direct, err := l.Logger(w)
	if err != nil {
		return nil, nil, err
	}
	p := &patient{w: w, lines: make(chan []byte, patience), ending: make(chan struct{}), ended: make(chan struct{})}
	p.tell = func(lost uint64) { direct.Warn("log lines lost, nobody has read them", "lines", lost) }
	if log, err = l.Logger(p); err != nil {
		return nil, nil, err
	}
	signal.Ignore(syscall.SIGPIPE)
	go p.write()
	return log, p.flush, nil
}

// patient is a writer of whole lines that waits for nobody: write does. Any goroutine
// may write to it.
type patient struct {
	w             io.Writer
	lines         chan []byte
	lost          atomic.Uint64
	tell          func(lost uint64) // writes to w
	ending, ended chan struct{}
}

// Write takes a line, or loses it if too many wait.
func (p *patient) Write(line []byte) (int, error) {
	select {
	case p.lines <- bytes.Clone(line):
	default:
		p.lost.Add(1) // the newest: what came first says how it began
	}
	return len(line), nil
}

// write writes lines until flush, and then those that still wait.
func (p *patient) write() {
	defer close(p.ended)
	for {
		select {
		case line := <-p.lines:
			p.pass(line)
		case <-p.ending:
			for len(p.lines) > 0 {
				p.pass(<-p.lines)
			}
			return
		}
	}
}

// pass writes a line, and after the last that waits how many were lost. What cannot be
// written is lost: there is no other place to say so.
func (p *patient) pass(line []byte) {
	_, _ = p.w.Write(line)
	if len(p.lines) == 0 {
		if n := p.lost.Swap(0); n > 0 {
			p.tell(n)
		}
	}
}

// flush ends write, or gives it up in the middle of a line that nobody reads.
func (p *patient) flush() {
	ctx, cancel := context.WithTimeout(context.Background(), partingTime)
	defer cancel()
	close(p.ending)
	select {
	case <-p.ended:
	case <-ctx.Done():
	}
}
