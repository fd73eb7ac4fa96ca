package mirror

import (
	"slices"
	"strings"
	"unicode/utf8"

	tea "github.com/charmbracelet/bubbletea"

	"homebus/internal/mirror/safetext"
)

// binding is a key and what it does. The tables below are the only place where
// keys are told: they are looked up here, and the help screen and the last line
// are made from them.
type binding struct {
	keys  []string
	shown string // the keys as people read them
	does  string // for the help screen
	hint  func(*screen) string
	when  func(*screen) bool // nil is always
	do    func(*screen)
}

func word(w string) func(*screen) string { return func(*screen) string { return w } }

func (s *screen) roomy() bool       { return !s.compact() }
func (s *screen) onAppliance() bool { return s.focus == paneRooms && s.chosen() != nil }
func (s *screen) onDeclared() bool  { return s.onAppliance() && s.chosen().Type != nil }
func (s *screen) onScene() bool     { return s.focus == paneScenes && s.chosenScene() != nil }
func (s *screen) onStream() bool    { return s.focus == paneStream }
func (s *screen) hasScenes() bool   { return len(s.home.Scenes()) > 0 }
func (s *screen) filtered() bool    { return s.filter != "" }
func (s *screen) choosing() bool    { return s.menu != nil && len(s.menu.items) > 0 }
func (s *screen) onSomething() bool { return s.onAppliance() || s.onScene() }
func (s *screen) choosingParams() bool {
	return s.choosing() && len(s.menu.items[s.menu.at].params) > 0
}

// mainKeys are the keys of the picture itself. It is a function because the
// help that is made from it is one of its own actions.
func mainKeys() []binding {
	return []binding{
		{keys: []string{"enter", " "}, shown: "enter space", does: "the natural action: toggle a light, press a switch, start the toaster",
			hint: (*screen).naturalHint, when: (*screen).onAppliance, do: (*screen).natural},
		{keys: []string{"enter", " "}, shown: "enter space", does: "on a scene: run it, or stop it while it runs",
			hint: (*screen).sceneHint, when: (*screen).onScene, do: func(s *screen) { s.toggleScene(s.chosenScene().Name) }},
		{keys: []string{"up", "k"}, shown: "↑ k", does: "one up", do: func(s *screen) { s.move(-1) }},
		{keys: []string{"down", "j"}, shown: "↓ j", does: "one down", do: func(s *screen) { s.move(1) }},
		{keys: []string{"left", "h"}, shown: "← h", does: "the room before", when: (*screen).onAppliance, do: func(s *screen) { s.moveRoom(-1) }},
		{keys: []string{"right", "l"}, shown: "→ l", does: "the next room", when: (*screen).onAppliance, do: func(s *screen) { s.moveRoom(1) }},
		{keys: []string{"1", "2", "3", "4", "5", "6", "7", "8", "9"}, shown: "1 … 9", does: "the room of that number"},
		{keys: []string{"tab"}, shown: "tab", does: "rooms, scenes, what happened: the next of them", when: (*screen).roomy,
			do: func(s *screen) { s.focus = (s.focus + 1) % panes }},
		{keys: []string{"shift+tab"}, shown: "shift-tab", does: "the one before", when: (*screen).roomy,
			do: func(s *screen) { s.focus = (s.focus + panes - 1) % panes }},
		{keys: []string{"a"}, shown: "a", does: "all actions of the appliance, with their parameters", hint: word("actions"),
			when: (*screen).onDeclared, do: func(s *screen) { s.menu = actionsMenu(s, s.chosen()) }},
		{keys: []string{"s"}, shown: "s", does: "run a scene", hint: word("scenes"), when: (*screen).hasScenes,
			do: func(s *screen) { s.menu = scenesMenu(s.home) }},
		{keys: []string{"f"}, shown: "f", does: "set or clear a fault of the appliance", hint: word("faults"),
			when: (*screen).onDeclared, do: func(s *screen) { s.menu = faultsMenu(s.chosen()) }},
		{keys: []string{"w"}, shown: "w", does: "why: what led to the last report of what is selected", hint: word("why"),
			when: (*screen).onSomething, do: (*screen).openWhy},
		{keys: []string{"/"}, shown: "/", does: "show only what matches, as you type", hint: word("filter"),
			do: func(s *screen) { s.editing, s.focus = true, paneRooms }},
		{keys: []string{"esc"}, shown: "esc", does: "show everything again", hint: word("show all"), when: (*screen).filtered,
			do: func(s *screen) { s.filter = "" }},
		{keys: []string{"?"}, shown: "?", does: "this page", hint: word("help"), do: func(s *screen) { s.menu = helpMenu(s) }},
		{keys: []string{"q", "ctrl+c"}, shown: "q ctrl-c", does: "quit", hint: word("quit"), do: func(s *screen) { s.quit = true }},
	}
}

// menuKeys are the keys while a menu or a page is open.
func menuKeys() []binding {
	return []binding{
		{keys: []string{"enter", " "}, shown: "enter space", does: "do it", hint: word("do it"), when: (*screen).choosing, do: (*screen).choose},
		{keys: []string{"up", "k"}, shown: "↑ k", does: "one up", do: func(s *screen) { s.menu.move(-1) }},
		{keys: []string{"down", "j"}, shown: "↓ j", does: "one down", do: func(s *screen) { s.menu.move(1) }},
		{keys: []string{"left", "h"}, shown: "← h", does: "less of the parameter", hint: word("less"), when: (*screen).choosingParams,
			do: func(s *screen) { s.menu.change(-1) }},
		{keys: []string{"right", "l"}, shown: "→ l", does: "more of it", hint: word("more"), when: (*screen).choosingParams,
			do: func(s *screen) { s.menu.change(1) }},
		{keys: []string{"tab"}, shown: "tab", does: "the next parameter", hint: word("next parameter"), when: (*screen).choosingParams,
			do: func(s *screen) { s.menu.nextParam() }},
		{keys: []string{"esc", "q", "?"}, shown: "esc q", does: "back", hint: word("back"), do: func(s *screen) { s.menu = nil }},
		{keys: []string{"ctrl+c"}, shown: "ctrl-c", does: "quit", do: func(s *screen) { s.quit = true }},
	}
}

// key takes one key press.
func (s *screen) key(msg tea.KeyMsg) {
	if s.editing {
		s.edit(msg)
		return
	}
	name := msg.String()
	for _, b := range s.bindings() {
		if !slices.Contains(b.keys, name) || b.when != nil && !b.when(s) {
			continue
		}
		if b.do == nil {
			s.goRoom(int(name[0] - '1'))
		} else {
			b.do(s)
		}
		return
	}
}

func (s *screen) bindings() []binding {
	if s.menu != nil {
		return menuKeys()
	}
	return mainKeys()
}

// edit takes a key while the filter is typed.
func (s *screen) edit(msg tea.KeyMsg) {
	switch msg.String() {
	case "ctrl+c":
		s.quit = true
	case "enter":
		s.editing = false
	case "esc":
		s.editing, s.filter = false, ""
	case "backspace":
		_, n := utf8.DecodeLastRuneInString(s.filter)
		s.filter = s.filter[:len(s.filter)-n]
	default:
		if msg.Type == tea.KeyRunes || msg.Type == tea.KeySpace {
			typed := s.filter + string(msg.Runes)
			if len(typed) <= maxFilter && (safetext.Clean(typed, maxFilter) == strings.TrimSpace(typed)) {
				s.filter = typed
			}
		}
	}
	s.keepSelected()
}

// maxFilter is how long a filter may be, in bytes.
const maxFilter = 30

// choose does what the menu is on, and closes it.
func (s *screen) choose() {
	item := s.menu.items[s.menu.at]
	s.menu = nil
	item.do(s, item)
}

func (s *screen) openWhy() {
	if sc := s.chosenScene(); s.focus == paneScenes && sc != nil {
		s.menu = whyMenu(s, sc.Called(), s.home.WhyScene(sc.Name))
		return
	}
	s.menu = whyMenu(s, s.selected, s.home.Why(s.selected))
}

// naturalHint is the word for what enter would do now.
func (s *screen) naturalHint() string {
	a := s.chosen()
	if take := a.Take(); take != "" {
		return take
	}
	if act, ok := a.Natural(); ok {
		return act.Name
	}
	return ""
}

func (s *screen) sceneHint() string {
	if s.chosenScene().State == "running" {
		return "stop"
	}
	return "run"
}

// hint is a key and a word for the last line.
type hint struct{ key, does string }

// hints are the keys that do something for what is selected.
func (s *screen) hints() []hint {
	var list []hint
	for _, b := range s.bindings() {
		if b.hint == nil || b.when != nil && !b.when(s) {
			continue
		}
		if w := b.hint(s); w != "" {
			list = append(list, hint{strings.Fields(b.shown)[0], w})
		}
	}
	return list
}

// helpMenu is the page of all keys that do something on a screen of this size.
func helpMenu(s *screen) *menu {
	m := &menu{title: "HELP"}
	add := func(title string, list []binding) {
		m.text = append(m.text, s.p.strong.Render(" "+title))
		for _, b := range list {
			if b.keys[0] != "tab" && b.keys[0] != "shift+tab" || s.roomy() || title != pictureTitle {
				m.text = append(m.text, " "+s.p.accent.Render(fit(b.shown, 13))+b.does)
			}
		}
		m.text = append(m.text, "")
	}
	add(pictureTitle, mainKeys())
	add("In a list", menuKeys())
	return m
}

const pictureTitle = "The picture"
