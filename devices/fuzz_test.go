package devices

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"homebus/internal/message"
	"homebus/internal/presence"
	"homebus/topics"
)

// FuzzHandle gives an appliance of any type, with what it is wired to and a meter,
// foreign payloads, one a line, with time between: whatever comes, every command that
// reaches a hearing appliance is answered, each state is as it was declared, and afterwards the
// appliance still obeys. Bit i%6 of kinds has message i be a fault, not a command; both
// top bits have all be of a kind that is no appliance's business. The last byte of
// the payload is repeated more times, so that what is long is short to the fuzzer.
func FuzzHandle(f *testing.F) {
	all := everyType()
	for which, spec := range all {
		typ, _ := spec.Declaration()
		addValid(f, uint16(which), typ)
	}
	for _, b := range broken {
		f.Add(uint8(0), uint16(0), []byte(b.payload), b.more, "id", []byte{0, 100})
		f.Add(uint8(1), uint16(1), []byte(b.payload), b.more, "", []byte{})
	}
	f.Add(uint8(0xC0), uint16(2), []byte(`{"do":"on"}`), uint32(0), "id", []byte{200})
	f.Add(uint8(0), uint16(3), []byte(`{"do":"on"}`), uint32(0), strings.Repeat("x", message.MaxID+1), []byte{0})
	f.Fuzz(func(t *testing.T, kinds uint8, which uint16, payload []byte, more uint32, id string, waits []byte) {
		spec := all[int(which)%len(all)]
		h := newTestHouse(t, wiredTogether(all, spec)...)
		a := h.fleet.byID[spec.ID]
		if len(payload) > 0 {
			payload = append(payload[:len(payload):len(payload)], bytes.Repeat(payload[len(payload)-1:], int(more%mostRepeated))...)
		}
		lines := bytes.Split(payload, []byte("\n"))
		now := start
		for i := range min(len(waits)+1, mostFuzzed) {
			if i > 0 {
				now = now.Add(fuzzedWait(waits[i-1]))
			}
			h.note(h.fleet.Tick(now))
			m := message.Message{Topic: topics.Of(fuzzedKind(kinds, i), a.id), Payload: lines[i%len(lines)]}
			if id != "" {
				m.Meta = &message.Meta{ID: fuzzedID(id, i)}
			}
			handleFuzzed(h, a, now, m)
		}
		h.note(h.fleet.Tick(now.Add(time.Hour)))
		checkSaid(h)
		checkAlive(h, a, now.Add(time.Hour))
	})
}

// The bounds of one try.
const (
	mostFuzzed   = 24      // messages
	mostRepeated = 2 << 20 // bytes
)

// fuzzedWait makes of a byte a time from none to a week.
func fuzzedWait(b byte) time.Duration {
	units := [8]time.Duration{0, time.Millisecond, 50 * time.Millisecond, time.Second, 10 * time.Second, time.Minute, 10 * time.Minute, 6 * time.Hour}
	return units[b>>5] * time.Duration(b&31)
}

func fuzzedKind(kinds uint8, i int) topics.Kind {
	foreign := []topics.Kind{topics.KindState, topics.KindEvent, topics.KindAck, topics.KindOnline}
	switch {
	case kinds >= 0xC0:
		return foreign[i%len(foreign)]
	case kinds>>(i%6)&1 == 1:
		return topics.KindFault
	}
	return topics.KindCommand
}

// fuzzedID has every other message repeat the id of the first.
func fuzzedID(id string, i int) string {
	if i%2 == 0 {
		return id
	}
	return fmt.Sprint(id, i)
}

// handleFuzzed gives an appliance a message and counts the answers.
func handleFuzzed(h *testHouse, a *appliance, now time.Time, m message.Message) {
	least, most := answersDue(a, m)
	acks := 0
	for _, o := range h.note(h.fleet.Handle(now, m)) {
		if topic, _ := topics.Parse(o.Message.Topic); topic.Kind != topics.KindAck {
			continue
		}
		acks++
		var answer presence.Ack
		if err := json.Unmarshal(o.Message.Payload, &answer); err != nil || answer.OK == (answer.Error != "") || o.Device != a.id {
			h.t.Fatalf("%s answers %q: %v", o.Device, o.Message.Payload, err)
		}
		if id := m.ID(); len(id) <= message.MaxID && utf8.ValidString(id) && answer.ID != id {
			h.t.Fatalf("%q is answered with the id %q", id, answer.ID)
		}
	}
	if acks < least || acks > most {
		h.t.Fatalf("%d answers to %s %.200q, want %d to %d", acks, m.Topic, m.Payload, least, most)
	}
}

// answersDue returns how often a message must be answered at once.
func answersDue(a *appliance, m message.Message) (least, most int) {
	became, _, known := a.answered.find(m.ID())
	switch topic, _ := topics.Parse(m.Topic); {
	case topic.Kind == topics.KindFault:
		return 1, 1
	case topic.Kind != topics.KindCommand, !a.hears(), a.silent(), known && became == waits:
		return 0, 0
	}
	least, most = 1, 1
	if a.failing(faultDuplicate) {
		least, most = 2, 2
	}
	if a.failing(faultSlow) { // later, if it is to be done at all
		least = 0
	}
	return least, most
}

// checkSaid holds all that was said to the declarations.
func checkSaid(h *testHouse) {
	for _, o := range h.said {
		if o.Link != LinkKept {
			continue
		}
		switch topic, _ := topics.Parse(o.Message.Topic); {
		case topic.Kind == topics.KindState:
			checkState(h.t, o)
		case !json.Valid(o.Message.Payload):
			h.t.Fatalf("%s says %q", o.Message.Topic, o.Message.Payload)
		}
	}
}

// checkAlive mends an appliance and wants it to answer and to report.
func checkAlive(h *testHouse, a *appliance, now time.Time) {
	h.note(h.fleet.Handle(now, message.Message{Topic: topics.Of(topics.KindFault, a.id), Payload: []byte(`{"clear":true}`)}))
	handleFuzzed(h, a, now, message.Message{Topic: topics.Of(topics.KindCommand, a.id), Payload: []byte(`{"do":"rise from the dead"}`)})
	if outs := h.note(h.fleet.Announce(now, a.id)); len(outs) != 2 {
		h.t.Fatalf("mended, %s announces\n%s", a.id, tell(outs))
	}
}

// addValid adds what a type knows: every action, sound and under every fault, with
// the least and the most of its parameters.
func addValid(f *testing.F, which uint16, typ *Type) {
	var actions []string
	for i := range typ.Actions {
		for _, most := range []bool{false, true} {
			actions = append(actions, validCommand(&typ.Actions[i], most))
		}
	}
	all := []byte(strings.Join(actions, "\n"))
	waits := bytes.Repeat([]byte{0, 33, 70, 100, 130, 165, 200, 230}, 2)
	f.Add(uint8(0), which, all, uint32(0), "id", waits)
	for _, fault := range typ.AllFaults() {
		set := []byte(`{"kind":"` + fault.Name + `","for":"1h"}` + "\n")
		f.Add(uint8(1), which, append(set, all...), uint32(0), "id", waits)
	}
}

// validCommand is an action with all its parameters.
func validCommand(action *Action, most bool) string {
	command := map[string]any{"do": action.Name}
	for i := range action.Params {
		p := &action.Params[i]
		n := p.Min
		if most {
			n = p.Max
		}
		switch p.Kind {
		case Bool:
			command[p.Name] = most
		case Int, Number:
			command[p.Name] = n
		case Duration:
			command[p.Name] = DurationText(seconds(n))
		case Word:
			command[p.Name] = p.Values[0]
		}
	}
	return asJSON(command)
}

// broken is what no appliance can do, and how much more there is of its last byte.
var broken = []struct {
	payload string
	more    uint32
}{
	{``, 0}, {`{}`, 0}, {`[]`, 0}, {`null`, 0}, {`{"do":`, 0}, {`nonsense`, 0}, {"\xff\xfe", 0}, {"{\"do\":\"\x00\"}", 0},
	{`{"do":"fly"}`, 0}, {`{"do":7}`, 0}, {`{"do":"brew","cups":4,"cups":5}`, 0}, {`{"do":"on"` + manyKeys(100) + `}`, 0},
	{`{"kind":"offline","for":"1e9h"}`, 0}, {`{"clear":1}`, 0}, {`{"clear":true,"kind":[]}`, 0},
	// huge numbers
	{`{"do":"on","brightness":1e999}`, 0}, {`{"do":"on","brightness":-1e308}`, 0}, {`{"do":"on","brightness":9`, 60000},
	{`{"do":"on","over":"9999999999h"}`, 0}, {`{"do":"on","over":"-1ns"}`, 0},
	// deep and long
	{`[`, 60000}, {`[`, 1 << 20}, {`[[[[]`, 60000}, {strings.Repeat("[", 5000) + "]", 4999},
	{`x`, 1 << 20}, {`{} `, 1 << 20}, {`{} `, maxCommand - 3}, {`{} `, maxCommand - 2}, {`{"do":"x`, 1 << 20}, {"{}\n", 1 << 20},
}
