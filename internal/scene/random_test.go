package scene

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"homebus/devices"
	"homebus/internal/message"
	"homebus/internal/sun"
	"homebus/topics"
)

// obedient returns the shipped types that can be told to do something.
func obedient() []*devices.Type {
	return slices.DeleteFunc(devices.Types(), func(t *devices.Type) bool { return len(t.Actions) == 0 })
}

// randomFile draws a house of a few devices of the shipped types, and scenes
// that are about them and about one another.
func randomFile(t *rapid.T) *File {
	f := &File{Home: Home{Zone: time.UTC, Latitude: 52.5, Longitude: 13.4, HasPlace: rapid.Bool().Draw(t, "place")}}
	for i := range rapid.IntRange(1, 4).Draw(t, "devices") {
		f.Devices = append(f.Devices, &Device{ID: fmt.Sprintf("room/d%d", i), Type: rapid.SampledFrom(obedient()).Draw(t, "type")})
	}
	n := rapid.IntRange(1, 5).Draw(t, "scenes")
	for i := range n {
		s := &Scene{Name: fmt.Sprintf("s%d", i), Mode: Mode(rapid.IntRange(0, 3).Draw(t, "mode")), Max: rapid.IntRange(1, 3).Draw(t, "max")}
		r := randomPart{t, f, n}
		for range rapid.IntRange(0, 3).Draw(t, "triggers") {
			s.When = append(s.When, r.trigger())
		}
		if rapid.Bool().Draw(t, "condition") {
			s.OnlyIf = append(s.OnlyIf, r.condition())
		}
		for range rapid.IntRange(0, 5).Draw(t, "steps") {
			s.Do = append(s.Do, r.step(2))
		}
		f.Scenes = append(f.Scenes, s)
	}
	return f
}

type randomPart struct {
	*rapid.T
	f      *File
	scenes int
}

func (r randomPart) device() *Device { return rapid.SampledFrom(r.f.Devices).Draw(r.T, "device") }

func (r randomPart) scene() string {
	return fmt.Sprintf("s%d", rapid.IntRange(0, r.scenes-1).Draw(r.T, "scene"))
}

func (r randomPart) subject() string {
	if rapid.Bool().Draw(r.T, "a scene") {
		return topics.Scene(r.scene())
	}
	return r.device().ID
}

func (r randomPart) word() any {
	return rapid.SampledFrom([]any{"on", "off", "idle", "running", "done", "offline", 1.0, 2.0, true}).Draw(r.T, "word")
}

func (r randomPart) duration() time.Duration {
	return rapid.SampledFrom([]time.Duration{0, time.Millisecond, time.Second, time.Minute, 3 * time.Hour}).Draw(r.T, "duration")
}

func (r randomPart) trigger() Trigger {
	switch rapid.IntRange(0, 8).Draw(r.T, "trigger") {
	case 0:
		return &EventTrigger{Device: r.device().ID, Event: rapid.SampledFrom([]string{"", "press"}).Draw(r.T, "event")}
	case 1:
		return &StateTrigger{Device: r.subject(), Attr: rapid.SampledFrom([]string{"", "state", "runs"}).Draw(r.T, "attr"), Becomes: r.word(),
			From: rapid.SampledFrom([]any{nil, nil, "off", "offline"}).Draw(r.T, "from"), For: r.duration()}
	case 2:
		return &TimeTrigger{At: TimeOfDay(rapid.IntRange(0, 86399).Draw(r.T, "time")), Days: Days(rapid.IntRange(0, 127).Draw(r.T, "days"))}
	case 3:
		return r.limitTrigger()
	case 4:
		return r.sunTrigger()
	case 5:
		return &EveryTrigger{Period: rapid.SampledFrom([]time.Duration{time.Minute, 7 * time.Minute, time.Hour, 24 * time.Hour}).Draw(r.T, "every")}
	case 6:
		return &StartTrigger{}
	case 7:
		return &NoticeTrigger{Text: rapid.SampledFrom([]string{"", "x on"}).Draw(r.T, "notice"), Level: rapid.SampledFrom([]string{"", levelInfo, levelWarning}).Draw(r.T, "level")}
	}
	return &TopicTrigger{Topic: rapid.SampledFrom([]string{"light", "notice/home", "scene/s0", "command/room/d0"}).Draw(r.T, "topic")}
}

func (r randomPart) limitTrigger() Trigger {
	limit := float64(rapid.IntRange(0, 3).Draw(r.T, "limit"))
	t := &StateTrigger{Device: r.subject(), Attr: rapid.SampledFrom([]string{"runs", "state"}).Draw(r.T, "attr"), For: r.duration()}
	if rapid.Bool().Draw(r.T, "above") {
		t.Above = &limit
	} else {
		t.Below = &limit
	}
	return t
}

func (r randomPart) sunTrigger() Trigger {
	t := &SunTrigger{Offset: rapid.SampledFrom([]time.Duration{0, time.Hour, -12 * time.Hour}).Draw(r.T, "offset"), Days: Days(rapid.IntRange(0, 127).Draw(r.T, "days"))}
	t.Event, _ = sun.Parse(rapid.SampledFrom(sun.Words[:]).Draw(r.T, "event"))
	if rapid.Bool().Draw(r.T, "bound") {
		bound := TimeOfDay(rapid.IntRange(0, 86399).Draw(r.T, "not before"))
		t.NotBefore = &bound
	}
	return t
}

func (r randomPart) condition() Condition { return r.conditionWithin(2) }

// conditionWithin draws a condition that has others in it up to a depth.
func (r randomPart) conditionWithin(depth int) Condition {
	of := func() (all []Condition) {
		for range rapid.IntRange(1, 3).Draw(r.T, "parts") {
			all = append(all, r.conditionWithin(depth-1))
		}
		return all
	}
	least := 0
	if depth == 0 {
		least = 3
	}
	switch rapid.IntRange(least, 8).Draw(r.T, "condition") {
	case 0:
		return &AnyCondition{of()}
	case 1:
		return &AllCondition{of()}
	case 2:
		return &NotCondition{r.conditionWithin(depth - 1)}
	case 3:
		return &SunCondition{Up: rapid.Bool().Draw(r.T, "up")}
	}
	return r.simpleCondition()
}

func (r randomPart) simpleCondition() Condition {
	switch rapid.IntRange(0, 4).Draw(r.T, "simple condition") {
	case 0:
		return &BetweenCondition{TimeOfDay(rapid.IntRange(0, 86399).Draw(r.T, "from")), TimeOfDay(rapid.IntRange(0, 86399).Draw(r.T, "to"))}
	case 1:
		return &DaysCondition{Days(rapid.IntRange(1, 127).Draw(r.T, "days"))}
	case 2:
		return &OncePerCondition{rapid.SampledFrom([]Period{Hour, Day, Week, Month}).Draw(r.T, "period")}
	}
	c := &StateCondition{Device: r.subject(), For: r.duration()}
	if rapid.Bool().Draw(r.T, "is not") {
		c.Test.IsNot = r.word()
	} else {
		c.Test.Is = r.word()
	}
	return c
}

// step draws a step that has others in it up to a depth.
func (r randomPart) step(depth int) Step {
	var s Step
	if rapid.IntRange(0, 3).Draw(r.T, "if") == 0 {
		s.If = r.condition()
	}
	least := 0
	if depth > 0 {
		least = -3
	}
	switch rapid.IntRange(least, 8).Draw(r.T, "step") {
	case -1:
		s.Action = &Repeat{Times: rapid.IntRange(1, 12).Draw(r.T, "times"), Do: r.block(depth)}
	case -2:
		s.Action = &Choose{Options: []Option{{r.condition(), r.block(depth)}, {r.condition(), r.block(depth)}}, Else: r.block(depth)}
	case -3:
		s.Action = &Together{Strands: [][]Step{r.block(depth), r.block(depth), r.block(depth)}}
	case 6:
		s.Action = &Snapshot{Devices: []string{r.device().ID}}
	case 7:
		s.Action = &Restore{}
	case 8:
		s.Action = &Publish{Topic: rapid.SampledFrom([]string{"light", "state/room/d0", "event/room/d0"}).Draw(r.T, "topic"), Payload: "ON"}
	case 0:
		s.Action = &Wait{For: r.duration()}
	case 1:
		s.Action = &Until{Condition: r.condition(), Timeout: r.duration(), OnTimeout: rapid.SampledFrom([]string{OnTimeoutContinue, "s0"}).Draw(r.T, "on timeout")}
	case 2:
		s.Action = &Run{Scene: r.scene()}
	case 3:
		s.Action = &Stop{Scene: r.scene()}
	case 4:
		s.Action = &Say{Text: Text{{Plain: "x "}, {Device: r.device().ID, Attr: "state"}}}
	default:
		s.Action = r.command()
	}
	return s
}

func (r randomPart) block(depth int) (all []Step) {
	for range rapid.IntRange(0, 3).Draw(r.T, "steps") {
		all = append(all, r.step(depth-1))
	}
	return all
}

// command draws a command that the device's declaration allows.
func (r randomPart) command() *Command {
	d := r.device()
	a := rapid.SampledFrom(d.Type.Actions).Draw(r.T, "action")
	c := &Command{Device: d.ID, Do: a.Name, Params: map[string]any{}, Confirm: r.duration(), Retry: rapid.IntRange(0, 2).Draw(r.T, "retry")}
	for i := range a.Params {
		switch p := &a.Params[i]; {
		case p.Required && p.Kind == devices.Word:
			c.Params[p.Name] = "home"
		case p.Required:
			c.Params[p.Name] = p.Min
		}
	}
	return c
}

// message draws something that may come from the bus.
func (r randomPart) message() message.Message {
	id := r.device().ID
	m := message.Message{}
	switch rapid.IntRange(0, 7).Draw(r.T, "message") {
	case 0:
		m = message.New(topics.Of(topics.KindState, id), map[string]any{"state": r.word()})
	case 1:
		m = message.New(topics.Of(topics.KindOnline, id), map[string]any{"online": rapid.Bool().Draw(r.T, "online")})
	case 2:
		m = message.New(topics.Of(topics.KindEvent, id), map[string]any{"event": "press"})
	case 3:
		m = message.New(topics.SceneCommand(r.scene()), map[string]any{"do": rapid.SampledFrom([]string{"run", "stop", "x"}).Draw(r.T, "do")})
	case 4:
		m.Topic = rapid.SampledFrom([]string{"light ON", "light", "scene/s0", "command/scene/", "command/scene/A"}).Draw(r.T, "raw")
	default:
		kind := rapid.SampledFrom([]topics.Kind{topics.KindState, topics.KindOnline, topics.KindEvent, topics.KindAck}).Draw(r.T, "kind")
		m = message.Message{Topic: topics.Of(kind, id), Payload: []byte(rapid.StringMatching(`\{?("[a-z]*":?)?[0-9"]*\}?`).Draw(r.T, "payload"))}
	}
	if rapid.Bool().Draw(r.T, "meta") {
		m.Meta = &message.Meta{ID: fmt.Sprint(rapid.IntRange(0, 50).Draw(r.T, "id")), Hops: rapid.IntRange(0, maxHops+1).Draw(r.T, "hops")}
	}
	return m
}

// randomStory lives through random events with two engines, the second of which
// is disturbed all the time: in a way that must not make a difference.
type randomStory struct {
	randomPart
	a, b    *Engine
	disturb func()
	now     time.Time
}

func TestRandomHouses(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := newRandomStory(t)
		s.disturb = s.reread
		s.live()
	})
}

func newRandomStory(t *rapid.T) *randomStory {
	f := randomFile(t)
	s := &randomStory{randomPart: randomPart{t, f, len(f.Scenes)}, now: noon}
	s.a = NewEngine(f, noon, EngineOptions{IDs: &message.Counted{}})
	s.b = NewEngine(f, noon, EngineOptions{IDs: &message.Counted{}})
	return s
}

func (s *randomStory) live() {
	s.both(func(e *Engine) []message.Message { return e.Start(s.now) })
	for range rapid.IntRange(0, 40).Draw(s.T, "events") {
		if rapid.Bool().Draw(s.T, "time passes") {
			s.pass(s.duration())
			continue
		}
		s.hear(s.message(), 400)
	}
	s.pass(24 * time.Hour)
}

// both calls both engines, demands the same of them, and returns it.
func (s *randomStory) both(call func(*Engine) []message.Message) []message.Message {
	s.disturb()
	out, other := call(s.a), call(s.b)
	if len(out) != len(other) {
		s.Fatalf("%d messages, %d of the engine that was disturbed", len(out), len(other))
	}
	for i, m := range out {
		if string(m.Payload) != string(other[i].Payload) || *m.Meta != *other[i].Meta {
			s.Fatalf("%s %s, and of the engine that was disturbed %s %s", m.Topic, m.Payload, other[i].Topic, other[i].Payload)
		}
		s.check(m)
	}
	return out
}

// reread marshals the runs of the second engine and reads them back.
func (s *randomStory) reread() {
	for _, p := range s.b.players {
		for _, r := range p.active {
			b, err := json.Marshal(r)
			if err != nil {
				s.Fatal(err)
			}
			again := run{player: r.player}
			if err := json.Unmarshal(b, &again); err != nil {
				s.Fatal(err)
			}
			for i, x := range again.Strands { // which others point at
				x.run, x.alarm = r, r.Strands[i].alarm
				*r.Strands[i] = *x
			}
			again.Strands = r.Strands
			*r = again
		}
	}
}

// check demands of a message what every message of the engine promises.
func (s *randomStory) check(m message.Message) {
	topic, ok := topics.Parse(m.Topic)
	if !ok && m.Topic != "light" { // which a publish step says
		s.Fatalf("%q is no topic of ours", m.Topic)
	}
	if m.Meta == nil || m.Meta.ID == "" || !m.Meta.At.Equal(s.now) || topic.Kind != topics.KindAck && m.Hops() > maxHops {
		s.Fatalf("%s has meta %+v", m.Topic, m.Meta)
	}
	if topic.Kind != topics.KindCommand {
		return
	}
	d, _ := s.f.Device(topic.ID())
	var payload map[string]any
	if err := json.Unmarshal(m.Payload, &payload); err != nil || d == nil {
		s.Fatalf("%s %s: %v", m.Topic, m.Payload, err)
	}
	action, ok := d.Type.Action(fmt.Sprint(payload["do"]))
	if !ok {
		s.Fatalf("a %s cannot %v", d.Type.Name, payload["do"])
	}
	delete(payload, "do")
	for name, v := range payload {
		if p, ok := action.Param(name); !ok {
			s.Fatalf("%s has no %s", action.Name, name)
		} else if _, err := p.Check(v); err != nil {
			s.Fatal(err)
		}
	}
}

// hear lets the engines hear a message, and their own as they come back.
func (s *randomStory) hear(m message.Message, bound int) {
	queue := []message.Message{m}
	for n := 0; len(queue) > 0; n++ {
		if n > bound {
			return // a storm; the guard's own tests say that it ends
		}
		m, queue = queue[0], queue[1:]
		queue = append(queue, s.both(func(e *Engine) []message.Message { return e.Handle(s.now, m) })...)
	}
}

// pass lets time pass, or as much of it as two thousand ticks are: scenes may have
// something to do every second.
func (s *randomStory) pass(d time.Duration) {
	end := s.now.Add(d)
	atOnce := 0
	for range 2000 {
		next, ok := s.a.Next()
		if other, _ := s.b.Next(); !other.Equal(next) {
			s.Fatalf("next at %v, after runs were marshalled at %v", next, other)
		}
		if !ok || next.After(end) {
			s.now = end
			return
		}
		if atOnce++; next.After(s.now) {
			atOnce = 0
		}
		if next.Before(s.now) || atOnce > 1000 {
			s.Fatalf("no progress: it is %v, next at %v, %d ticks at once", s.now, next, atOnce)
		}
		s.now = next
		for _, m := range s.both(func(e *Engine) []message.Message { return e.Tick(s.now) }) {
			s.hear(m, 200)
		}
	}
}
