package scene

import (
	"maps"
	"slices"
	"strings"

	"homebus/devices"
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
	case *OncePerCondition:
		return "it has not run this " + string(c.Period)
	}
	return "an unknown condition"
}

// String returns the condition in words: "kitchen/coffee is warming for 5m".
func (c *StateCondition) String() string {
	s := c.Device
	if c.Attr != "" && c.Attr != attrState {
		s += " " + c.Attr
	}
	s += " " + c.Test.String()
	if c.For > 0 {
		s += " for " + devices.DurationText(c.For)
	}
	return s
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
		if t.Attr != "" && t.Attr != attrState {
			return t.Device + " " + t.Attr + " " + ValueText(t.Becomes)
		}
		return t.Device + " " + ValueText(t.Becomes)
	case *TimeTrigger:
		return t.At.String()
	case *TopicTrigger:
		if t.Payload == nil {
			return "topic " + shorten(t.Topic)
		}
		return "topic " + shorten(t.Topic) + " " + shorten(*t.Payload)
	}
	return "an unknown trigger"
}
