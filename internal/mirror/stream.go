package mirror

import (
	"slices"
	"strings"

	"homebus/internal/mirror/home"
)

// streamIndent is where the text of an entry begins, after its time.
const streamIndent = 11

// keepPlace sees to it that new entries of the stream do not push away what somebody
// looks at: the cursor stays on its entry, but on the newest, where it stays too.
func (s *screen) keepPlace() {
	list := s.home.Stream.Entries()
	if len(list) == 0 {
		return
	}
	if s.pick > 0 || s.scroll > 0 {
		added := len(list) - 1 - slices.Index(list, s.newest)
		s.pick, s.scroll = min(s.pick+added, len(list)-1), min(s.scroll+added, len(list)-1)
	}
	s.newest = list[len(list)-1]
}

// turnStream moves the stream by n entries, and the cursor with it.
func (s *screen) turnStream(n int) {
	last := max(len(s.home.Stream.Entries())-1, 0)
	s.pick, s.scroll = max(min(s.pick-n, last), 0), max(min(s.scroll-n, last), 0)
}

// happened draws the newest entries of the stream, the newest at the bottom, in
// as many lines each as they need; older ones, if the cursor is on one of those.
func (s *screen) happened(w, h int) []string {
	entries := s.home.Stream.Entries()
	if len(entries) == 0 {
		return exactly([]string{s.p.dim.Render(" nothing has happened yet")}, w, h)
	}
	s.scroll = s.within(entries, w, h)
	entries = entries[:max(len(entries)-s.scroll, 0)]
	picked := len(entries) - 1 - (s.pick - s.scroll)
	var lines []string
	for i, e := range slices.Backward(entries) {
		room := h - len(lines)
		if room <= 0 {
			break
		}
		entry := s.entryLines(e, s.focus == paneStream && i == picked, w)
		if len(entry) > room { // its beginning says more than its end
			entry = entry[:room]
			entry[room-1] = fit(entry[room-1]+" …", w)
		}
		lines = append(s.markAll(exactly(entry, w, len(entry)), zone{kind: zoneEntry, n: i}), lines...)
	}
	return exactly(lines, w, h)
}

// within returns how many entries lie below those that are shown, so that the one
// under the cursor is shown whole, if it can be.
func (s *screen) within(entries []*home.Entry, w, h int) int {
	last := len(entries) - 1
	s.pick = min(s.pick, last)
	top := last - s.pick
	scroll := min(s.scroll, s.pick)
	used := 0
	for i := top; i <= last-scroll; i++ {
		if used += len(s.entryLines(entries[i], false, w)); used > h && i > top {
			return last - i + 1
		}
	}
	return scroll
}

func (s *screen) entryLines(e *home.Entry, chosen bool, w int) []string {
	lead := " "
	if chosen {
		lead = s.p.accent.Render("▌")
	}
	lead += s.p.dim.Render(e.At.In(s.home.Zone).Format("15:04:05")) + "  "
	var lines []string
	for _, l := range wrap(e.Text(), w-streamIndent) {
		l = s.p.tone(e.Tone).Render(l)
		lines = append(lines, lead+strings.ReplaceAll(l, "›", s.p.dim.Render("›")))
		lead = strings.Repeat(" ", streamIndent)
	}
	return lines
}
