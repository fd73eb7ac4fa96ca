package telling

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"homebus/internal/daytime"
	"homebus/internal/message"
	"homebus/internal/presence"
	"homebus/topics"
)

// moments are the events in the words of a person.
var moments = map[string]string{
	"press":        "pressed",
	"double_press": "pressed twice",
	"long_press":   "held",
}

// Moment says what has happened when an event has that name: "pressed".
func Moment(event string) string {
	if word, ok := moments[event]; ok {
		return word
	}
	return strings.ReplaceAll(event, "_", " ")
}

// Message says what a message says. A topic that is not ours stands there with its
// payload.
func Message(m message.Message) string {
	t, ok := topics.Parse(m.Topic)
	if !ok || t.Kind == topics.KindBus {
		return strings.TrimSpace(Shorten(m.Topic) + " " + Shorten(string(m.Payload)))
	}
	if t.Kind == topics.KindOnline {
		return t.ID() + " " + there(m.Payload)
	}
	said := Fields(m.Payload)
	switch t.Kind {
	case topics.KindState:
		return who(t, cmp.Or(text(said["state"]), "reported"))
	case topics.KindEvent:
		return who(t, cmp.Or(Moment(text(said["event"])), "spoke"))
	case topics.KindCommand:
		return who(t, Command(said))
	case topics.KindFault:
		return who(t, fault(said))
	case topics.KindAck:
		return who(t, ack(said))
	case topics.KindScene:
		return strings.TrimSpace("scene " + t.Name + " " + Scene(said))
	}
	return "“" + cmp.Or(text(said["text"]), Shorten(string(m.Payload))) + "”"
}

// who names an appliance, or a scene that is spoken to, and what is said of it.
func who(t topics.Topic, what string) string {
	if t.Area == topics.AreaScene {
		return "scene " + t.Name + " " + what
	}
	return t.ID() + " " + what
}

// Command says what a command demands, by its fields: "brew cups=4".
func Command(said map[string]any) string {
	words := []string{cmp.Or(text(said["do"]), "a command")}
	for _, key := range slices.Sorted(maps.Keys(said)) {
		if key != "do" {
			words = append(words, Shorten(key)+"="+text(said[key]))
		}
	}
	return Shorten(strings.Join(words, " "))
}

// Scene says how a scene is, by the fields of its report: "failed: step 2: …".
func Scene(said map[string]any) string {
	return strings.TrimSuffix(text(said["state"])+": "+why(said), ": ")
}

// Reason says what started a scene, by the reason in its report: "at 07:30", "run by
// mirror", "bathroom/switch pressed".
func Reason(reason string) string {
	reason = Shorten(reason)
	if _, ok := daytime.Parse(reason); ok {
		return "at " + reason
	}
	what, rest, _ := strings.Cut(reason, " ")
	switch _, _, isDevice := topics.SplitID(what); {
	case what == "by":
		return "run " + reason
	case what == "topic":
		return rest
	case isDevice:
		return strings.TrimSpace(what + " " + Moment(rest))
	}
	return reason
}

func there(payload []byte) string {
	switch said, reason := presence.Read(payload); {
	case said == presence.Online:
		return "online"
	case said == presence.Offline && reason != "":
		return "offline (" + Shorten(reason) + ")"
	case said == presence.Offline:
		return "offline"
	}
	return "said something about being there"
}

func fault(said map[string]any) string {
	kind := text(said["kind"])
	switch {
	case said["clear"] == true:
		return strings.TrimSpace("cleared of the fault " + kind)
	case kind == "":
		return "was given a fault"
	}
	return "was given the fault " + kind
}

func ack(said map[string]any) string {
	if said["ok"] == true {
		return "agreed"
	}
	return strings.TrimSuffix("refused: "+why(said), ": ")
}
