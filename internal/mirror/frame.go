package mirror

import (
	"strings"

	"github.com/charmbracelet/lipgloss"
)

type styler = lipgloss.Style

// The sizes at which the picture changes its form, in cells.
const (
	fullWidth, fullHeight   = 72, 18 // below: clock, answer, what is doing something
	largeWidth, largeHeight = 110, 34
	hugeWidth               = 150   // from here on the answer is large too
	tinyWidth, tinyHeight   = 30, 8 // below: the answer and nothing else
)

// compact reports whether there is only room for what matters now.
func (s *screen) compact() bool { return s.w < fullWidth || s.h < fullHeight }

// view draws the whole screen: exactly h lines of exactly w cells.
func (s *screen) view() string {
	if s.w <= 0 || s.h <= 0 {
		return ""
	}
	var lines []string
	switch {
	case s.w < tinyWidth || s.h < tinyHeight:
		lines = s.tiny()
	case s.menu != nil:
		lines = s.withMenu()
	case s.compact():
		lines = s.small()
	default:
		lines = s.full()
	}
	return strings.Join(exactly(lines, s.w, s.h), "\n")
}

func (s *screen) rule() string { return s.p.dim.Render(strings.Repeat("─", s.w)) }

// tiny is the answer, with the time if there is a line for it.
func (s *screen) tiny() []string {
	var lines []string
	if s.h > 2 {
		lines = append(lines, s.p.dim.Render(s.houseTime().Format("15:04")))
	}
	return append(lines, s.answerLines(s.w)...)
}

// small is the clock, the answer, and the appliances that do something.
func (s *screen) small() []string {
	lines := s.smallTop()
	lines = append(lines, s.rule())
	lines = append(lines, s.markAll(s.rooms(s.w, s.h-len(lines)-1), zone{kind: zonePane, n: int(paneRooms)})...)
	return append(lines, s.footer())
}

func (s *screen) smallTop() []string {
	now := s.houseTime()
	rows := smallClock(now.Format("15:04"))
	name := s.home.Name
	if name == "" {
		name = "homebus"
	}
	right := []string{s.p.plain.Render(name), s.p.dim.Render(now.Format("Mon 2 January")), s.busWords()}
	var lines []string
	for i, row := range rows {
		lines = append(lines, spread(" "+s.p.strong.Render(row), right[i]+" ", s.w))
	}
	answer := s.answerLines(s.w - 2)
	if s.h >= 12 {
		lines = append(lines, "")
	}
	for _, l := range answer[:min(len(answer), max(s.h-8, 1), 3)] {
		lines = append(lines, " "+l)
	}
	return lines
}

// full is everything: header, rooms beside scenes, what happened, keys.
func (s *screen) full() []string {
	lines := append(s.header(s.large()), s.rule())
	room := s.h - len(lines) - 3
	side := s.sideWidth()
	stream := s.streamHeight(s.w-side-3, room)
	rooms := s.markAll(s.rooms(s.w-side-3, room-stream), zone{kind: zonePane, n: int(paneRooms)})
	scenes := s.markAll(s.side(side, room-stream), zone{kind: zonePane, n: int(paneScenes)})
	lines = append(lines, beside(s.p.dim.Render(" │"), rooms, scenes)...)
	lines = append(lines, s.rule())
	lines = append(lines, s.markAll(s.happened(s.w, stream), zone{kind: zonePane, n: int(paneStream)})...)
	lines = append(lines, s.rule())
	return append(lines, s.footer())
}

func (s *screen) large() bool { return s.w >= largeWidth && s.h >= largeHeight }

func (s *screen) sideWidth() int { return min(max(s.w*3/10, 38), 52) }

// streamHeight is how much of room goes to what happened: a seventh, and what
// the rooms and the scenes leave over. A filter moves nothing.
func (s *screen) streamHeight(w, room int) int {
	least, columns := max(room/7, 2), max(w/columnWidth, 1)
	alarmed, list := split(s.home.Appliances())
	top := alarmLines(len(alarmed), room)
	if len(list) > columns*(room-top) {
		return least
	}
	rooms := 0
	for _, c := range arrange(list, columns, max(room-least-top, 1), s.selected) {
		rooms = max(rooms, len(c)+1)
	}
	rooms += top
	side := 2*len(s.home.Scenes()) + 5
	return max(least, min(room-max(rooms, min(side, room/2)), room/2))
}

// withMenu draws a menu or a list in the place of the rooms, and what takes the
// whole screen in the place of all.
func (s *screen) withMenu() []string {
	var lines []string
	switch {
	case s.menu.whole:
		room := max(s.h-1, 1)
		return append(s.drawMenu(room), s.footer())
	case s.compact():
		lines = []string{" " + s.answerLines(s.w - 1)[0], s.rule()}
	default:
		lines = append(s.header(false), s.rule())
	}
	room := max(s.h-len(lines)-2, 1)
	lines = append(lines, s.drawMenu(room)...)
	lines = append(lines, s.rule())
	return append(lines, s.footer())
}

func (s *screen) drawMenu(h int) []string {
	return s.markAll(exactly(s.menu.draw(s, s.w, h), s.w, h), zone{kind: zoneMenu})
}

// footer says which keys do what for what is selected.
func (s *screen) footer() string {
	if s.entry != nil {
		return s.entry.draw(s, s.w)
	}
	if s.note != "" && s.at.Wall.Before(s.noteUntil) {
		return fit(" "+s.p.alarm.Render(s.note), s.w)
	}
	news := s.logNews()
	if news == "" {
		return fit(" "+s.hints(s.w-1), s.w)
	}
	return spread(" "+s.hints(s.w-3-width(news)), news+" ", s.w)
}
