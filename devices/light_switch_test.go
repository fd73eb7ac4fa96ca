package devices

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"homebus/topics"
)

// events returns the moments that an appliance reported, "1s press".
func (h *testHouse) events(id string) []string {
	h.t.Helper()
	var list []string
	for _, o := range h.said {
		if o.Message.Topic == topics.Of(topics.KindEvent, id) {
			var e struct{ Event string }
			if err := json.Unmarshal(o.Message.Payload, &e); err != nil {
				h.t.Fatal(err)
			}
			list = append(list, o.Message.Meta.At.Sub(start).String()+" "+e.Event)
		}
	}
	return list
}

func TestSwitchReportsPresses(t *testing.T) {
	tests := []struct {
		name     string
		commands [][2]string // time, payload
		want     []string
		state    string
	}{
		{"a press", [][2]string{{"1s", `{"do":"press"}`}}, []string{"1s press"}, "on"},
		{"two presses apart", [][2]string{{"1s", `{"do":"press"}`}, {"1401ms", `{"do":"press"}`}},
			[]string{"1s press", "1.401s press"}, "off"},
		{"two quick presses", [][2]string{{"1s", `{"do":"press"}`}, {"1400ms", `{"do":"press"}`}},
			[]string{"1s press", "1.4s press", "1.4s double_press"}, "off"},
		{"count 2", [][2]string{{"1s", `{"do":"press","count":2}`}},
			[]string{"1s press", "1.2s press", "1.2s double_press"}, "off"},
		{"count 3 is one double press", [][2]string{{"1s", `{"do":"press","count":3}`}},
			[]string{"1s press", "1.2s press", "1.2s double_press", "1.4s press"}, "on"},
		{"held long", [][2]string{{"1s", `{"do":"press","hold":"1s"}`}}, []string{"1s press", "1.8s long_press"}, "on"},
		{"held not quite long", [][2]string{{"1s", `{"do":"press","hold":"799ms"}`}}, []string{"1s press"}, "on"},
		{"set, not pressed", [][2]string{{"1s", `{"do":"on"}`}}, nil, "on"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := newTestHouse(t, demoFlat()...)
			for _, c := range tt.commands {
				h.done(c[0], "bathroom/switch", c[1])
			}
			h.expect("10s", "bathroom/switch", map[string]any{"state": tt.state})
			if got := h.events("bathroom/switch"); !slices.Equal(got, tt.want) {
				t.Errorf("got  %v\nwant %v", got, tt.want)
			}
		})
	}
}

func TestSwitchIsBusyWhileItIsHeld(t *testing.T) {
	h := newTestHouse(t, demoFlat()...)
	h.done("1s", "bathroom/switch", `{"do":"press","hold":"3s"}`)
	h.refused("2s", "bathroom/switch", `{"do":"press"}`, "somebody is pressing the switch; it is free again in 2s")
	h.done("4s", "bathroom/switch", `{"do":"press"}`)
}

func TestSwitchDrivesItsLight(t *testing.T) {
	h := newTestHouse(t, demoFlat()...)
	h.done("1s", "bathroom/switch", `{"do":"press"}`)
	h.expect("1s", "bathroom/light", map[string]any{"state": "on"})
	h.done("2s", "bathroom/light", `{"do":"off"}`)
	h.done("3s", "bathroom/switch", `{"do":"press"}`) // as a wire: toggles, whatever the switch's own state
	h.expect("3s", "bathroom/light", map[string]any{"state": "on"})
	h.expect("3s", "bathroom/switch", map[string]any{"state": "off"})
	h.done("4s", "bathroom/switch", `{"do":"off"}`)
	h.expect("4s", "bathroom/light", map[string]any{"state": "off"})
}

// The chain of causes runs from the press command over the event to the light.
func TestPressIsTheCauseOfTheLight(t *testing.T) {
	h := newTestHouse(t, demoFlat()...)
	outs := h.command("1s", "bathroom/switch", `{"do":"press"}`)
	byTopic := map[string]Output{}
	for _, o := range outs {
		byTopic[o.Message.Topic] = o
	}
	event := byTopic["event/bathroom/switch"].Message.Meta
	ack := byTopic["ack/bathroom/switch"].Message.Meta
	light := byTopic["state/bathroom/light"].Message.Meta
	if event == nil || ack == nil || light == nil {
		t.Fatalf("something was not said:\n%s", tell(outs))
	}
	if event.Cause == "" || event.Cause != ack.Cause || light.Cause != event.ID {
		t.Errorf("event %+v, ack %+v, light %+v", event, ack, light)
	}
	if light.From != "bathroom/light" || event.From != "bathroom/switch" {
		t.Errorf("from %q and %q", light.From, event.From)
	}
}

func TestSwitchFaults(t *testing.T) {
	t.Run("stuck", func(t *testing.T) {
		h := newTestHouse(t, demoFlat()...)
		h.fault("1s", "bathroom/switch", `{"kind":"stuck"}`)
		h.done("2s", "bathroom/switch", `{"do":"press"}`)
		h.done("3s", "bathroom/switch", `{"do":"on"}`)
		h.expect("4s", "bathroom/switch", map[string]any{"state": "off"})
		h.fault("5s", "bathroom/switch", `{"clear":true}`)
		h.done("6s", "bathroom/switch", `{"do":"press"}`)
		if got := h.events("bathroom/switch"); !slices.Equal(got, []string{"6s press"}) {
			t.Errorf("events %v", got)
		}
	})
	t.Run("missed", func(t *testing.T) {
		h := newTestHouse(t, demoFlat()...)
		h.fault("1s", "bathroom/switch", `{"kind":"missed","for":"10s"}`)
		for _, at := range []string{"2s", "4s", "6s", "12s"} {
			h.done(at, "bathroom/switch", `{"do":"press"}`)
		}
		if got := h.events("bathroom/switch"); !slices.Equal(got, []string{"4s press", "12s press"}) {
			t.Errorf("events %v", got)
		}
	})
	t.Run("bounce", func(t *testing.T) {
		h := newTestHouse(t, demoFlat()...)
		h.fault("1s", "bathroom/switch", `{"kind":"bounce"}`)
		h.done("2s", "bathroom/switch", `{"do":"press"}`)
		h.at("3s")
		presses := 0
		for _, e := range h.events("bathroom/switch") {
			at, word, _ := strings.Cut(e, " ")
			if d := must(time.ParseDuration(at)); word == "press" && d >= 2*time.Second && d <= 2030*time.Millisecond {
				presses++
			}
		}
		if presses < 2 || presses > 4 {
			t.Errorf("%d presses: %v", presses, h.events("bathroom/switch"))
		}
	})
}

func TestASwitchThatGetsStuckInTheMiddleOfPresses(t *testing.T) {
	h := newTestHouse(t, demoFlat()...)
	h.done("0s", "bathroom/switch", `{"do":"press","count":3,"hold":"1s"}`)
	h.fault("500ms", "bathroom/switch", `{"kind":"stuck"}`)
	h.at("1m")
	if got := h.events("bathroom/switch"); len(got) != 1 {
		t.Errorf("events %v, want the first press alone", got)
	}
}

// The second press comes while the first still bounces.
func TestAPressIsToldAtOnceAlsoWhileTheContactBounces(t *testing.T) {
	h := newTestHouse(t, demoFlat()...)
	h.fault("0s", "bathroom/switch", `{"kind":"bounce"}`)
	h.done("1s", "bathroom/switch", `{"do":"press"}`)
	before := len(h.events("bathroom/switch"))
	h.done("1.005s", "bathroom/switch", `{"do":"press"}`)
	if got := h.events("bathroom/switch"); len(got) == before {
		t.Errorf("events %v: nothing at the second press", got)
	}
}
