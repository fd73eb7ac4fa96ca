package home_test

import (
	"fmt"
	"testing"
	"time"

	"homebus/devices"
	"homebus/internal/message"
	"homebus/internal/mirror/home"
	"homebus/topics"
)

// slow declares what takes its time to do what it was told.
func slow() *devices.Type {
	return &devices.Type{
		Name: "slow",
		Attributes: []devices.Attribute{{
			Value:   devices.Value{Name: "state", Kind: devices.Word, Values: []string{"open", "closing", "closed"}},
			Setters: []devices.Setter{{Action: "close", When: "closed"}},
		}},
		Actions: []devices.Action{{Name: "close"}},
		Phases:  map[string]devices.Phase{"open": devices.Lasting, "closing": devices.Working, "closed": devices.Resting},
	}
}

// What is on its way does as it was told, whether it says so before it agrees or
// after; what stays as it is, after it has agreed, does not.
func TestRequestIsUnderWay(t *testing.T) {
	const blinds = "living/blinds"
	tests := []struct {
		name  string
		steps string // a: it agrees, c: it is closing
		want  string
	}{
		{"it agrees and begins", "ac", "done"},
		{"it begins and agrees", "ca", "done"},
		{"it agrees only", "a", "unconfirmed"},
		{"it begins only", "c", "waiting"},
		{"nothing", "", "waiting"},
	}
	for _, tt := range tests {
		h := newHouseOf(t, home.Plan{Appliances: []home.PlannedAppliance{{ID: blinds, Type: slow()}}})
		h.says(topics.Of(topics.KindState, blinds), `{"state":"open"}`, "")
		m := h.Ask(h.at(), blinds, "close", nil)
		h.Apply(h.at(), m)
		for _, step := range tt.steps {
			if step == 'a' {
				h.says(topics.Of(topics.KindAck, blinds), fmt.Sprintf(`{"id":%q,"ok":true}`, m.ID()), m.ID())
			} else {
				h.says(topics.Of(topics.KindState, blinds), `{"state":"closing"}`, m.ID())
			}
		}
		outcome := "done"
		if r := h.Request(blinds); r != nil {
			h.pass(4 * time.Second)
			outcome = "waiting"
			if h.pass(time.Second - 1); r.Outcome == home.Accepted {
				h.pass(time.Second)
			}
			if r.Outcome == home.Unconfirmed {
				outcome = "unconfirmed"
			}
		}
		if outcome != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, outcome, tt.want)
		}
	}
}

// A mode is to become the word that was chosen, whoever chose it.
func TestChoiceIsRequested(t *testing.T) {
	const id = "home/mode"
	modeType := typeNamed(t, "mode").Configured(map[string]any{"values": []string{"home", "away"}})
	for _, ours := range []bool{true, false} {
		h := newHouseOf(t, home.Plan{Appliances: []home.PlannedAppliance{{ID: id, Type: modeType}}})
		h.says(topics.Of(topics.KindState, id), `{"state":"home"}`, "")
		if ours {
			h.Ask(h.at(), id, "set", map[string]any{"value": "away"})
		} else {
			h.Apply(h.at(), message.Message{
				Topic: topics.Of(topics.KindCommand, id), Payload: []byte(`{"do":"set","value":"away"}`), Meta: &message.Meta{ID: "x", From: "bus"},
			})
		}
		if r := h.Request(id); r == nil || r.Wants != "away" {
			t.Errorf("ours %t: asked %+v, want away", ours, r)
		}
		if h.says(topics.Of(topics.KindState, id), `{"state":"away"}`, ""); h.Request(id) != nil {
			t.Errorf("ours %t: it is away, and the request is %+v", ours, h.Request(id))
		}
	}
}
