package epgmlink

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"homebus/internal/link"
	"homebus/internal/message"
	"homebus/internal/prefix"
)

// Link is a link.Link by way of a Station; see the package's documentation.
type Link struct {
	station *Station
	name    string
	other   func() link.Link // makes a half; nil if there is none
	queue   *link.Queue      // from the station
	events  chan link.Event

	began atomic.Bool

	// prefixes has a lock of its own: the station looks at it under its lock.
	prefixes struct {
		sync.Mutex
		prefix.Table[struct{}]
	}

	mu      sync.Mutex
	up      bool
	ended   bool
	waiting link.Waiting
	half    *half // while the station is up
}

var _ link.Link = (*Link)(nil)

// Run serves until ctx ends.
func (l *Link) Run(ctx context.Context) error {
	if l.began.Swap(true) {
		panic("epgmlink: Run called twice")
	}
	defer close(l.events)
	l.station.enter(l)
	defer l.station.leave(l)
	defer l.endHalf()
	defer l.end()
	for ctx.Err() == nil {
		if e, ok := l.queue.Pop(); ok {
			l.fromStation(ctx, e)
			continue
		}
		select {
		case <-l.queue.Filled():
		case e, open := <-l.half.events():
			if open {
				l.fromHalf(ctx, e)
			}
		case <-ctx.Done():
		}
	}
	return ctx.Err()
}

// end refuses everything from now on.
func (l *Link) end() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ended = true
}

// fromStation takes what the group has to say.
func (l *Link) fromStation(ctx context.Context, e link.Event) {
	switch {
	case e.Status == nil:
		l.pass(ctx, e)
	case l.other == nil:
		l.become(ctx, *e.Status)
	case !e.Status.Up:
		l.become(ctx, *e.Status)
		l.endHalf()
	case l.half == nil:
		l.beginHalf(*e.Status)
	default: // another boot
		l.half.station = *e.Status
		l.become(ctx, l.half.status())
	}
}

// fromHalf takes what the half has to say.
func (l *Link) fromHalf(ctx context.Context, e link.Event) {
	if e.Status == nil {
		l.pass(ctx, e)
		return
	}
	l.half.own = *e.Status
	l.become(ctx, l.half.status())
}

// pass gives a message to the reader, if the link is up.
func (l *Link) pass(ctx context.Context, e link.Event) {
	if l.up { // which Run alone changes
		l.emit(ctx, e)
	}
}

// become tells the reader of a change, and sends what has waited for it.
func (l *Link) become(ctx context.Context, status link.Status) {
	l.mu.Lock()
	rises := status.Up && !l.up
	l.up = status.Up
	lost := 0
	if rises {
		for _, m := range l.waiting.Take() {
			err := l.send(m)
			if errors.Is(err, link.ErrDown) { // already
				err = l.waiting.Put(m)
			}
			if err != nil {
				lost++
			}
		}
	}
	l.mu.Unlock()
	if lost > 0 {
		l.station.log.Warn("messages that waited for a connection are lost: there are too many for multicast (--multicast-rate)", "link", l.name, "count", lost)
	}
	l.emit(ctx, link.Event{Status: &status})
}

func (l *Link) emit(ctx context.Context, e link.Event) {
	select {
	case l.events <- e:
	case <-ctx.Done():
	}
}

// Publish queues m; see link.Link and the package's documentation.
func (l *Link) Publish(m message.Message) error {
	if err := link.CheckSize(m); err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.ended:
		return fmt.Errorf("publish %.60q: %w: the link has ended", m.Topic, link.ErrDown)
	case !l.up:
		return l.waiting.Put(m)
	}
	return l.send(m)
}

// send sends m its way. l.mu is held.
func (l *Link) send(m message.Message) error {
	if l.station.cfg.Frontend == none {
		return l.half.link.Publish(m)
	}
	return l.station.publish(l, m)
}

// Subscribe adds a prefix to what is received.
func (l *Link) Subscribe(prefix string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.prefixes.Lock()
	l.prefixes.Put(prefix, struct{}{})
	l.prefixes.Unlock()
	if l.half != nil {
		l.half.link.Subscribe(prefix)
	}
}

// Unsubscribe undoes Subscribe.
func (l *Link) Unsubscribe(prefix string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.prefixes.Lock()
	l.prefixes.Remove(prefix)
	l.prefixes.Unlock()
	if l.half != nil {
		l.half.link.Unsubscribe(prefix)
	}
}

// Events delivers messages and changes of the connection.
func (l *Link) Events() <-chan link.Event { return l.events }

// wants reports whether topic is subscribed to.
func (l *Link) wants(topic string) bool {
	l.prefixes.Lock()
	defer l.prefixes.Unlock()
	return l.prefixes.Covers([]byte(topic))
}
