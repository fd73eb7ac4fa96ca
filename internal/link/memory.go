package link

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"homebus/internal/lastvalue"
	"homebus/internal/message"
	"homebus/internal/prefix"
	"homebus/internal/presence"
	"homebus/topics"
)

// Bus is a bus in memory: relay, last values and last wills, as the hub has
// them; no scenes, heartbeat or stats. Safe for concurrent use.
type Bus struct {
	mu sync.Mutex
	// boots counts the starts; down says that the bus is stopped.
	boots   int
	down    bool
	running []*memoryLink // links whose Run lasts, in the order of their beginning
	values  lastvalue.Store[message.Message]
	wills   lastvalue.Wills[*memoryLink]
	dropped uint64
}

// NewBus returns a bus that is up.
func NewBus() *Bus { return &Bus{boots: 1} }

// Link returns a new link to the bus. name says whose it is, for people.
func (b *Bus) Link(name string) Link {
	return &memoryLink{
		bus: b, name: name,
		queue:  NewQueue(),
		events: make(chan Event),
	}
}

// Stop ends the bus as a killed hub ends: its links are down, its last values
// and wills are gone.
func (b *Bus) Stop() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.down {
		return
	}
	b.down = true
	b.values = lastvalue.Store[message.Message]{}
	b.wills = lastvalue.Wills[*memoryLink]{}
	for _, l := range b.running {
		l.queue.Put(Event{Status: &Status{Boot: b.boot(), Reason: reasonStopped}})
	}
}

// Start begins the bus anew after Stop, under another boot id.
func (b *Bus) Start() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.down {
		return
	}
	b.down = false
	b.boots++
	for _, l := range b.running {
		b.connect(l)
	}
}

// Dropped returns how many messages were lost at full queues.
func (b *Bus) Dropped() uint64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.dropped
}

const reasonStopped = "the bus is stopped"

func (b *Bus) boot() string { return fmt.Sprintf("memory-%d", b.boots) }

// connect gives l what a new connection gets first. b.mu is held.
func (b *Bus) connect(l *memoryLink) {
	l.queue.Put(Event{Status: &Status{Up: true, Boot: b.boot()}})
	var held prefix.Table[struct{}]
	for _, p := range slices.Sorted(maps.Keys(maps.Collect(l.prefixes.All()))) {
		b.giveLastValues(l, &held, p)
		held.Put(p, struct{}{})
	}
	for _, m := range l.waiting.Take() {
		b.route(l, m)
	}
}

// giveLastValues gives l what matches p, unless held covers it. b.mu is held.
func (b *Bus) giveLastValues(l *memoryLink, held *prefix.Table[struct{}], p string) {
	if !held.Covers([]byte(p)) {
		b.values.Match(p, func(_ string, m message.Message) { b.deliver(l, m) })
	}
}

// route takes m from one link, or from nobody, to all that want it. b.mu is held.
func (b *Bus) route(from *memoryLink, m message.Message) {
	if topics.Retained([]byte(m.Topic)) {
		if len(m.Payload) == 0 {
			b.values.Delete(m.Topic)
		} else {
			b.values.Put(m.Topic, m)
		}
	}
	if strings.HasPrefix(m.Topic, topics.KindOnline.Prefix()) {
		if word, _ := presence.Read(m.Payload); word == presence.Online && from != nil {
			b.wills.Claim(from, m.Topic)
		} else if word != presence.Nothing {
			b.wills.Release(m.Topic)
		}
	}
	for _, l := range b.running {
		if l.prefixes.Covers([]byte(m.Topic)) {
			b.deliver(l, m)
		}
	}
}

func (b *Bus) deliver(l *memoryLink, m message.Message) {
	if !l.queue.Put(Event{Message: m}) {
		b.dropped++
	}
}

// join makes l a running link.
func (b *Bus) join(l *memoryLink) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if l.began {
		panic(fmt.Sprintf("link: Run of link %q called twice", l.name))
	}
	l.began = true
	b.running = append(b.running, l)
	if b.down {
		l.queue.Put(Event{Status: &Status{Reason: reasonStopped}})
		return
	}
	b.connect(l)
}

// leave ends l and speaks its wills.
func (b *Bus) leave(l *memoryLink) {
	b.mu.Lock()
	defer b.mu.Unlock()
	l.ended = true
	b.running = slices.DeleteFunc(b.running, func(o *memoryLink) bool { return o == l })
	wills, _ := b.wills.Gone(l, b.wills.Len())
	for _, topic := range wills {
		b.route(nil, message.New(topic, presence.Lost))
	}
}

// memoryLink is a link to a Bus, whose lock guards it.
type memoryLink struct {
	bus          *Bus
	name         string
	prefixes     prefix.Table[struct{}]
	waiting      Waiting
	began, ended bool
	queue        *Queue
	events       chan Event
}

var _ Link = (*memoryLink)(nil)

func (l *memoryLink) Run(ctx context.Context) error {
	l.bus.join(l)
	defer close(l.events)
	defer l.bus.leave(l)
	for {
		e, ok := l.queue.Next(ctx)
		if !ok {
			return ctx.Err()
		}
		select {
		case l.events <- e:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (l *memoryLink) Publish(m message.Message) error {
	if err := CheckSize(m); err != nil {
		return err
	}
	l.bus.mu.Lock()
	defer l.bus.mu.Unlock()
	switch {
	case l.ended:
		return fmt.Errorf("publish %.60q: %w: the link has ended", m.Topic, ErrDown)
	case !l.began || l.bus.down:
		return l.waiting.Put(m)
	}
	l.bus.route(l, m)
	return nil
}

func (l *memoryLink) Subscribe(p string) {
	l.bus.mu.Lock()
	defer l.bus.mu.Unlock()
	if l.began && !l.ended && !l.bus.down {
		l.bus.giveLastValues(l, &l.prefixes, p)
	}
	l.prefixes.Put(p, struct{}{})
}

func (l *memoryLink) Unsubscribe(p string) {
	l.bus.mu.Lock()
	defer l.bus.mu.Unlock()
	l.prefixes.Remove(p)
}

func (l *memoryLink) Events() <-chan Event { return l.events }
