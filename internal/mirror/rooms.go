package mirror

import (
	"fmt"
	"strings"

	"homebus/internal/mirror/home"
)

// columnWidth is how wide a column of rooms should be at least.
const columnWidth = 40

// roomLine is one line of the rooms: a room's name, or an appliance.
type roomLine struct {
	area      string
	appliance *home.Appliance
}

// rooms draws the rooms in h lines of w cells, in as many columns as there is
// room for.
func (s *screen) rooms(w, h int) []string {
	if h <= 0 || w <= 0 {
		return nil
	}
	list := s.shown()
	if len(list) == 0 {
		return exactly([]string{"", s.p.dim.Render(s.noRooms())}, w, h)
	}
	columns := max(w/columnWidth, 1)
	each := (w - (columns - 1)) / columns
	blocks := make([][]string, columns)
	for i, lines := range arrange(list, columns, h, s.selected) {
		blocks[i] = s.roomLines(lines, each)
	}
	for i := range blocks {
		blocks[i] = exactly(blocks[i], each, h)
	}
	lines := beside(" ", blocks...)
	for i := range lines {
		lines[i] = fit(lines[i], w)
	}
	return lines
}

func (s *screen) noRooms() string {
	if s.filter != "" {
		return "  nothing matches “" + s.filter + "”"
	}
	return "  no appliance has reported yet"
}

func (s *screen) roomLines(lines []roomLine, w int) []string {
	out := make([]string, len(lines))
	for i, l := range lines {
		switch {
		case l.appliance != nil:
			out[i] = s.row(l.appliance, w)
		case l.area != "":
			out[i] = s.p.dim.Bold(true).Render(" " + strings.ToUpper(l.area))
		}
	}
	return out
}

// arrange puts appliances into columns of h lines, whole rooms together if they
// fit, and otherwise as one text that is turned to where selected is.
func arrange(list []*home.Appliance, columns, h int, selected string) [][]roomLine {
	rooms := byRoom(list)
	total, longest := 0, 0
	for _, r := range rooms {
		total += len(r)
		longest = max(longest, len(r))
	}
	for height := max(longest, (total+columns-1)/columns); height <= h; height++ {
		if packed := pack(rooms, columns, height); packed != nil {
			return packed
		}
	}
	return turned(rooms, columns, h, selected)
}

// byRoom gives each room the lines of its name and its appliances.
func byRoom(list []*home.Appliance) [][]roomLine {
	var rooms [][]roomLine
	for _, a := range list {
		if n := len(rooms); n == 0 || rooms[n-1][0].area != a.Area {
			rooms = append(rooms, []roomLine{{area: a.Area}})
		}
		rooms[len(rooms)-1] = append(rooms[len(rooms)-1], roomLine{area: a.Area, appliance: a})
	}
	return rooms
}

// pack fills columns of the height one after another; nil if they do not hold
// all rooms.
func pack(rooms [][]roomLine, columns, height int) [][]roomLine {
	packed := make([][]roomLine, 1, columns)
	for _, r := range rooms {
		last := len(packed) - 1
		if len(packed[last])+len(r) > height {
			if len(packed) == columns {
				return nil
			}
			packed, last = append(packed, nil), last+1
		}
		packed[last] = append(packed[last], r...)
	}
	return packed
}

// turned cuts all lines into pages of columns × h lines and returns the one
// with the selected appliance.
func turned(rooms [][]roomLine, columns, h int, selected string) [][]roomLine {
	var all []roomLine
	at := 0
	for _, r := range rooms {
		for _, l := range r {
			if l.appliance != nil && l.appliance.ID == selected {
				at = len(all)
			}
			all = append(all, l)
		}
	}
	page := columns * h
	all = all[at/page*page:]
	var out [][]roomLine
	for len(all) > 0 && len(out) < columns {
		n := min(h, len(all))
		out = append(out, all[:n])
		all = all[n:]
	}
	return out
}

// shown returns the appliances that the filter lets through; on a small screen
// only those that do something, and the selected one.
func (s *screen) shown() []*home.Appliance {
	var list []*home.Appliance
	for _, a := range s.home.Appliances() {
		if !s.matches(a) {
			continue
		}
		if s.compact() && s.filter == "" && a.ID != s.selected && !s.doesSomething(a) {
			continue
		}
		list = append(list, a)
	}
	return list
}

func (s *screen) doesSomething(a *home.Appliance) bool {
	return a.Phase() > home.PhaseResting || s.home.Request(a.ID) != nil
}

// matches reports whether every word of the filter is in what the row says.
func (s *screen) matches(a *home.Appliance) bool {
	if s.filter == "" {
		return true
	}
	text := a.ID + " " + a.Word()
	if a.Offline {
		text += " offline"
	}
	if a.Type != nil {
		text += " " + a.Type.Name
	}
	for _, w := range strings.Fields(strings.ToLower(s.filter)) {
		if !strings.Contains(text, w) {
			return false
		}
	}
	return true
}

// roomsTitle counts what is shown, for long lists.
func (s *screen) roomsTitle() string {
	if s.filter == "" {
		return ""
	}
	return fmt.Sprintf("/%s  %d of %d", s.filter, len(s.shown()), len(s.home.Appliances()))
}
