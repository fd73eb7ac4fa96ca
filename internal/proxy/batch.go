package proxy

import (
	"bytes"
	"encoding/binary"
	"math"

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
	const headers = 2 // bytes of a short one
	short := b.route.watcher == nil && b.takesShort()
	bodies := 0
	for next = from; count < most; {
		if short {
			n, size := leading(buf[next:to], b.head, most-count)
			count, next, bodies = count+n, next+size, bodies+size-n*(len(b.head)-len(b.topic)+headers)
		}
		rest := buf[next:to]
		if count == most || len(rest) < len(b.head)+headers || !bytes.Equal(rest[:len(b.head)], b.head) {
			break
		}
		size, length := b.lastFrame(rest[len(b.head):])
		if size += len(b.head); size == len(b.head) || size > len(rest) {
			break
		}
		if b.route.watcher != nil {
			b.route.watcher.Message(b.from, rest[:size])
		}
		count, next, bodies = count+1, next+size, bodies+len(b.topic)+length
	}
	b.run = b.run[:len(b.run)+next-from]
	b.count += count
	b.board.count(count, next-from, bodies)
	return count, next
}

// takesShort reports whether a message of the topic with a last frame of one byte's length
// is within the limits, whatever that is.
func (b *batch) takesShort() bool {
	wire := &b.board.limits.Wire
	return wire.Frame >= math.MaxUint8 && wire.Message >= len(b.topic)+math.MaxUint8
}

// leading finds messages at the start of b that begin with head, a whole first frame, and
// have one more, a short one. It returns how many there are, at most most, and their size.
// It is where a busy forwarder spends its own time: a header is a byte of flags and one of
// length (RFC 23), and the head is compared in words, the last of which may overlap.
func leading(b, head []byte, most int) (count, size int) {
	const word = 8
	n := len(head)
	if n < word {
		return 0, 0
	}
	second, last := min(word, n-word), n-word
	w0, w1, w2 := binary.NativeEndian.Uint64(head), binary.NativeEndian.Uint64(head[second:]), binary.NativeEndian.Uint64(head[last:])
	rest := b
	for count < most && len(rest) > n+1 {
		if binary.NativeEndian.Uint64(rest) != w0 || binary.NativeEndian.Uint64(rest[second:]) != w1 || binary.NativeEndian.Uint64(rest[last:]) != w2 {
			break
		}
		whole := n + 2 + int(rest[n+1])
		if rest[n] != 0 || whole > len(rest) || n > 3*word && !bytes.Equal(rest[2*word:last], head[2*word:last]) {
			break
		}
		rest = rest[whole:]
		count++
	}
	return count, len(b) - len(rest)
}

// lastFrame returns the size of the frame whose header begins rest, with that, and the
// length of its body, if it is the last of a message that the topic of the run begins, and
// within the limits; 0 if not, or if that is not clear yet.
func (b *batch) lastFrame(rest []byte) (size, length int) {
	wire := &b.board.limits.Wire
	h, err := zmtp.ParseHeader(rest, wire.Frame)
	if err != nil || h.More || h.Command || h.Size == 0 || len(b.topic)+h.Length > wire.Message {
		return 0, 0
	}
	return h.Size + h.Length, h.Length
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
