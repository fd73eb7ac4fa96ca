package mirror

import (
	"slices"
	"time"

	"homebus/internal/message"
	"homebus/internal/mirror/gather"
	"homebus/internal/mirror/home"
	"homebus/internal/mirror/logbook"
)

// pane is a part of the picture that keys can be meant for.
type pane int

const (
	paneRooms pane = iota
	paneScenes
	paneStream
	panes
)

// noteFor is how long an answer of the mirror itself stays in the last line.
const noteFor = 4 * time.Second

// screen is the mirror without its edge: what is known, where the cursor is,
// and how large the terminal is. Keys and frames change it; view draws it. It
// reads no clock: at is the moment of the last change.
type screen struct {
	home *home.Home
	p    palette
	at   home.Moment
	w, h int

	focus    pane
	selected string // the appliance of the cursor
	scene    int    // the scene of the cursor
	pick     int    // the entry of the cursor, counted from the newest
	scroll   int    // how many entries of the stream lie below what is shown
	newest   *home.Entry
	menu     *menu
	filter   string
	entry    *entry // the line that is being typed; nil is none

	book *logbook.Book // nil is none
	read int           // how many warnings of the book were read

	note      string
	noteUntil time.Time

	marking bool   // zones are drawn too
	zones   []zone // those that were drawn

	out  []message.Message // to be published
	quit bool
}

// newScreen returns a screen of a home, without a size yet.
func newScreen(h *home.Home, p palette) *screen {
	s := &screen{home: h, p: p}
	s.keepSelected()
	return s
}

// resize takes a new size of the terminal.
func (s *screen) resize(w, h int) {
	s.w, s.h = w, h
	if s.compact() {
		s.focus = paneRooms
	}
}

// take takes what the link said within one frame, and lets time pass.
func (s *screen) take(at home.Moment, b gather.Batch) {
	s.at = at
	s.home.Take(at, b.Received, b.Events)
	s.out = append(s.out, s.home.Tick(at)...)
	s.keepSelected()
	s.keepPlace()
}

// keepSelected sees to it that the cursor is on something that is shown.
func (s *screen) keepSelected() {
	list := s.shown()
	if len(list) > 0 && !slices.ContainsFunc(list, func(a *home.Appliance) bool { return a.ID == s.selected }) {
		s.selected = list[0].ID
	}
	if s.selected == "" && len(s.home.Appliances()) > 0 {
		s.selected = s.home.Appliances()[0].ID
	}
	s.scene = max(min(s.scene, len(s.home.Scenes())-1), 0)
}

// chosen returns the appliance under the cursor; nil if there is none.
func (s *screen) chosen() *home.Appliance {
	a, _ := s.home.Appliance(s.selected)
	return a
}

// chosenScene returns the scene under the cursor; nil if there is none.
func (s *screen) chosenScene() *home.Scene {
	if list := s.home.Scenes(); s.scene < len(list) {
		return list[s.scene]
	}
	return nil
}

func (s *screen) publish(m message.Message) { s.out = append(s.out, m) }

// say puts a word of the mirror itself into the last line for a while.
func (s *screen) say(text string) {
	s.note, s.noteUntil = text, s.at.Wall.Add(noteFor)
}

// ask asks an appliance to do something, if it can be reached at all.
func (s *screen) ask(id, do string, params map[string]any) {
	a, ok := s.home.Appliance(id)
	switch {
	case !ok:
	case a.Offline:
		s.say(s.home.Label(id) + " is offline and cannot hear that")
	default:
		s.publish(s.home.Ask(s.at, id, do, params))
	}
}

// natural does what a person means by touching what is under the cursor.
func (s *screen) natural() {
	switch {
	case s.onScene():
		s.toggleScene(s.chosenScene().Name)
		return
	case s.onEntry():
		s.openWhy()
		return
	}
	a := s.chosen()
	if a == nil {
		return
	}
	act, ok := a.Natural()
	if !ok {
		s.say(s.home.Label(a.ID) + " has nothing to do by itself now; a shows its actions")
		return
	}
	if home.NeedsValue(act) {
		s.menu = actionsMenu(a).choose(act.Name)
		return
	}
	s.ask(a.ID, act.Name, nil)
}

// toggleScene runs a scene, or stops it if it is running.
func (s *screen) toggleScene(name string) {
	do := "run"
	for _, sc := range s.home.Scenes() {
		if sc.Name == name && sc.State == home.SceneRunning {
			do = "stop"
		}
	}
	s.publish(s.home.AskScene(s.at, name, do))
}

// turnFocus goes to the pane n further, round.
func (s *screen) turnFocus(n int) {
	s.focus = pane((int(s.focus) + n + int(panes)) % int(panes))
}

// move moves the cursor of the pane by n.
func (s *screen) move(n int) {
	switch s.focus {
	case paneScenes:
		s.scene = max(min(s.scene+n, len(s.home.Scenes())-1), 0)
	case paneStream:
		s.pick = max(min(s.pick-n, len(s.home.Stream.Entries())-1), 0)
	default:
		list := s.listed()
		i := slices.IndexFunc(list, func(a *home.Appliance) bool { return a.ID == s.selected })
		if len(list) > 0 {
			s.selected = list[max(min(i+n, len(list)-1), 0)].ID
		}
	}
}

// moveRoom puts the cursor on the first appliance n rooms further. Those in alarm
// are a room for this, the first.
func (s *screen) moveRoom(n int) {
	list := s.listed()
	var firsts []string
	now := 0
	for i, a := range list {
		if i == 0 || !sameBlock(list[i-1], a) {
			firsts = append(firsts, a.ID)
		}
		if a.ID == s.selected {
			now = len(firsts) - 1
		}
	}
	if len(firsts) > 0 {
		s.selected = firsts[max(min(now+n, len(firsts)-1), 0)]
	}
}

// sameBlock reports whether two neighbours of the list stand under one title.
func sameBlock(a, b *home.Appliance) bool {
	alarm := a.Phase() == home.PhaseAlarm
	return alarm == (b.Phase() == home.PhaseAlarm) && (alarm || a.Area == b.Area)
}

// goRoom puts the cursor on the first appliance of the room, counted from 0: one
// that stands there, or else one that is in alarm.
func (s *screen) goRoom(n int) {
	areas := s.home.Areas()
	if n >= len(areas) {
		return
	}
	alarmed, rest := split(s.listed())
	for _, a := range append(rest, alarmed...) {
		if a.Area == areas[n] {
			s.selected, s.focus = a.ID, paneRooms
			return
		}
	}
}
