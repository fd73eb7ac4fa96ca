package mirror

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// zoneKind is what a part of the picture stands for.
type zoneKind int

const (
	zonePane      zoneKind = iota // n is the pane
	zoneAppliance                 // id is its id
	zoneScene                     // n is its place in the list
	zoneEntry                     // n is its place in the stream
	zoneMenu                      // the list or the page that is open
	zoneItem                      // n is its place in the list
	zoneParam                     // n is the item, param its parameter, step where a click takes it
	zoneKey                       // n is the binding, id the key
)

// zone is a part of the picture that the mouse can be on. Zones lie within one
// another: an appliance in the pane of the rooms.
type zone struct {
	kind           zoneKind
	id             string
	n, param, step int
}

// A zone is drawn as its text between two marks, control sequences of our own for
// private use (ECMA-48, section 5.4: final bytes from p on), which take no cell. They
// go the way of the text, however it is cut, filled up and put beside other text, so
// that what is under a cell cannot be anything but what is drawn there. They are only
// drawn while somebody asks for what is under a cell, never for the terminal; and no
// text from the bus can hold one (package safetext).
const markEnd = "\x1b[z"

// mark draws a zone, if they are asked for. The text is of one line.
func (s *screen) mark(text string, z zone) string {
	if !s.marking {
		return text
	}
	s.zones = append(s.zones, z)
	return fmt.Sprintf("\x1b[%dz", len(s.zones)-1) + text + markEnd
}

// markAll draws a zone of several lines.
func (s *screen) markAll(lines []string, z zone) []string {
	for i, l := range lines {
		lines[i] = s.mark(l, z)
	}
	return lines
}

// under returns the zones that a cell of the picture is in, the innermost last.
func (s *screen) under(x, y int) []zone {
	lines := s.marked()
	if y < 0 || y >= len(lines) || x < 0 {
		return nil
	}
	if cells := s.zonesOf(lines[y]); x < len(cells) {
		return cells[x]
	}
	return nil
}

// marked is the picture with its zones.
func (s *screen) marked() []string {
	s.marking, s.zones = true, s.zones[:0]
	defer func() { s.marking = false }()
	return strings.Split(s.view(), "\n")
}

// zonesOf returns the zones of each cell of a line with marks.
func (s *screen) zonesOf(line string) [][]zone {
	var cells [][]zone
	var open []zone
	for state := byte(0); len(line) > 0; {
		part, _, n, next := ansi.DecodeSequence(line, state, nil)
		line, state = line[n:], next
		for range width(part) {
			cells = append(cells, open)
		}
		number, isMark := strings.CutPrefix(strings.TrimSuffix(part, "z"), "\x1b[")
		i, err := strconv.Atoi(number)
		switch {
		case !isMark:
		case part == markEnd && len(open) > 0:
			open = open[:len(open)-1]
		case err == nil && i < len(s.zones):
			open = append(slices.Clone(open), s.zones[i])
		}
	}
	bridgeHints(cells)
	return cells
}

// bridgeHints gives the blank between a key and its word in the last line to both: a hint
// is one thing to click on, though help.Model draws it in two parts.
func bridgeHints(cells [][]zone) {
	for x := 1; x+1 < len(cells); x++ {
		before, after := cells[x-1], cells[x+1]
		if len(cells[x]) == 0 && len(before) > 0 && before[0].kind == zoneKey && slices.Equal(before, after) {
			cells[x] = before
		}
	}
}
