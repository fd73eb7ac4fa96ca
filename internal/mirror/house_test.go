package mirror

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"homebus/devices"
	"homebus/internal/link"
	"homebus/internal/message"
	"homebus/internal/mirror/home"
	"homebus/internal/mirror/plan"
	"homebus/topics"
)

// scripts are appliances that scripts put on the bus, which no file names. None is
// one of a declared type: each says more or less than that, or means it otherwise.
var scripts = map[string]map[string]any{
	"hall/door":        {"state": "open", "battery": 9, "rssi": -71},
	"living/blinds":    {"state": "open", "position": 40, "target_position": 60},
	"living/radiator":  {"state": "heating", "temperature_c": 19.4, "target_c": 21},
	"living/aquarium":  {"state": "on", "temperature_c": 24.6, "power_w": 35},
	"cellar/leak":      {"state": "ok", "battery": 64, "probe": "dry"},
	"cellar/freezer":   {"state": "on", "temperature_c": -18.2},
	"terrace/umbrella": {"state": "open"},
}

// houseOfManyTypes is a morning there: toast, a warm room, and water in the cellar.
func houseOfManyTypes(t *testing.T, w, h int) *story {
	s := newStoryOf(t, loadHouse(t, "testdata/house.toml"), w, h).open()
	s.script("home/mode", map[string]any{"state": "home"}) // the hub's, whoever else says it
	for _, id := range []string{
		"hall/door", "living/blinds", "living/radiator", "living/aquarium", "cellar/leak", "cellar/freezer", "terrace/umbrella",
	} {
		s.script(id, scripts[id])
	}
	s.settle()
	s.command("kitchen/toaster", "start")
	s.command("kitchen/light", "on")
	s.pass(40 * time.Second)
	return s
}

func (s *story) script(id string, state map[string]any) {
	s.say(message.New(topics.Of(topics.KindState, id), state))
}

func (s *story) command(id, do string) {
	stamp := message.Stamper{From: "test", IDs: s.ids}
	s.say(stamp.Stamp(s.now, message.New(topics.Of(topics.KindCommand, id), map[string]any{"do": do}), nil))
	s.settle()
}

func TestHouseOfManyTypes(t *testing.T) {
	for _, size := range sizes[:3] {
		name := fmt.Sprintf("house_%dx%d.txt", size.w, size.h)
		t.Run(name, func(t *testing.T) {
			s := houseOfManyTypes(t, size.w, size.h)
			s.script("cellar/leak", map[string]any{"state": "alarm", "battery": 64, "probe": "wet"})
			s.pass(5 * time.Second)
			golden(t, name, readable(s.screen.view()))
		})
	}
}

func (s *story) lineOf(text string) int {
	for i, l := range strings.Split(s.text(), "\n") {
		if strings.Contains(l, text) {
			return i
		}
	}
	return -1
}

// What is in alarm stands above all rooms, and goes back when it is over.
func TestAlarmJumpsToTheTop(t *testing.T) {
	s := houseOfManyTypes(t, 120, 40).press("5") // the cellar
	if at, room := s.lineOf("leak "), s.lineOf("CELLAR"); s.screen.selected != "cellar/freezer" || at <= room || s.lineOf("ALARM") >= 0 {
		t.Fatalf("before the alarm: %s is selected, leak in line %d, its room in %d:\n%s", s.screen.selected, at, room, s.text())
	}
	s.press("down")
	s.script("cellar/leak", map[string]any{"state": "alarm", "battery": 64, "probe": "wet"})
	s.settle()
	if s.screen.selected != "cellar/leak" || s.lineOf("ALARM")+1 != s.lineOf("▌ ▲ cellar leak alarm") || s.lineOf("ALARM") > s.lineOf("KITCHEN") {
		t.Errorf("in alarm, %s selected:\n%s", s.screen.selected, s.text())
	}
	if s.press("right"); s.screen.selected != "home/mode" {
		t.Errorf("the room after the alarms begins with %s", s.screen.selected)
	}
	if s.press("left"); s.screen.selected != "cellar/leak" {
		t.Errorf("the room before it begins with %s", s.screen.selected)
	}
	if s.press("5"); s.screen.selected != "cellar/freezer" {
		t.Errorf("the cellar begins with %s", s.screen.selected)
	}
	s.script("cellar/leak", map[string]any{"state": "ok", "battery": 64, "probe": "dry"})
	s.settle()
	if s.lineOf("ALARM") >= 0 {
		t.Errorf("after the alarm:\n%s", s.text())
	}
}

// However many alarms there are, they leave half of the lines to the rooms, and the
// one under the cursor is seen.
func TestManyAlarms(t *testing.T) {
	s := houseOfManyTypes(t, 80, 24)
	for i := range 20 {
		s.script(fmt.Sprintf("cellar/leak-%d", i+1), map[string]any{"state": "alarm"})
	}
	s.settle()
	s.wants("ALARM", "▲ cellar leak-1 ", "14 more", "KITCHEN", "toasting")
	s.press("5")
	for range 20 {
		s.press("up")
	}
	s.wants("▌ ▲ cellar leak-")
	checkSize(t, s.screen.view(), 80, 24)
}

// On a small screen what rests hides nobody, though the cursor is on it.
func TestAlarmOnASmallScreen(t *testing.T) {
	s := houseOfManyTypes(t, 40, 12)
	s.script("cellar/leak", map[string]any{"state": "alarm"})
	s.settle()
	s.wants("▲ leak", "▌ ○ mode")
	for range len(s.screen.home.Appliances()) {
		s.press("down")
	}
	s.wants("▲ leak", "▌ ")
}

func TestTooMuchPowerIsSaid(t *testing.T) {
	s := houseOfManyTypes(t, 80, 24)
	s.command("kitchen/coffee", "brew")
	s.pass(time.Second)
	s.wants("Too much power: 1.8", "kW  over")
	s.status(link.Status{Reason: "gone"})
	s.wantsNot("kW  over")
}

// A mode is chosen among the words of this house, by touching it.
func TestChooseTheMode(t *testing.T) {
	s := houseOfManyTypes(t, 100, 24).press("enter")
	s.wants("ACTIONS  home/mode", "▌ set", "value ‹home›", "value: one of home, away, night")
	s.press("right", "right", "right", "right")
	s.wants("value ‹away›")
	s.screen.key(keyMsg("enter"))
	s.wants("home → away …")
	if m := s.screen.out[0]; m.Topic != topics.Command("home", "mode") || string(m.Payload) != `{"do":"set","value":"away"}` {
		t.Errorf("published %s %s", m.Topic, m.Payload)
	}
	s.screen.out = nil
	s.script("home/mode", map[string]any{"state": "away"})
	s.settle()
	s.wantsNot("…")
	s.press("a", "e", "n", "o")
	s.press("enter")
	s.wants(`value is "awayno"; want one of home, away, night`)
}

func TestModeHasNoFaults(t *testing.T) {
	s := houseOfManyTypes(t, 80, 24).press("f")
	s.wants("FAULTS  home/mode", "It has no faults")
	if s.press("enter", "down", "esc"); s.screen.menu != nil || len(s.screen.out) > 0 {
		t.Errorf("the page of no faults did something: %v", s.screen.out)
	}
}

// What a setting is and is to become is shown until somebody answers.
func TestSettingIsRequested(t *testing.T) {
	s := houseOfManyTypes(t, 120, 40)
	s.screen.publish(s.screen.home.Ask(s.moment(), "kitchen/light", "on", map[string]any{"brightness": 30}))
	s.wants("100 → 30 % …")
	s.collect()
	s.settle()
	s.wantsNot("…")
	s.wants("on            30 %")
}

// What a plug feeds is known from the file.
func TestFeeders(t *testing.T) {
	for _, p := range plan.Of(loadHouse(t, "testdata/house.toml")).Appliances {
		if want := map[string]string{"kitchen/toaster": "kitchen/plug"}[p.ID]; p.FedBy != want {
			t.Errorf("%s is fed by %q, want %q", p.ID, p.FedBy, want)
		}
	}
}

// Every action of every type can be chosen and done as the menu has it.
func TestActionsOfEveryType(t *testing.T) {
	s := newStory(t, 80, 24).screen
	for _, typ := range devices.Types() {
		typ = typ.Configured(map[string]any{"values": []string{"home", "away"}})
		a := &home.Appliance{ID: "any/" + typ.Name, Type: typ}
		m := actionsMenu(a)
		if len(m.items) != len(typ.Actions) || len(m.items)+len(m.text) == 0 {
			t.Errorf("%s: %d of %d actions, text %q", typ.Name, len(m.items), len(typ.Actions), m.text)
		}
		for _, item := range m.items {
			checkParams(t, typ.Name+" "+item.name, item.params)
		}
		if faults := faultsMenu(s, a); len(faults.items)+len(faults.text) == 0 {
			t.Errorf("%s: an empty page of faults", typ.Name)
		}
	}
}

// checkParams steps every parameter through its values, each of which must be right.
func checkParams(t *testing.T, where string, params []param) {
	t.Helper()
	for _, p := range params {
		if _, err := p.Check(p.value); err != nil && (p.Required || p.value != nil) {
			t.Errorf("%s begins wrong: %v", where, err)
		}
		for _, n := range []int{1, -1} {
			for range 50 {
				p.value = stepped(&p, n)
				if _, err := p.Check(p.value); err != nil {
					t.Errorf("%s: a step goes wrong: %v", where, err)
				}
			}
		}
	}
}
