package link

import (
	"context"
	"sync"
)

// EventQueue is how many unread events an in-memory link holds.
const EventQueue = 4096

// eventQueue lies between the bus, which must not wait, and the reader of a
// link. When it is full it loses the newest message, but never a Status: one
// more is taken, and replaces a Status at the end that nobody has read.
type eventQueue struct {
	mu     sync.Mutex
	events []Event
	// filled holds a token while events may have something to take.
	filled chan struct{}
}

func newEventQueue() *eventQueue { return &eventQueue{filled: make(chan struct{}, 1)} }

// put reports false if e is a message and lost.
func (q *eventQueue) put(e Event) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	last := len(q.events) - 1
	switch {
	case e.Status != nil && last >= 0 && q.events[last].Status != nil:
		q.events[last] = e
		return true
	case e.Status == nil && len(q.events) >= EventQueue:
		return false
	}
	q.events = append(q.events, e)
	select {
	case q.filled <- struct{}{}:
	default:
	}
	return true
}

// next waits for an event. It reports false when ctx ends.
func (q *eventQueue) next(ctx context.Context) (Event, bool) {
	for {
		if e, ok := q.pop(); ok {
			return e, true
		}
		select {
		case <-q.filled:
		case <-ctx.Done():
			return Event{}, false
		}
	}
}

func (q *eventQueue) pop() (Event, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.events) == 0 {
		return Event{}, false
	}
	e := q.events[0]
	q.events[0] = Event{} // free its bytes
	q.events = q.events[1:]
	return e, true
}
