package mirror

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strings"

	"homebus/internal/mirror/home"
)

// columnWidth is how wide a column of rooms should be at least.
const columnWidth = 38

// widestColumn is how wide it gets at most, so that an eye finds the way from a
// name to its values.
const widestColumn = 60

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
	if s.compact() {
		return s.rows(list, w, h)
	}
	alarmed, rest := split(list)
	top := s.alarms(alarmed, w, h)
	below := s.roomsOf(rest, w, h-len(top))
	if n := len(below); len(top) > 0 && n > 0 && strings.TrimSpace(below[n-1]) == "" {
		top, below = append(top, below[n-1]), below[:n-1] // a line is free: let it part them
	}
	return append(top, below...)
}

// roomsOf draws appliances by room.
func (s *screen) roomsOf(list []*home.Appliance, w, h int) []string {
	if len(list) == 0 || h <= 0 {
		return exactly(nil, w, max(h, 0))
	}
	columns := arrange(list, max(w/columnWidth, 1), h, s.selected)
	if appliancesIn(columns) == len(list) || h == 1 {
		return s.drawColumns(columns, list, w, h)
	}
	columns = arrange(list, max(w/columnWidth, 1), h-1, s.selected)
	more := fmt.Sprintf("    %d more", len(list)-appliancesIn(columns))
	return append(s.drawColumns(columns, list, w, h-1), fit(s.p.dim.Render(more), w))
}

// drawColumns draws columns of rooms; list is all that is shown, on this page or
// another.
func (s *screen) drawColumns(columns [][]roomLine, list []*home.Appliance, w, h int) []string {
	each := min((w-(len(columns)-1))/len(columns), widestColumn)
	names := nameWidth(list, each, func(a *home.Appliance) string { return a.Name })
	blocks := make([][]string, len(columns))
	for i, lines := range columns {
		blocks[i] = exactly(s.roomLines(lines, names, each), each, h)
	}
	lines := beside(" ", blocks...)
	for i := range lines {
		lines[i] = fit(lines[i], w)
	}
	return lines
}

func appliancesIn(columns [][]roomLine) int {
	n := 0
	for _, lines := range columns {
		for _, l := range lines {
			if l.appliance != nil {
				n++
			}
		}
	}
	return n
}

// rows draws appliances without their rooms, the page of h that the selected
// one is on.
func (s *screen) rows(list []*home.Appliance, w, h int) []string {
	i := slices.IndexFunc(list, func(a *home.Appliance) bool { return a.ID == s.selected })
	if i >= h && !s.doesSomething(list[i]) {
		list = append(slices.Clone(list[:h-1]), list[i]) // what rests hides nobody
	}
	return s.rowsOf(list, w, h, func(a *home.Appliance) string { return s.home.Label(a.ID) })
}

func (s *screen) rowsOf(list []*home.Appliance, w, h int, name func(*home.Appliance) string) []string {
	at := max(slices.IndexFunc(list, func(a *home.Appliance) bool { return a.ID == s.selected }), 0)
	list = list[at/h*h:]
	list = list[:min(h, len(list))]
	names := nameWidth(list, w, name)
	var lines []string
	for _, a := range list {
		lines = append(lines, s.mark(s.row(a, name(a), names, w), zone{kind: zoneAppliance, id: a.ID}))
	}
	return exactly(lines, w, h)
}

// nameWidth returns the cells that names take in rows of w cells.
func nameWidth(list []*home.Appliance, w int, name func(*home.Appliance) string) int {
	widest := leastName
	for _, a := range list {
		widest = max(widest, len(name(a)))
	}
	return min(widest, w*2/5)
}

func (s *screen) noRooms() string {
	if s.filter != "" {
		return "  nothing matches “" + s.filter + "”"
	}
	return "  no appliance has reported yet"
}

func (s *screen) roomLines(lines []roomLine, names, w int) []string {
	out := make([]string, len(lines))
	for i, l := range lines {
		switch {
		case l.appliance != nil:
			out[i] = s.mark(s.row(l.appliance, l.appliance.Name, names, w), zone{kind: zoneAppliance, id: l.appliance.ID})
		case l.area != "":
			out[i] = s.p.dim.Bold(true).Render(" " + strings.ToUpper(l.area))
		}
	}
	return out
}

// arrange puts appliances into columns of h lines, whole rooms together if they
// fit, with a line between rooms if that fits too, and otherwise as one text
// that is turned to where selected is.
func arrange(list []*home.Appliance, columns, h int, selected string) [][]roomLine {
	if len(list) > columns*h {
		return turned(list, columns, h, selected)
	}
	rooms := byRoom(list)
	for _, gap := range []int{1, 0} {
		if packed := packLow(rooms, columns, h, gap); packed != nil {
			return packed
		}
	}
	return turned(list, columns, h, selected)
}

// packLow packs rooms as low as they go in so many columns; nil if they are
// higher than h.
func packLow(rooms [][]roomLine, columns, h, gap int) [][]roomLine {
	total, longest := 0, 0
	for _, r := range rooms {
		total += len(r)
		longest = max(longest, len(r))
	}
	for height := max(longest, (total+columns-1)/columns); height <= h; height++ {
		if packed := pack(rooms, columns, height, gap); packed != nil {
			return packed
		}
	}
	return nil
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

// pack fills columns of the height one after another, with gap lines between
// rooms; nil if they do not hold all rooms.
func pack(rooms [][]roomLine, columns, height, gap int) [][]roomLine {
	packed := make([][]roomLine, 1, columns)
	for _, r := range rooms {
		last := len(packed) - 1
		switch {
		case len(packed[last]) == 0:
		case len(packed[last])+gap+len(r) <= height:
			packed[last] = append(packed[last], make([]roomLine, gap)...)
		case len(packed) == columns:
			return nil
		default:
			packed, last = append(packed, nil), last+1
		}
		packed[last] = append(packed[last], r...)
	}
	return packed
}

// turned cuts all lines into pages of columns × h lines and returns the one with the
// selected appliance. Of a long list it makes no lines but those.
func turned(list []*home.Appliance, columns, h int, selected string) [][]roomLine {
	at, page := 0, columns*h
	for n, l := range linesOf(list) {
		if l.appliance != nil && l.appliance.ID == selected {
			at = n
			break
		}
	}
	var lines []roomLine
	for n, l := range linesOf(list) {
		switch {
		case n >= at/page*page+page:
			return slices.Collect(slices.Chunk(lines, h))
		case n >= at/page*page:
			lines = append(lines, l)
		}
	}
	return slices.Collect(slices.Chunk(lines, h))
}

// linesOf are the lines of appliances by room, as byRoom has them, and their numbers.
func linesOf(list []*home.Appliance) iter.Seq2[int, roomLine] {
	return func(yield func(int, roomLine) bool) {
		n := 0
		for i, a := range list {
			if i == 0 || list[i-1].Area != a.Area {
				if !yield(n, roomLine{area: a.Area}) {
					return
				}
				n++
			}
			if !yield(n, roomLine{area: a.Area, appliance: a}) {
				return
			}
			n++
		}
	}
}

// shown returns the appliances that are in the picture: those that the filter
// lets through, on a small screen only those that do something and the selected
// one.
func (s *screen) shown() []*home.Appliance {
	list := s.listed()
	if !s.compact() || s.filter != "" {
		return list
	}
	return slices.DeleteFunc(list, func(a *home.Appliance) bool {
		return a.ID != s.selected && !s.doesSomething(a)
	})
}

// listed returns the appliances that the cursor can go to, in its order: those in
// alarm and then by room, on a small screen what matters most first.
func (s *screen) listed() []*home.Appliance {
	list := s.home.Appliances()
	if s.filter != "" {
		list = slices.DeleteFunc(slices.Clone(list), func(a *home.Appliance) bool { return !s.matches(a) })
	}
	if s.compact() {
		list = slices.Clone(list)
		slices.SortStableFunc(list, func(a, b *home.Appliance) int {
			return cmp.Compare(max(b.Phase(), home.PhaseResting), max(a.Phase(), home.PhaseResting))
		})
		return list
	}
	if alarmed, rest := split(list); len(alarmed) > 0 {
		return append(alarmed, rest...)
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
	text := a.Find()
	for _, w := range strings.Fields(strings.ToLower(s.filter)) {
		if !strings.Contains(text, w) {
			return false
		}
	}
	return true
}
