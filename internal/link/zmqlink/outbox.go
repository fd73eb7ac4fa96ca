package zmqlink

import (
	"fmt"
	"sync"

	"homebus/internal/link"
	"homebus/internal/message"
)

// The bounds of what waits to be sent while the link is up.
const (
	maxQueued      = 4096
	maxQueuedBytes = 32 << 20
)

// outbox is what a link has to send. Safe for concurrent use.
type outbox struct {
	mu      sync.Mutex
	up      bool
	ended   bool
	waiting link.Waiting // while not up
	queue   []message.Message
	taken   int // of queue, from the front
	bytes   int
	filled  chan struct{} // holds a token while there may be something to take
}

func newOutbox() *outbox { return &outbox{filled: make(chan struct{}, 1)} }

// put queues m, or lets it wait, or says why not.
func (o *outbox) put(m message.Message) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	switch {
	case o.ended:
		return fmt.Errorf("publish %.60q: %w: the link has ended", m.Topic, link.ErrDown)
	case !o.up:
		return o.waiting.Put(m)
	case o.len() >= maxQueued, o.bytes+link.Size(m) > maxQueuedBytes:
		return fmt.Errorf("publish %.60q: %w: %d messages of %d bytes", m.Topic, link.ErrFull, o.len(), o.bytes)
	}
	o.push(m)
	return nil
}

// len is how many are queued. o.mu is held.
func (o *outbox) len() int { return len(o.queue) - o.taken }

// keptQueue is for how many messages there is room in a queue that is empty.
const keptQueue = 64

// push is called with o.mu held.
func (o *outbox) push(m message.Message) {
	if len(o.queue) == cap(o.queue) && 2*o.taken >= len(o.queue) { // room in front
		n := copy(o.queue, o.queue[o.taken:])
		clear(o.queue[n:])
		o.queue, o.taken = o.queue[:n], 0
	}
	o.queue = append(o.queue, m)
	o.bytes += link.Size(m)
	select {
	case o.filled <- struct{}{}:
	default:
	}
}

// take returns the next message, if there is one.
func (o *outbox) take() (message.Message, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.len() == 0 {
		return message.Message{}, false
	}
	m := o.queue[o.taken]
	o.queue[o.taken] = message.Message{} // free its bytes
	o.taken++
	o.bytes -= link.Size(m)
	if o.len() == 0 {
		if o.queue, o.taken = o.queue[:0], 0; cap(o.queue) > keptQueue {
			o.queue = nil
		}
	}
	return m, true
}

func (o *outbox) empty() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.len() == 0
}

// rise begins a time in which messages are sent, first those that waited.
func (o *outbox) rise() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.up = true
	for _, m := range o.waiting.Take() {
		o.push(m)
	}
}

// fall ends it. What is left on retained topics waits; how many others are lost
// is returned.
func (o *outbox) fall() (lost int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.up = false
	for _, m := range o.queue[o.taken:] {
		if o.waiting.Put(m) != nil {
			lost++
		}
	}
	o.queue, o.taken, o.bytes = nil, 0, 0
	return lost
}

// end refuses everything from now on; what is queued is still to be sent.
func (o *outbox) end() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.ended = true
}
