package message

import (
	"encoding/json"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"
)

// marshalled is m as encoding/json has it.
func marshalled(t testing.TB, m Meta) string {
	t.Helper()
	b, err := json.Marshal(m)
	if err != nil {
		m.At = time.Time{}
		if b, err = json.Marshal(m); err != nil {
			t.Fatal(err)
		}
	}
	return string(b)
}

func TestMetaIsWrittenAsEncodingJSONDoes(t *testing.T) {
	east := time.FixedZone("", 5*3600+45*60)
	for _, m := range []Meta{
		{},
		{ID: "0199a0c4-0000-7000-8000-000000000001", At: time.Unix(1, 5), From: "bus pub", Seq: math.MaxUint64, Hops: math.MaxInt},
		{ID: "a\"b\\c", At: time.Unix(1, 0).In(east), From: "<&>", Cause: "\u2028\x00\x7f", Hops: -1},
		{ID: "K\u00fcche", At: time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC), From: "\xff", Cause: strings.Repeat("x", 1000)},
		{ID: "i", At: time.Date(2026, 1, 1, 0, 0, 0, 0, time.FixedZone("", 25*3600))},
	} {
		if got, want := string(m.appendTo(nil)), marshalled(t, m); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

// FuzzMeta: what is read without encoding/json is what encoding/json reads, and what is
// written without it is what it writes.
func FuzzMeta(f *testing.F) {
	for _, s := range []string{
		`{"id":"i","at":"2026-01-02T03:04:05.000000006Z","from":"f","seq":1,"cause":"c","hops":1}`,
		`{"id":"i","at":"2026-01-02T03:04:05+01:00","from":"","seq":0,"hops":0}`,
		`{"id":"i","at":"2026-01-02T03:04:05Z","from":"f","seq":01,"hops":1}`,
		`{"id":"i","at":"2026-01-02T03:04:05Z","from":"f","seq":9999999999999999999,"hops":1}`,
		`{"id":"i","at":"2026-01-02T03:04:05Z","from":"f","seq":1,"hops":1}}`,
		`{"id":"","at":"yesterday","from":"f","seq":1,"hops":-1}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, frame []byte) {
		got, ok := scanMeta(frame)
		if !ok {
			return
		}
		var want Meta
		if err := json.Unmarshal(frame, &want); err != nil || want.ID == "" || want.Hops < 0 {
			t.Fatalf("%q is taken for a meta; encoding/json says %v", frame, err)
		}
		if !reflect.DeepEqual(*got, want) {
			t.Fatalf("%q is read as %+v, want %+v", frame, *got, want)
		}
		if b := string(got.appendTo(nil)); b != marshalled(t, want) {
			t.Fatalf("%q is written as %q", frame, b)
		}
	})
}

// state is what an appliance reports.
var state = Message{
	Topic:   "state/kitchen/toaster",
	Payload: []byte(`{"state":"toasting","loaded":true,"browning":4,"progress":0.37}`),
	Meta:    &Meta{ID: "0199a0c4-0000-7000-8000-000000000002", At: time.Unix(1796000000, 123456789).UTC(), From: "kitchen/toaster", Seq: 17, Cause: "0199a0c4-0000-7000-8000-000000000001"},
}

func TestAllocations(t *testing.T) {
	frames := state.Frames()
	for _, tt := range []struct {
		name string
		do   func()
		want float64
	}{
		{"to frames: those, and what they share", func() { state.Frames() }, 2},
		{"from frames: the topic, the meta and its three strings", func() { FromFrames(frames) }, 5},
		{"from two frames: the topic", func() { FromFrames(frames[:2]) }, 1},
	} {
		if got := testing.AllocsPerRun(100, tt.do); got != tt.want {
			t.Errorf("%s: %v allocations, want %v", tt.name, got, tt.want)
		}
	}
}

func BenchmarkFrames(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		state.Frames()
	}
}

func BenchmarkFromFrames(b *testing.B) {
	frames := state.Frames()
	b.ReportAllocs()
	for b.Loop() {
		FromFrames(frames)
	}
}
