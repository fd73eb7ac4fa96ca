package devices

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"homebus/internal/message"
	"homebus/topics"
)

func TestFaultsAreAcked(t *testing.T) {
	tests := []struct{ payload, reason string }{
		{`{"kind":"offline","for":"2m"}`, ""},
		{`{"kind":"jam"}`, ""},
		{`{"clear":true}`, ""},
		{`{"clear":true,"kind":"jam"}`, ""},
		{`{}`, `"kind" is missing; want one of jam, no-bread, dead-element, offline, flapping, slow, deaf, mute, duplicate, frozen, clock-skew`},
		{`{"kind":"ofline"}`, `a toaster has no fault "ofline" (did you mean "offline"?); want one of jam, no-bread, dead-element, offline, flapping, slow, deaf, mute, duplicate, frozen, clock-skew`},
		{`{"kind":"jam","for":"long"}`, `for is "long"; want a duration such as "10s" or "5m" from 0s to 8784h`},
		{`{"kind":"jam","for":"999999h"}`, `for is "999999h"; want a duration such as "10s" or "5m" from 0s to 8784h`},
		{`{"kind":"jam","four":"2m"}`, `unknown key of a fault "four" (did you mean "for"?)`},
		{`[]`, `the payload is []; want a JSON object such as {"kind":"offline","for":"2m"} or {"clear":true}`},
	}
	h := newTestHouse(t, demoFlat()...)
	for _, tt := range tests {
		outs := h.fault("1s", testToaster, tt.payload)
		a := h.acked(outs)
		if a.Error != tt.reason || a.OK != (tt.reason == "") {
			t.Errorf("%s: %+v, want %q", tt.payload, a, tt.reason)
		}
		for _, o := range outs {
			isAck := strings.HasPrefix(o.Message.Topic, topics.KindAck.Prefix())
			if o.Control != isAck || isAck && o.Message.Meta.From != controlName {
				t.Errorf("%s: control %v, meta %+v", tt.payload, o.Control, o.Message.Meta)
			}
		}
	}
}

func TestOfflineApplianceWorksOn(t *testing.T) {
	h := newTestHouse(t, demoFlat()...)
	h.done("0s", testToaster, `{"do":"start","browning":1}`)
	if outs := h.fault("10s", testToaster, `{"kind":"offline","for":"2m"}`); !strings.HasPrefix(tell(outs), testToaster+" link lost\n") {
		t.Errorf("got\n%s", tell(outs))
	}
	if !h.fleet.Offline(testToaster) || h.fleet.Offline(testLight) {
		t.Error("Offline is wrong")
	}
	if outs := h.command("20s", testToaster, `{"do":"stop"}`); len(outs) != 0 {
		t.Errorf("offline it says\n%s", tell(outs))
	}
	if outs := h.fleet.Announce(h.now, testToaster); len(outs) != 0 {
		t.Errorf("offline it announces\n%s", tell(outs))
	}
	said := len(h.said)
	h.at("130s")
	if got := tell(h.said[said:]); got != testToaster+" link back\n" {
		t.Errorf("got\n%s", got)
	}
	h.note(h.fleet.Announce(h.now, testToaster))
	h.expect("130s", testToaster, map[string]any{"state": "idle", "loaded": true, "energy_wh": 15.0}) // popped and loaded meanwhile
}

// Who runs the connections goes by CutsOff: it must say what a fault does.
func TestCutsOffSaysWhatLosesTheConnection(t *testing.T) {
	for _, f := range CommonFaults() {
		h := newTestHouse(t, demoFlat()...)
		lost := strings.Contains(tell(h.fault("1s", testToaster, fmt.Sprintf(`{"kind":%q}`, f.Name))), "link lost")
		if lost != f.CutsOff {
			t.Errorf("%s: the connection is lost: %v; CutsOff is %v", f.Name, lost, f.CutsOff)
		}
	}
}

func TestFlapping(t *testing.T) {
	h := newTestHouse(t, demoFlat()...)
	h.fault("0s", testLight, `{"kind":"flapping","for":"40s"}`)
	var got []string
	was := false
	for at := range 60 {
		h.at(fmt.Sprintf("%ds", at))
		if is := h.fleet.Offline(testLight); is != was {
			got, was = append(got, fmt.Sprintf("%ds %v", at, is)), is
		}
	}
	if want := "0s true, 5s false, 15s true, 20s false, 30s true, 35s false"; strings.Join(got, ", ") != want {
		t.Errorf("offline %v, want %s", got, want)
	}
}

func TestSlow(t *testing.T) {
	h := newTestHouse(t, demoFlat()...)
	h.fault("0s", testLight, `{"kind":"slow"}`)
	on := message.Message{Topic: topics.Of(topics.KindCommand, testLight), Payload: []byte(`{"do":"on"}`), Meta: &message.Meta{ID: "on"}}
	for range 3 { // repeats of what still waits say nothing and do nothing
		if outs := h.note(h.fleet.Handle(start.Add(time.Second), on)); len(outs) != 0 {
			t.Errorf("at once:\n%s", tell(outs))
		}
	}
	said := len(h.said)
	h.at("1m")
	if got := tell(h.said[said:]); !strings.HasPrefix(got, "4s ack/bathroom/light {\"id\":\"on\",\"ok\":true}\n4s state/") || strings.Count(got, "\n") != 2 {
		t.Errorf("got\n%s", got)
	}
	for range maxLate {
		h.command("2m", testLight, `{"do":"toggle"}`)
	}
	h.refused("2m", testLight, `{"do":"toggle"}`, "too busy: 64 commands wait already")
}

// Whoever was slow does not overtake itself: what it was told last is what it does.
func TestSlowNoMore(t *testing.T) {
	h := newTestHouse(t, demoFlat()...)
	h.fault("0s", testLight, `{"kind":"slow","for":"5s"}`)
	h.command("3s", testLight, `{"do":"on"}`)
	h.command("4s", testLight, `{"do":"on","brightness":40}`)
	h.expect("4.9s", testLight, map[string]any{"state": "off"})
	h.expect("5s", testLight, map[string]any{"state": "on", "brightness": 40.0})
	h.done("5.5s", testLight, `{"do":"off"}`)
	h.expect("1m", testLight, map[string]any{"state": "off"})
}

func TestDeaf(t *testing.T) {
	h := newTestHouse(t, demoFlat()...)
	h.fault("0s", testLight, `{"kind":"deaf"}`)
	if outs := h.command("1s", testLight, `{"do":"on"}`); len(outs) != 0 {
		t.Errorf("deaf it says\n%s", tell(outs))
	}
	h.done("2s", "bathroom/switch", `{"do":"press"}`) // a wire needs no ear
	h.expect("2s", testLight, map[string]any{"state": "on"})
	h.fault("3s", testLight, `{"clear":true}`)
	h.done("4s", testLight, `{"do":"off"}`)
}

func TestHandsReachWhatCommandsDoNot(t *testing.T) {
	h := newTestHouse(t, demoFlat()...)
	h.fault("0s", "bathroom/switch", `{"kind":"offline"}`)
	if h.fleet.Hears("bathroom/switch") || !h.fleet.Hears(testLight) || h.fleet.Hears("no/such") {
		t.Error("who hears commands?")
	}
	outs, err := h.fleet.Touch(h.at("1s"), "bathroom/switch", "press", map[string]any{"count": 1.0})
	if err != nil || len(outs) != 1 || outs[0].Device != testLight || outs[0].Message.Meta.Cause != "" {
		t.Errorf("a press by hand: %v, and\n%swant one report, of the light, without a cause", err, tell(outs))
	}
	for _, tt := range []struct{ id, do, want string }{
		{testToaster, "unload", "<nil>"},
		{testToaster, "start", "no bread in the toaster"},
		{testToaster, "strat", `a toaster cannot "strat" (did you mean "start"?); it knows start, stop, load, unload`},
		{"kitchen/toster", "start", `unknown appliance "kitchen/toster" (did you mean "kitchen/toaster"?)`},
		{testLight, "on", "brightness is 200; want a whole number from 0 to 100 %"},
	} {
		params := map[string]any{}
		if tt.id == testLight {
			params["brightness"] = 200.0
		}
		if _, err := h.fleet.Touch(h.at("2s"), tt.id, tt.do, params); fmt.Sprint(err) != tt.want {
			t.Errorf("%s %s: %v, want %s", tt.id, tt.do, err, tt.want)
		}
	}
}

func TestMute(t *testing.T) {
	h := newTestHouse(t, demoFlat()...)
	h.fault("0s", testLight, `{"kind":"mute"}`)
	if outs := h.command("1s", testLight, `{"do":"on","over":"10s"}`); len(outs) != 0 {
		t.Errorf("mute it says\n%s", tell(outs))
	}
	h.expect("20s", testLight, map[string]any{"state": "off"})
	if got := tell(h.fleet.Announce(h.now, testLight)); got != "20s online/bathroom/light {\"online\":true}\n" {
		t.Errorf("mute it announces\n%s", got)
	}
	h.fault("30s", testLight, `{"clear":true}`)
	h.expect("30s", testLight, map[string]any{"state": "on", "brightness": 100.0})
}

func TestDuplicate(t *testing.T) {
	h := newTestHouse(t, demoFlat()...)
	h.fault("0s", "bathroom/switch", `{"kind":"duplicate"}`)
	outs := h.command("1s", "bathroom/switch", `{"do":"press"}`)
	count := map[string]int{}
	for _, o := range outs {
		count[o.Message.Topic+" "+o.Message.ID()]++
	}
	for what, n := range count {
		if want := 2 - strings.Count(what, testLight); n != want {
			t.Errorf("%s comes %d times, want %d", what, n, want)
		}
	}
	h.expect("1s", testLight, map[string]any{"state": "on"}) // pressed once
}

func TestFrozen(t *testing.T) {
	h := newTestHouse(t, demoFlat()...)
	h.fault("0s", testLight, `{"kind":"frozen"}`)
	outs := h.command("1s", testLight, `{"do":"on"}`)
	if !strings.Contains(tell(outs), `1s state/bathroom/light {"state":"off"`) {
		t.Errorf("got\n%s", tell(outs))
	}
	h.fault("2s", testLight, `{"clear":true}`)
	h.expect("2s", testLight, map[string]any{"state": "on"})
}

func TestClockSkew(t *testing.T) {
	h := newTestHouse(t, demoFlat()...)
	h.fault("0s", testLight, `{"kind":"clock-skew"}`)
	for _, o := range h.command("1s", testLight, `{"do":"on"}`) {
		if skew := o.Message.Meta.At.Sub(h.now); skew != clockSkew {
			t.Errorf("%s is %s ahead", o.Message.Topic, skew)
		}
	}
}

// A fault that clears leaves an appliance that works and has told how it is.
func TestEveryFaultClears(t *testing.T) {
	for _, spec := range demoFlat() {
		typ, _ := Lookup(spec.Type)
		for _, kind := range typ.faultNames() {
			t.Run(spec.ID+" "+kind, func(t *testing.T) {
				h := newTestHouse(t, demoFlat()...)
				h.fault("1s", spec.ID, `{"kind":"`+kind+`","for":"1m"}`)
				h.command("2s", spec.ID, `{"do":"`+typ.Actions[0].Name+`"}`)
				said := len(h.said)
				h.at("61s")
				if h.fleet.Offline(spec.ID) {
					t.Error("still offline")
				}
				if wasCut := kind == faultOffline || kind == faultFlapping; wasCut {
					h.note(h.fleet.Announce(h.now, spec.ID))
				}
				if got := tell(h.said[said:]); !strings.Contains(got, "1m1s "+topics.Of(topics.KindState, spec.ID)) {
					t.Errorf("no report when it clears:\n%s", got)
				}
				h.acked(h.command("2h", spec.ID, `{"do":"`+typ.Actions[0].Name+`"}`))
			})
		}
	}
}

// The repeated fault message is acked again and does not begin anew.
func TestFaultIsSetOncePerID(t *testing.T) {
	h := newTestHouse(t, demoFlat()...)
	m := message.Message{Topic: topics.Of(topics.KindFault, testLight), Payload: []byte(`{"kind":"deaf","for":"1m"}`), Meta: &message.Meta{ID: "f"}}
	h.acked(h.fleet.Handle(start, m))
	h.acked(h.fleet.Handle(start.Add(30*time.Second), m))
	h.done("61s", testLight, `{"do":"on"}`)
}

func TestAFaultThatIsSetAgainHasItsNewEnd(t *testing.T) {
	for _, tt := range []struct{ again, deaf, hears string }{
		{`{"kind":"deaf","for":"2m"}`, "149s", "150s"},
		{`{"kind":"deaf","for":"10s"}`, "39s", "40s"},
		{`{"kind":"deaf"}`, "24h", ""},
	} {
		h := newTestHouse(t, demoFlat()...)
		h.fault("0s", testLight, `{"kind":"deaf","for":"1m"}`)
		h.fault("30s", testLight, tt.again)
		if h.at(tt.deaf); h.fleet.Hears(testLight) {
			t.Errorf("after %s it hears at %s", tt.again, tt.deaf)
		}
		if tt.hears == "" {
			continue
		}
		if h.at(tt.hears); !h.fleet.Hears(testLight) {
			t.Errorf("after %s it is deaf at %s", tt.again, tt.hears)
		}
	}
}

// What ends by itself was begun by somebody.
func TestTheEndOfAFaultNamesWhoSetIt(t *testing.T) {
	h := newTestHouse(t, demoFlat()...)
	h.done("0s", testToaster, `{"do":"start","browning":1}`)
	m := message.Message{Topic: topics.Of(topics.KindFault, testToaster), Payload: []byte(`{"kind":"jam","for":"2m"}`), Meta: &message.Meta{ID: "the jam", Hops: 2}}
	h.note(h.fleet.Handle(h.at("1s"), m))
	h.expect("121s", testToaster, map[string]any{"state": "popped"})
	if last := h.said[len(h.said)-1].Message; last.Meta.Cause != "the jam" || last.Hops() != 2 {
		t.Errorf("%s %s is caused by %q, want the jam", last.Topic, last.Payload, last.Meta.Cause)
	}
}

func TestAFaultOfNoTimeIsOverAtOnce(t *testing.T) {
	h := newTestHouse(t, demoFlat()...)
	h.fault("1s", testLight, `{"kind":"deaf","for":"0s"}`)
	if !h.fleet.Hears(testLight) {
		t.Error("it is deaf")
	}
}

func TestFrozenFromTheFirstMomentOn(t *testing.T) {
	fleet, err := NewFleet(demoFlat(), start, Options{IDs: &message.Counted{}})
	if err != nil {
		t.Fatal(err)
	}
	fleet.Handle(start, message.Message{Topic: topics.Of(topics.KindFault, testLight), Payload: []byte(`{"kind":"frozen"}`)})
	for _, o := range fleet.Announce(start, testLight) {
		if len(o.Message.Payload) == 0 {
			t.Errorf("%s has no payload: the hub would forget it", o.Message.Topic)
		}
	}
}
