package scene

import (
	"testing"
	"time"
)

// lamp is the device of the stories about edges.
const lamp = "hall/lamp"

func TestEdges(t *testing.T) {
	on := becomes(lamp, "on")
	report := func(s *story, state string) { s.state(lamp, state) }
	tests := []struct {
		name    string
		trigger *StateTrigger
		story   func(*story)
		runs    int
	}{
		{"a change", on, func(s *story) { report(s, "off"); report(s, "on") }, 1},
		{"two changes", on, func(s *story) { report(s, "off"); report(s, "on"); report(s, "off"); report(s, "on") }, 2},
		{"a first value", on, func(s *story) { report(s, "on") }, 0},
		{"a first value after online", on, func(s *story) { s.online(lamp, true); report(s, "on") }, 0},
		{"the same value again", on, func(s *story) { report(s, "off"); report(s, "on"); report(s, "on") }, 1},
		{"another value", on, func(s *story) { report(s, "off"); report(s, "dim") }, 0},
		{"a repeated announcement", on, func(s *story) {
			s.online(lamp, true)
			report(s, "on")
			s.online(lamp, true)
			report(s, "on")
		}, 0},
		{"a return from offline", on, func(s *story) {
			report(s, "off")
			s.online(lamp, false)
			s.online(lamp, true)
			report(s, "on")
		}, 0},
		{"a return that reports before it says online", on, func(s *story) {
			report(s, "off")
			s.online(lamp, false)
			report(s, "on")
			s.online(lamp, true)
		}, 0},
		{"a change after the return", on, func(s *story) {
			report(s, "on")
			s.online(lamp, false)
			s.online(lamp, true)
			report(s, "off")
			report(s, "on")
		}, 1},
		{"from offline asks for the return", &StateTrigger{Device: lamp, Becomes: "on", From: "offline"}, func(s *story) {
			report(s, "off")
			s.online(lamp, false)
			s.online(lamp, true)
			report(s, "on")
		}, 1},
		{"from offline, reported before online", &StateTrigger{Device: lamp, Becomes: "on", From: "offline"}, func(s *story) {
			report(s, "off")
			s.online(lamp, false)
			report(s, "on")
			s.online(lamp, true)
		}, 1},
		{"from offline is no plain change", &StateTrigger{Device: lamp, Becomes: "on", From: "offline"},
			func(s *story) { report(s, "off"); report(s, "on") }, 0},
		{"becomes offline", becomes(lamp, "offline"), func(s *story) { report(s, "on"); s.online(lamp, false); s.online(lamp, false) }, 1},
		{"becomes offline, online before", becomes(lamp, "offline"), func(s *story) { s.online(lamp, true); s.online(lamp, false) }, 1},
		{"offline as a first value", becomes(lamp, "offline"), func(s *story) { s.online(lamp, false) }, 0},
		{"from another value", &StateTrigger{Device: lamp, Becomes: "on", From: "dim"},
			func(s *story) { report(s, "off"); report(s, "on") }, 0},
		{"from that value", &StateTrigger{Device: lamp, Becomes: "on", From: "dim"},
			func(s *story) { report(s, "dim"); report(s, "on") }, 1},
		{"an attribute", &StateTrigger{Device: lamp, Attr: "brightness", Becomes: 40.0}, func(s *story) {
			s.hear("state/"+lamp, `{"state":"on","brightness":10}`)
			s.hear("state/"+lamp, `{"state":"on","brightness":40}`)
		}, 1},
		{"an attribute that was not there", &StateTrigger{Device: lamp, Attr: "jammed", Becomes: true}, func(s *story) {
			s.hear("state/"+lamp, `{"state":"on"}`)
			s.hear("state/"+lamp, `{"state":"on","jammed":true}`)
		}, 1},
		{"an attribute on return from offline", &StateTrigger{Device: lamp, Attr: "brightness", Becomes: 40.0}, func(s *story) {
			s.hear("state/"+lamp, `{"state":"on","brightness":10}`)
			s.online(lamp, false)
			s.online(lamp, true)
			s.hear("state/"+lamp, `{"state":"on","brightness":40}`)
		}, 0},
		{"a deleted value is unknown again", on, func(s *story) {
			report(s, "off")
			s.hear("state/"+lamp, "")
			report(s, "on")
		}, 0},
		{"a neighbour whose name begins the same", on, func(s *story) {
			s.state(lamp+"-2", "off")
			s.state(lamp+"-2", "on")
		}, 0},
		{"for, and it lasts", &StateTrigger{Device: lamp, Becomes: "on", For: time.Minute}, func(s *story) {
			report(s, "off")
			report(s, "on")
			s.pass(time.Minute)
		}, 1},
		{"for, a moment too short", &StateTrigger{Device: lamp, Becomes: "on", For: time.Minute}, func(s *story) {
			report(s, "off")
			report(s, "on")
			s.pass(time.Minute - 1)
			report(s, "off")
			s.pass(time.Hour)
		}, 0},
		{"for, counted anew", &StateTrigger{Device: lamp, Becomes: "on", For: time.Minute}, func(s *story) {
			report(s, "off")
			report(s, "on")
			s.pass(40 * time.Second)
			report(s, "off")
			report(s, "on")
			s.pass(40 * time.Second)
		}, 0},
		{"for, reports of the same do not disturb", &StateTrigger{Device: lamp, Becomes: "on", For: time.Minute}, func(s *story) {
			report(s, "off")
			report(s, "on")
			s.pass(40 * time.Second)
			report(s, "on")
			s.pass(20 * time.Second)
		}, 1},
		{"for, and it goes offline", &StateTrigger{Device: lamp, Becomes: "on", For: time.Minute}, func(s *story) {
			report(s, "off")
			report(s, "on")
			s.online(lamp, false)
			s.pass(time.Hour)
		}, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := tell(t, noon, scene("a", tt.trigger))
			tt.story(s)
			s.runs("a", tt.runs)
		})
	}
}

func TestATriggerThatLastsNamesItsCause(t *testing.T) {
	s := tell(t, noon, scene("a", &StateTrigger{Device: lamp, Becomes: "on", For: time.Minute}))
	s.state(lamp, "off")
	cause := s.state(lamp, "on")
	s.pass(time.Hour)
	last := s.said[len(s.said)-1]
	if s.said[1].Meta.Cause != cause.ID() {
		t.Errorf("%s %s is caused by %q, want %q", last.Topic, last.Payload, s.said[1].Meta.Cause, cause.ID())
	}
}

func TestEventsAndRawTopics(t *testing.T) {
	on := "ON"
	light := &TopicTrigger{Topic: "light", Payload: &on}
	tests := []struct {
		name    string
		trigger Trigger
		frames  []string
		runs    int
	}{
		{"the event", press(), []string{"event/bathroom/switch", `{"event":"press"}`}, 1},
		{"another event", press(), []string{"event/bathroom/switch", `{"event":"long_press"}`}, 0},
		{"any event", &EventTrigger{Device: "bathroom/switch"}, []string{"event/bathroom/switch", `{"event":"long_press"}`}, 1},
		{"another device", press(), []string{"event/bathroom/switch-2", `{"event":"press"}`}, 0},
		{"no JSON", press(), []string{"event/bathroom/switch", `press`}, 0},
		{"no object", press(), []string{"event/bathroom/switch", `["press"]`}, 0},
		{"an event of the wrong type", press(), []string{"event/bathroom/switch", `{"event":7}`}, 0},
		{"an event as one frame", press(), []string{`event/bathroom/switch {"event":"press"}`}, 0},
		{"two frames", light, []string{"light", "ON"}, 1},
		{"two frames, another payload", light, []string{"light", "OFF"}, 0},
		{"two frames, another topic", light, []string{"lights", "ON"}, 0},
		{"one frame", light, []string{"light ON"}, 1},
		{"one frame, another payload", light, []string{"light ON "}, 0},
		{"one frame, split at the first space", &TopicTrigger{Topic: "light", Payload: ptr("ON now")}, []string{"light ON now"}, 1},
		{"one frame that is the topic alone", light, []string{"light"}, 0},
		{"two frames whose topic has a space", light, []string{"light ON", ""}, 0},
		{"any payload, two frames", &TopicTrigger{Topic: "light"}, []string{"light", "\xff\x00"}, 1},
		{"any payload, one frame", &TopicTrigger{Topic: "light"}, []string{"light x"}, 1},
		{"any payload, the topic alone", &TopicTrigger{Topic: "light"}, []string{"light"}, 1},
		{"an empty payload", &TopicTrigger{Topic: "light", Payload: ptr("")}, []string{"light", ""}, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := tell(t, noon, scene("a", tt.trigger))
			s.frames(tt.frames...)
			s.runs("a", tt.runs)
		})
	}
}

func ptr[T any](v T) *T { return &v }

func TestOneMessageStartsASceneOnce(t *testing.T) {
	for _, frames := range [][]string{{"light", "ON"}, {"light ON"}} {
		a := scene("a", &TopicTrigger{Topic: "light"}, say("x"))
		a.When = append(a.When, &TopicTrigger{Topic: "light", Payload: ptr("ON")})
		a.Mode, a.Max = Parallel, 10
		s := tell(t, noon, a)
		s.frames(frames...)
		s.runs("a", 1)
	}
}

func TestBrokenPayloadsAreNotedAndDoNoHarm(t *testing.T) {
	s := tell(t, noon, scene("a", becomes(lamp, "on"), Step{Action: &Command{Device: lamp, Do: "on", Confirm: time.Second}}))
	s.state(lamp, "off")
	for _, m := range [][2]string{
		{"state/" + lamp, `{"state":`}, {"state/" + lamp, `[]`}, {"state/" + lamp, ` null`},
		{"online/" + lamp, `{"online":"yes"}`}, {"online/" + lamp, `{}`}, {"online/" + lamp, `false`},
	} {
		before := len(s.e.Decisions())
		s.hear(m[0], m[1])
		if ds := s.e.Decisions(); len(ds) != before+1 {
			t.Errorf("%s %s left no trace", m[0], m[1])
		}
	}
	s.state(lamp, "on")
	s.hear("ack/"+lamp, `nonsense`)
	s.runs("a", 1)
	s.is("a", StateRunning)
}
