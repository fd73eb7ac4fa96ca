package proxy

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"homebus/internal/socket/gate"
)

// lastValues is a Tap with last values: of each topic one that says how often it was
// given.
type lastValues struct {
	silentTap
	topics []string
	given  map[string]int
}

func (l lastValues) Subscribed(prefix []byte, give func(Raw)) {
	for _, topic := range l.topics {
		if strings.HasPrefix(topic, string(prefix)) {
			l.given[topic]++
			give(NewRaw([][]byte{[]byte(topic), fmt.Append(nil, "last ", l.given[topic])}))
		}
	}
}

func TestFollow(t *testing.T) {
	f := start(t, Config{Tap: lastValues{topics: []string{"light", "light-2", "light-22"}, given: map[string]int{}}, Limits: Limits{SubscriptionBytes: 20}})
	l := f.Attach("local")
	defer l.Close()
	got := func() (all []string) {
		for {
			frames, ok := l.Next()
			if !ok {
				return all
			}
			all = append(all, fmt.Sprintf("%s %s", frames[0], frames[1]))
		}
	}
	follow := func(topic string, last, given bool) {
		t.Helper()
		if g, err := l.Follow(topic, last); g != given || err != nil {
			t.Errorf("follow %s: given %v, %v", topic, g, err)
		}
	}
	want := func(want ...string) {
		t.Helper()
		if got := got(); !slices.Equal(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
	}
	follow("light", false, false) // what comes from now on
	want()
	follow("light", true, true) // again, and not those of longer topics
	want("light last 1")
	follow("light-2", true, true) // also though it is covered
	want("light-2 last 2")
	follow("heater", true, false)
	want()

	// In the order of the bus.
	if n := l.Waiting(); n != 0 {
		t.Errorf("%d messages wait", n)
	}
	for _, topic := range []string{"light", "light-2", "heater", "other"} {
		if err := l.Publish([][]byte{[]byte(topic), []byte("now")}); err != nil {
			t.Fatal(err)
		}
	}
	follow("light", true, true)
	if n := l.Waiting(); n != 4 {
		t.Errorf("%d messages wait, want 4", n)
	}
	if frames, ok := l.Next(); !ok || string(frames[0]) != "light" || l.Waiting() != 3 {
		t.Errorf("%q, and %d wait behind it", frames, l.Waiting())
	}
	want("light-2 now", "heater now", "light last 2")

	l.Unsubscribe("light")
	if err := l.Publish([][]byte{[]byte("light"), []byte("now")}); err != nil {
		t.Fatal(err)
	}
	want()
	if _, err := l.Follow(strings.Repeat("x", 21), true); !errors.Is(err, gate.ErrQuota) {
		t.Errorf("a topic that is too long: %v", err)
	}
}
