package link

import (
	"cmp"
	"fmt"
	"slices"

	"homebus/internal/message"
	"homebus/topics"
)

// The bounds of what waits for a connection: how many topics, and how many bytes
// their messages are in all.
const (
	MaxWaiting      = 4096
	MaxWaitingBytes = 32 << 20
)

// Waiting holds what a link must send as soon as it is connected: the newest
// message of each retained topic, within MaxWaiting and MaxWaitingBytes. The zero
// Waiting is empty and ready. One owner; not safe for concurrent use.
type Waiting struct {
	newest map[string]waiter
	count  uint64
	bytes  int
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
	old, waits := w.newest[m.Topic]
	bytes := w.bytes + Size(m)
	if waits {
		bytes -= Size(old.Message)
	}
	if !waits && len(w.newest) >= MaxWaiting || bytes > MaxWaitingBytes {
		return fmt.Errorf("publish %.60q: %w: %d topics, %d bytes", m.Topic, ErrFull, len(w.newest), w.bytes)
	}
	if w.newest == nil {
		w.newest = make(map[string]waiter)
	}
	w.count++
	w.bytes = bytes
	w.newest[m.Topic] = waiter{Message: m, order: w.count}
	return nil
}

// Take empties the Waiting and returns its messages in the order of publishing.
func (w *Waiting) Take() []message.Message {
	waiters := make([]waiter, 0, len(w.newest))
	for _, m := range w.newest {
		waiters = append(waiters, m)
	}
	w.newest, w.bytes = nil, 0
	slices.SortFunc(waiters, func(a, b waiter) int { return cmp.Compare(a.order, b.order) })
	messages := make([]message.Message, len(waiters))
	for i, m := range waiters {
		messages[i] = m.Message
	}
	return messages
}
