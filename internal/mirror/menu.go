package mirror

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"homebus/devices"
	"homebus/internal/mirror/home"
)

// menu is a list over the rooms: the actions of an appliance, its faults, the
// scenes; or a text to read.
type menu struct {
	title string
	// items are what can be chosen; without any, text is shown.
	items []menuItem
	at    int
	// text is what can be read, one line each, and top its first visible line.
	text []string
	top  int
	// newest makes the text of w cells anew for each picture, and follows keeps its
	// end in sight; nil leaves text as it is.
	newest  func(s *screen, w int) []string
	follows bool
	// whole says that it takes the whole screen.
	whole bool
}

// menuItem is one thing that can be done.
type menuItem struct {
	name, doc string
	is        string // what it is at, said before doc; "" for nothing
	params    []param
	param     int // the one that left and right change
	do        func(*screen, menuItem)
}

// param is a parameter with the value that it is to have; nil is not given.
type param struct {
	*devices.Value
	value any
	none  string // what it is to give no value; "" is "–"
}

// draw draws the menu in h lines of w cells.
func (m *menu) draw(s *screen, w, h int) []string {
	title := s.p.dim.Bold(true).Render(" " + m.title)
	room := max(h-1, 1)
	if len(m.items) > 0 {
		return append([]string{title}, m.drawItems(s, w, room)...)
	}
	if m.newest != nil {
		m.text = m.newest(s, w)
	}
	last := max(len(m.text)-room, 0)
	if m.top = max(min(m.top, last), 0); m.follows {
		m.top = last
	}
	if below := last - m.top; below > 0 {
		title = spread(title, s.p.dim.Render(fmt.Sprintf("↓ %d more", below))+" ", w)
	} else if m.newest != nil {
		m.follows = true
		if m.top > 0 {
			title = spread(title, s.p.dim.Render(fmt.Sprintf("↑ %d more", m.top))+" ", w)
		}
	}
	return append([]string{title}, m.text[m.top:min(m.top+room, len(m.text))]...)
}

// drawItems draws the page of items that the chosen one is on, and below them
// what the chosen one does, if its line is too short for that, and the words that
// can be chosen.
func (m *menu) drawItems(s *screen, w, h int) []string {
	names, params := 0, 0
	for i := range m.items {
		names = max(names, width(m.items[i].name))
		if text := m.items[i].paramLine(s, i, false); text != "" {
			params = max(params, width(text)+width("‹›"))
		}
	}
	lines := make([]string, len(m.items))
	for i := range m.items {
		lines[i] = m.items[i].line(s, i, i == m.at, names, params)
	}
	below := m.items[m.at].choices(s, w)
	if width(lines[m.at]) > w {
		for _, l := range slices.Backward(wrap(m.items[m.at].doc, w-2)) {
			below = slices.Insert(below, 0, " "+s.p.plain.Render(l))
		}
	}
	room := h - len(below) - 1
	if len(below) == 0 || room < 3 {
		room, below = h, nil
	}
	start := m.at / room * room
	lines = lines[start:min(start+room, len(lines))]
	for i, l := range lines {
		lines[i] = s.mark(fit(l, w), zone{kind: zoneItem, n: start + i})
	}
	return append(exactly(lines, w, h-len(below)), below...)
}

// line draws an item, the one at a place of a list whose names and parameters are so
// wide.
func (item *menuItem) line(s *screen, at int, chosen bool, names, params int) string {
	mark, style := "  ", s.p.plain
	if chosen {
		mark, style = s.p.accent.Render("▌")+" ", s.p.strong
	}
	line := mark + fit(style.Render(item.name), names+2)
	if text := item.paramLine(s, at, chosen); params > 0 || text != "" {
		line += fit(text, max(params, width(text))+2)
	}
	if item.is != "" {
		line += s.p.accent.Render(item.is) + "  "
	}
	return line + s.p.dim.Render(item.doc)
}

// paramLine shows the parameters of an action with the values that they have; those
// that need none, only where they can be changed.
func (item *menuItem) paramLine(s *screen, at int, chosen bool) string {
	var params []string
	for j, p := range item.params {
		z := zone{kind: zoneParam, n: at, param: j}
		switch text := p.shown(); {
		case chosen && j == item.param:
			less, more := z, z
			less.step, more.step = -1, 1
			text = p.Name + " " + s.mark("‹", less) + text + s.mark("›", more)
			params = append(params, s.mark(s.p.accent.Render(text), z))
		case chosen || p.value != nil || p.none == "":
			params = append(params, s.mark(p.Name+" "+text, z))
		}
	}
	return strings.Join(params, "  ")
}

// choices says what the parameter that left and right change can be, if it is one
// of some words.
func (item *menuItem) choices(s *screen, w int) []string {
	if len(item.params) == 0 || item.params[item.param].Kind != devices.Word {
		return nil
	}
	p := &item.params[item.param]
	var lines []string
	for _, l := range wrap(p.Name+": "+p.Wants(), w-2) {
		lines = append(lines, " "+s.p.dim.Render(l))
	}
	return lines
}

func (p *param) shown() string {
	if p.value == nil {
		return cmp.Or(p.none, "–")
	}
	text := fmt.Sprint(p.value)
	if p.Unit != "" {
		text += " " + p.Unit
	}
	return text
}

// move moves the choice, or turns the text, by n.
func (m *menu) move(n int) {
	if len(m.items) == 0 {
		m.top = max(m.top+n, 0)
		m.follows = m.follows && n > 0
		return
	}
	m.at = (m.at + n + len(m.items)) % len(m.items)
}

// change steps the value of the parameter that is chosen.
func (m *menu) change(n int) {
	if len(m.items) == 0 {
		return
	}
	item := &m.items[m.at]
	if len(item.params) > 0 {
		p := &item.params[item.param]
		p.value = stepped(p, n)
	}
}

// nextParam chooses the next parameter of the action.
func (m *menu) nextParam() {
	if len(m.items) == 0 {
		return
	}
	if item := &m.items[m.at]; len(item.params) > 0 {
		item.param = (item.param + 1) % len(item.params)
	}
}

// actionsMenu lists what an appliance can do, from its declaration.
func actionsMenu(a *home.Appliance) *menu {
	m := &menu{title: "ACTIONS  " + a.ID}
	for i := range a.Type.Actions {
		act := &a.Type.Actions[i]
		item := menuItem{name: act.Name, doc: act.Doc, do: func(s *screen, chosen menuItem) {
			s.ask(a.ID, chosen.name, given(chosen.params))
		}}
		for j := range act.Params {
			v := &act.Params[j]
			item.params = append(item.params, param{Value: v, value: a.StartValue(act, v)})
		}
		m.items = append(m.items, item)
	}
	if len(m.items) == 0 {
		m.text = []string{" There is nothing that it can be told to do."}
	}
	return m
}

// choose puts the menu on the item of that name.
func (m *menu) choose(name string) *menu {
	m.at = max(slices.IndexFunc(m.items, func(item menuItem) bool { return item.name == name }), 0)
	return m
}

// faultSpan is how long a fault is to last; what is not given is until somebody
// clears it.
var faultSpan = devices.Value{Name: "for", Kind: devices.Duration, Min: 1, Max: 24 * 3600}

// faultsMenu lists the faults of an appliance, its own before the common ones: to
// set one, or to clear one that is set, as far as that was seen.
func faultsMenu(s *screen, a *home.Appliance) *menu {
	m := &menu{title: "FAULTS  " + a.ID}
	if len(a.Type.AllFaults()) == 0 {
		m.text = []string{" It has no faults: it is no thing that could break."}
		return m
	}
	set := s.home.Faults(s.at, a.ID)
	m.items = []menuItem{{name: "clear all", doc: "make it whole again", do: func(s *screen, _ menuItem) {
		s.publish(s.home.ClearFault(s.at, a.ID, ""))
	}}}
	for _, f := range a.Type.AllFaults() {
		item := menuItem{name: f.Name, doc: f.Doc}
		if i := slices.IndexFunc(set, func(have home.Fault) bool { return have.Kind == f.Name }); i >= 0 {
			item.is = s.faultState(set[i]) + ": enter clears it"
			item.do = func(s *screen, chosen menuItem) { s.publish(s.home.ClearFault(s.at, a.ID, chosen.name)) }
		} else {
			item.params = []param{{Value: &faultSpan, none: "until cleared"}}
			item.do = func(s *screen, chosen menuItem) {
				s.publish(s.home.SetFault(s.at, a.ID, chosen.name, given(chosen.params)))
			}
		}
		m.items = append(m.items, item)
	}
	return m
}

// faultState says that a fault is set, and until when.
func (s *screen) faultState(f home.Fault) string {
	if f.Until.IsZero() {
		return "is set"
	}
	return "is set until " + f.Until.In(s.home.Zone).Format("15:04:05")
}

// scenesMenu lists the scenes, to run or to stop them.
func scenesMenu(h *home.Home) *menu {
	m := &menu{title: "RUN A SCENE"}
	for _, sc := range h.Scenes() {
		name := sc.Name
		item := menuItem{name: sc.Called(), do: func(s *screen, _ menuItem) { s.toggleScene(name) }}
		if sc.State == home.SceneRunning {
			item.is = "is running: enter stops it"
		}
		m.items = append(m.items, item)
	}
	return m
}

// whyMenu tells the causes of the last report of an appliance or a scene.
func whyMenu(s *screen, title string, chain []home.Cause) *menu {
	m := &menu{title: "WHY  " + title}
	for i, c := range chain {
		at := c.At.In(s.home.Zone).Format("15:04:05")
		lead := strings.Repeat("  ", i)
		if i > 0 {
			lead += "› "
		}
		first := " " + s.p.dim.Render(at) + "  " + s.p.dim.Render(lead)
		for _, l := range wrap(c.Text, max(s.w-width(first), 12)) {
			m.text = append(m.text, first+l)
			first = strings.Repeat(" ", width(first))
		}
	}
	if len(chain) == 0 {
		m.text = []string{s.p.dim.Render(" It has reported nothing since the mirror was opened, or said no cause.")}
	}
	return m
}

// given returns the parameters that have a value.
func given(params []param) map[string]any {
	out := make(map[string]any)
	for _, p := range params {
		if p.value != nil {
			out[p.Name] = p.value
		}
	}
	return out
}
