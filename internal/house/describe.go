package house

import (
	"encoding/json"
	"fmt"
	"strings"

	"homebus/internal/presence"
	"homebus/internal/scene"
	"homebus/topics"
)

// describe says in a few words what a message says: "kitchen/coffee heating".
func describe(m *told) string {
	topic, payload := m.Message.Topic, m.Message.Payload
	t, ok := topics.Parse(topic)
	if !ok {
		return strings.TrimSpace("topic " + scene.ValueText(topic) + " " + scene.ValueText(string(payload)))
	}
	switch t.Kind {
	case topics.KindState:
		return strings.TrimSpace(t.ID() + " " + wordIn(payload, "state"))
	case topics.KindEvent:
		return strings.TrimSpace(t.ID() + " " + wordIn(payload, "event"))
	case topics.KindOnline:
		return t.ID() + " " + onlineWords(payload)
	case topics.KindCommand:
		return commandWords(t.ID(), payload)
	case topics.KindAck:
		return strings.TrimSpace("answer of " + t.ID() + " " + wordIn(payload, "error"))
	case topics.KindFault:
		return strings.TrimSpace("fault of " + t.ID() + " " + wordIn(payload, "kind"))
	case topics.KindNotice:
		return "said " + wordIn(payload, "text")
	case topics.KindScene:
		return statusWords(t.Name, m)
	}
	return topic
}

// wordIn returns what a payload has at a key, in words; "" if it has nothing there.
func wordIn(payload []byte, key string) string {
	var values map[string]any
	if json.Unmarshal(payload, &values) != nil || values[key] == nil {
		return ""
	}
	if text, ok := values[key].(string); ok {
		return text
	}
	return scene.ValueText(values[key])
}

func onlineWords(payload []byte) string {
	switch word, reason := presence.Read(payload); {
	case word == presence.Online:
		return "online"
	case word == presence.Offline && reason != "":
		return fmt.Sprintf("offline (%s)", reason)
	case word == presence.Offline:
		return "offline"
	}
	return ""
}

func commandWords(id string, payload []byte) string {
	c := scene.Command{Device: id}
	if json.Unmarshal(payload, &c.Params) != nil {
		return "command to " + id
	}
	c.Do, _ = c.Params["do"].(string)
	delete(c.Params, "do")
	return c.String()
}

// statusWords says how a scene is: "scene morning failed (step 1: …)".
func statusWords(name string, m *told) string {
	s, _ := statusOf(m)
	words := strings.TrimSpace("scene " + name + " " + s.State)
	if s.Error != "" {
		words += " (" + s.Error + ")"
	}
	return words
}
