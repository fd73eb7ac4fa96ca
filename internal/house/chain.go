package house

import (
	"encoding/json"
	"fmt"
	"time"

	"homebus/internal/scene"
	"homebus/internal/telling"
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

// teller puts a chain of causes into words.
type teller struct{ links []Link }

// chain tells what led to a message, the nearest first, down to the root. words are
// what is to be said of the message itself.
func chain(of *told, words string) []Link {
	t := new(teller)
	t.add(of, words)
	m := of
	for hidden := false; m.cause != nil && len(t.links) < maxLinks; m = m.cause {
		hidden = t.cause(m, hidden)
	}
	t.root(m)
	return t.links
}

func (t *teller) add(m *told, words string) {
	t.links = append(t.links, Link{At: m.At, Text: words, Topic: m.Message.Topic, ID: m.Message.ID()})
}

// cause tells the cause of m; hidden says that m itself has not been told. It reports
// whether the cause was left for the one behind it: a command is told with the scene
// that sent it.
func (t *teller) cause(m *told, hidden bool) bool {
	cause := m.cause
	if name, ok := sceneOf(cause); ok {
		if same, ok := sceneOf(m); !ok || same != name {
			t.scene(m, hidden)
		}
		return false
	}
	if to := topicOf(cause); to.Kind == topics.KindCommand {
		if cause.cause != nil {
			if _, ok := sceneOf(cause.cause); ok {
				return true
			}
		}
		if of := topicOf(m); of.Kind == topics.KindEvent && of.ID() == to.ID() {
			return false // a press, and the command to be pressed, are one
		}
	}
	if words := telling.Message(cause.Message); words != t.links[len(t.links)-1].Text {
		t.add(cause, words)
	}
	return false
}

// scene tells of a scene that led to m: which step did, or how it ended.
func (t *teller) scene(m *told, hidden bool) {
	run := m.cause
	link := Link{At: m.At, Text: telling.Message(run.Message), Topic: run.Message.Topic, ID: run.Message.ID()}
	if status, ok := statusOf(run); ok && status.State == scene.StateRunning {
		link.Text = "scene " + topicOf(run).Name
		if m.step != "" {
			link.Text += ", " + m.step
		}
		if hidden {
			link.Text += ": " + telling.Message(m.Message)
			link.Topic, link.ID = m.Message.Topic, m.Message.ID()
		}
	}
	t.links = append(t.links, link)
}

// root tells what is behind the last message of a chain.
func (t *teller) root(m *told) {
	if status, ok := statusOf(m); ok && status.Reason != "" && m.cause == nil {
		t.links = append(t.links, Link{At: m.At, Text: telling.Reason(status.Reason)})
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

// topicOf is the topic of a message, taken apart; a strange one is of no kind.
func topicOf(m *told) topics.Topic {
	t, _ := topics.Parse(m.Message.Topic)
	return t
}

// sceneOf returns the scene that a message is the status of.
func sceneOf(m *told) (name string, ok bool) {
	t := topicOf(m)
	return t.Name, t.Kind == topics.KindScene
}

func statusOf(m *told) (s scene.Status, ok bool) {
	if _, ok = sceneOf(m); ok {
		ok = json.Unmarshal(m.Message.Payload, &s) == nil
	}
	return s, ok
}
