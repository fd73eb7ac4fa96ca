package telling

import (
	"strings"
	"testing"
	"unicode/utf8"

	"homebus/internal/message"
)

func TestMessage(t *testing.T) {
	for _, tt := range []struct{ topic, payload, want string }{
		{"state/kitchen/coffee", `{"state":"brewing","cups":4}`, "kitchen/coffee brewing"},
		{"state/kitchen/coffee", `{"cups":4}`, "kitchen/coffee reported"},
		{"state/kitchen/coffee", `{"nested":{"state":"idle"},"list":[1,{"state":"off"}],"state":"brewing","cut":"of`, "kitchen/coffee brewing"},
		{"state/kitchen/coffee", "", "kitchen/coffee reported"},
		{"online/kitchen/coffee", `{"online":true}`, "kitchen/coffee online"},
		{"online/kitchen/coffee", `{"online":false,"reason":"connection lost"}`, "kitchen/coffee offline (connection lost)"},
		{"online/kitchen/coffee", `{"online":false}`, "kitchen/coffee offline"},
		{"online/kitchen/coffee", `on`, "kitchen/coffee said something about being there"},
		{"event/bathroom/switch", `{"event":"press"}`, "bathroom/switch pressed"},
		{"event/bathroom/switch", `{"event":"motion_start"}`, "bathroom/switch motion start"},
		{"event/bathroom/switch", `[]`, "bathroom/switch spoke"},
		{"command/kitchen/coffee", `{"strength":0.5,"do":"brew","cups":4,"hot":true}`, "kitchen/coffee brew cups=4 hot=true strength=0.5"},
		{"command/kitchen/coffee", `brew`, "kitchen/coffee a command"},
		{"command/scene/morning", `{"do":"run"}`, "scene morning run"},
		{"ack/kitchen/coffee", `{"ok":true}`, "kitchen/coffee agreed"},
		{"ack/kitchen/coffee", `{"ok":false,"error":"no water"}`, "kitchen/coffee refused: no water"},
		{"ack/kitchen/coffee", `{"ok":false}`, "kitchen/coffee refused"},
		{"fault/kitchen/coffee", `{"kind":"offline","for":"2m"}`, "kitchen/coffee was given the fault offline"},
		{"fault/kitchen/coffee", `{"clear":true}`, "kitchen/coffee cleared of the fault"},
		{"fault/kitchen/coffee", `{"clear":true,"kind":"jam"}`, "kitchen/coffee cleared of the fault jam"},
		{"scene/morning", `{"state":"running"}`, "scene morning running"},
		{"scene/morning", `{"state":"failed","error":"step 2: no water"}`, "scene morning failed: step 2: no water"},
		{"scene/morning", `{"state":"failed","error":"step 3: after 3m not yet: kitchen/coffee is warming does not hold (found heating)"}`, "scene morning failed: step 3: after 3m not yet: kitchen/coffee is warming does not hold (found heating)"},
		{"notice/home", `{"text":"Coffee is ready"}`, "“Coffee is ready”"},
		{"notice/home", `Coffee`, "“Coffee”"},
		{"light", "ON", "light ON"},
		{"light ON", "", "light ON"},
		{"state/a/b/c", "x", "state/a/b/c x"},
		{"bus/heartbeat", "{}", "bus/heartbeat {}"},
		{strings.Repeat("é", 41), "", strings.Repeat("é", 40) + "…"},
	} {
		if got := Message(message.Message{Topic: tt.topic, Payload: []byte(tt.payload)}); got != tt.want {
			t.Errorf("%s %s:\n got %q\nwant %q", tt.topic, tt.payload, got, tt.want)
		}
	}
}

func TestReason(t *testing.T) {
	for reason, want := range map[string]string{
		"":                          "",
		"07:30":                     "at 07:30",
		"by mirror":                 "run by mirror",
		"topic doorbell":            "doorbell",
		"bathroom/switch press":     "bathroom/switch pressed",
		"bathroom/switch":           "bathroom/switch",
		"kitchen/coffee is warming": "kitchen/coffee is warming",
		"scene tidy":                "scene tidy",
	} {
		if got := Reason(reason); got != want {
			t.Errorf("%q reads %q, want %q", reason, got, want)
		}
	}
}

func FuzzMessage(f *testing.F) {
	f.Add("command/kitchen/coffee", []byte(`{"do":"brew","cups":4,"x":[{"y":[]}]}`))
	f.Add("scene/morning", []byte(`{"state":"failed","error":"`))
	f.Fuzz(func(t *testing.T, topic string, payload []byte) {
		said := Message(message.Message{Topic: topic, Payload: payload})
		if len(said) > len(topic)+maxWhy+2*maxText {
			t.Errorf("%d bytes of words", len(said))
		}
		if utf8.ValidString(topic) && utf8.Valid(payload) && !utf8.ValidString(said) {
			t.Errorf("%q is cut inside a character", said)
		}
	})
}
