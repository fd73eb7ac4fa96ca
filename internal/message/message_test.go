package message

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"github.com/google/uuid"
)

func TestFramesRoundTrip(t *testing.T) {
	meta := &Meta{ID: "a", At: time.Date(2026, 11, 20, 6, 30, 0, 123456789, time.UTC), From: "mirror", Seq: 7, Cause: "b", Hops: 2}
	for name, m := range map[string]Message{
		"two frames":    {Topic: "t", Payload: []byte("{}")},
		"empty payload": {Topic: "state/a/b", Payload: []byte{}},
		"meta":          {Topic: "t", Payload: []byte("x"), Meta: meta},
		"more":          {Topic: "t", Payload: []byte("x"), Meta: meta, More: [][]byte{[]byte("4th"), {}}},
		"third no meta": {Topic: "t", Payload: []byte("x"), More: [][]byte{[]byte("[1]")}},
	} {
		frames := m.Frames()
		got := FromFrames(frames)
		again := got.Frames()
		if len(again) != len(frames) {
			t.Errorf("%s: %d frames, then %d", name, len(frames), len(again))
			continue
		}
		for i := range frames {
			if !bytes.Equal(frames[i], again[i]) {
				t.Errorf("%s: frame %d: %q, then %q", name, i, frames[i], again[i])
			}
		}
		if (got.Meta == nil) != (m.Meta == nil) || got.Meta != nil && *got.Meta != *m.Meta {
			t.Errorf("%s: meta %+v, want %+v", name, got.Meta, m.Meta)
		}
	}
}

func TestWhatIsNoMetaStaysAFrame(t *testing.T) {
	for _, third := range []string{"", "{}", "null", `{"id":7}`, `{"id":"a","hops":-1}`, `{"id":"a","at":"yesterday"}`, "\xff", `{"id":"a"`} {
		m := FromFrames([][]byte{[]byte("t"), nil, []byte(third)})
		if m.Meta != nil || len(m.More) != 1 || string(m.More[0]) != third {
			t.Errorf("third frame %q: %+v", third, m)
		}
	}
}

func TestMetaKeysAreTheContract(t *testing.T) {
	meta := Meta{ID: "i", At: time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC), From: "f", Seq: 1, Cause: "c", Hops: 1}
	const want = `{"id":"i","at":"2026-01-02T03:04:05.000000006Z","from":"f","seq":1,"cause":"c","hops":1}`
	if got := string(meta.appendTo(nil)); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestCountedIsReproducibleAndVersion7(t *testing.T) {
	now := time.Date(2026, 11, 20, 6, 30, 0, 0, time.UTC)
	a, b := &Counted{Seed: 1}, &Counted{Seed: 1}
	seen := map[string]bool{}
	for range 10_000 {
		id := a.NewID(now)
		if id != b.NewID(now) {
			t.Fatal("same seed, other ids")
		}
		if seen[id] {
			t.Fatalf("id %s came twice", id)
		}
		seen[id] = true
	}
	u := uuid.MustParse((&Counted{Seed: 2}).NewID(now))
	if u.Version() != 7 || u.Variant() != uuid.RFC4122 {
		t.Errorf("version %d variant %v", u.Version(), u.Variant())
	}
	if sec, _ := u.Time().UnixTime(); sec != now.Unix() {
		t.Errorf("id's time is %d, want %d", sec, now.Unix())
	}
}

func TestStampCopiesCauseAndHops(t *testing.T) {
	s := Stamper{From: "toaster", IDs: &Counted{}}
	now := time.Unix(0, 0).UTC()
	m := s.Stamp(now, New("t", 1), &Meta{ID: "cmd", Hops: 3})
	if m.Meta.Cause != "cmd" || m.Meta.Hops != 3 || m.Meta.Seq != 1 || m.Meta.From != "toaster" {
		t.Errorf("meta %+v", m.Meta)
	}
	if m = s.StampID(now, New("t", 1), nil, "same"); m.Meta.ID != "same" || m.Meta.Cause != "" || m.Meta.Seq != 2 {
		t.Errorf("meta %+v", m.Meta)
	}
}

func FuzzFromFrames(f *testing.F) {
	f.Add([]byte("t"), []byte("{}"), []byte(`{"id":"a","hops":1}`))
	f.Fuzz(func(t *testing.T, topic, payload, third []byte) {
		m := FromFrames([][]byte{topic, payload, third})
		frames := m.Frames()
		if len(frames) != 3 || !bytes.Equal(frames[0], topic) || !bytes.Equal(frames[1], payload) {
			t.Fatalf("frames %q", frames)
		}
		if m.Meta != nil && !json.Valid(frames[2]) {
			t.Fatalf("meta %q", frames[2])
		}
	})
}
