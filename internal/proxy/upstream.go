package proxy

import (
	"sync"

	"homebus/internal/zmtp"
)

// upstream is what waits for one publisher: subscriptions in the message form,
// and answers to its PINGs. If a subscription does not fit, all that wait are
// replaced by one to everything, after which none is needed any more: the
// publisher then sends too much, never too little. Safe for concurrent use.
type upstream struct {
	max int
	// all is the subscription to everything.
	all []byte
	// next is the first demand that it has not been told of yet, nil if it knows
	// all. It belongs to the switchboard's lock.
	next *demand

	mu sync.Mutex
	// bell calls the writer.
	bell bell
	// pending waits; spare is the other of two buffers that take turns.
	pending, spare []byte
	everything     bool
	// total is paid for both buffers, paid how much.
	total *budget
	paid  int64
}

func newUpstream(l Limits, all []byte, total *budget) *upstream {
	return &upstream{max: l.UpstreamBytes, all: all, total: total}
}

// pay counts what the buffers take now.
func (u *upstream) pay() {
	now := int64(cap(u.pending) + cap(u.spare))
	u.total.used.Add(now - u.paid)
	u.paid = now
}

// full reports whether a subscription of n bytes is too much: for this publisher, or,
// if it takes its time, for all of them together.
func (u *upstream) full(n int) bool {
	return len(u.pending)+n > u.max || len(u.pending) > keepUpstream && u.total.exceeded()
}

// close gives up what waits. The writer has gone, and nothing follows.
func (u *upstream) close() {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.pending, u.spare = nil, nil
	u.pay()
}

// change queues a subscription or its withdrawal. It reports whether the
// publisher needs to be told of further ones.
func (u *upstream) change(subscribe bool, topic string) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.everything {
		return false
	}
	defer u.pay()
	if u.full(zmtp.MaxHeaderSize + 1 + len(topic)) {
		u.overflow()
		return false
	}
	u.pending = appendSubscription(u.pending, subscribe, topic)
	u.bell.ring()
	return true
}

// wantEverything queues a subscription to everything instead of all others.
func (u *upstream) wantEverything() {
	u.mu.Lock()
	defer u.mu.Unlock()
	defer u.pay()
	u.overflow()
}

func (u *upstream) overflow() {
	u.everything = true
	u.pending = append(onlyCommands(u.pending), u.all...)
	u.bell.ring()
}

// appendSubscription is zmtp.AppendSubscription without a copy of the topic.
func appendSubscription(b []byte, subscribe bool, topic string) []byte {
	b = zmtp.AppendHeader(b, 0, 1+len(topic))
	if subscribe {
		b = append(b, 1)
	} else {
		b = append(b, 0)
	}
	return append(b, topic...)
}

// onlyCommands returns b, which holds whole frames of ours, without its
// subscriptions.
func onlyCommands(b []byte) []byte {
	var kept []byte
	for len(b) > 0 {
		h, err := zmtp.ParseHeader(b[:min(len(b), zmtp.MaxHeaderSize)], len(b))
		if err != nil || h.Size == 0 || h.Size+h.Length > len(b) {
			return kept
		}
		if h.Command {
			kept = append(kept, b[:h.Size+h.Length]...)
		}
		b = b[h.Size+h.Length:]
	}
	return kept
}

// control queues a whole command frame; it is lost if it does not fit, for
// whoever does not read needs no answer.
func (u *upstream) control(frame []byte) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if len(u.pending)+len(frame) > u.max {
		return
	}
	u.pending = append(u.pending, frame...)
	u.pay()
	u.bell.ring()
}

// take appends to to what waits; it stays valid until wrote.
func (u *upstream) take(to [][]byte) [][]byte {
	u.mu.Lock()
	defer u.mu.Unlock()
	if len(u.pending) == 0 {
		return to
	}
	to = append(to, u.pending)
	u.pending, u.spare = u.spare[:0], u.pending
	return to
}

// keepUpstream is how large a buffer an upstream keeps while nothing waits: a
// burst of subscriptions must not stay with each of a thousand publishers. Whoever has
// no more to take than that keeps up.
const keepUpstream = 4 << 10

// wrote says that what was taken is written.
func (u *upstream) wrote() {
	u.mu.Lock()
	defer u.mu.Unlock()
	if cap(u.spare) > keepUpstream {
		u.spare = nil
		u.pay()
	}
}

// unwritten says that what was taken will not be written.
func (u *upstream) unwritten() { u.wrote() }

// wrotePart cannot be: nobody carries to a publisher.
func (u *upstream) wrotePart(int) { panic("proxy: an upstream is written by its writer alone") }

// passed is 0: what publishers are told are no messages.
func (u *upstream) passed() uint64 { return 0 }

func (u *upstream) staff(w writer) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.bell.staff(w, len(u.pending) > 0)
}

func (u *upstream) leave() bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.bell.leave(len(u.pending) > 0)
}

func (u *upstream) direct(write func() int) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.bell.away && len(u.pending) == 0 && write() > 0
}
