package mirror

import (
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"homebus/internal/mirror/home"
)

// wheelLines is how many lines of a page the wheel turns at once.
const wheelLines = 3

// mouse takes what the mouse does. A click selects, a click on what is selected does
// what enter does, and the wheel goes up and down where it is. What else it does, the
// terminal may need for selecting text.
func (s *screen) mouse(msg tea.MouseMsg) {
	if msg.Action != tea.MouseActionPress {
		return
	}
	switch msg.Button {
	case tea.MouseButtonLeft:
		s.click(s.under(msg.X, msg.Y))
	case tea.MouseButtonWheelUp:
		s.wheel(s.under(msg.X, msg.Y), -1)
	case tea.MouseButtonWheelDown:
		s.wheel(s.under(msg.X, msg.Y), 1)
	}
}

// click takes a click into zones, the innermost last.
func (s *screen) click(zones []zone) {
	if n := len(zones); n > 0 && zones[n-1].kind == zoneKey {
		z := zones[n-1]
		if list := s.bindings(); z.n < len(list) && list[z.n].Enabled() {
			list[z.n].do(s, z.id)
		}
		return
	}
	if s.entry != nil {
		if s.entry.finish(s); s.entry != nil {
			return // what was typed is wrong, and says so
		}
	}
	if s.menu != nil {
		s.clickMenu(zones)
		return
	}
	if n := len(zones); n > 0 {
		s.clickPane(zones[n-1])
	}
}

// clickMenu takes a click while a list or a page is open. One beside it closes it.
func (s *screen) clickMenu(zones []zone) {
	if len(zones) == 0 || !slices.ContainsFunc(zones, func(z zone) bool { return z.kind == zoneMenu }) {
		s.menu = nil
		return
	}
	z := zones[len(zones)-1]
	if z.kind != zoneItem && z.kind != zoneParam || z.n >= len(s.menu.items) {
		return
	}
	again := s.menu.at == z.n
	s.menu.at = z.n
	switch {
	case z.kind == zoneParam:
		s.menu.items[z.n].param = z.param
		if z.step != 0 {
			s.menu.change(z.step)
		}
	case again:
		s.choose()
	}
}

// clickPane takes a click into the picture itself.
func (s *screen) clickPane(z zone) {
	switch z.kind {
	case zonePane:
		s.focus = pane(z.n)
	case zoneAppliance:
		again := s.focus == paneRooms && s.selected == z.id
		s.focus, s.selected = paneRooms, z.id
		if again {
			s.natural()
		}
	case zoneScene:
		again := s.focus == paneScenes && s.scene == z.n
		s.focus, s.scene = paneScenes, z.n
		if again {
			s.natural()
		}
	case zoneEntry:
		pick := len(s.home.Stream.Entries()) - 1 - z.n
		again := s.focus == paneStream && s.pick == pick
		s.focus, s.pick = paneStream, pick
		if again {
			s.openWhy()
		}
	}
}

// wheel turns the pane under the pointer, or the page that is open, by n.
func (s *screen) wheel(zones []zone, n int) {
	switch {
	case s.entry != nil, len(zones) == 0:
	case s.menu != nil && len(s.menu.items) > 0:
		s.menu.at = max(min(s.menu.at+n, len(s.menu.items)-1), 0)
	case s.menu != nil:
		s.menu.move(n * wheelLines)
	case zones[0].kind != zonePane:
	case pane(zones[0].n) == paneStream:
		s.focus = paneStream
		s.turnStream(n)
	default:
		s.focus = pane(zones[0].n)
		s.move(n)
	}
}

// chosenEntry returns the entry of the stream under the cursor; nil if there is none.
func (s *screen) chosenEntry() *home.Entry {
	if list := s.home.Stream.Entries(); s.pick < len(list) {
		return list[len(list)-1-s.pick]
	}
	return nil
}
