package scene

import (
	"maps"
	"slices"
	"time"

	"homebus/devices"
	"homebus/internal/message"
	"homebus/topics"
)

// source is a topic that something in the file waits for.
type source struct {
	// events, notices and raw are the triggers of each kind.
	events, notices, raw *listeners
	// target is whose state or presence the topic tells; nil for other topics.
	target  *target
	online  bool // presence, not state
	ack     bool
	command bool // a request to run or stop a scene
}

// target is a device or a scene that something in the file looks at.
type target struct {
	id       string
	thing    *thing
	triggers []*trigger // in the file's order
	held     []*held    // conditions with a "for"
	watchers []*strand  // in an until that looks at it, in the order of beginning
	// heard is when its last report or word on being online came, and reported when its
	// last report did, on the engine's own clock.
	heard, reported time.Duration
	// restored are the orders by which a scene has brought it back, of which it has
	// not yet said that it heard them; nil otherwise.
	restored []devices.Order
}

// trigger is a Trigger at work.
type trigger struct {
	Trigger
	player *player
	alarm  alarm
	// cause is of a state that must last, and fired of a timed trigger.
	cause message.Meta
	fired time.Time
}

func newTrigger(t Trigger, p *player) *trigger {
	n := &trigger{Trigger: t, player: p, alarm: alarm{pos: -1}}
	n.alarm.trigger = n
	return n
}

// index finds out what each part of the file waits for.
func (e *Engine) index() {
	for _, p := range e.players {
		e.source(topics.SceneCommand(p.scene.Name)).command = true
		for _, t := range p.triggers {
			e.lastRank++
			t.alarm.rank = e.lastRank
			e.indexTrigger(t)
		}
		for _, c := range p.scene.OnlyIf {
			e.indexCondition(c)
		}
		for i := range p.program {
			if s := p.program[i].step; s != nil {
				e.indexStep(s)
			}
		}
	}
	for _, p := range e.players {
		p.target = e.targets[topics.Scene(p.scene.Name)]
	}
}

func (e *Engine) indexTrigger(t *trigger) {
	switch on := t.Trigger.(type) {
	case *EventTrigger:
		s := e.source(topics.Of(topics.KindEvent, on.Device))
		s.events = s.events.add(t, on.Event, on.Event == "")
	case *TopicTrigger:
		payload := ""
		if on.Payload != nil {
			payload = *on.Payload
		}
		s := e.source(on.Topic)
		s.raw = s.raw.add(t, payload, on.Payload == nil)
	case *StateTrigger:
		s := e.target(on.Device)
		s.triggers = append(s.triggers, t)
	case *NoticeTrigger:
		s := e.source(topics.NoticeHome)
		s.notices = s.notices.add(t, on.Text, on.Text == "")
	case *StartTrigger:
		e.starters = append(e.starters, t)
	case timed:
		if t.alarm.pos < 0 { // or it has been armed in the file before
			e.arm(t)
		}
	}
}

func (e *Engine) indexCondition(c Condition) {
	looksAt(c, func(sc *StateCondition) {
		s := e.target(sc.Device)
		if sc.For > 0 && e.held[sc] == nil {
			h := newHeld(sc)
			e.held[sc] = h
			s.held = append(s.held, h)
		}
	})
}

// indexStep is for one step of a program; those in its blocks are others.
func (e *Engine) indexStep(s *Step) {
	e.indexCondition(s.If)
	switch a := s.Action.(type) {
	case *Command:
		e.source(topics.Of(topics.KindAck, a.Device)).ack = true
	case *Until:
		e.indexCondition(a.Condition)
	case *Choose:
		for _, option := range a.Options {
			e.indexCondition(option.If)
		}
	case *Snapshot:
		for _, id := range a.Devices {
			e.target(id)
			e.source(topics.Of(topics.KindAck, id)).ack = true
		}
	case *Say:
		e.indexText(a.Text)
	case *Publish:
		e.indexText(a.Text)
	}
}

func (e *Engine) indexText(t Text) {
	for _, part := range t {
		if part.Device != "" {
			e.target(part.Device)
		}
	}
}

func (e *Engine) source(topic string) *source {
	s := e.sources[topic]
	if s == nil {
		s = new(source)
		e.sources[topic] = s
	}
	return s
}

// target returns the device or "scene/NAME" with the id. What scenes do is
// known without the bus; for devices, their topics become sources.
func (e *Engine) target(id string) *target {
	s := e.targets[id]
	if s != nil {
		return s
	}
	s = &target{id: id, thing: e.view.thing(id)}
	e.targets[id] = s
	if t, ok := topics.Parse(id); ok && t.Kind == topics.KindScene {
		return s
	}
	e.source(topics.Of(topics.KindState, id)).target = s
	online := e.source(topics.Of(topics.KindOnline, id))
	online.target, online.online = s, true
	return s
}

// Prefixes returns what the engine wants to hear, as subscriptions, in byte
// order.
func (e *Engine) Prefixes() []string {
	prefixes := []string{sceneCommands}
	for _, topic := range slices.Sorted(maps.Keys(e.sources)) {
		if !topics.Matches(sceneCommands, topic) {
			prefixes = append(prefixes, topic)
		}
	}
	slices.Sort(prefixes)
	return prefixes
}

// deliver takes a message to all that wait for its topic.
func (e *Engine) deliver(s *source, m message.Message) {
	var f effect
	if s.target != nil {
		f = e.learn(s, m)
	}
	if s.ack {
		e.acked(m)
	}
	if s.command {
		e.sceneCommand(m)
	}
	f.fired = e.listening(f.fired, s, m)
	e.fire(f, m.Meta)
}

// deliverRaw takes an old one-frame message, split in two, to the triggers of
// raw topics.
func (e *Engine) deliverRaw(s *source, m message.Message) {
	e.fire(effect{fired: s.raw.to(nil, string(m.Payload))}, nil)
}
