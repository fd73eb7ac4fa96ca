package link

import (
	"errors"
	"fmt"
	"testing"
	"testing/synctest"

	"homebus/internal/message"
	"homebus/topics"
)

func TestWaiting(t *testing.T) {
	var w Waiting
	put := func(topic, payload string) error {
		return w.Put(message.Message{Topic: topic, Payload: []byte(payload)})
	}
	for _, name := range []string{"a", "b", "a"} {
		if err := put(topics.State("attic", name), name); err != nil {
			t.Fatal(err)
		}
	}
	if err := put(topics.Event("attic", "a"), ""); !errors.Is(err, ErrDown) {
		t.Errorf("an event waits: %v", err)
	}
	got := w.Take()
	if len(got) != 2 || got[0].Topic != topics.State("attic", "b") || got[1].Topic != topics.State("attic", "a") {
		t.Errorf("took %v", got)
	}
	if len(w.Take()) != 0 {
		t.Error("taken twice")
	}
	for i := range MaxWaiting {
		if err := put(topics.State("attic", fmt.Sprint(i)), ""); err != nil {
			t.Fatal(err)
		}
	}
	if err := put(topics.State("attic", "one-more"), ""); !errors.Is(err, ErrFull) {
		t.Errorf("one more than the bound: %v", err)
	}
	if err := put(topics.State("attic", "0"), "newer"); err != nil {
		t.Errorf("a newer value of a topic that waits: %v", err)
	}
}

func TestAFullQueueLosesTheNewestMessageButNoStatus(t *testing.T) {
	q := NewQueue()
	for i := range EventQueue {
		if !q.Put(Event{Message: message.Message{Topic: fmt.Sprint(i)}}) {
			t.Fatalf("message %d lost", i)
		}
	}
	if q.Put(Event{Message: message.Message{Topic: "one more"}}) {
		t.Error("one more than the bound was taken")
	}
	for i := range 3 {
		if !q.Put(Event{Status: &Status{Reason: fmt.Sprint(i)}}) {
			t.Error("a Status was lost")
		}
	}
	for i := range EventQueue {
		if e, ok := q.Pop(); !ok || e.Message.Topic != fmt.Sprint(i) {
			t.Fatalf("event %d is %+v", i, e)
		}
	}
	if e, ok := q.Pop(); !ok || e.Status == nil || e.Status.Reason != "2" {
		t.Errorf("the last event is %+v, want the newest Status", e)
	}
	if e, ok := q.Pop(); ok {
		t.Errorf("and then %+v", e)
	}
}

func TestAQueueIsBoundedInBytes(t *testing.T) {
	q := NewQueue()
	half := Event{Message: message.Message{Payload: make([]byte, EventQueueBytes/2)}}
	for i, want := range []bool{true, true, false} {
		if q.Put(half) != want {
			t.Errorf("message %d: taken is %v", i+1, !want)
		}
	}
	q.Pop()
	if !q.Put(half) {
		t.Error("no room where one was taken out")
	}
}

func TestDroppedCountsWhatASlowReaderLoses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		bus := NewBus()
		slow, pub := bus.Link("slow"), bus.Link("pub")
		slow.Subscribe("")
		done := make(chan error, 2)
		go func() { done <- slow.Run(t.Context()) }()
		go func() { done <- pub.Run(t.Context()) }()
		<-slow.Events()
		<-pub.Events()
		for range EventQueue + 11 {
			if err := pub.Publish(message.Message{Topic: "x"}); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
		}
		if got := bus.Dropped(); got != 10 { // Run holds one more in its hand
			t.Errorf("%d dropped, want 10", got)
		}
		t.Cleanup(func() { // after t.Context has ended
			for range 2 {
				<-done
			}
		})
	})
}
