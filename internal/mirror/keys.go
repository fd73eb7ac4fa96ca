package mirror

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	tea "github.com/charmbracelet/bubbletea"

	"homebus/internal/mirror/home"
	"homebus/internal/mirror/safetext"
)

// binding is a key and what it does. The tables below are the only place where
// keys are told: they are looked up here, and the help screen and the last line
// are made from them.
type binding struct {
	keys  []string
	shown string // the keys as people read them
	brief string // the same for the last line; "" is the first of shown
	does  string // for the help screen
	hint  func(*screen) string
	when  func(*screen) bool // nil is always
	do    func(s *screen, key string)
	// roomyOnly says that it never does anything on a small screen.
	roomyOnly bool
}

func hintOf(w string) func(*screen) string { return func(*screen) string { return w } }

func (s *screen) roomy() bool       { return !s.compact() }
func (s *screen) onAppliance() bool { return s.focus == paneRooms && s.chosen() != nil }
func (s *screen) onDeclared() bool  { return s.onAppliance() && s.chosen().Type != nil }
func (s *screen) onScene() bool     { return s.focus == paneScenes && s.chosenScene() != nil }
func (s *screen) hasScenes() bool   { return len(s.home.Scenes()) > 0 }
func (s *screen) filtered() bool    { return s.filter != "" }
func (s *screen) choosing() bool    { return s.menu != nil && len(s.menu.items) > 0 }
func (s *screen) onSomething() bool { return s.onAppliance() || s.onScene() }
func (s *screen) choosingSeveral() bool {
	return s.choosing() && len(s.menu.items[s.menu.at].params) > 1
}
func (s *screen) choosingParams() bool {
	return s.choosing() && len(s.menu.items[s.menu.at].params) > 0
}

// mainKeys are the keys of the picture itself. It is a function because the
// help that is made from it is one of its own actions.
func mainKeys() []binding {
	return []binding{
		{keys: enterKeys, shown: "enter space", does: "do what is natural: toggle a light, start the toaster",
			hint: (*screen).naturalHint, when: (*screen).onAppliance, do: func(s *screen, _ string) { s.natural() }},
		{keys: enterKeys, shown: "enter space", does: "on a scene: run it, or stop it while it runs",
			hint: (*screen).sceneHint, when: (*screen).onScene, do: func(s *screen, _ string) { s.toggleScene(s.chosenScene().Name) }},
		{keys: upDownKeys, shown: "↑ ↓ k j", does: "up and down", do: func(s *screen, key string) { s.move(towards(key)) }},
		{keys: leftRightKeys, shown: "← → h l", does: "the room before, the next room", when: (*screen).onAppliance,
			do: func(s *screen, key string) { s.moveRoom(towards(key)) }},
		{keys: []string{"1", "2", "3", "4", "5", "6", "7", "8", "9"}, shown: "1 … 9", does: "the room of that number",
			do: func(s *screen, key string) { s.goRoom(int(key[0] - '1')) }},
		{keys: []string{"tab", "shift+tab"}, shown: "tab", does: "rooms, scenes, what happened: the next (shift: the one before)",
			when: (*screen).roomy, roomyOnly: true, do: func(s *screen, key string) { s.turnFocus(towards(key)) }},
		{keys: []string{"a"}, shown: "a", does: "all actions of the appliance, with their parameters", hint: hintOf("actions"),
			when: (*screen).onDeclared, do: func(s *screen, _ string) { s.menu = actionsMenu(s.chosen()) }},
		{keys: []string{"s"}, shown: "s", does: "run or stop a scene", hint: hintOf("scenes"), when: (*screen).hasScenes,
			do: func(s *screen, _ string) { s.menu = scenesMenu(s.home) }},
		{keys: []string{"f"}, shown: "f", does: "set or clear a fault of the appliance", hint: hintOf("faults"),
			when: (*screen).onDeclared, do: func(s *screen, _ string) { s.menu = faultsMenu(s.chosen()) }},
		{keys: []string{"w"}, shown: "w", does: "why: what led to the last report of what is selected", hint: hintOf("why"),
			when: (*screen).onSomething, do: func(s *screen, _ string) { s.openWhy() }},
		{keys: []string{"/"}, shown: "/", does: "show only what matches, as you type", hint: hintOf("filter"),
			do: func(s *screen, _ string) { s.editing, s.focus = true, paneRooms }},
		{keys: []string{"esc"}, shown: "esc", does: "show everything again", hint: hintOf("show all"), when: (*screen).filtered,
			do: func(s *screen, _ string) { s.filter = "" }},
		{keys: []string{"?"}, shown: "?", does: "this page", hint: hintOf("help"), do: func(s *screen, _ string) { s.menu = helpMenu(s) }},
		{keys: []string{"q", "ctrl+c"}, shown: "q ctrl-c", does: "quit", hint: hintOf("quit"), do: func(s *screen, _ string) { s.quit = true }},
	}
}

// menuKeys are the keys while a menu or a page is open.
func menuKeys() []binding {
	return []binding{
		{keys: enterKeys, shown: "enter space", does: "do it", hint: hintOf("do it"), when: (*screen).choosing,
			do: func(s *screen, _ string) { s.choose() }},
		{keys: upDownKeys, shown: "↑ ↓ k j", does: "up and down", do: func(s *screen, key string) { s.menu.move(towards(key)) }},
		{keys: leftRightKeys, shown: "← → h l", brief: "← →", does: "less and more of the parameter", hint: hintOf("change"), when: (*screen).choosingParams,
			do: func(s *screen, key string) { s.menu.change(towards(key)) }},
		{keys: []string{"tab"}, shown: "tab", does: "the next parameter", hint: hintOf("next parameter"), when: (*screen).choosingSeveral,
			do: func(s *screen, _ string) { s.menu.nextParam() }},
		{keys: []string{"esc", "q", "?"}, shown: "esc q", does: "back", hint: hintOf("back"), do: func(s *screen, _ string) { s.menu = nil }},
		{keys: []string{"ctrl+c"}, shown: "ctrl-c", does: "quit", do: func(s *screen, _ string) { s.quit = true }},
	}
}

var (
	enterKeys     = []string{"enter", " "}
	upDownKeys    = []string{"up", "k", "down", "j"}
	leftRightKeys = []string{"left", "h", "right", "l"}
)

// towards returns in which direction a key goes, -1 or 1.
func towards(key string) int {
	switch key {
	case "up", "k", "left", "h", "shift+tab":
		return -1
	}
	return 1
}

// key takes one key press. Keys that came at once are one message to Bubble Tea;
// here each counts, but for a paste, which only a filter takes.
func (s *screen) key(msg tea.KeyMsg) {
	if len(msg.Runes) > 1 && !s.editing && !msg.Paste {
		for _, r := range msg.Runes {
			s.key(tea.KeyMsg{Type: msg.Type, Runes: []rune{r}, Alt: msg.Alt})
		}
		return
	}
	if s.editing {
		s.edit(msg)
		return
	}
	name := msg.String()
	for _, b := range s.bindings() {
		if !slices.Contains(b.keys, name) || b.when != nil && !b.when(s) {
			continue
		}
		b.do(s, name)
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
	if s.chosenScene().State == home.SceneRunning {
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
			list = append(list, hint{cmp.Or(b.brief, strings.Fields(b.shown)[0]), w})
		}
	}
	return list
}

// helpMenu is the page of all keys that do something on a screen of this size.
func helpMenu(s *screen) *menu {
	m := &menu{title: "KEYS", whole: true}
	add := func(list []binding) {
		for _, b := range list {
			if !b.roomyOnly || s.roomy() {
				m.text = append(m.text, " "+s.p.accent.Render(fit(b.shown, 13))+b.does)
			}
		}
	}
	add(mainKeys())
	m.text = append(m.text, s.p.dim.Bold(true).Render(" IN A LIST"))
	add(menuKeys())
	return m
}
