package hub

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"homebus/internal/link"
	"homebus/internal/message"
	"homebus/internal/proxy"
	"homebus/internal/zmtp"
)

// hubLink is a link to the hub of this process: a peer of its forwarder. It is
// up from when the hub runs until that ends, which it does not survive.
type hubLink struct {
	hub    *Hub
	name   string
	events chan link.Event

	mu       sync.Mutex
	peer     *proxy.Local // nil unless up
	prefixes map[string]struct{}
	waiting  link.Waiting
	ended    bool
}

var _ link.Link = (*hubLink)(nil)

// Link returns a new in-process link to the hub, for which no port is needed.
// name says whose it is, in statistics and logs.
func (h *Hub) Link(name string) link.Link {
	return &hubLink{hub: h, name: name, events: make(chan link.Event), prefixes: make(map[string]struct{})}
}

// Run serves until ctx ends; what was published has been sent by then.
func (l *hubLink) Run(ctx context.Context) error {
	defer close(l.events)
	defer l.end()
	select {
	case <-l.hub.started:
	case <-ctx.Done():
		return ctx.Err()
	}
	peer := l.join()
	if !l.tell(ctx, link.Event{Status: &link.Status{Up: true, Boot: l.hub.boot, Since: time.Now()}}) {
		return ctx.Err()
	}
	for {
		if frames, ok := peer.Next(); ok {
			if !l.tell(ctx, link.Event{Message: message.FromFrames(frames)}) {
				return ctx.Err()
			}
			continue
		}
		select {
		case <-peer.Wake():
		case <-ctx.Done():
			return ctx.Err()
		case <-l.hub.ended:
			l.leave()
			l.tell(ctx, link.Event{Status: &link.Status{Boot: l.hub.boot, Reason: "the hub has ended", Since: time.Now()}})
			<-ctx.Done()
			return ctx.Err()
		}
	}
}

// join makes the link a peer of the hub: it subscribes, and publishes what has
// waited.
func (l *hubLink) join() *proxy.Local {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.peer = l.hub.forwarder.Attach(l.name)
	for _, prefix := range slices.Sorted(maps.Keys(l.prefixes)) {
		l.subscribe(prefix)
	}
	for _, m := range l.waiting.Take() {
		if err := l.publish(m); err != nil {
			l.hub.log.Error("a message that waited is not sent", "link", l.name, "reason", err)
		}
	}
	return l.peer
}

// leave ends the peer as a lost connection ends.
func (l *hubLink) leave() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.peer != nil {
		l.peer.Close()
		l.peer = nil
	}
}

// end is leave for good.
func (l *hubLink) end() {
	l.leave()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ended = true
}

// tell hands e to the reader of Events; false says that ctx has ended first.
func (l *hubLink) tell(ctx context.Context, e link.Event) bool {
	select {
	case l.events <- e:
		return true
	case <-ctx.Done():
		return false
	}
}

// Publish sends m at once while the link is up; see link.Link.
func (l *hubLink) Publish(m message.Message) error {
	if err := link.CheckSize(m); err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.ended:
		return fmt.Errorf("publish %.60q: %w: the link has ended", m.Topic, link.ErrDown)
	case l.peer == nil:
		return l.waiting.Put(m)
	}
	return l.publish(m)
}

func (l *hubLink) publish(m message.Message) error {
	err := l.peer.Publish(m.Frames())
	if errors.Is(err, zmtp.ErrTooLarge) {
		return fmt.Errorf("publish %.60q: %w: %w", m.Topic, link.ErrTooLarge, err)
	}
	return err
}

// Subscribe adds a prefix, at once while the link is up.
func (l *hubLink) Subscribe(prefix string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.prefixes[prefix] = struct{}{}
	if l.peer != nil {
		l.subscribe(prefix)
	}
}

func (l *hubLink) subscribe(prefix string) {
	if err := l.peer.Subscribe(prefix); err != nil {
		l.hub.log.Error("subscription refused", "link", l.name, "prefix", prefix, "reason", err)
	}
}

// Unsubscribe takes a prefix away, at once while the link is up.
func (l *hubLink) Unsubscribe(prefix string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.prefixes, prefix)
	if l.peer != nil {
		l.peer.Unsubscribe(prefix)
	}
}

// Events delivers messages and changes of the connection.
func (l *hubLink) Events() <-chan link.Event { return l.events }
