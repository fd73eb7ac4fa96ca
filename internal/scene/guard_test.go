package scene

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"homebus/internal/message"
	"homebus/topics"
)

// warnings counts the warning notices.
func (s *story) warnings() (n int) {
	for _, m := range s.on("notice/") {
		if m.Payload != nil && string(m.Payload[len(m.Payload)-10:]) == `"warning"}` {
			n++
		}
	}
	return n
}

// echo lets every message of the engine come back to it, and answers each
// command with a report of the device, as a device would, hops copied or lost.
func (s *story) echo(keepHops bool, limit int) int {
	from := message.Stamper{From: "device", IDs: s.from.IDs}
	n := 0
	for i := 0; i < len(s.said); i++ {
		m := s.said[i]
		if n++; n > limit {
			s.t.Fatalf("no end after %d messages", n)
		}
		s.take(s.e.Handle(s.now, m))
		if len(m.Topic) > 8 && m.Topic[:8] == "command/" {
			r := message.Message{Topic: "event/" + m.Topic[8:], Payload: []byte(`{"event":"press"}`)}
			r = from.Stamp(s.now, r, m.Meta)
			if !keepHops {
				r.Meta.Hops = 0
			}
			s.take(s.e.Handle(s.now, r))
		}
	}
	return n
}

func TestLoopsStop(t *testing.T) {
	event := func(i int) Trigger { return &EventTrigger{Device: fmt.Sprintf("x/d%d", i), Event: "press"} }
	ring := func(n int) []*Scene {
		var scenes []*Scene
		for i := range n {
			scenes = append(scenes, scene(fmt.Sprintf("s%d", i), event(i), do(fmt.Sprintf("x/d%d", (i+1)%n), "press")))
		}
		return scenes
	}
	runs := func(n int) []*Scene {
		var scenes []*Scene
		for i := range n {
			scenes = append(scenes, scene(fmt.Sprintf("s%d", i), event(i), Step{Action: &Run{Scene: fmt.Sprintf("s%d", (i+1)%n)}}))
		}
		for _, s := range scenes {
			s.Mode, s.Max = Parallel, 100
		}
		return scenes
	}
	forks := runs(2)
	for _, s := range forks {
		s.Do = append(s.Do, s.Do[0], s.Do[0])
	}
	own := scene("s0", event(0), say("x"))
	own.When = append(own.When, &TopicTrigger{Topic: "scene/s0"}, &TopicTrigger{Topic: "notice/home"})
	publish := func(topic, payload string) Step { return Step{Action: &Publish{Topic: topic, Payload: payload}} }
	level := func(x int) Step {
		return publish("state/a/b", fmt.Sprintf(`{"state":"on","brightness":%d}`, x))
	}
	topic := scene("s0", event(0), publish("ping", "x"))
	topic.When = append(topic.When, &TopicTrigger{Topic: "ping"})
	notices := scene("s0", event(0), say("loop"))
	notices.When = append(notices.When, &NoticeTrigger{Text: "loop"})
	anyNotice := scene("s0", event(0), say("loop"))
	anyNotice.When = append(anyNotice.When, &NoticeTrigger{})
	ends := func(mode Mode, n int) []*Scene {
		var scenes []*Scene
		for i := range n {
			s := scene(fmt.Sprintf("s%d", i), becomes(fmt.Sprintf("scene/s%d", (i+1)%n), StateDone), wait(0))
			s.Mode, s.Max = mode, 5
			scenes = append(scenes, s)
		}
		scenes[0].When = append(scenes[0].When, event(0))
		return scenes
	}
	flapping := []*Scene{
		scene("s0", event(0), level(40), level(60)),
		scene("s1", above("a/b", "brightness", 50), level(40)),
		scene("s2", below("a/b", "brightness", 50), level(60)),
	}
	tests := []struct {
		name     string
		scenes   []*Scene
		keepHops bool
		starts   int
		warnings int
	}{
		{"what it publishes", []*Scene{topic}, true, 16, 1},
		{"its own notice", []*Scene{notices}, true, 16, 1},
		{"any notice", []*Scene{anyNotice}, true, 16, 1},
		{"the end of the other", ends(Single, 2), true, 16, 1},
		{"its own end", ends(Queued, 1), true, 16, 1},
		{"its own end, restarting", ends(Restart, 1), true, 16, 1},
		{"the ends of fifty", ends(Parallel, 50), true, 16, 1},
		{"a limit to and fro", flapping, true, 16, 1},
		{"itself", ring(1), true, 16, 1},
		{"two", ring(2), true, 16, 1},
		{"a ring of fifty", ring(50), true, 16, 1},
		{"itself, hops lost", ring(1), false, 20, 1},
		{"two, hops lost", ring(2), false, 40, 1},
		{"run steps", runs(2), true, 16, 1},
		{"run steps in a ring of fifty", runs(50), true, 16, 1},
		{"run steps that fork", forks, true, 40, 4},
		{"its own topic", []*Scene{own}, true, 20, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := tell(t, noon, tt.scenes...)
			s.said = nil
			s.hear("event/x/d0", `{"event":"press"}`)
			s.echo(tt.keepHops, 5000)
			starts := 0
			for _, p := range tt.scenes {
				starts += s.status(p.Name).Runs
			}
			if starts != tt.starts || s.warnings() > tt.warnings || s.warnings() == 0 {
				t.Errorf("%d starts and %d warnings, want %d and %d", starts, s.warnings(), tt.starts, tt.warnings)
			}
		})
	}
}

// A device that is turned on and off by scenes because of what it says of itself, each
// time with the hops of the command before, is a loop; it is a storm only if it is fast.
func TestASlowLoopGoesOn(t *testing.T) {
	for _, tt := range []struct {
		every time.Duration
		runs  int
	}{{maxCalm, 16}, {maxCalm + time.Second, 100}, {time.Hour, 100}} {
		cold := scene("a", press(), do("x/heater", "on"))
		s := tell(t, noon, cold)
		hops := 0
		for range 100 {
			s.take(s.e.Handle(s.now, message.Message{
				Topic: "event/bathroom/switch", Payload: []byte(`{"event":"press"}`), Meta: &message.Meta{ID: "x", Hops: hops},
			}))
			if sent := s.on("command/x/heater"); len(sent) > 0 {
				hops = sent[len(sent)-1].Hops()
			}
			s.pass(tt.every)
		}
		if got := s.status("a").Runs; got != tt.runs {
			t.Errorf("every %s: %d runs, want %d", tt.every, got, tt.runs)
		}
	}
}

// Nobody may count on that with links which the engine never sent.
func TestLinksOfStrangersCount(t *testing.T) {
	s := tell(t, noon, scene("a", press()))
	s.pass(time.Hour)
	s.take(s.e.Handle(s.now, message.Message{
		Topic: "event/bathroom/switch", Payload: []byte(`{"event":"press"}`), Meta: &message.Meta{ID: "x", Hops: maxHops + 1},
	}))
	s.runs("a", 0)
}

func TestAStormIsHeldAndPasses(t *testing.T) {
	s := tell(t, noon, scene("a", press()))
	for range 3000 { // 100 a second for half a minute
		s.press()
		s.pass(10 * time.Millisecond)
	}
	s.runs("a", maxStarts)
	if n := s.warnings(); n != 1 {
		t.Errorf("%d warnings for one storm", n)
	}
	if n := len(s.said); n > 200 {
		t.Errorf("%d messages for one storm", n)
	}
	s.pass(startsWindow + time.Second)
	s.press()
	s.runs("a", maxStarts+1)
	for range maxStarts {
		s.press()
	}
	if n := s.warnings(); n != 2 {
		t.Errorf("%d warnings after a second storm", n)
	}
}

func TestTwentyStartsInTenSecondsAreFine(t *testing.T) {
	s := tell(t, noon, scene("a", press()))
	for range 100 {
		s.press()
		s.pass(startsWindow / maxStarts)
	}
	s.runs("a", 100)
	if n := s.warnings(); n != 0 {
		t.Errorf("%d warnings", n)
	}
	for range maxStarts + 1 {
		s.press()
		s.pass(startsWindow/maxStarts - 1)
	}
	if n := s.warnings(); n != 1 {
		t.Errorf("%d warnings of more than twenty, want 1", n)
	}
}

func TestSixteenLinksEndAChain(t *testing.T) {
	s := tell(t, noon, scene("a", press(), do("hall/light", "on")))
	s.hearHops("event/bathroom/switch", `{"event":"press"}`, maxHops-1)
	s.runs("a", 1)
	if got := s.on("command/")[0].Hops(); got != maxHops {
		t.Errorf("the command has %d hops, want %d", got, maxHops)
	}
	s.hearHops("event/bathroom/switch", `{"event":"press"}`, maxHops)
	s.runs("a", 1)
}

// A scene that hears notices, waits and says one: a loop so slow that each chain
// of sixteen would be a storm of its own, if the warning began another.
func TestAWarningBeginsNoChain(t *testing.T) {
	s := tell(t, noon, scene("a", &TopicTrigger{Topic: topics.NoticeHome}, wait(time.Minute), say("x")))
	s.hear(topics.NoticeHome, `{"text":"begin"}`)
	for heard := len(s.said) - 1; heard < len(s.said); heard++ {
		s.take(s.e.Handle(s.now, s.said[heard]))
		if heard == len(s.said)-1 {
			s.pass(time.Minute)
		}
		if heard > 1000 {
			t.Fatal("no end")
		}
	}
	s.runs("a", maxHops)
	if n := s.warnings(); n != 1 {
		t.Errorf("%d warnings, want 1", n)
	}
}

// A stranger can send any hops; one more than the most must not be less than none.
func TestAnEndlessChainStaysAtItsEnd(t *testing.T) {
	s := tell(t, noon, scene("a", press(), say("x")))
	s.hearHops("event/bathroom/switch", `{"event":"press"}`, math.MaxInt)
	s.runs("a", 0)
	for _, m := range s.on("notice/") {
		if m.Hops() != maxHops {
			t.Errorf("the warning has %d hops, want %d", m.Hops(), maxHops)
		}
	}
	if s.warnings() != 1 {
		t.Errorf("%d warnings, want 1", s.warnings())
	}
}

// What a stranger puts into a meta is passed on, and not kept, beyond a bound.
func TestLongIDsAreNotKept(t *testing.T) {
	long := strings.Repeat("x", message.MaxID+1)
	s := tell(t, noon, scene("a", press(), say("x")))
	s.now = s.now.Add(time.Second)
	pressed := message.Message{Topic: "event/bathroom/switch", Payload: []byte(`{"event":"press"}`), Meta: &message.Meta{ID: long, Hops: 3}}
	s.take(s.e.Handle(s.now, pressed))
	pressed.Payload = []byte("no JSON")
	s.take(s.e.Handle(s.now, pressed))
	s.runs("a", 1)
	for _, m := range s.on("scene/")[1:] {
		if m.Meta.Cause == long || m.Hops() != 4 {
			t.Errorf("%s has %d hops and a cause of %d bytes", m.Topic, m.Hops(), len(m.Meta.Cause))
		}
	}
	for _, d := range s.e.Decisions() {
		if len(d.Cause) > message.MaxID {
			t.Errorf("%q keeps a cause of %d bytes", d.Text(), len(d.Cause))
		}
	}
}

func TestARequestWithALongIDIsRefused(t *testing.T) {
	s := tell(t, noon, scene("a", nil, say("x")))
	m := message.Message{Topic: topics.SceneCommand("a"), Payload: []byte(`{"do":"run"}`), Meta: &message.Meta{ID: strings.Repeat("x", message.MaxID+1)}}
	s.take(s.e.Handle(s.now, m))
	s.runs("a", 0)
	if acks := s.on("ack/"); len(acks) != 1 || !strings.Contains(string(acks[0].Payload), "the message's id is 257 bytes long; want at most 256") {
		t.Errorf("acks %v", acks)
	}
}

// A stranger may say that any number of links led to a request.
func TestAStopOfManyLinks(t *testing.T) {
	for _, hops := range []int{maxHops - 1, maxHops, math.MaxInt} {
		s := tell(t, noon, &Scene{Name: "a", Mode: Single, Do: []Step{{Action: &Wait{For: time.Hour}}}})
		s.hear("command/scene/a", `{"do":"run"}`)
		s.hearHops("command/scene/a", `{"do":"stop"}`, hops)
		said := s.on("scene/a")
		if last := said[len(said)-1]; s.status("a").State != StateStopped || last.Hops() != maxHops {
			t.Errorf("a stop of %d links: %s of %d links", hops, last.Payload, last.Hops())
		}
	}
}

// Two buses whose scenes answer each other: neither ever sends as many links as it hears.
func TestTwoBusesDoNotAnswerEachOtherForEver(t *testing.T) {
	answer := func(topic, with string) *story {
		s := tell(t, noon, scene("a", &TopicTrigger{Topic: topic}, Step{Action: &Wait{For: time.Second}}, Step{Action: &Publish{Topic: with}}))
		s.pass(time.Hour)
		return s
	}
	ping, pong := answer("pong", "ping"), answer("ping", "pong")
	ping.frames("pong", "")
	told := map[*story]int{}
	relay := func(from, to *story) {
		from.pass(time.Second)
		for ; told[from] < len(from.said); told[from]++ {
			to.take(to.e.Handle(to.now, from.said[told[from]]))
		}
	}
	for range 100 {
		relay(ping, pong)
		relay(pong, ping)
	}
	// To pong, of which nothing has led there yet, the first is a beginning.
	if all := len(ping.on("ping")) + len(pong.on("pong")); all != 1+maxHops {
		t.Errorf("they told each other %d times, want %d", all, 1+maxHops)
	}
}
