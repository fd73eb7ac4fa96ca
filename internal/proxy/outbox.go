package proxy

import "sync"

// writeAhead is how many pieces a writer takes at once.
const writeAhead = 16

// outbox is what waits for one subscriber, in wire form. Its bound counts what
// its writer holds too. What does not fit is lost, the newest whole message
// first, and counted. Safe for concurrent use.
type outbox struct {
	maxBytes, maxMessages int
	// wake has a token whenever something may wait.
	wake chan struct{}

	mu sync.Mutex
	// queue waits; taken is with the writer.
	queue, taken pieces
	// bytes and messages count queue and taken.
	bytes, messages int
	closed          bool
	// sent and sentBytes count what the writer has finished, dropped what was
	// lost.
	sent, sentBytes, dropped uint64
}

func newOutbox(l Limits) *outbox {
	return &outbox{maxBytes: l.QueueBytes, maxMessages: l.QueueMessages, wake: make(chan struct{}, 1)}
}

// push appends a run of whole messages; count 0 is for commands, which are not
// counted as messages.
func (o *outbox) push(run []byte, count int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.fits(len(run), count) {
		o.add(run, count)
		return
	}
	if count == 0 {
		return
	}
	for len(run) > 0 {
		n := firstMessage(run)
		if o.fits(n, 1) {
			o.add(run[:n], 1)
		} else if !o.closed {
			o.dropped++
		}
		run = run[n:]
	}
}

// pushPieces appends one whole message of size bytes.
func (o *outbox) pushPieces(ps pieces, size int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.fits(size, 1) {
		if !o.closed {
			o.dropped++
		}
		return
	}
	for _, p := range ps[:len(ps)-1] {
		o.add(p.b, 0)
	}
	o.add(ps[len(ps)-1].b, 1)
}

// give appends one whole message, which must not change afterwards if it has
// SharedFrom bytes or more: however many are given a large last value, it is there
// once.
func (o *outbox) give(m Raw) {
	if len(m) < SharedFrom {
		o.push(m, 1)
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	switch {
	case o.fits(len(m), 1):
		idle := len(o.queue) == 0
		o.queue.share(m)
		o.added(idle, len(m), 1)
	case !o.closed:
		o.dropped++
	}
}

func (o *outbox) fits(n, count int) bool {
	return !o.closed && o.bytes+n <= o.maxBytes && o.messages+count <= o.maxMessages
}

func (o *outbox) add(b []byte, count int) {
	idle := len(o.queue) == 0
	o.queue.add(b, count)
	o.added(idle, len(b), count)
}

// added counts what was added to a queue that was idle or not.
func (o *outbox) added(idle bool, bytes, count int) {
	o.bytes += bytes
	o.messages += count
	if idle {
		select {
		case o.wake <- struct{}{}:
		default: // a token is there already
		}
	}
}

// take appends to to what is to be written next, nothing if nothing waits. It
// stays valid until wrote or unwritten, one of which must follow before the next take.
func (o *outbox) take(to [][]byte) [][]byte {
	o.mu.Lock()
	defer o.mu.Unlock()
	n := min(len(o.queue), writeAhead)
	o.taken = append(o.taken[:0], o.queue[:n]...)
	rest := copy(o.queue, o.queue[n:])
	clear(o.queue[rest:])
	o.queue = o.queue[:rest]
	for _, p := range o.taken {
		to = append(to, p.b)
	}
	return to
}

// wrote says that what was taken is written.
func (o *outbox) wrote() {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, p := range o.taken {
		o.bytes -= len(p.b)
		o.messages -= p.messages
		o.sent += uint64(p.messages)
		o.sentBytes += uint64(len(p.b))
	}
	o.taken.free()
}

// unwritten says that what was taken will not be written.
func (o *outbox) unwritten() {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, p := range o.taken {
		o.bytes -= len(p.b)
		o.messages -= p.messages
	}
	o.taken.free()
}

// control queues a whole command frame; it is lost if it does not fit, for
// whoever does not read needs no answer.
func (o *outbox) control(frame []byte) { o.push(frame, 0) }

func (o *outbox) woken() <-chan struct{} { return o.wake }

// close forgets what waits and takes nothing more. What is taken stays with the
// writer until wrote or unwritten.
func (o *outbox) close() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.closed = true
	for _, p := range o.queue {
		o.bytes -= len(p.b)
		o.messages -= p.messages
	}
	o.queue.free()
}

// counts returns what has been sent and lost, and how many messages wait.
func (o *outbox) counts() (sent, sentBytes, dropped uint64, waiting int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.sent, o.sentBytes, o.dropped, o.messages
}
