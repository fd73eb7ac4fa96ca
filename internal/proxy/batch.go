package proxy

import (
	"bytes"

	"homebus/internal/zmtp"
)

// batch forwards the messages of one peer under one hold of the switchboard's
// lock. Messages that follow each other in memory and have the same receivers
// become one run.
type batch struct {
	board *switchboard
	from  PeerID
	// courier, if not nil, writes what is forwarded.
	courier *courier
	// run is the bytes of count messages that go along route.
	run   []byte
	count int
	route *route
	// topic is that of the last message, head its first frame in wire form.
	topic, head []byte
}

// message forwards one whole message by itself.
func (b *batch) message(raw Raw) {
	f, err := scan(raw, &b.board.limits.Wire)
	if err != nil || f.size != len(raw) {
		return // the program's own messages are whole and within the limits
	}
	b.add(raw, 0, &f)
	b.flush()
}

// add forwards the message that was found at buf[from:]. buf is the same at each
// call until flush, and messages that lie between one call and the next were not
// to be forwarded.
func (b *batch) add(buf []byte, from int, f *found) {
	to, topic := from+f.size, buf[from+f.topicFrom:from+f.topicTo]
	r := b.route
	if r == nil || !bytes.Equal(topic, b.topic) {
		r = b.board.routeOf(topic)
	}
	b.board.count(1, f.size, f.bodies)
	if r.barred {
		b.flush()
		b.board.exclude(f.bodies)
		return
	}
	b.topic, b.head = topic, buf[from:from+f.topicTo]
	if r.watcher != nil {
		r.watcher.Message(b.from, buf[from:to])
	}
	if b.route != nil && b.follows(buf, from) && r.sameReceivers(b.route) {
		b.run = b.run[:len(b.run)+to-from]
		b.count++
		b.route = r
		return
	}
	b.send()
	b.run, b.count, b.route = buf[from:to], 1, r
}

// alike forwards those messages at the start of buf[from:to] that go the way of the one
// added last, which lies right before them: of two frames, and on its topic, which shows
// without a look at the route. Most of what a busy publisher says is like that. It
// returns how many there were, at most most, and where the next one begins.
func (b *batch) alike(buf []byte, from, to, most int) (count, next int) {
	if b.count == 0 || b.head[0]&zmtp.FlagMore == 0 || !b.follows(buf, from) {
		return 0, from
	}
	wire, bodies := &b.board.limits.Wire, 0
	for next = from; count < most; count++ {
		rest := buf[next:to]
		if len(rest) <= len(b.head) || !bytes.Equal(rest[:len(b.head)], b.head) {
			break
		}
		h, err := zmtp.ParseHeader(rest[len(b.head):], wire.Frame)
		size := len(b.head) + h.Size + h.Length
		if err != nil || h.Size == 0 || h.More || h.Command || size > len(rest) || len(b.topic)+h.Length > wire.Message {
			break
		}
		if b.route.watcher != nil {
			b.route.watcher.Message(b.from, rest[:size])
		}
		bodies += len(b.topic) + h.Length
		next += size
	}
	b.run = b.run[:len(b.run)+next-from]
	b.count += count
	b.board.count(count, next-from, bodies)
	return count, next
}

// follows reports whether buf[from] is right behind the run.
func (b *batch) follows(buf []byte, from int) bool {
	n := len(b.run)
	return n > 0 && from >= n && &buf[from-n] == &b.run[0]
}

// large forwards one message that lies in pieces.
func (b *batch) large(a *assembly) {
	b.flush()
	r := b.board.routeOf(a.topic())
	b.board.count(1, a.size, a.total)
	if r.barred {
		b.board.exclude(a.total)
		return
	}
	if r.watcher != nil && a.topicWhole() {
		r.watcher.Message(b.from, a.pieces.join(a.size))
	}
	if len(r.sinks) > 0 {
		a.pieces.charge(b.board.waiting)
	}
	for _, s := range r.sinks {
		s.pushPieces(b.courier, a.pieces, a.size)
	}
	b.board.monitor.large(wayIn, a)
	b.board.ration()
}

// send gives the run to its receivers: a long one as pieces that all of them hold, or as
// it lies there if there is only one, a short one as copies.
func (b *batch) send() {
	if b.count == 0 {
		return
	}
	sinks := b.route.sinks
	shared := b.board.scratch[:0]
	if len(sinks) > 1 {
		shared = sharedPieces(shared, b.run, b.board.waiting)
	}
	for _, s := range sinks {
		switch {
		case len(shared) > 0:
			s.pushShared(b.courier, shared, b.run, b.count)
		case len(sinks) == 1:
			s.lend(b.courier, b.run, b.count)
		default:
			s.push(b.courier, b.run, b.count)
		}
		b.board.ration()
	}
	shared.free()
	b.board.scratch = shared
	if b.courier != nil {
		b.courier.bytes += len(b.run) * len(sinks)
	}
	b.board.monitor.run(wayIn, b.run, b.count)
	b.run, b.count = nil, 0
}

// flush ends the batch's run: afterwards buf may change.
func (b *batch) flush() {
	b.send()
	b.route, b.topic, b.head = nil, nil, nil
}
