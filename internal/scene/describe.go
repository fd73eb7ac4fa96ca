package scene

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"homebus/devices"
	"homebus/topics"
)

// describeCondition says in words what a condition demands: "kitchen/coffee is warming".
func describeCondition(c Condition) string {
	switch c := c.(type) {
	case *StateCondition:
		return c.String()
	case *BetweenCondition:
		return "it is between " + c.From.String() + " and " + c.To.String()
	case *DaysCondition:
		return "the day is " + c.Days.String()
	case *SunCondition:
		if c.Up {
			return "the sun is up"
		}
		return "the sun is down"
	case *OncePerCondition:
		return "it has not run this " + string(c.Period)
	case *AnyCondition:
		return joined(c.Of, " or ")
	case *AllCondition:
		return joined(c.Of, " and ")
	case *NotCondition:
		return "not (" + describeCondition(c.Condition) + ")"
	}
	return "an unknown condition"
}

// joined describes several conditions, those of several parts in brackets.
func joined(conditions []Condition, word string) string {
	all := make([]string, len(conditions))
	for i, c := range conditions {
		all[i] = describeCondition(c)
		if len(parts(c)) > 1 {
			all[i] = "(" + all[i] + ")"
		}
	}
	return strings.Join(all, word)
}

// String returns the condition in words: "kitchen/coffee is warming for 5m".
func (c *StateCondition) String() string {
	s := c.subject() + " " + c.Test.String()
	if c.For > 0 {
		s += " for " + devices.DurationText(c.For)
	}
	return s
}

// subject names what the condition looks at: "kitchen/coffee water_ml".
func (c *StateCondition) subject() string { return attributeText(c.Device, c.Attr) }

// attributeText names an attribute; the state by its device alone.
func attributeText(device, attr string) string {
	if attr == "" || attr == attrState {
		return device
	}
	return device + " " + attr
}

// describeAction says in words what a step does.
func describeAction(a Action) string {
	switch a := a.(type) {
	case *Command:
		return a.String()
	case *Wait:
		return "wait " + devices.DurationText(a.For)
	case *Until:
		return "wait until " + describeCondition(a.Condition)
	case *Say:
		return "say"
	case *Run:
		return "run " + a.Scene
	case *Stop:
		return "stop " + a.Scene
	case *Publish:
		return "publish " + shorten(a.Topic)
	case *Snapshot:
		return "keep " + strings.Join(a.Devices, ", ")
	case *Restore:
		return "restore"
	case *Repeat:
		return fmt.Sprintf("repeat %s", count(a.Times, "time", "times"))
	case *Choose:
		return "choose"
	case *Together:
		return "together"
	}
	return "an unknown step"
}

// String returns the command in words: "kitchen/coffee brew cups=4".
func (c *Command) String() string {
	s := c.Device + " " + c.Do
	for _, name := range slices.Sorted(maps.Keys(c.Params)) {
		s += " " + name + "=" + ValueText(c.Params[name])
	}
	return s
}

// reason says in a few words what started a scene.
func reason(t Trigger) string {
	switch t := t.(type) {
	case *EventTrigger:
		return strings.TrimSpace(t.Device + " " + t.Event)
	case *StateTrigger:
		return t.String()
	case *TimeTrigger:
		return t.At.String()
	case *SunTrigger:
		return t.String()
	case *EveryTrigger:
		return "every " + devices.DurationText(t.Period)
	case *StartTrigger:
		return "the bus has started"
	case *NoticeTrigger:
		return strings.TrimSpace("notice " + strings.TrimSpace(t.Level+" "+shorten(t.Text)))
	case *TopicTrigger:
		if t.Payload == nil {
			return "topic " + shorten(t.Topic)
		}
		return "topic " + shorten(t.Topic) + " " + shorten(*t.Payload)
	}
	return "an unknown trigger"
}

// String returns the change in words: "kitchen/coffee warming", "scene morning done",
// "living/thermostat temperature_c above 24".
func (t *StateTrigger) String() string {
	subject := attributeText(t.Device, t.Attr)
	if name, ok := strings.CutPrefix(subject, topics.AreaScene+"/"); ok {
		subject = "scene " + name
	}
	if t.Becomes != nil {
		return subject + " " + ValueText(t.Becomes)
	}
	limit := Comparison{Above: t.Above, Below: t.Below}
	return subject + " " + limit.String()
}

// String returns the moment in words: "sunset", "sunset -20m", "sunrise +1h".
func (t *SunTrigger) String() string {
	switch {
	case t.Offset > 0:
		return t.Event.String() + " +" + devices.DurationText(t.Offset)
	case t.Offset < 0:
		return t.Event.String() + " -" + devices.DurationText(-t.Offset)
	}
	return t.Event.String()
}
