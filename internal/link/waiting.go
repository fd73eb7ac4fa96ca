package link

import (
	"cmp"
	"fmt"
	"slices"

	"homebus/internal/message"
	"homebus/topics"
)

// MaxWaiting is how many topics can wait for a connection.
const MaxWaiting = 4096

// Waiting holds what a link must send as soon as it is connected: the newest
// message of each retained topic, at most MaxWaiting topics. The zero Waiting is
// empty and ready. One owner; not safe for concurrent use.
type Waiting struct {
	newest map[string]waiter
	count  uint64
}

type waiter struct {
	message.Message
	order uint64
}

// Put lets m wait in place of what waited on its topic. It returns an error that
// matches ErrDown if m must not be sent late, because its topic is not retained,
// and one that matches ErrFull if too many topics wait.
func (w *Waiting) Put(m message.Message) error {
	if !topics.Retained([]byte(m.Topic)) {
		return fmt.Errorf("publish %.60q: %w", m.Topic, ErrDown)
	}
	if _, waits := w.newest[m.Topic]; !waits && len(w.newest) >= MaxWaiting {
		return fmt.Errorf("publish %.60q: %w: %d topics", m.Topic, ErrFull, MaxWaiting)
	}
	if w.newest == nil {
		w.newest = make(map[string]waiter)
	}
	w.count++
	w.newest[m.Topic] = waiter{Message: m, order: w.count}
	return nil
}

// Take empties the Waiting and returns its messages in the order of publishing.
func (w *Waiting) Take() []message.Message {
	waiters := make([]waiter, 0, len(w.newest))
	for _, m := range w.newest {
		waiters = append(waiters, m)
	}
	w.newest = nil
	slices.SortFunc(waiters, func(a, b waiter) int { return cmp.Compare(a.order, b.order) })
	messages := make([]message.Message, len(waiters))
	for i, m := range waiters {
		messages[i] = m.Message
	}
	return messages
}
