package devices

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"homebus/internal/message"
	"homebus/topics"
)

func TestBadCommandsAreRefusedInWords(t *testing.T) {
	tests := []struct{ id, payload, reason string }{
		{testToaster, ``, `the payload is empty; want a JSON object such as {"do":"start"}`},
		{testToaster, `start`, `the payload is no JSON (invalid character 's' looking for beginning of value); want an object such as {"do":"start"}`},
		{testToaster, `{"do":`, `the payload is no JSON (unexpected end of JSON input); want an object such as {"do":"start"}`},
		{testToaster, `["start"]`, `the payload is ["start"]; want a JSON object such as {"do":"start"}`},
		{testToaster, `null`, `the payload is null; want a JSON object such as {"do":"start"}`},
		{testToaster, `{}`, `"do" is missing; want one of start, stop, load, unload`},
		{testToaster, `{"do":7}`, `"do" is 7; want one of start, stop, load, unload`},
		{testToaster, `{"do":"strat"}`, `a toaster cannot "strat" (did you mean "start"?); it knows start, stop, load, unload`},
		{testToaster, `{"do":"dance"}`, `a toaster cannot "dance"; it knows start, stop, load, unload`},
		{testToaster, `{"do":"start","browning":7}`, `browning is 7; want a whole number from 1 to 6`},
		{testToaster, `{"do":"start","browning":2.5}`, `browning is 2.5; want a whole number from 1 to 6`},
		{testToaster, `{"do":"start","browning":"4"}`, `browning is "4"; want a whole number from 1 to 6`},
		{testToaster, `{"do":"start","browning":null}`, `browning is null; want a whole number from 1 to 6`},
		{testToaster, `{"do":"start","brownin":4}`, `unknown parameter of start "brownin" (did you mean "browning"?)`},
		{testToaster, `{"do":"start","speed":4}`, `unknown parameter of start "speed"; want one of browning`},
		{testToaster, `{"do":"stop","now":true}`, `unknown parameter of stop "now"; there is none`},
		{testToaster, `{"do":"start","browning":1e400}`, `1e400 is too large a number`},
		{testToaster, `{"do":"start","browning":NaN}`, `the payload is no JSON (invalid character 'N' looking for beginning of value); want an object such as {"do":"start"}`},
		{testToaster, `{"do":"start","browning":1e300}`, `browning is 1e+300; want a whole number from 1 to 6`},
		{testToaster, `{"do":"start","browning":4,"browning":9}`, `browning is 9; want a whole number from 1 to 6`}, // the last counts
		{testLight, `{"do":"on","over":"999999h"}`, `over is "999999h"; want a duration such as "10s" or "5m" from 0s to 24h`},
		{testLight, `{"do":"on","over":"9999999999h"}`, `over is "9999999999h"; want a duration such as "10s" or "5m" from 0s to 24h`},
		{testLight, `{"do":"on","over":"soon"}`, `over is "soon"; want a duration such as "10s" or "5m" from 0s to 24h`},
		{testLight, `{"do":"on","over":"-1s","brightness":101}`, `brightness is 101; want a whole number from 0 to 100 %; over is "-1s"; want a duration such as "10s" or "5m" from 0s to 24h`},
	}
	h := newTestHouse(t, demoFlat()...)
	for _, tt := range tests {
		h.refused("1s", tt.id, tt.payload, tt.reason)
	}
}

func TestHugeCommandsDoNoHarm(t *testing.T) {
	h := newTestHouse(t, demoFlat()...)
	huge := strings.Repeat("x", 1<<20)
	for name, payload := range map[string]string{
		"text":       huge,
		"action":     `{"do":"` + huge[:60000] + `"}`,
		"parameter":  `{"do":"start","` + huge[:60000] + `":1}`,
		"value":      `{"do":"start","browning":"` + huge[:60000] + `"}`,
		"nesting":    strings.Repeat("[", 60000),
		"parameters": `{"do":"start"` + manyKeys(5000) + `}`,
	} {
		a := h.acked(h.command("1s", testToaster, payload))
		if a.OK || len(a.Error) > 1000 {
			t.Errorf("%s: ok %v, an error of %d bytes", name, a.OK, len(a.Error))
		}
	}
	m := message.Message{Topic: topics.Of(topics.KindCommand, testToaster), Payload: []byte(`{"do":"start"}`), Meta: &message.Meta{ID: huge}}
	if a := h.acked(h.fleet.Handle(h.now, m)); a.OK {
		t.Error("an id of 1 MiB is taken")
	}
	h.done("2s", testToaster, `{"do":"start"}`)
}

func manyKeys(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `,"k%d":1`, i)
	}
	return b.String()
}

func TestRepeatIsAckedAndNotDoneAgain(t *testing.T) {
	h := newTestHouse(t, demoFlat()...)
	press := message.Message{
		Topic: topics.Of(topics.KindCommand, "bathroom/switch"), Payload: []byte(`{"do":"press"}`),
		Meta: &message.Meta{ID: "the same"},
	}
	for range 3 {
		if a := h.acked(h.note(h.fleet.Handle(start, press))); !a.OK || a.ID != "the same" {
			t.Errorf("ack %+v", a)
		}
	}
	h.expect("1s", "bathroom/switch", map[string]any{"state": "on"})

	refusal := message.Message{
		Topic: topics.Of(topics.KindCommand, testToaster), Payload: []byte(`{"do":"fly"}`),
		Meta: &message.Meta{ID: "refused"},
	}
	first, second := h.acked(h.fleet.Handle(h.now, refusal)), h.acked(h.fleet.Handle(h.now, refusal))
	if first != second || first.OK {
		t.Errorf("acks %+v and %+v", first, second)
	}
}

func TestTheLast256IDsAreRemembered(t *testing.T) {
	h := newTestHouse(t, demoFlat()...)
	press := func(i int) {
		h.note(h.fleet.Handle(start.Add(time.Duration(i)*time.Second), message.Message{
			Topic: topics.Of(topics.KindCommand, "bathroom/switch"), Payload: []byte(`{"do":"press"}`),
			Meta: &message.Meta{ID: fmt.Sprint("id ", i)},
		}))
	}
	presses := func() (n int) {
		for _, e := range h.events("bathroom/switch") {
			if strings.HasSuffix(e, " press") {
				n++
			}
		}
		return n
	}
	for i := range rememberIDs {
		press(i)
	}
	press(0)
	if got := presses(); got != rememberIDs {
		t.Errorf("%d presses, want %d: the first id is forgotten too early", got, rememberIDs)
	}
	press(rememberIDs)
	press(0)
	press(1) // the second oldest is the next to go
	if got := presses(); got != rememberIDs+3 {
		t.Errorf("%d presses, want %d: more ids are remembered than is said", got, rememberIDs+3)
	}
	press(rememberIDs)
	if got := presses(); got != rememberIDs+3 {
		t.Errorf("%d presses, want %d: a young id is forgotten", got, rememberIDs+3)
	}
}

func TestCommandWithoutMetaIsDoneOncePerArrival(t *testing.T) {
	h := newTestHouse(t, demoFlat()...)
	press := message.Message{Topic: topics.Of(topics.KindCommand, "bathroom/switch"), Payload: []byte(`{"do":"press"}`)}
	for range 2 {
		outs := h.note(h.fleet.Handle(start, press))
		for _, o := range outs {
			if topic, _ := topics.Parse(o.Message.Topic); topic.Kind == topics.KindAck && string(o.Message.Payload) != `{"ok":true}` {
				t.Errorf("ack %s", o.Message.Payload)
			}
			if o.Device == "bathroom/switch" && o.Message.Meta.Cause != "" {
				t.Errorf("%s names the cause %q", o.Message.Topic, o.Message.Meta.Cause)
			}
		}
	}
	h.expect("1s", "bathroom/switch", map[string]any{"state": "off"})
}

func TestMetaOfWhatFollows(t *testing.T) {
	h := newTestHouse(t, demoFlat()...)
	h.note(h.fleet.Handle(start, message.Message{
		Topic: topics.Of(topics.KindCommand, testToaster), Payload: []byte(`{"do":"start","browning":1}`),
		Meta: &message.Meta{ID: "cmd", Hops: 3},
	}))
	h.at("10m")
	var seq uint64
	for _, o := range h.said {
		meta := o.Message.Meta
		if o.Device != testToaster {
			continue
		}
		if seq++; meta.Seq != seq || meta.From != testToaster || meta.ID == "" {
			t.Errorf("meta %+v of message %d", meta, seq)
		}
		if seq > 2 && (meta.Cause != "cmd" || meta.Hops != 3) { // after online and the first state
			t.Errorf("%s at %s: cause %q, hops %d", o.Message.Topic, meta.At.Sub(start), meta.Cause, meta.Hops)
		}
	}
	if seq < 50 {
		t.Errorf("only %d messages", seq)
	}
}

func TestOtherTopicsAreIgnored(t *testing.T) {
	h := newTestHouse(t, demoFlat()...)
	for _, topic := range []string{"", "light", "state/kitchen/toaster", "command/kitchen/nothing", "command/scene/morning", "command/kitchen", "bus/stats"} {
		if outs := h.fleet.Handle(start, message.Message{Topic: topic, Payload: []byte(`{"do":"start"}`)}); len(outs) != 0 {
			t.Errorf("%q leads to %s", topic, tell(outs))
		}
	}
}
