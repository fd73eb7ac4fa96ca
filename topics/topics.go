package topics

import (
	"bytes"
	"strings"
)

// Kind is the first part of a topic of ours.
type Kind string

// The kinds of topics.
const (
	KindState   Kind = "state"
	KindOnline  Kind = "online"
	KindEvent   Kind = "event"
	KindCommand Kind = "command"
	KindAck     Kind = "ack"
	KindFault   Kind = "fault"
	KindScene   Kind = "scene"
	KindNotice  Kind = "notice"
	KindBus     Kind = "bus"
)

// The topics of the hub itself.
const (
	// BusHeartbeat carries {"boot":uuid,"seq":n} every second.
	BusHeartbeat = "bus/heartbeat"
	// BusStats carries the hub's counters every five seconds; retained.
	BusStats = "bus/stats"
)

// NoticeHome is where a scene's "say" goes.
const NoticeHome = "notice/home"

// Prefix returns what to subscribe to for every topic of the kind: "state/".
func (k Kind) Prefix() string { return string(k) + "/" }

// State returns the topic of an appliance's whole state.
func State(area, name string) string { return join(KindState, area, name) }

// Online returns the topic that says whether an appliance can be reached.
func Online(area, name string) string { return join(KindOnline, area, name) }

// Event returns the topic of an appliance's moments.
func Event(area, name string) string { return join(KindEvent, area, name) }

// Command returns the topic on which an appliance hears requests.
func Command(area, name string) string { return join(KindCommand, area, name) }

// Ack returns the topic on which an appliance answers requests.
func Ack(area, name string) string { return join(KindAck, area, name) }

// Fault returns the topic on which the simulator hears faults for an appliance.
func Fault(area, name string) string { return join(KindFault, area, name) }

// Scene returns the topic of a scene's state.
func Scene(name string) string { return string(KindScene) + "/" + name }

// SceneCommand returns the topic on which the hub hears requests to run or
// stop a scene.
func SceneCommand(name string) string { return join(KindCommand, AreaScene, name) }

// Of returns the topic of the kind for an appliance given by its id
// ("area/name"), which must be valid.
func Of(k Kind, id string) string { return string(k) + "/" + id }

func join(k Kind, area, name string) string { return string(k) + "/" + area + "/" + name }

// Topic is a topic of ours, taken apart.
type Topic struct {
	Kind Kind
	// Area is empty for KindScene, KindNotice and KindBus.
	Area string
	// Name is the appliance, the scene, the notice's place or the hub's word.
	Name string
}

// ID returns the appliance's id, "area/name", or "" where there is none.
func (t Topic) ID() string {
	if t.Area == "" {
		return ""
	}
	return t.Area + "/" + t.Name
}

// Parse takes a topic of ours apart. It reports false for every other topic,
// which is then none of our business and relayed all the same.
func Parse(topic string) (Topic, bool) {
	kind, rest, ok := strings.Cut(topic, "/")
	if !ok {
		return Topic{}, false
	}
	switch k := Kind(kind); k {
	case KindScene, KindNotice, KindBus:
		return Topic{Kind: k, Name: rest}, ValidWord(rest)
	case KindState, KindOnline, KindEvent, KindCommand, KindAck, KindFault:
		area, name, ok := SplitID(rest)
		return Topic{Kind: k, Area: area, Name: name}, ok
	}
	return Topic{}, false
}

// KindOf returns the kind of a topic by its first part alone; "" if it is none of ours. It
// costs less than Parse, which says whether the rest is right.
func KindOf(topic []byte) Kind {
	end := bytes.IndexByte(topic[:min(len(topic), len(KindCommand)+1)], '/') // none is longer
	if end < 0 {
		return ""
	}
	switch string(topic[:end]) {
	case string(KindState):
		return KindState
	case string(KindOnline):
		return KindOnline
	case string(KindEvent):
		return KindEvent
	case string(KindCommand):
		return KindCommand
	case string(KindAck):
		return KindAck
	case string(KindFault):
		return KindFault
	case string(KindScene):
		return KindScene
	case string(KindNotice):
		return KindNotice
	case string(KindBus):
		return KindBus
	}
	return ""
}

// Retained reports whether the hub keeps the newest message of the topic and
// gives it to late subscribers. It goes by the prefix alone, so that a script's
// "state/anything" is remembered too.
func Retained(topic []byte) bool {
	switch {
	case hasPrefix(topic, "state/"), hasPrefix(topic, "online/"), hasPrefix(topic, "scene/"):
		return true
	}
	return string(topic) == BusStats
}

func hasPrefix(b []byte, p string) bool { return len(b) >= len(p) && string(b[:len(p)]) == p }
