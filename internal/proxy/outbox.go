package proxy

import "sync"

// writeAhead is how many pieces a writer takes at once: enough that a long queue
// is written in few calls, little enough that what stands with thousands of
// writers that cannot go on stays small.
const writeAhead = 8

// mostAhead is how many bytes those are at most, and what is lent before them.
const mostAhead = writeAhead * 64 << 10

// outbox is what waits for one subscriber, in wire form. Its bound counts what
// its writer holds too. What is too much is lost in whole messages, by the rule of
// its Overflow, and counted. Safe for concurrent use.
type outbox struct {
	maxBytes, maxMessages int
	overflow              Overflow
	budget                *budget

	mu sync.Mutex
	// bell calls the writer.
	bell bell
	// courier is the last that was asked to call the writer.
	courier *courier
	// queue waits; lent and then taken are with the writer. lent lies in a publisher's
	// inbox, whose courier writes it or has the rest kept before anything changes there.
	queue backlog
	lent  []byte
	taken []stretch
	// takenBytes and takenMessages count lent and taken.
	takenBytes, takenMessages int
	closed                    bool
	// cut, if there is one, closes the connection; overflowed says that it was
	// called.
	cut        func()
	overflowed bool
	// sent and sentBytes count what the writer has finished, dropped what was
	// lost.
	sent, sentBytes, dropped uint64
}

func newOutbox(l Limits, b *budget) *outbox {
	return &outbox{
		maxBytes: l.QueueBytes, maxMessages: l.QueueMessages, overflow: l.Overflow, budget: b,
	}
}

// onOverflow says how to close the connection of this outbox.
func (o *outbox) onOverflow(cut func()) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.cut = cut
}

// bytes and messages count what waits, with the writer or not.
func (o *outbox) bytes() int    { return o.queue.bytes + o.takenBytes }
func (o *outbox) messages() int { return o.queue.messages() + o.takenMessages }

// push appends a run of whole messages; count 0 is for commands, which are not
// counted as messages. The writer is called by the courier, or at once if there is none.
func (o *outbox) push(by *courier, run []byte, count int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.fits(len(run), count) {
		o.add(by, run, count)
		return
	}
	o.pushEach(by, run, count)
}

// pushEach appends what there is room for, message by message, of a run that as a whole
// does not fit.
func (o *outbox) pushEach(by *courier, run []byte, count int) {
	if count == 0 || o.closed {
		o.refuse(count)
		return
	}
	for len(run) > 0 {
		n := firstMessage(run)
		if o.room(n) {
			o.add(by, run[:n], 1)
		} else {
			o.refuse(1)
		}
		run = run[n:]
	}
}

// pushSpans is push of the runs in buf that are staged.
func (o *outbox) pushSpans(by *courier, buf []byte, st *stage) {
	o.mu.Lock()
	defer o.mu.Unlock()
	switch {
	case o.fits(st.bytes, st.count):
		idle := o.queue.empty()
		o.queue.addSpans(buf, st, o.budget)
		o.added(by, idle)
	case o.closed:
		o.refuse(st.count)
	default:
		for _, s := range st.spans {
			o.pushEach(by, buf[s.from:s.to], int(s.count))
		}
	}
}

// lendFrom is from how many bytes on a run is worth more than a copy.
const lendFrom = 4 << 10

// lend is push of a run that lies in the inbox of the courier's publisher. It is not
// copied if it is long and nothing else waits, unless what is not taken of it at once, and
// cannot be dropped then, would be too much.
func (o *outbox) lend(by *courier, run []byte, count int) {
	if by == nil || len(run) < lendFrom || !o.tryLend(by, run, count) {
		o.push(by, run, count)
	}
}

func (o *outbox) tryLend(by *courier, run []byte, count int) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.bell.away || o.waits() || !o.fits(len(run), count) || len(run) > mostAhead || o.short() {
		return false
	}
	by.errands = append(by.errands, errand{outbox: o, writer: o.bell.writer})
	o.bell.expect()
	o.lent, o.takenBytes, o.takenMessages = run, len(run), count
	return true
}

// pushShared is push of a run that also lies in pieces, which are held if it comes in
// as a whole.
func (o *outbox) pushShared(by *courier, ps pieces, run []byte, count int) {
	if !o.tryHold(by, ps, len(run), count) {
		o.push(by, run, count)
	}
}

func (o *outbox) tryHold(by *courier, ps pieces, size, count int) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.fits(size, count) {
		return false
	}
	idle := o.queue.empty()
	o.queue.hold(ps, size, count)
	o.added(by, idle)
	return true
}

// pushPieces appends one whole message of size bytes. The pieces are held, not
// copied.
func (o *outbox) pushPieces(by *courier, ps pieces, size int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closed || !o.room(size) {
		o.refuse(1)
		return
	}
	idle := o.queue.empty()
	o.queue.hold(ps, size, 1)
	o.added(by, idle)
}

// give appends one whole message, which must not change afterwards if it has
// SharedFrom bytes or more: however many are given a large last value, it is there
// once.
func (o *outbox) give(m Raw) {
	if len(m) < SharedFrom {
		o.push(nil, m, 1)
		return
	}
	p := o.budget.lend(m)
	o.pushPieces(nil, pieces{p}, len(m))
	p.free()
}

// fits reports whether so much more is within the bounds.
func (o *outbox) fits(n, count int) bool {
	return !o.closed && o.within(o.bytes(), o.messages(), n, count)
}

// within reports whether so much more is within the bounds while so much waits.
// When the budget is short, whoever keeps up, with nothing waiting, is not held to
// its share.
func (o *outbox) within(bytes, messages, n, count int) bool {
	return bytes+n <= o.maxBytes && messages+count <= o.maxMessages &&
		(bytes == 0 || int64(bytes+n) <= o.budget.share.Load())
}

// room makes room for one message of n bytes by the rule of the overflow, if that
// can be. It reports whether the message may come in; if not, it is lost.
func (o *outbox) room(n int) bool {
	switch {
	case o.fits(n, 1):
		return true
	case o.closed:
	case o.overflow == Disconnect && o.cut != nil:
		o.disconnect()
	case o.overflow == DropOldest && o.within(o.takenBytes, o.takenMessages, n, 1):
		for !o.fits(n, 1) {
			lost, _ := o.queue.dropFirst()
			o.dropped += uint64(lost)
		}
		return true
	}
	return false
}

// refuse counts messages that do not come in. Those for a subscriber that has left
// are nobody's loss.
func (o *outbox) refuse(count int) {
	if !o.closed || o.overflowed {
		o.dropped += uint64(count)
	}
}

// disconnect closes the connection; what waits is lost.
func (o *outbox) disconnect() {
	o.overflowed = true
	o.dropped += uint64(o.queue.messages())
	o.shut()
	o.cut()
}

func (o *outbox) add(by *courier, b []byte, count int) {
	idle := o.queue.empty()
	o.queue.add(b, count, o.budget)
	o.added(by, idle)
}

// added calls the writer, if it is away or if nothing waited before.
func (o *outbox) added(by *courier, idle bool) {
	switch {
	case o.bell.away && by != nil:
		by.add(o)
	case o.bell.away || idle:
		if o.bell.ring(); by != nil {
			by.called = true
		}
	}
}

// trim gives up what is held over a share of the budget, in whole messages, by the
// rule of the overflow. What the writer holds stays.
func (o *outbox) trim(share int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	switch over := o.held() - share; {
	case over <= 0:
	case o.overflow == Disconnect && o.cut != nil:
		o.disconnect()
	case o.overflow == DropOldest:
		for keep := o.queue.bytes - over; o.queue.bytes > max(keep, 0); {
			lost, _ := o.queue.dropFirst()
			o.dropped += uint64(lost)
		}
	default:
		o.dropped += uint64(o.queue.dropLast(max(o.queue.bytes-over, 0)))
	}
}

// cutIfStuck closes the connection if its writer holds more than that. It returns
// how many bytes that will free.
func (o *outbox) cutIfStuck(share int) int {
	o.mu.Lock()
	defer o.mu.Unlock()
	stuck := o.takenBytes - len(o.lent)
	if stuck <= share || o.cut == nil || o.closed {
		return 0
	}
	o.disconnect()
	return stuck
}

// wasCut reports whether the outbox has closed its connection.
func (o *outbox) wasCut() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.overflowed
}

// close forgets what waits and takes nothing more. What is taken stays with the
// writer until wrote or unwritten.
func (o *outbox) close() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.shut()
}

func (o *outbox) shut() {
	o.closed = true
	o.queue.forget()
}

// holds returns how many bytes wait that take memory.
func (o *outbox) holds() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.held()
}

// held is bytes without what is lent, which lies where it came.
func (o *outbox) held() int { return o.bytes() - len(o.lent) }

// counts returns what has been sent and lost, and how many messages wait.
func (o *outbox) counts() (sent, sentBytes, dropped uint64, waiting int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.sent, o.sentBytes, o.dropped, o.messages()
}
