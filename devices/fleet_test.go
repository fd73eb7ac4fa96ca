package devices

import (
	"slices"
	"strings"
	"testing"
	"time"

	"homebus/internal/message"
	"homebus/topics"
)

func TestNewFleetTellsAllMistakes(t *testing.T) {
	specs := []Spec{
		{ID: "kitchen", Type: "toaster"},
		{ID: "kitchen/a", Type: "toster"},
		{ID: "kitchen/b", Type: "toaster", Config: map[string]any{"watts": 90, "wats": 900}},
		{ID: "kitchen/c", Type: "toaster"},
		{ID: "kitchen/c", Type: "toaster"},
		{ID: "hall/d", Type: "light-switch", Config: map[string]any{"controls": "hall/lihgt"}},
		{ID: "hall/light", Type: "dimmable-light"},
		{ID: "hall/e", Type: "light-switch", Config: map[string]any{"controls": "kitchen/c"}},
		{ID: "hall/f", Type: "light-switch", Config: map[string]any{"controls": "kitchen/a"}}, // follows from a mistake
	}
	_, err := NewFleet(specs, start, Options{IDs: &message.Counted{}})
	if err == nil {
		t.Fatal("no error")
	}
	want := `appliance "kitchen": this is no id; want "area/name" of a-z, 0-9 and "-"
appliance "kitchen/a": unknown type "toster" (did you mean "toaster"?)
appliance "kitchen/b": watts is 90; want a number from 600 to 1200 W; unknown configuration key "wats" (did you mean "watts"?)
appliance "kitchen/c": there are two of this id
appliance "hall/d": controls names the unknown appliance "hall/lihgt" (did you mean "hall/light"?)
appliance "hall/e": a toaster cannot be what controls names: it has no action "toggle"`
	if got := err.Error(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestAnnounce(t *testing.T) {
	h := newTestHouse(t, demoFlat()...)
	got := tell(h.fleet.Announce(start.Add(time.Hour), testToaster, "no/such"))
	want := `1h0m0s online/kitchen/toaster {"online":true}
1h0m0s state/kitchen/toaster {"state":"idle","loaded":true,"browning":4,"shade":0,"progress":0,"remaining_s":0,"power_w":0,"energy_wh":0}
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := h.fleet.IDs(); !slices.Equal(got, []string{"bathroom/switch", testLight, testToaster, testCoffee}) {
		t.Errorf("IDs %v", got)
	}
}

func TestGive(t *testing.T) {
	h := newTestHouse(t, demoFlat()...)
	give := func(id string, attrs map[string]any) error {
		outs, err := h.fleet.Give(h.now, id, attrs)
		h.note(outs)
		return err
	}
	for id, attrs := range map[string]map[string]any{
		testToaster:       {"loaded": false, "browning": int64(2)},
		testCoffee:        {"water_ml": 800, "coffee_ml": 100},
		testLight:         {"state": "on", "brightness": 40},
		"bathroom/switch": {"state": "on"},
	} {
		if err := give(id, attrs); err != nil {
			t.Error(err)
		}
	}
	h.expect("0s", testToaster, map[string]any{"loaded": false, "browning": 2.0})
	h.expect("0s", testCoffee, map[string]any{"water_ml": 800.0, "coffee_ml": 100.0})
	h.expect("0s", testLight, map[string]any{"state": "on", "brightness": 40.0, "power_w": 3.6})
	h.expect("0s", "bathroom/switch", map[string]any{"state": "on"})
	for want, err := range map[string]error{
		`unknown appliance "kitchen/toster" (did you mean "kitchen/toaster"?)`:                                      give("kitchen/toster", nil),
		`appliance "kitchen/toaster": unknown attribute for a test to give "power_w"; want one of loaded, browning`: give(testToaster, map[string]any{"power_w": 3}),
		`appliance "kitchen/coffee": water_ml is 2000; want a whole number from 0 to 1250 ml`:                       give(testCoffee, map[string]any{"water_ml": 2000}),
		`appliance "kitchen/toaster": unknown attribute for a test to give "loadet" (did you mean "loaded"?)`:       give(testToaster, map[string]any{"loadet": true}),
	} {
		if err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// A toaster that is given empty has nothing to pop or to jam.
// Nobody's message leads to what a test gives.
func TestGiveHasNoCause(t *testing.T) {
	h := newTestHouse(t, demoFlat()...)
	h.done("1s", testLight, `{"do":"on"}`)
	outs, err := h.fleet.Give(h.at("2s"), testLight, map[string]any{"brightness": 10.0})
	if err != nil || len(outs) != 1 || outs[0].Message.Meta.Cause != "" {
		t.Errorf("%v: %s want one report without a cause", err, tell(outs))
	}
}

func TestGiveTakesTheBreadAway(t *testing.T) {
	h := newTestHouse(t, demoFlat()...)
	h.done("0s", testToaster, `{"do":"start"}`)
	h.at("30s")
	h.note(must(h.fleet.Give(h.now, testToaster, map[string]any{"loaded": false})))
	h.expect("30s", testToaster, map[string]any{"state": "idle", "loaded": false, "power_w": 0.0})
}

func TestIdleHouseIsQuiet(t *testing.T) {
	h := newTestHouse(t, demoFlat()...)
	said := len(h.said)
	h.at("19h")
	if got := h.said[said:]; len(got) != 0 {
		t.Errorf("idle it says\n%s", tell(got))
	}
	next, ok := h.fleet.Next()
	if want := start.Add(20 * time.Hour); !ok || next != want { // the switch has used 10 Wh
		t.Errorf("Next is %v, %v; want %v", next, ok, want)
	}
	h.at("21h")
	if got := tell(h.said[said:]); got != "20h0m0s state/bathroom/switch {\"state\":\"off\",\"power_w\":0.5,\"energy_wh\":10}\n" {
		t.Errorf("got\n%s", got)
	}
}

// What was due is done at its own time, in order, however late the tick.
func TestLateTick(t *testing.T) {
	h := newTestHouse(t, demoFlat()...)
	h.done("0s", testToaster, `{"do":"start","browning":1}`)
	h.done("0s", testCoffee, `{"do":"brew","cups":1}`)
	said := len(h.said)
	h.at("5h")
	last := start
	for _, o := range h.said[said:] {
		at := o.Message.Meta.At
		if at.Before(last) {
			t.Errorf("%s comes after %s", at.Sub(start), last.Sub(start))
		}
		last = at
	}
	if d := h.when(testToaster, "popped", 0); d < time.Minute || d > time.Minute+time.Millisecond {
		t.Errorf("popped at %s", d)
	}
}

// No two reports of what only drifts come within a second.
func TestDriftIsReportedOnceASecond(t *testing.T) {
	h := newTestHouse(t, demoFlat()...)
	h.done("0s", testToaster, `{"do":"start","browning":1}`)
	h.at("59s")
	reports := h.states(testToaster)
	for i := 2; i < len(reports); i++ { // from the start of the toasting on
		if d := reports[i].at - reports[i-1].at; d < time.Second {
			t.Errorf("reports at %s and %s", reports[i-1].at, reports[i].at)
		}
	}
	if n := len(reports); n < 50 || n > 62 {
		t.Errorf("%d reports in a minute", n)
	}
}

func TestStateHasItsKeysInOrder(t *testing.T) {
	h := newTestHouse(t, demoFlat()...)
	for _, o := range h.said {
		if !strings.HasPrefix(o.Message.Topic, topics.KindState.Prefix()) {
			continue
		}
		text, from := string(o.Message.Payload), 0
		for _, a := range h.fleet.byID[o.Device].typ.Attributes {
			i := strings.Index(text[from:], `"`+a.Name+`":`)
			if i < 0 {
				t.Errorf("%s: %s is missing or out of order in %s", o.Device, a.Name, text)
				break
			}
			from += i + 1
		}
	}
}

// What is due at one instant is done in the order of the specs.
func TestOrderOfOneInstant(t *testing.T) {
	ids := []string{"d/d", "a/a", "c/c", "b/b"}
	var specs []Spec
	for _, id := range ids {
		specs = append(specs, Spec{ID: id, Type: "toaster"})
	}
	h := newTestHouse(t, specs...)
	for _, i := range []int{2, 0, 3, 1} {
		h.done("0s", ids[i], `{"do":"start","browning":1}`)
	}
	var got []string
	for _, o := range h.note(h.fleet.Tick(start.Add(time.Minute + time.Millisecond))) {
		if strings.Contains(string(o.Message.Payload), "popped") {
			got = append(got, o.Device)
		}
	}
	if !slices.Equal(got, ids) {
		t.Errorf("they pop in the order %v, want %v", got, ids)
	}
}

// Chance depends on the seed and the id, not on the other appliances.
func TestChanceBelongsToTheAppliance(t *testing.T) {
	bounces := func(seed uint64, ids ...string) string {
		var specs []Spec
		for _, id := range ids {
			specs = append(specs, Spec{ID: id, Type: "light-switch"})
		}
		fleet := must(NewFleet(specs, start, Options{Seed: seed, IDs: &message.Counted{}}))
		var all string
		for i := range 20 {
			now := start.Add(time.Duration(i) * time.Second)
			for _, payload := range []string{`{"kind":"bounce"}`, `{"do":"press"}`} {
				kind := topics.KindFault
				if strings.Contains(payload, "do") {
					kind = topics.KindCommand
				}
				fleet.Handle(now, message.Message{Topic: topics.Of(kind, ids[0]), Payload: []byte(payload)})
			}
			all += string(rune('0' + len(fleet.Tick(now.Add(900*time.Millisecond)))))
		}
		return all
	}
	one := bounces(1, "hall/a")
	if again := bounces(1, "hall/a", "hall/b"); again != one {
		t.Errorf("with a neighbour it bounces %s, alone %s", again, one)
	}
	if other := bounces(2, "hall/a"); other == one {
		t.Errorf("with another seed it bounces %s too", other)
	}
	if other := bounces(1, "hall/b"); other == one {
		t.Errorf("another switch bounces %s too", other)
	}
}
