package hub

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"homebus/internal/message"
	"homebus/internal/zmtp/zmtptest"
	"homebus/topics"
)

func TestLastValuesForWhoeverAsks(t *testing.T) {
	t.Parallel()
	h := start(t, Config{})
	own := h.Attach("asker")
	defer own.Close()
	for i := range 5 {
		m := message.Message{Topic: topics.State("hall", fmt.Sprint("l", i)), Payload: fmt.Append(nil, i)}
		if i == 1 {
			m.Payload = []byte(strings.Repeat("x", 1000))
		}
		if err := own.Publish(m.Frames()); err != nil {
			t.Fatal(err)
		}
	}
	ask := func(prefix string, most int) (got []string, more bool) {
		more = h.LastValues(prefix, most, 500, func(m message.Message) {
			got = append(got, strings.TrimPrefix(m.Topic, prefix)+"="+string(m.Payload))
			m.Payload[0] = '!' // it is the caller's own
		})
		return got, more
	}
	for range 2 {
		if got, more := ask("state/hall/", 5); !slices.Equal(got, []string{"l0=0", "l2=2", "l3=3", "l4=4"}) || more {
			t.Errorf("all: %q, more %t", got, more)
		}
	}
	if got, more := ask("state/hall/", 3); !slices.Equal(got, []string{"l0=0", "l2=2"}) || !more {
		t.Errorf("of three: %q, more %t", got, more)
	}
	if got, more := ask("online/", 3); got != nil || more {
		t.Errorf("of none: %q, more %t", got, more)
	}
	if st := h.Stats(); st.Retained < 5 || st.RetainedBytes < 1000 || st.Boot == "" || st.Began.IsZero() || st.Proxy.In.Messages < 5 {
		t.Errorf("%+v", st)
	}
}

func TestReady(t *testing.T) {
	t.Parallel()
	h, err := New(Config{})
	if err != nil {
		t.Fatal(err)
	}
	if err := h.Ready(); !errors.Is(err, errNotYet) {
		t.Errorf("before Run: %v", err)
	}
	h.Close()
	if err := h.Ready(); !errors.Is(err, errEnded) {
		t.Errorf("closed: %v", err)
	}
	h, stop := startStop(t, Config{})
	defer stop()
	zmtptest.Eventually(t, "it is ready", func() bool { return h.Ready() == nil })
	h.Pause()
	if err := h.Ready(); !errors.Is(err, errPaused) {
		t.Errorf("paused: %v", err)
	}
	h.Resume()
	if err := h.Ready(); err != nil {
		t.Errorf("resumed: %v", err)
	}
	stop()
	if err := h.Ready(); !errors.Is(err, errEnded) {
		t.Errorf("after Run: %v", err)
	}
}

// What the bus waits for whoever asks, with 100,000 last values: a look at a thousand of them.
func BenchmarkLastValues(b *testing.B) {
	h := start(b, Config{})
	own := h.Attach("asker")
	defer own.Close()
	for i := range 100_000 {
		m := message.Message{Topic: topics.State("hall", fmt.Sprint("l", i)), Payload: []byte(`{"state":"on","brightness":70,"power_w":9.1,"energy_wh":12.5}`)}
		if err := own.Publish(m.Frames()); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		h.LastValues(topics.KindState.Prefix(), 1000, 4<<10, func(message.Message) {})
	}
}
