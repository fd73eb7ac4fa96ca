package gather

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"homebus/internal/housetime"
	"homebus/internal/link"
	"homebus/internal/message"
	"homebus/topics"
)

func said(topic, payload string) link.Event {
	return link.Event{Message: message.Message{Topic: topic, Payload: []byte(payload)}}
}

// what prints events for comparison, without the places of replaced ones.
func what(events []link.Event) []string {
	var list []string
	for _, ev := range events {
		switch {
		case ev.Status != nil:
			list = append(list, fmt.Sprintf("up %t", ev.Status.Up))
		case ev.Message.Topic != "":
			list = append(list, ev.Message.Topic+" "+string(ev.Message.Payload))
		}
	}
	return list
}

func TestCollectorKeepsTheOrder(t *testing.T) {
	var c Collector
	for _, ev := range []link.Event{
		{Status: &link.Status{Up: true}},
		said("state/a/b", "1"), said("event/a/b", "press"), said("state/a/b", "2"), {Status: &link.Status{}},
	} {
		c.Add(ev)
	}
	want := []string{"up true", "state/a/b 1", "event/a/b press", "state/a/b 2", "up false"}
	if got := what(c.pending.Events); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if c.pending.Received != 3 || c.pending.Lost != 0 {
		t.Errorf("received %d, lost %d", c.pending.Received, c.pending.Lost)
	}
}

func TestCollectorInAHurryKeepsTheNewestValueAndEveryMoment(t *testing.T) {
	var c Collector
	for i := range unhurried {
		c.Add(said(topics.State("x", fmt.Sprint(i)), ""))
	}
	for _, ev := range []link.Event{
		said("state/a/b", "1"), said("event/a/b", "press"), said("state/a/b", "2"),
		said("event/a/b", "press"), said("state/a/c", "1"), {Status: &link.Status{}},
	} {
		c.Add(ev)
	}
	want := []string{"event/a/b press", "state/a/b 2", "event/a/b press", "state/a/c 1", "up false"}
	if got := what(c.pending.Events)[unhurried:]; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestCollectorIsBounded(t *testing.T) {
	var c Collector
	for i := range 200_000 {
		c.Add(said(topics.State("a", fmt.Sprintf("x%d", i%10)), fmt.Sprint(i)))
	}
	if n := len(c.pending.Events); n > 4096 {
		t.Errorf("%d events are kept of ten topics", n)
	}
	got := what(c.pending.Events)
	if len(got) > unhurried+10 || got[len(got)-1] != "state/a/x9 199999" || got[len(got)-10] != "state/a/x0 199990" {
		t.Errorf("kept %d, the last ones %q", len(got), got[max(0, len(got)-10):])
	}
	for range maxMoments + 7 {
		c.Add(said(topics.Event("a", "b"), "x"))
	}
	if c.pending.Lost != 7 {
		t.Errorf("lost %d moments, want 7", c.pending.Lost)
	}
	for i := range maxTopics + 5 {
		c.Add(said(topics.State("b", fmt.Sprintf("x%d", i)), ""))
	}
	if c.pending.Lost != 7+10+5 {
		t.Errorf("lost %d, want 7 moments and 15 topics", c.pending.Lost)
	}
}

// However much is said, there are at most thirty pictures a second, ten where
// nobody could follow, four of a crowd, and at least one.
func TestCollectorKeepsThePace(t *testing.T) {
	for _, tt := range []struct {
		every       time.Duration
		topics      int
		least, most int // pictures in a second
	}{
		{time.Millisecond, 1, 28, 31},
		{100 * time.Microsecond, 1, 10, 12},
		{50 * time.Microsecond, 1_000, 10, 12},
		{50 * time.Microsecond, 10_000, 4, 7},
	} {
		checkPace(t, tt.every, tt.topics, tt.least, tt.most)
	}
}

func checkPace(t *testing.T, every time.Duration, of, least, most int) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		events, out := make(chan link.Event), make(chan Batch)
		done := make(chan error, 1)
		go func() { done <- new(Collector).Run(ctx, events, out) }()
		begin := time.Now()
		sent, received, frames := 0, 0, 0
		busy := time.NewTicker(every)
		for time.Since(begin) < time.Second {
			select {
			case b := <-out:
				frames++
				received += b.Received
			case <-busy.C:
				sent++
				events <- said(topics.State("a", fmt.Sprintf("x%d", sent%of)), "1")
			}
		}
		busy.Stop()
		if frames > most || frames < least || received < int(time.Second/every)*7/10 {
			t.Errorf("%d frames and %d messages in a second with one every %v of %d topics", frames, received, every, of)
		}
		(<-out) // what was pending
		quiet := time.Now()
		if <-out; time.Since(quiet) > idleTime || time.Now().Nanosecond() != 0 {
			t.Errorf("a quiet bus is drawn after %v, at %v, want when the second begins", time.Since(quiet), time.Now())
		}
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

// However the bus speaks, a picture is drawn when a second of the house begins, or
// within a frame of it; of a fast house ten times a second.
func TestPicturesKeepTheHousesTime(t *testing.T) {
	tests := []struct {
		speed       float64
		offset      time.Duration // of the house's clock
		every       time.Duration // how often the bus speaks
		least, most int           // pictures in ten seconds
		late        time.Duration // how late a second is shown
	}{
		{1, 0, time.Hour, 10, 11, 0},
		{1, 300 * time.Millisecond, time.Hour, 10, 11, time.Microsecond},
		{1, 0, 997 * time.Millisecond, 18, 22, FrameTime},
		{5, 0, time.Hour, 50, 51, time.Microsecond},
		{20, 0, time.Hour, 100, 101, hurriedTime},
	}
	for _, tt := range tests {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			events, out := make(chan link.Event), make(chan Batch)
			begin := time.Now()
			clock := housetime.New(begin, begin.Add(tt.offset), tt.speed)
			done := make(chan error, 1)
			go func() { done <- (&Collector{Clock: clock}).Run(ctx, events, out) }()
			busy := time.NewTicker(tt.every)
			defer busy.Stop()
			frames, shown := 0, clock.House((<-out).Wall).Truncate(time.Second)
			for time.Since(begin) < 10*time.Second {
				select {
				case b := <-out:
					frames++
					second := clock.House(b.Wall).Truncate(time.Second)
					if late := clock.Until(begin, clock.House(b.Wall)) - clock.Until(begin, second); second.After(shown) && late > tt.late {
						t.Errorf("%+v: a second is shown %v late", tt, late)
					}
					shown = second
				case <-busy.C:
					events <- said("state/a/b", "1")
				}
			}
			if frames < tt.least || frames > tt.most {
				t.Errorf("%+v: %d pictures", tt, frames)
			}
			cancel()
			if err := <-done; err != nil {
				t.Error(err)
			}
		})
	}
}
