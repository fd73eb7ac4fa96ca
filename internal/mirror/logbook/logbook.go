// Package logbook keeps the newest lines of a program's own log, for a screen that
// the log must not be written over.
package logbook

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"sync"
	"time"

	"homebus/internal/mirror/safetext"
)

// Bounds of a book.
const (
	// MaxLines is how many lines are kept; the oldest is forgotten.
	MaxLines = 500
	// maxCells is how wide a line is at most.
	maxCells = 500
)

// Line is one record of the log, fit for a terminal.
type Line struct {
	At    time.Time
	Level slog.Level
	// Text is the message and, after two spaces, the attributes as slog's text has
	// them: "reconnecting  after=1s err=\"connection refused\"".
	Text string
}

// Book holds the newest lines. Its methods may be called concurrently.
type Book struct {
	least slog.Leveler

	mu      sync.Mutex
	lines   []Line // a ring: the oldest is at next, once it is full
	next    int
	told    int // lines ever
	trouble int // those of them that warn, or worse
	text    bytes.Buffer
}

// New returns an empty book that takes records from a level on.
func New(least slog.Leveler) *Book { return &Book{least: least} }

// Handler returns what writes into the book.
func (b *Book) Handler() slog.Handler {
	return &handler{book: b, attrs: slog.NewTextHandler(&b.text, &slog.HandlerOptions{ReplaceAttr: attrsOnly, Level: b.least})}
}

// attrsOnly leaves out the level and the empty message that each record of Handle
// has.
func attrsOnly(groups []string, a slog.Attr) slog.Attr {
	if len(groups) > 0 {
		return a
	}
	_, level := a.Value.Any().(slog.Level)
	if a.Key == slog.LevelKey && level || a.Key == slog.MessageKey && a.Value.Equal(slog.StringValue("")) {
		return slog.Attr{}
	}
	return a
}

// Lines returns what is kept, the oldest first.
func (b *Book) Lines() []Line {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append(append(make([]Line, 0, len(b.lines)), b.lines[b.next:]...), b.lines[:b.next]...)
}

// Told returns how many lines were ever written, and how many of them were
// warnings or worse.
func (b *Book) Told() (lines, trouble int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.told, b.trouble
}

// handler writes records into a book. attrs writes their attributes, in the groups
// and with the attributes of this handler, into the book's text.
type handler struct {
	book  *Book
	attrs slog.Handler
}

var _ slog.Handler = (*handler)(nil)

// Enabled reports whether the book takes records of the level.
func (h *handler) Enabled(_ context.Context, level slog.Level) bool {
	return level >= h.book.least.Level()
}

// Handle writes the record into the book. It does not fail.
func (h *handler) Handle(ctx context.Context, r slog.Record) error {
	b := h.book
	b.mu.Lock()
	defer b.mu.Unlock()
	b.text.Reset()
	rest := slog.NewRecord(time.Time{}, r.Level, "", 0)
	r.Attrs(func(a slog.Attr) bool {
		rest.AddAttrs(a)
		return true
	})
	if err := h.attrs.Handle(ctx, rest); err != nil {
		return err
	}
	text := safetext.Clean(r.Message, maxCells)
	if attrs := strings.TrimSpace(b.text.String()); attrs != "" {
		text = safetext.Clean(text+"  "+attrs, maxCells)
	}
	b.add(Line{At: r.Time, Level: r.Level, Text: text})
	return nil
}

// WithAttrs returns a handler whose records have the attributes too.
func (h *handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return &handler{book: h.book, attrs: h.attrs.WithAttrs(attrs)}
}

// WithGroup returns a handler whose records have their attributes in the group.
func (h *handler) WithGroup(name string) slog.Handler {
	return &handler{book: h.book, attrs: h.attrs.WithGroup(name)}
}

func (b *Book) add(l Line) {
	b.told++
	if l.Level >= slog.LevelWarn {
		b.trouble++
	}
	if len(b.lines) < MaxLines {
		b.lines = append(b.lines, l)
		return
	}
	b.lines[b.next] = l
	b.next = (b.next + 1) % MaxLines
}
