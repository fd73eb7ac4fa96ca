package scene

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"homebus/internal/occupancy"
)

// testHouse is the house that the fragments below are about.
const testHouse = `
[home]
timezone = "Europe/Berlin"
[device.bathroom.switch]
type = "light-switch"
controls = "bathroom/light"
[device.bathroom.light]
type = "dimmable-light"
[device.kitchen.toaster]
type = "toaster"
watts = 800
label = "old"
[device.kitchen.coffee]
type = "coffee-maker"
[scene.other]
do = []
`

func loadGood(t *testing.T, src string) *File {
	t.Helper()
	f, err := load("f", []byte(testHouse+src), testTypes)
	if err != nil {
		t.Fatalf("%v in\n%s", err, src)
	}
	return f
}

// unplaced returns v without the places in it, which other tests check.
func unplaced(v any) any {
	p := reflect.ValueOf(v).Elem()
	if pos := p.FieldByName("Pos"); pos.IsValid() {
		pos.SetZero()
	}
	return v
}

func TestTriggers(t *testing.T) {
	for src, want := range map[string]Trigger{
		`{ event = "bathroom/switch", is = "press" }`: &EventTrigger{Device: "bathroom/switch", Event: "press"},
		`{ event = "bathroom/switch" }`:               &EventTrigger{Device: "bathroom/switch"},
		`{ device = "kitchen/toaster", becomes = "popped" }`: &StateTrigger{
			Device: "kitchen/toaster", Attr: "state", Becomes: "popped"},
		`{ device = "kitchen/toaster", becomes = "idle", from = "offline", for = "1m30s" }`: &StateTrigger{
			Device: "kitchen/toaster", Attr: "state", Becomes: "idle", From: "offline", For: 90 * time.Second},
		`{ device = "kitchen/toaster", attr = "browning", becomes = 3 }`: &StateTrigger{
			Device: "kitchen/toaster", Attr: "browning", Becomes: 3.0},
		`{ device = "kitchen/toaster", attr = "loaded", becomes = true, from = false }`: &StateTrigger{
			Device: "kitchen/toaster", Attr: "loaded", Becomes: true, From: false},
		`{ time = "07:30" }`: &TimeTrigger{At: 7*3600 + 30*60},
		`{ time = "23:59:59", days = ["sat", "sun"] }`: &TimeTrigger{
			At: 86399, Days: 1<<time.Saturday | 1<<time.Sunday},
		`{ topic = "light" }`:                 &TopicTrigger{Topic: "light"},
		`{ topic = "light", payload = "ON" }`: &TopicTrigger{Topic: "light", Payload: ptr("ON")},
		`{ topic = "light", payload = "" }`:   &TopicTrigger{Topic: "light", Payload: ptr("")},
	} {
		s, _ := loadGood(t, "[scene.x]\ndo = []\nwhen = ["+src+"]").Scene("x")
		if got := unplaced(s.When[0]); !reflect.DeepEqual(got, want) {
			t.Errorf("%s\ngot  %+v\nwant %+v", src, got, want)
		}
	}
}

func TestConditions(t *testing.T) {
	for src, want := range map[string]Condition{
		`{ device = "kitchen/toaster", is = "idle" }`: &StateCondition{
			Device: "kitchen/toaster", Attr: "state", Test: Comparison{Is: "idle"}},
		`{ device = "kitchen/toaster", is_not = "offline", for = "5m" }`: &StateCondition{
			Device: "kitchen/toaster", Attr: "state", Test: Comparison{IsNot: "offline"}, For: 5 * time.Minute},
		`{ device = "kitchen/toaster", attr = "loaded", is = false }`: &StateCondition{
			Device: "kitchen/toaster", Attr: "loaded", Test: Comparison{Is: false}},
		`{ device = "kitchen/toaster", attr = "energy_wh", above = 25.5 }`: &StateCondition{
			Device: "kitchen/toaster", Attr: "energy_wh", Test: Comparison{Above: ptr(25.5)}},
		`{ device = "kitchen/toaster", attr = "browning", below = 2.5 }`: &StateCondition{
			Device: "kitchen/toaster", Attr: "browning", Test: Comparison{Below: ptr(2.5)}},
		`{ device = "kitchen/toaster", attr = "energy_wh", between = [25, 60] }`: &StateCondition{
			Device: "kitchen/toaster", Attr: "energy_wh", Test: Comparison{Between: &[2]float64{25, 60}}},
		`{ device = "scene/x", attr = "runs", is = 1 }`: &StateCondition{
			Device: "scene/x", Attr: "runs", Test: Comparison{Is: 1.0}},
		`{ device = "scene/other", is = "failed" }`: &StateCondition{
			Device: "scene/other", Attr: "state", Test: Comparison{Is: "failed"}},
		`{ between = ["22:00", "05:30"] }`: &BetweenCondition{From: 22 * 3600, To: 5*3600 + 30*60},
		`{ days = ["mon"] }`:               &DaysCondition{Days: 1 << time.Monday},
		`{ once_per = "week" }`:            &OncePerCondition{Period: Week},
	} {
		s, _ := loadGood(t, "[scene.x]\ndo = []\nonly_if = ["+src+"]").Scene("x")
		if got := s.OnlyIf[0]; !reflect.DeepEqual(got, want) {
			t.Errorf("%s\ngot  %+v\nwant %+v", src, got, want)
		}
	}
}

func TestSteps(t *testing.T) {
	idle := &StateCondition{Device: "kitchen/coffee", Attr: "state", Test: Comparison{Is: "idle"}}
	for src, want := range map[string]Step{
		`{ device = "bathroom/light", do = "off" }`: {Action: &Command{
			Device: "bathroom/light", Do: "off", Params: map[string]any{}}},
		`{ device = "bathroom/light", do = "on", brightness = 70, over = "10s", confirm = "5s", retry = 2 }`: {Action: &Command{
			Device: "bathroom/light", Do: "on", Params: map[string]any{"brightness": 70.0, "over": "10s"},
			Confirm: 5 * time.Second, Retry: 2}},
		`{ wait = "20s", if = { device = "kitchen/coffee", is = "idle" } }`: {If: idle, Action: &Wait{For: 20 * time.Second}},
		`{ until = { device = "kitchen/coffee", is = "idle" }, timeout = "12m", on_timeout = "other" }`: {Action: &Until{
			Condition: idle, Timeout: 12 * time.Minute, OnTimeout: "other"}},
		`{ until = { days = ["mon"] }, timeout = "12m", on_timeout = "continue" }`: {Action: &Until{
			Condition: &DaysCondition{Days: 1 << time.Monday}, Timeout: 12 * time.Minute, OnTimeout: OnTimeoutContinue}},
		`{ say = "Ready" }`: {Action: &Say{Text: Text{{Plain: "Ready"}}, Level: "info"}},
		`{ say = "{kitchen/coffee.water_ml} ml, {scene/x}", level = "alarm" }`: {Action: &Say{Text: Text{
			{Device: "kitchen/coffee", Attr: "water_ml"}, {Plain: " ml, "}, {Device: "scene/x", Attr: "state"}}, Level: "alarm"}},
		`{ run = "other" }`: {Action: &Run{Scene: "other"}},
		`{ stop = "x" }`:    {Action: &Stop{Scene: "x"}},
	} {
		s, _ := loadGood(t, "[scene.x]\ndo = ["+src+"]").Scene("x")
		if got := s.Do[0]; !reflect.DeepEqual(*unplaced(&got).(*Step), want) {
			t.Errorf("%s\ngot  %+v\nwant %+v", src, got, want)
		}
	}
}

func TestPureScene(t *testing.T) {
	f := loadGood(t, `[scene.x]
state = { "kitchen/toaster" = { loaded = true }, "bathroom/light" = { state = "on", brightness = 10 } }
[scene.y.state]
"bathroom/light".brightness = 0
`)
	x, _ := f.Scene("x")
	y, _ := f.Scene("y")
	got := fmt.Sprint(commandsOf(x), commandsOf(y))
	want := "[kitchen/toaster load map[] bathroom/light on map[brightness:10]] [bathroom/light off map[]]"
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func commandsOf(s *Scene) []string {
	var all []string
	for _, step := range s.Do {
		c := step.Action.(*Command)
		all = append(all, fmt.Sprint(c.Device, " ", c.Do, " ", c.Params))
	}
	return all
}

func TestSceneHead(t *testing.T) {
	for src, want := range map[string]Scene{
		``:                                {Title: "x", Mode: Single, Max: 1},
		`name = "Evening"`:                {Title: "Evening", Mode: Single, Max: 1},
		`mode = "restart"`:                {Title: "x", Mode: Restart, Max: 1},
		`mode = "queued"`:                 {Title: "x", Mode: Queued, Max: 10},
		"max = 3\nmode = \"parallel\"":    {Title: "x", Mode: Parallel, Max: 3},
		"mode = \"queued\"\nmax = 1_000 ": {Title: "x", Mode: Queued, Max: 1000},
	} {
		s, _ := loadGood(t, "[scene.x]\ndo = []\n"+src).Scene("x")
		want.Name = "x"
		if got := *unplaced(s).(*Scene); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v, want %+v", src, got, want)
		}
	}
}

func TestHouse(t *testing.T) {
	f := loadGood(t, "[device.bathroom.fan]\ntype = \"coffee-maker\"")
	var got []string
	for _, d := range f.Devices {
		got = append(got, fmt.Sprintf("%s %s %s %v", d.Pos, d.ID, d.Type.Name, d.Config))
	}
	want := []string{
		"4:18 bathroom/switch light-switch map[controls:bathroom/light]",
		"7:18 bathroom/light dimmable-light map[]",
		"9:17 kitchen/toaster toaster map[label:old watts:800]",
		"13:17 kitchen/coffee coffee-maker map[]",
		"17:18 bathroom/fan coffee-maker map[]",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if watts, ok := f.Devices[2].Config["watts"].(int); !ok || watts != 800 {
		t.Errorf("watts is %T, want an int as the declaration has it", f.Devices[2].Config["watts"])
	}
	if zone := f.Home.Zone.String(); zone != "Europe/Berlin" || f.Home.HasPlace {
		t.Errorf("home is %+v", f.Home)
	}
}

func TestTimeline(t *testing.T) {
	idle := &StateCondition{Device: "kitchen/toaster", Attr: "state", Test: Comparison{Is: "idle"}}
	for src, want := range map[string]Line{
		`{ at = "1m", device = "bathroom/switch", do = "press", count = 2 }`: {When: At, Time: time.Minute, Act: &Do{
			Device: "bathroom/switch", Do: "press", Params: map[string]any{"count": 2.0}}},
		`{ at = "0s", device = "kitchen/coffee", fault = "no-pot", for = "2m" }`: {When: At, Act: &Fault{
			Device: "kitchen/coffee", Kind: "no-pot", For: 2 * time.Minute}},
		`{ at = "0s", device = "kitchen/coffee", fault = "no-pot", clear = true }`: {When: At, Act: &Fault{
			Device: "kitchen/coffee", Kind: "no-pot", Clear: true}},
		`{ at = "0s", device = "kitchen/coffee", clear = true }`: {When: At, Act: &Fault{Device: "kitchen/coffee", Clear: true}},
		`{ at = "0s", publish = "light", payload = "ON" }`:       {When: At, Act: &Publish{Topic: "light", Payload: "ON"}},
		`{ at = "0s", publish = "light" }`:                       {When: At, Act: &Publish{Topic: "light"}},
		`{ at = "0s", publish = "x", payload = { do = "run", n = [1, 2.5] } }`: {When: At, Act: &Publish{
			Topic: "x", Payload: `{"do":"run","n":[1,2.5]}`}},
		`{ by = "1h", expect = "kitchen/toaster", is = "idle" }`:   {When: By, Time: time.Hour, Act: &Expect{Condition: idle}},
		`{ until = "1h", never = "kitchen/toaster", is = "idle" }`: {When: UntilThen, Time: time.Hour, Act: &Expect{Condition: idle}},
		`{ by = "0s", said = "x" }`:                                {When: By, Act: &Said{Text: "x"}},
		`{ at = "1s", run = "other" }`:                             {When: At, Time: time.Second, Act: &Run{Scene: "other"}},
		`{ at = "1s", stop = "other" }`:                            {When: At, Time: time.Second, Act: &Stop{Scene: "other"}},
		`{ by = "1s", heard = "x" }`:                               {When: By, Time: time.Second, Act: &Heard{Topic: "x"}},
		`{ at = "1s", heard = "x", payload = { a = 1 } }`:          {When: At, Time: time.Second, Act: &Heard{Topic: "x", Payload: ptr(`{"a":1}`)}},
		`{ until = "1s", never_heard = "x", payload = "" }`:        {When: UntilThen, Time: time.Second, Act: &Heard{Topic: "x", Payload: ptr("")}},
		`{ until = "1s", never_said = "x" }`:                       {When: UntilThen, Time: time.Second, Act: &Said{Text: "x"}},
	} {
		f := loadGood(t, "[[test]]\nname = \"t\"\nstart = 2026-11-20T06:29:00\ntimeline = ["+src+"]")
		if got := f.Tests[0].Timeline[0]; !reflect.DeepEqual(*unplaced(&got).(*Line), want) {
			t.Errorf("%s\ngot  %+v\nwant %+v", src, got, want)
		}
	}
}

func TestTestHead(t *testing.T) {
	f := loadGood(t, `[[test]]
name = "winter"
start = 2026-11-20T06:29:00
seed = 7
given = [ { device = "kitchen/toaster", loaded = true }, { device = "kitchen/coffee", water_ml = 800 } ]
timeline = []
[[test]]
name = "the hour that comes twice"
start = 2026-10-25T02:30:00
timeline = []
`)
	berlin := f.Home.Zone
	first, second := f.Tests[0], f.Tests[1]
	if want := time.Date(2026, 11, 20, 5, 29, 0, 0, time.UTC); !first.Start.Equal(want) || first.Start.Location() != berlin {
		t.Errorf("starts %v, want %v in %v", first.Start, want, berlin)
	}
	if want := time.Date(2026, 10, 25, 0, 30, 0, 0, time.UTC); !second.Start.Equal(want) {
		t.Errorf("starts %v, want the first 02:30, %v", second.Start, want)
	}
	given := []Given{
		{Device: "kitchen/toaster", Attrs: map[string]any{"loaded": true}, Pos: first.Given[0].Pos},
		{Device: "kitchen/coffee", Attrs: map[string]any{"water_ml": 800.0}, Pos: first.Given[1].Pos},
	}
	if first.Seed != 7 || !reflect.DeepEqual(first.Given, given) {
		t.Errorf("got %+v", first)
	}
}

// A mode has the words of its own table, and no others.
func TestTheModeOfTheHome(t *testing.T) {
	f, err := load("modes.toml", read(t, "testdata/good/modes.toml"), testTypes)
	if err != nil {
		t.Fatal(err)
	}
	mode, _ := f.Device("home/mode")
	state, _ := mode.Type.Attribute("state")
	words := []string{"home", "away", "holiday", "night"}
	if !reflect.DeepEqual(state.Values, words) || len(modeType.Attributes[0].Values) != 0 {
		t.Errorf("this mode can be %v, any mode %v", state.Values, modeType.Attributes[0].Values)
	}
	dusk, _ := f.Scene("dusk")
	if got := dusk.OnlyIf[0].(*StateCondition); got.Test.IsNot != "holiday" || got.Attr != "state" {
		t.Errorf("only if %+v", got)
	}
	leave, _ := f.Scene("leave")
	bed, _ := f.Scene("bed")
	got := fmt.Sprint(leave.Do[0].Action.(*Command).Params, commandsOf(bed))
	if want := "map[value:away] [home/mode set map[value:night] hall/light off map[]]"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// TestBreakfast loads a whole house and checks where its parts stand.
func TestBreakfast(t *testing.T) {
	f, err := load("scenes.toml", read(t, "testdata/good/breakfast.toml"), testTypes)
	if err != nil {
		t.Fatal(err)
	}
	morning := f.Scenes[0]
	got := fmt.Sprint(len(f.Devices), len(f.Scenes), len(f.Tests), " ", morning.Pos, " ",
		morning.When[1].Position(), " ", morning.Do[7].Pos, " ", f.Tests[1].Pos, " ", f.Tests[1].Timeline[2].Pos)
	if want := "7 4 3 34:8 40:3 57:3 93:3 100:3"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if f.Home.Latitude != 52.52 || f.Home.Longitude != 13.40 || !f.Home.HasPlace {
		t.Errorf("home is %+v", f.Home)
	}
}

// What a scene can publish at one instant is bounded.
func TestTextsAreBounded(t *testing.T) {
	const most = 64 << 10
	for form, name := range map[string]string{`{ say = "%s" }`: "say", `{ publish = "a", payload = "%s" }`: "payload", `{ publish = "%s" }`: "publish"} {
		step := func(n int) string {
			return "[scene.a]\ndo = [ " + fmt.Sprintf(form, strings.Repeat("x", n)) + " ]\n"
		}
		loadGood(t, step(most))
		_, err := load("f", []byte(testHouse+step(most+1)), testTypes)
		if want := name + " has 65537 bytes; want at most 65536"; err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s of 65537 bytes: %v; want %s", form, err, want)
		}
	}
}

func TestOccupancy(t *testing.T) {
	f, err := load("scenes.toml", read(t, "testdata/good/occupancy.toml"), testTypes)
	if err != nil {
		t.Fatal(err)
	}
	at := func(hour, minute int) *TimeOfDay { return ptr(TimeOfDay(hour*3600 + minute*60)) }
	want := occupancy.Household{
		Zone: time.UTC,
		People: []occupancy.Person{
			{Name: "Anna", Habits: []occupancy.Habit{
				{
					Days: 0b0111110, Wake: at(6, 30), Leave: at(7, 45), Return: at(17, 30), Sleep: at(0, 30),
					Jitter: 10 * time.Minute, Entrance: "garage/door",
				},
				{Home: true},
			}},
			{Habits: []occupancy.Habit{{Wake: at(7, 0)}}},
		},
		Motion: []string{"bedroom/motion"}, Contacts: []string{"hall/door", "garage/door"},
	}
	if got := f.Household(); !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if !f.Tests[0].Occupancy || loadGood(t, "[[test]]\nname = \"x\"\nstart = 2026-11-20T06:29:00\ntimeline = []\n").Tests[0].Occupancy {
		t.Error("who lives in a test, and who does not")
	}
}
