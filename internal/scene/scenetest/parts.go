package scenetest

import (
	"slices"
	"time"

	"homebus/devices"
	"homebus/internal/scene"
	"homebus/internal/sun"
)

func (d drawer) trigger() scene.Trigger {
	switch d.upTo(8) {
	case 0:
		x := d.device(func(t *devices.Type) bool { return len(t.Events) > 0 })
		return &scene.EventTrigger{Device: x.ID, Event: one(d, "", x.Type.Events[0].Name)}
	case 1:
		return d.becomes()
	case 2:
		return d.crossing()
	case 3:
		return &scene.TimeTrigger{At: d.timeOfDay(), Days: d.days()}
	case 4:
		return d.sunTrigger()
	case 5:
		return &scene.EveryTrigger{Period: one(d, time.Minute, 7*time.Minute, time.Hour, 24*time.Hour)}
	case 6:
		return &scene.StartTrigger{}
	case 7:
		return &scene.NoticeTrigger{Text: one(d, "", "on", "x {y}"), Level: one(d, "", "info", "warning")}
	}
	payload := one(d, "", "ON", "\"quoted\"\n")
	return &scene.TopicTrigger{Topic: one(d, "light", "notice/home", "command/room/d0"), Payload: one(d, nil, &payload)}
}

func (d drawer) becomes() *scene.StateTrigger {
	id, a := d.attribute(devices.Bool, devices.Word, devices.Int)
	t := &scene.StateTrigger{Device: id, Attr: a.Name, Becomes: d.value(a.Value)}
	if from := d.value(a.Value); d.odds(3) && from != t.Becomes {
		t.From = from
	}
	if d.odds(3) {
		t.For = d.duration()
	}
	return t
}

func (d drawer) crossing() *scene.StateTrigger {
	id, a := d.attribute(devices.Int, devices.Number)
	limit := d.value(a.Value).(float64)
	t := &scene.StateTrigger{Device: id, Attr: a.Name, Above: &limit}
	if d.odds(2) {
		t.Above, t.Below = nil, &limit
	}
	if d.odds(3) {
		t.For = d.duration()
	}
	return t
}

func (d drawer) sunTrigger() *scene.SunTrigger {
	t := &scene.SunTrigger{Offset: one(d, 0, time.Hour, -20*time.Minute, -12*time.Hour), Days: d.days()}
	t.Event, _ = sun.Parse(one(d, sun.Words[:]...))
	first, second := d.timeOfDay(), d.timeOfDay()
	if d.odds(2) {
		t.NotBefore = &first
	}
	if d.odds(2) && first <= second {
		t.NotAfter = &second
	}
	return t
}

// condition draws one that has others in it up to a depth.
func (d drawer) condition(depth int) scene.Condition {
	several := func() (all []scene.Condition) {
		for range 1 + d.upTo(2) {
			all = append(all, d.condition(depth-1))
		}
		return all
	}
	kind := d.upTo(8)
	if depth == 0 {
		kind = max(kind, 3)
	}
	switch kind {
	case 0:
		return &scene.AnyCondition{Of: several()}
	case 1:
		return &scene.AllCondition{Of: several()}
	case 2:
		return &scene.NotCondition{Condition: d.condition(depth - 1)}
	case 3:
		return &scene.SunCondition{Up: d.odds(2)}
	case 4:
		from := d.timeOfDay()
		return &scene.BetweenCondition{From: from, To: (from + 1 + scene.TimeOfDay(d.upTo(86397))) % 86400}
	case 5:
		return &scene.DaysCondition{Days: 1 + scene.Days(d.upTo(126))}
	}
	return d.stateCondition()
}

func (d drawer) stateCondition() *scene.StateCondition {
	c := &scene.StateCondition{}
	if d.odds(3) {
		c.For = d.duration()
	}
	var a devices.Attribute
	if d.odds(2) {
		c.Device, a = d.attribute(devices.Bool, devices.Word, devices.Int)
		x := d.value(a.Value)
		c.Attr, c.Test = a.Name, one(d, scene.Comparison{Is: x}, scene.Comparison{IsNot: x})
		return c
	}
	c.Device, a = d.attribute(devices.Int, devices.Number)
	low, high := d.value(a.Value).(float64), d.value(a.Value).(float64)
	c.Attr, c.Test = a.Name, one(d, scene.Comparison{Above: &low}, scene.Comparison{Below: &low},
		scene.Comparison{Between: &[2]float64{min(low, high), max(low, high)}})
	return c
}

// step draws a step that has others in it up to a depth.
func (d drawer) step(depth int) scene.Step {
	var s scene.Step
	if d.odds(4) {
		s.If = d.condition(1)
	}
	kind := d.upTo(11)
	if depth == 0 {
		kind = max(kind, 3)
	}
	switch kind {
	case 0:
		s.Action = &scene.Repeat{Times: 1 + d.upTo(4), Do: d.block(depth)}
	case 1:
		s.Action = &scene.Choose{Options: []scene.Option{{If: d.condition(1), Do: d.block(depth)}, {If: d.condition(1), Do: d.block(depth)}}, Else: d.block(depth)}
	case 2:
		s.Action = &scene.Together{Strands: [][]scene.Step{d.block(depth), d.block(depth)}}
	default:
		s.Action = d.action(kind)
	}
	return s
}

func (d drawer) block(depth int) (all []scene.Step) {
	for range d.upTo(2) {
		all = append(all, d.step(depth-1))
	}
	return all
}

func (d drawer) action(kind int) scene.Action {
	switch kind {
	case 3:
		return &scene.Wait{For: one(d, 0, d.duration())}
	case 4:
		return &scene.Until{Condition: d.condition(1), Timeout: d.duration(), OnTimeout: one(d, scene.OnTimeoutContinue, d.sceneName())}
	case 5:
		return &scene.Run{Scene: d.sceneName()}
	case 6:
		return &scene.Stop{Scene: d.sceneName()}
	case 7:
		x := d.device(func(*devices.Type) bool { return true })
		return &scene.Say{Text: scene.Text{{Plain: one(d, "it is ", "{}", "\\ \" \u00fc")}, {Device: x.ID, Attr: "state"}}, Level: one(d, "info", "warning", "alarm")}
	case 8:
		return &scene.Publish{Topic: one(d, "light", "state/room/d0", "event/room/d0"), Payload: one(d, "ON", "", `{"state":"on"}`)}
	case 9:
		return d.snapshot()
	case 10:
		return &scene.Restore{}
	}
	return d.command()
}

func (d drawer) snapshot() *scene.Snapshot {
	s := &scene.Snapshot{}
	for range 1 + d.upTo(1) {
		if x := d.device((*devices.Type).Restorable); !slices.Contains(s.Devices, x.ID) {
			s.Devices = append(s.Devices, x.ID)
		}
	}
	return s
}

// command draws a command that the device's declaration allows.
func (d drawer) command() *scene.Command {
	x := d.device(func(t *devices.Type) bool { return len(t.Actions) > 0 })
	a := one(d, x.Type.Actions...)
	c := &scene.Command{Device: x.ID, Do: a.Name, Params: map[string]any{}}
	if d.odds(3) {
		c.Confirm, c.Retry = d.duration(), d.upTo(2)
	}
	for _, p := range a.Params {
		if p.Required || d.odds(3) {
			c.Params[p.Name] = d.value(p)
		}
	}
	return c
}
