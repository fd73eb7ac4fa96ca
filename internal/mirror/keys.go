package mirror

import (
	"cmp"
	"slices"
	"strings"

	"github.com/charmbracelet/bubbles/help"
	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"homebus/internal/mirror/home"
)

// binding is a key and what it does. The tables below are the only place where
// keys are told: they are looked up here, and the help page and the last line are
// made from them.
type binding struct {
	// Binding has the keys, and for the help page the keys as people read them and
	// what they do. It is enabled if it does something now.
	key.Binding
	hint  string // the word for the last line; "" is not shown there
	brief string // the keys in the last line; "" is the first of the help's
	do    func(s *screen, key string)
	// roomyOnly says that it never does anything on a small screen.
	roomyOnly bool
}

// on is a binding that is enabled under a condition.
func on(condition bool, shown, does string, keys ...string) key.Binding {
	b := key.NewBinding(key.WithKeys(keys...), key.WithHelp(shown, does))
	b.SetEnabled(condition)
	return b
}

func (s *screen) onAppliance() bool { return s.focus == paneRooms && s.chosen() != nil }
func (s *screen) onDeclared() bool  { return s.onAppliance() && s.chosen().Type != nil }
func (s *screen) onScene() bool     { return s.focus == paneScenes && s.chosenScene() != nil }

func (s *screen) onEntry() bool { return s.focus == paneStream && s.chosenEntry() != nil }

// params are the parameters of what the menu is on.
func (s *screen) params() []param {
	if s.menu == nil || len(s.menu.items) == 0 {
		return nil
	}
	return s.menu.items[s.menu.at].params
}

// mainKeys are the keys of the picture itself.
func (s *screen) mainKeys() []binding {
	return []binding{
		{Binding: on(s.onAppliance() || s.onScene() || s.onEntry(), "enter space", "do what is natural: toggle a light, start the toaster, run a scene", enterKeys...),
			hint: s.naturalHint(), do: func(s *screen, _ string) { s.natural() }},
		{Binding: on(true, "↑ ↓ k j", "up and down", upDownKeys...), do: func(s *screen, key string) { s.move(towards(key)) }},
		{Binding: on(s.onAppliance(), "← → h l", "the room before, the next room", leftRightKeys...),
			do: func(s *screen, key string) { s.moveRoom(towards(key)) }},
		{Binding: on(true, "1 … 9", "the room of that number", digits[1:]...),
			do: func(s *screen, key string) { s.goRoom(int(key[0] - '1')) }},
		{Binding: on(s.onDeclared(), "a", "all actions of the appliance, with their parameters", "a"), hint: "actions",
			do: func(s *screen, _ string) { s.menu = actionsMenu(s.chosen()) }},
		{Binding: on(len(s.home.Scenes()) > 0, "s", "run or stop a scene", "s"), hint: "scenes",
			do: func(s *screen, _ string) { s.menu = scenesMenu(s.home) }},
		{Binding: on(s.onDeclared(), "f", "set or clear a fault of the appliance", "f"), hint: "faults",
			do: func(s *screen, _ string) { s.menu = faultsMenu(s, s.chosen()) }},
		{Binding: on(s.onAppliance() || s.onScene() || s.onEntry(), "w", "why: what led to what is selected, or to its last report", "w"), hint: "why",
			do: func(s *screen, _ string) { s.openWhy() }},
		{Binding: on(true, "/", "show only what matches, as you type", "/"), hint: "filter",
			do: func(s *screen, _ string) { s.openFilter() }},
		{Binding: on(s.filter != "", "esc", "show everything again", "esc"), hint: "show all",
			do: func(s *screen, _ string) { s.filter = "" }},
		{Binding: on(!s.compact(), "tab", "rooms, scenes, what happened: the next (shift: the one before)", "tab", "shift+tab"),
			hint: s.nextPane(), roomyOnly: true, do: func(s *screen, key string) { s.turnFocus(towards(key)) }},
		{Binding: on(s.book != nil, "L", "the log of the mirror itself, and with --demo of hub and house", "L"),
			do: func(s *screen, _ string) { s.menu = logMenu() }},
		{Binding: on(true, "?", "this page", "?"), hint: "help", do: func(s *screen, _ string) { s.menu = helpMenu(s) }},
		{Binding: on(true, "q ctrl-c", "quit", "q", "ctrl+c"), hint: "quit", do: quit},
	}
}

// menuKeys are the keys while a menu or a page is open.
func (s *screen) menuKeys() []binding {
	params, typing := len(s.params()), "type it"
	if s.compact() {
		typing = ""
	}
	return []binding{
		{Binding: on(s.menu != nil && len(s.menu.items) > 0, "enter space", "do it", enterKeys...), hint: "do it",
			do: func(s *screen, _ string) { s.choose() }},
		{Binding: on(true, "↑ ↓ k j", "up and down", upDownKeys...), do: func(s *screen, key string) { s.menu.move(towards(key)) }},
		{Binding: on(params > 0, "← → h l", "less and more of the parameter", leftRightKeys...), brief: "← →", hint: "change",
			do: func(s *screen, key string) { s.menu.change(towards(key)) }},
		{Binding: on(params > 0, "e 0 … 9", "type the value of the parameter", append([]string{"e"}, digits...)...), hint: typing,
			do: func(s *screen, key string) { s.openValue(key) }},
		{Binding: on(params > 1, "tab", "the next parameter", "tab"), hint: "next parameter",
			do: func(s *screen, _ string) { s.menu.nextParam() }},
		{Binding: on(true, "esc q", "back", "esc", "q", "?"), hint: "back", do: func(s *screen, _ string) { s.menu = nil }},
		{Binding: on(true, "ctrl-c", "quit", "ctrl+c"), do: quit},
	}
}

func quit(s *screen, _ string) { s.quit = true }

var (
	enterKeys     = []string{"enter", " "}
	upDownKeys    = []string{"up", "k", "down", "j"}
	leftRightKeys = []string{"left", "right", "h", "l"}
	digits        = strings.Split("0123456789", "")
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
// here each counts, but for a paste, which only a line that is typed takes.
func (s *screen) key(msg tea.KeyMsg) {
	if len(msg.Runes) > 1 && s.entry == nil && !msg.Paste {
		for _, r := range msg.Runes {
			s.key(tea.KeyMsg{Type: msg.Type, Runes: []rune{r}, Alt: msg.Alt})
		}
		return
	}
	for _, b := range s.bindings() {
		if key.Matches(msg, b.Binding) {
			b.do(s, msg.String())
			return
		}
	}
	if s.entry != nil {
		s.entry.take(s, msg)
	}
}

func (s *screen) bindings() []binding {
	switch {
	case s.entry != nil:
		return s.entry.keys()
	case s.menu != nil:
		return s.menuKeys()
	}
	return s.mainKeys()
}

// choose does what the menu is on, and closes it.
func (s *screen) choose() {
	item := s.menu.items[s.menu.at]
	s.menu = nil
	item.do(s, item)
}

func (s *screen) openWhy() {
	switch {
	case s.onScene():
		sc := s.chosenScene()
		s.menu = whyMenu(s, sc.Called(), s.home.WhyScene(sc.Name))
	case s.onEntry():
		e := s.chosenEntry()
		s.menu = whyMenu(s, e.At.In(s.home.Zone).Format("15:04:05"), s.home.WhyEntry(e))
	default:
		s.menu = whyMenu(s, s.selected, s.home.Why(s.selected))
	}
}

// naturalHint is the word for what enter would do now.
func (s *screen) naturalHint() string {
	if sc := s.chosenScene(); s.onScene() {
		if sc.State == home.SceneRunning {
			return "stop"
		}
		return "run"
	}
	a := s.chosen()
	if s.onEntry() || a == nil || a.Offline || !s.home.Bus.Up {
		return ""
	}
	if take := a.Take(); take != "" {
		return take
	}
	if act, ok := a.Natural(); ok {
		return act.Name
	}
	return ""
}

// nextPane is the word for where tab goes.
func (s *screen) nextPane() string {
	return [panes]string{"to scenes", "to what happened", "to rooms"}[s.focus]
}

// help draws keys in the styles of the palette, in w cells; 0 is no limit.
func (s *screen) help(w int) help.Model {
	return help.Model{Width: w, ShortSeparator: "  ", Ellipsis: "…", Styles: help.Styles{
		Ellipsis: s.p.dim,
		ShortKey: s.p.plain, ShortDesc: s.p.dim, ShortSeparator: s.p.plain,
		FullKey: s.p.accent, FullDesc: s.p.plain, FullSeparator: s.p.dim,
	}}
}

// hints are the keys that do something for what is selected, for the last line.
// Where it is short, the last two, help and quit, stay the longest.
func (s *screen) hints(w int) string {
	var list []key.Binding
	for i, b := range s.bindings() {
		if b.Enabled() && b.hint != "" {
			s.hint(&b, i)
			list = append(list, b.Binding)
		}
	}
	for len(list) > 3 && width(s.help(0).ShortHelpView(list)) > w {
		list = slices.Delete(list, len(list)-3, len(list)-2)
	}
	return s.help(w).ShortHelpView(list)
}

// hint makes the help of the binding at a place of the table what the last line says:
// its first key and its word, or its keys, each by itself, if it has several there.
func (s *screen) hint(b *binding, at int) {
	keys, word := strings.Fields(cmp.Or(b.brief, strings.Fields(b.Help().Key)[0])), b.hint
	for i, shown := range keys {
		keys[i] = s.mark(shown, zone{kind: zoneKey, n: at, id: b.Keys()[i]})
	}
	word = s.mark(word, zone{kind: zoneKey, n: at, id: b.Keys()[len(keys)-1]})
	b.SetHelp(strings.Join(keys, " "), word)
}

// keysWidth is how wide the keys are on the help page, in cells.
const keysWidth = 11

// mouseHelp stands on the help page like a key.
var mouseHelp = binding{Binding: on(true, "mouse", "click selects, click again does it; wheel turns; shift-drag marks", "mouse")}

// helpMenu is the page of all keys that do something on a screen of this size.
func helpMenu(s *screen) *menu {
	page := func(list []binding) []string {
		var shown []key.Binding
		for _, b := range list {
			if !b.roomyOnly || !s.compact() {
				b.SetEnabled(true)
				does := wrap(b.Help().Desc, max(s.w-keysWidth-3, 1))
				keys := " " + fit(b.Help().Key, keysWidth) + strings.Repeat("\n", len(does)-1)
				b.SetHelp(keys, strings.Join(does, "\n"))
				shown = append(shown, b.Binding)
			}
		}
		return strings.Split(s.help(0).FullHelpView([][]key.Binding{shown}), "\n")
	}
	m := &menu{title: "KEYS", whole: true, text: page(s.mainKeys())}
	m.text = append(m.text, page([]binding{mouseHelp})...)
	m.text = append(m.text, s.p.dim.Bold(true).Render(" IN A LIST"))
	m.text = append(m.text, page(slices.DeleteFunc(s.menuKeys(), func(b binding) bool {
		return slices.ContainsFunc(s.mainKeys(), func(main binding) bool { return main.Help() == b.Help() })
	}))...)
	return m
}
