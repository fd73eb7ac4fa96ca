package mirror

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"homebus/internal/mirror/logbook"
)

// logMenu is the page of the log, the newest line at the bottom. Whoever has it open
// has read it.
func logMenu() *menu {
	return &menu{title: "LOG", whole: true, follows: true, newest: func(s *screen, w int) []string {
		_, s.read = s.book.Told()
		var text []string
		for _, l := range s.book.Lines() {
			text = append(text, s.logLine(l, w)...)
		}
		if len(text) == 0 {
			text = []string{s.p.dim.Render(" Nothing has been logged.")}
		}
		return text
	}}
}

// logLine draws a line of the log in as many lines of w cells as it needs.
func (s *screen) logLine(l logbook.Line, w int) []string {
	style := s.p.plain
	switch {
	case l.Level >= slog.LevelWarn:
		style = s.p.alarm
	case l.Level < slog.LevelInfo:
		style = s.p.dim
	}
	lead := " " + s.p.dim.Render(s.home.WallTime(l.At)) + "  " + fit(style.Render(l.Level.String()), len("ERROR")) + "  "
	var lines []string
	for _, part := range wrap(l.Text, max(w-width(lead), 12)) {
		lines = append(lines, lead+style.Render(part))
		lead = strings.Repeat(" ", width(lead))
	}
	return lines
}

// logNews says in the last line that there are warnings that nobody has read; "" if
// there are none, or something is open before it.
func (s *screen) logNews() string {
	if s.book == nil || s.menu != nil {
		return ""
	}
	_, trouble := s.book.Told()
	n := trouble - s.read
	if n == 0 {
		return ""
	}
	words := "1 warning"
	if n > 1 {
		words = fmt.Sprintf("%d warnings", n)
	}
	list := s.bindings()
	at := slices.IndexFunc(list, func(b binding) bool { return slices.Contains(b.Keys(), "L") })
	if at < 0 {
		return s.p.alarm.Render(words)
	}
	return s.mark(s.p.alarm.Render(words)+s.p.plain.Render("  L ")+s.p.dim.Render("log"), zone{kind: zoneKey, n: at, id: "L"})
}
