package link

import (
	"context"
	"sync"
)

// The bounds of what a Queue holds: how many unread events, and how many bytes their
// messages are in all.
const (
	EventQueue      = 4096
	EventQueueBytes = 32 << 20
)

// Queue lies between a bus that must not wait and the reader of a link. When EventQueue
// events or EventQueueBytes wait, it loses the newest message, but never a Status: one
// more is taken, and replaces a Status at the end that nobody has read. Put may be called
// from any goroutine; Pop, Filled and Next have one caller.
type Queue struct {
	mu     sync.Mutex
	events []Event
	bytes  int
	// filled holds a token while events may have something to take.
	filled chan struct{}
}

// NewQueue returns an empty queue.
func NewQueue() *Queue { return &Queue{filled: make(chan struct{}, 1)} }

// Put reports false if e is a message and lost.
func (q *Queue) Put(e Event) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	last := len(q.events) - 1
	bytes := q.bytes + Size(e.Message)
	switch {
	case e.Status != nil && last >= 0 && q.events[last].Status != nil:
		q.events[last] = e
		return true
	case e.Status == nil && (len(q.events) >= EventQueue || bytes > EventQueueBytes):
		return false
	}
	q.events = append(q.events, e)
	q.bytes = bytes
	select {
	case q.filled <- struct{}{}:
	default:
	}
	return true
}

// Next waits for an event. It reports false when ctx ends.
func (q *Queue) Next(ctx context.Context) (Event, bool) {
	for {
		if e, ok := q.Pop(); ok {
			return e, true
		}
		select {
		case <-q.filled:
		case <-ctx.Done():
			return Event{}, false
		}
	}
}

// Filled holds a token when there may be something to Pop.
func (q *Queue) Filled() <-chan struct{} { return q.filled }

// Pop returns the oldest event, if there is one.
func (q *Queue) Pop() (Event, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.events) == 0 {
		return Event{}, false
	}
	e := q.events[0]
	q.events[0] = Event{} // free its bytes
	q.events = q.events[1:]
	q.bytes -= Size(e.Message)
	return e, true
}
