package scene

import (
	"slices"
	"strconv"
	"testing"
	"time"
)

func TestAPressStartsAScene(t *testing.T) {
	s := tell(t, noon, scene("morning", press(),
		Step{Action: &Command{Device: "kitchen/toaster", Do: "start", Params: map[string]any{"browning": 4, "over": "5m"}}},
		wait(20*time.Second), say("Good morning")))
	s.want("scene/", `scene/morning {"state":"idle","step":0,"steps":3,"runs":0,"skipped":0,"active":0,"queued":0}`)
	s.said = nil
	pressed := s.press()
	s.pass(time.Minute)
	s.want("",
		`scene/morning {"state":"running","step":1,"steps":3,"runs":1,"skipped":0,"active":1,"queued":0,"reason":"bathroom/switch press","started":"2026-11-20T12:00:00Z"}`,
		`command/kitchen/toaster {"do":"start","browning":4,"over":"5m"}`,
		`scene/morning {"state":"running","step":2,"steps":3,"runs":1,"skipped":0,"active":1,"queued":0,"reason":"bathroom/switch press","doing":"wait 20s","until":"2026-11-20T12:00:20Z","started":"2026-11-20T12:00:00Z"}`,
		`notice/home {"text":"Good morning","level":"info"}`,
		`scene/morning {"state":"done","step":3,"steps":3,"runs":1,"skipped":0,"active":0,"queued":0,"reason":"bathroom/switch press","started":"2026-11-20T12:00:00Z"}`)
	running := s.said[0]
	if running.Meta.Cause != pressed.ID() || running.Hops() != 1 || running.Meta.From != "bus" {
		t.Errorf("the scene's first message has meta %+v, want cause %s, 1 hop, from bus", running.Meta, pressed.ID())
	}
	for i, m := range s.said[1:] {
		if m.Meta.Cause != running.ID() || m.Hops() != 1 || m.Meta.Seq != running.Meta.Seq+uint64(i)+1 {
			t.Errorf("%s has meta %+v, want cause %s and 1 hop", m.Topic, m.Meta, running.ID())
		}
	}
}

// A driver that is late with Tick gives a message first: what was due before it
// is done before it.
func TestWhatWasDueComesBeforeAMessage(t *testing.T) {
	s := tell(t, noon, scene("a", press(), wait(time.Minute), say("first")), scene("b", &TopicTrigger{Topic: "x"}, say("second")))
	s.press()
	s.now = s.now.Add(2 * time.Minute)
	s.hear("x", "")
	s.want("notice/", `notice/home {"text":"first","level":"info"}`, `notice/home {"text":"second","level":"info"}`)
}

func TestPrefixesAreWhatTheFileWaitsFor(t *testing.T) {
	a := scene("a", press(), do("kitchen/light", "on"))
	a.When = append(a.When, &TopicTrigger{Topic: "light"}, becomes("kitchen/coffee", "warming"))
	a.OnlyIf = []Condition{is("home/mode", "home"), is("scene/b", "done")}
	s := tell(t, noon, a, scene("b", nil))
	want := []string{"ack/kitchen/light", "command/scene/", "event/bathroom/switch", "light",
		"online/home/mode", "online/kitchen/coffee", "state/home/mode", "state/kitchen/coffee"}
	if got := s.e.Prefixes(); !slices.Equal(got, want) {
		t.Errorf("Prefixes = %q, want %q", got, want)
	}
}

func TestTheTraceKeepsTheNewest(t *testing.T) {
	var tr trace
	const all = 2*maxTrace + 7
	for i := range all {
		tr.add(Decision{What: strconv.Itoa(i)})
	}
	got := tr.decisions()
	if len(got) != maxTrace {
		t.Fatalf("%d decisions, want %d", len(got), maxTrace)
	}
	for i, d := range got {
		if want := strconv.Itoa(all - maxTrace + i); d.Text() != want {
			t.Fatalf("decision %d is %s, want %s", i, d.Text(), want)
		}
	}
}
