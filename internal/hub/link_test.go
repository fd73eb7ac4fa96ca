package hub

import (
	"context"
	"errors"
	"testing"
	"time"

	"homebus/internal/link"
	"homebus/internal/link/linktest"
	"homebus/internal/message"
	"homebus/internal/zmtp/zmtptest"
	"homebus/topics"
)

func TestLinkConformance(t *testing.T) {
	linktest.Run(t, func(t *testing.T) linktest.Bus {
		return linktest.Bus{Link: start(t, Config{}).Link}
	})
}

func TestALinkIsDownWhenItsHubHasEnded(t *testing.T) {
	h, stop := startStop(t, Config{})
	defer stop()
	l := h.Link("test")
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- l.Run(ctx) }()
	next := func() link.Event {
		select {
		case e := <-l.Events():
			return e
		case <-time.After(zmtptest.Patience):
			t.Fatal("no event")
			panic("unreachable")
		}
	}
	if e := next(); e.Status == nil || !e.Status.Up || e.Status.Boot == "" {
		t.Fatalf("first event %+v", e)
	}
	stop()
	if e := next(); e.Status == nil || e.Status.Up || e.Status.Reason == "" {
		t.Fatalf("after the hub's end %+v", e)
	}
	if err := l.Publish(message.Message{Topic: topics.Event("a", "b")}); !errors.Is(err, link.ErrDown) {
		t.Errorf("publish: %v", err)
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("Run: %v", err)
	}
}

// Links and connections are peers of one bus.
func TestLinksAndConnectionsHearEachOther(t *testing.T) {
	h := start(t, Config{})
	sub := subscriberOf(t, h, "event/", "state/", "online/")
	l := h.Link("test")
	l.Subscribe("event/")
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- l.Run(ctx) }()
	<-l.Events() // up
	pub := publisherOf(t, h)
	pub.Send("event/a/b", "from outside")
	if e := <-l.Events(); string(e.Message.Payload) != "from outside" {
		t.Errorf("the link hears %+v", e)
	}
	if err := l.Publish(message.Message{Topic: topics.Online("a", "b"), Payload: []byte(`{"online":true}`)}); err != nil {
		t.Fatal(err)
	}
	sub.Want("event/a/b|from outside", `online/a/b|{"online":true}`)
	cancel()
	<-done
	wantWill(t, sub, "online/a/b")
}
