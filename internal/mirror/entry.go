package mirror

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/charmbracelet/bubbles/textinput"
	tea "github.com/charmbracelet/bubbletea"

	"homebus/devices"
	"homebus/internal/mirror/safetext"
)

// maxEntry is how long a line that is typed may be, in characters.
const maxEntry = 30

// entry is a line that is being typed: the filter, or the value of a parameter.
type entry struct {
	prompt string
	field  textinput.Model
	// problem says why the value was not taken; "" if nothing is wrong.
	problem string

	keep, drop string                // the words for enter and esc
	changed    func(*screen, string) // after every change; may be nil
	done       func(*screen, string) error
	dropped    func(*screen)
}

// newEntry begins a line with a text.
func newEntry(prompt, text string) *entry {
	e := &entry{prompt: prompt, field: textinput.New(), dropped: func(*screen) {}}
	e.field.CharLimit = maxEntry
	e.field.KeyMap.Paste.SetEnabled(false) // a terminal pastes by itself
	e.field.SetValue(text)
	e.field.Focus()
	return e
}

// keys are the keys that do not edit the line.
func (e *entry) keys() []binding {
	return []binding{
		{Binding: on(true, "enter", e.keep, "enter"), hint: e.keep, do: func(s *screen, _ string) { e.finish(s) }},
		{Binding: on(true, "esc", e.drop, "esc"), hint: e.drop, do: func(s *screen, _ string) {
			s.entry = nil
			e.dropped(s)
			s.keepSelected()
		}},
		{Binding: on(true, "ctrl-c", "quit", "ctrl+c"), do: quit},
	}
}

func (e *entry) finish(s *screen) {
	if err := e.done(s, strings.TrimSpace(e.field.Value())); err != nil {
		e.problem = err.Error()
		return
	}
	s.entry = nil
}

// take takes a key that edits the line. What may not reach a terminal is not
// taken.
func (e *entry) take(s *screen, msg tea.KeyMsg) {
	before := e.field
	before.SetValue(e.field.Value()) // a copy: Update edits in place
	before.SetCursor(e.field.Position())
	e.field, _ = e.field.Update(msg)
	text := e.field.Value()
	if safetext.Clean(text, maxEntry) != strings.TrimSpace(text) {
		e.field = before
		return
	}
	e.problem = ""
	if e.changed != nil {
		e.changed(s, text)
	}
	s.keepSelected()
}

// draw draws the line, and behind it its keys or what is wrong with it.
func (e *entry) draw(s *screen, w int) string {
	text, at := []rune(e.field.Value()), e.field.Position()
	line := s.p.accent.Render(" " + e.prompt + string(text[:at]) + "▏" + string(text[at:]))
	if e.problem != "" {
		return fit(line+"  "+s.p.alarm.Render(e.problem), w)
	}
	return fit(line+"  "+s.hints(max(w-width(line)-2, 1)), w)
}

// openFilter begins to type what is to be shown.
func (s *screen) openFilter() {
	s.focus = paneRooms
	e := newEntry("/", s.filter)
	e.keep, e.drop = "keep", "clear"
	e.changed = func(s *screen, text string) { s.filter = text }
	e.done = func(*screen, string) error { return nil }
	e.dropped = func(s *screen) { s.filter = "" }
	s.entry = e
}

// openValue begins to type the value of the parameter that the menu is on: with
// the digit that was pressed, or with the value that it has.
func (s *screen) openValue(key string) {
	item := &s.menu.items[s.menu.at]
	p := &item.params[item.param]
	text := key
	if key == "e" {
		text = ""
		if p.value != nil {
			text = fmt.Sprint(p.value)
		}
	}
	e := newEntry(p.Name+" ", text)
	e.keep, e.drop = "set", "back"
	e.done = func(_ *screen, text string) error { return p.set(text) }
	s.entry = e
}

// set takes a value that was typed, if the declaration takes it; an empty one
// takes the value away.
func (p *param) set(text string) error {
	if text == "" && !p.Required {
		p.value = nil
		return nil
	}
	value := typedValue(p.Value, text)
	checked, err := p.Check(value)
	if err != nil {
		return err
	}
	if p.Kind == devices.Int {
		value = checked
	}
	p.value = value
	return nil
}

// typedValue reads what was typed as the kind of value that is wanted. What is
// none stays a text, which the declaration refuses in words.
func typedValue(v *devices.Value, text string) any {
	switch v.Kind {
	case devices.Bool:
		if b, err := strconv.ParseBool(text); err == nil {
			return b
		}
	case devices.Int, devices.Number:
		if f, err := strconv.ParseFloat(strings.Replace(text, ",", ".", 1), 64); err == nil {
			return f
		}
	}
	return text
}
