package house

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"homebus/internal/scene"
	"homebus/topics"
)

// Link is one link of a chain of causes.
type Link struct {
	At time.Time
	// Text says in words what it is: "scene morning, step 2: kitchen/coffee brew".
	Text string
	// Topic and ID are of the message; empty where the link is none.
	Topic, ID string
	// Line is that of the file, if the link is a line of the test.
	Line int
}

// maxLinks bounds how many links a chain has in words. The bound on scenes that start
// one another ends chains long before.
const maxLinks = 100

// telling puts a chain of causes into words.
type telling struct {
	decisions []scene.Decision
	links     []Link
}

// chain tells what led to a message, the nearest first, down to the root. words are
// what is to be said of the message itself.
func chain(of *told, words string, decisions []scene.Decision) []Link {
	t := &telling{decisions: decisions}
	t.add(of, words)
	m := of
	for hidden := false; m.cause != nil && len(t.links) < maxLinks; m = m.cause {
		hidden = t.cause(m, hidden)
	}
	t.root(m)
	return t.links
}

func (t *telling) add(m *told, words string) {
	t.links = append(t.links, Link{At: m.At, Text: words, Topic: m.Message.Topic, ID: m.Message.ID()})
}

// cause tells the cause of m; hidden says that m itself has not been told. It reports
// whether the cause was left for the one behind it: a command is told with the scene
// that sent it.
func (t *telling) cause(m *told, hidden bool) bool {
	cause := m.cause
	name, isScene := sceneOf(cause)
	switch {
	case isScene:
		if same, ok := sceneOf(m); !ok || same != name {
			t.scene(m, hidden)
		}
	case cause.cause != nil && kindOf(cause) == topics.KindCommand:
		if _, ok := sceneOf(cause.cause); ok {
			return true
		}
		fallthrough
	default:
		if words := describe(cause); words != t.links[len(t.links)-1].Text { // a command is told by the press that it was
			t.add(cause, words)
		}
	}
	return false
}

// scene tells of a scene that led to m: which step did, or how it ended.
func (t *telling) scene(m *told, hidden bool) {
	run := m.cause
	words := describe(run)
	if status, ok := statusOf(run); ok && status.State == scene.StateRunning {
		name, _ := sceneOf(run)
		words = "scene " + name + t.step(name, m)
		if hidden {
			words += ": " + describe(m)
			t.links = append(t.links, Link{At: m.At, Text: words, Topic: m.Message.Topic, ID: m.Message.ID()})
			return
		}
	}
	t.links = append(t.links, Link{At: m.At, Text: words, Topic: run.Message.Topic, ID: run.Message.ID()})
}

// step says which step of a scene sent m, as far as the scenes' decisions tell:
// ", step 2".
func (t *telling) step(name string, m *told) string {
	did := describe(m)
	if other, ok := statusOf(m); ok {
		ran, _ := sceneOf(m)
		did = "run " + ran
		if other.State == scene.StateStopped {
			did = "stop " + ran
		}
	}
	for _, d := range slices.Backward(t.decisions) {
		if d.Kind == scene.DecidedStep && d.Scene == name && d.Cause == m.cause.Message.ID() && d.At.Equal(m.At) &&
			(d.What == did || strings.HasPrefix(d.What, did+", try ")) {
			return ", " + d.Name
		}
	}
	return ""
}

// root tells what is behind the last message of a chain.
func (t *telling) root(m *told) {
	if status, ok := statusOf(m); ok && status.Reason != "" && m.cause == nil {
		t.links = append(t.links, Link{At: m.At, Text: status.Reason})
	}
	switch meta := m.Message.Meta; {
	case m.cause != nil: // too long
		t.links = append(t.links, Link{At: m.At, Text: "…"})
	case m.origin == theStart:
		t.links = append(t.links, Link{At: m.At, Text: "the start of the test"})
	case m.origin > 0:
		t.links = append(t.links, Link{At: m.At, Text: fmt.Sprintf("test line %d", m.origin), Line: int(m.origin)})
	case meta != nil && meta.Cause != "": // forgotten, or never heard of
		t.links = append(t.links, Link{At: m.At, Text: "…"})
	}
}

func kindOf(m *told) topics.Kind {
	t, _ := topics.Parse(m.Message.Topic)
	return t.Kind
}

// sceneOf returns the scene that a message is the status of.
func sceneOf(m *told) (name string, ok bool) {
	t, ok := topics.Parse(m.Message.Topic)
	return t.Name, ok && t.Kind == topics.KindScene
}

func statusOf(m *told) (s scene.Status, ok bool) {
	if _, ok = sceneOf(m); ok {
		ok = json.Unmarshal(m.Message.Payload, &s) == nil
	}
	return s, ok
}
