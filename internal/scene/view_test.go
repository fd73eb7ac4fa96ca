package scene

import (
	"fmt"
	"strings"
	"testing"

	"homebus/internal/message"
	"homebus/topics"
)

// A device that was lost is back once it has said both that it is online and what
// its state is, in either order.
func TestViewOfADeviceThatComesAndGoes(t *testing.T) {
	for _, tt := range []struct {
		said []string // "on", "off", a state; "-" and "-on" delete the state and the word on being online
		want any      // nil is unknown
	}{
		{nil, nil},
		{[]string{"on"}, nil},
		{[]string{"idle"}, "idle"},
		{[]string{"on", "idle"}, "idle"},
		{[]string{"off"}, offline},
		{[]string{"idle", "off"}, offline},
		{[]string{"off", "on"}, nil},
		{[]string{"off", "idle"}, offline},
		{[]string{"off", "idle", "on"}, "idle"},
		{[]string{"idle", "off", "on"}, offline},
		{[]string{"idle", "off", "on", "busy"}, "busy"},
		{[]string{"idle", "off", "busy", "on"}, "busy"},
		{[]string{"idle", "off", "on", "off", "busy"}, offline},
		{[]string{"idle", "off", "busy", "off", "on"}, offline},
		{[]string{"idle", "off", "on", "busy", "off"}, offline},
		{[]string{"idle", "-"}, nil},
		{[]string{"idle", "off", "-"}, offline},
		{[]string{"idle", "off", "-", "on"}, nil},
		{[]string{"idle", "off", "-on"}, "idle"},
		{[]string{"idle", "off", "on", "-on"}, "idle"},
	} {
		var v View
		for _, word := range tt.said {
			m := message.Message{Topic: topics.Of(topics.KindState, coffee), Payload: fmt.Appendf(nil, `{"state":%q}`, word)}
			switch word {
			case "on", "off":
				m = message.New(topics.Of(topics.KindOnline, coffee), map[string]bool{"online": word == "on"})
			case "-":
				m.Payload = nil
			case "-on":
				m = message.Message{Topic: topics.Of(topics.KindOnline, coffee)}
			}
			if err := v.Handle(m); err != nil {
				t.Fatal(err)
			}
		}
		if got, known := v.Value(coffee, ""); got != tt.want || known != (tt.want != nil) {
			t.Errorf("after %q it is %v (%v), want %v", tt.said, got, known, tt.want)
		}
	}
}

func TestViewKeepsWhatItCannotUnderstandOut(t *testing.T) {
	var v View
	for _, payload := range []string{`{"state":"idle","n":1}`, `[]`, `{"state":`, `"x"`, "\xff"} {
		err := v.Handle(message.Message{Topic: topics.Of(topics.KindState, coffee), Payload: []byte(payload)})
		if (err == nil) != (payload[0] == '{' && payload[len(payload)-1] == '}') {
			t.Errorf("%q: %v", payload, err)
		}
	}
	for _, payload := range []string{`{}`, `{"online":1}`, `{"online":null}`, `true`} {
		if err := v.Handle(message.Message{Topic: topics.Of(topics.KindOnline, coffee), Payload: []byte(payload)}); err == nil {
			t.Errorf("%q is a word on being online", payload)
		}
	}
	if n, _ := v.Value(coffee, "n"); n != 1.0 {
		t.Errorf("n is %v, want 1", n)
	}
}

// What JSON can write and a number cannot hold is no value that anything is.
func TestViewOfNumbersBeyondAll(t *testing.T) {
	var v View
	payload := `{"state":"idle","big":1e400,"n":1,"n":2}`
	if err := v.Handle(message.Message{Topic: topics.Of(topics.KindState, coffee), Payload: []byte(payload)}); err != nil {
		t.Fatal(err)
	}
	above := 0.0
	for _, c := range []Comparison{{Above: &above}, {Below: &above}, {Is: 0.0}, {Is: "1e400"}} {
		if v.Holds(&StateCondition{Device: coffee, Attr: "big", Test: c}) {
			t.Errorf("1e400 %v", &c)
		}
	}
	if !v.Holds(&StateCondition{Device: coffee, Attr: "big", Test: Comparison{IsNot: 0.0}}) || !v.Holds(is(coffee, "idle")) {
		t.Error("a number beyond all spoils the rest")
	}
	if n, _ := v.Value(coffee, "n"); n != 2.0 {
		t.Errorf("of two keys of one name, %v counts, want the last", n)
	}
}

// A stranger's report can be of any size; what nobody would look at is not kept.
func TestViewKeepsNoHugeReport(t *testing.T) {
	var v View
	small := message.Message{Topic: topics.Of(topics.KindState, coffee), Payload: []byte(`{"state":"idle"}`)}
	huge := small
	huge.Payload = fmt.Appendf(nil, `{"state":"busy","x":%q}`, strings.Repeat("x", maxPayload))
	if err := v.Handle(small); err != nil {
		t.Fatal(err)
	}
	err := v.Handle(huge)
	if want := fmt.Sprintf("the payload is %d bytes long; want at most 65536", len(huge.Payload)); err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
	if got, _ := v.Value(coffee, ""); got != "idle" {
		t.Errorf("then it is %v, want idle as before", got)
	}
}
