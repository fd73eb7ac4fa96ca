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
	// buf is where messages lie, the run from start on. staged are the subscribers of
	// which the stage has something of this batch, which is number among those that have
	// such; runs counts what has been sent.
	buf    []byte
	start  int
	staged []*sink
	number uint64
	runs   int
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
	b.board.count(1, f.size, f.bodies)
	b.put(buf, from, from+f.size, buf[from+f.topicFrom:from+f.topicTo], buf[from:from+f.topicTo], f.bodies)
}

// put forwards the message buf[from:to], which has been counted: its topic and first frame,
// and how long the bodies of its frames are. It reports whether somebody watched it.
func (b *batch) put(buf []byte, from, to int, topic, head []byte, bodies int) (watched bool) {
	r := b.route
	if r == nil || !bytes.Equal(topic, b.topic) {
		r = b.board.routeOf(topic)
	}
	if r.barred {
		b.breakOff()
		b.board.exclude(bodies)
		return false
	}
	b.topic, b.head = topic, head
	if r.watcher != nil {
		r.watcher.Message(b.from, buf[from:to])
	}
	if b.route != nil && b.follows(buf, from) && r.sameReceivers(b.route) {
		b.run = b.run[:len(b.run)+to-from]
		b.count++
		b.route = r
		return r.watcher != nil
	}
	b.send()
	b.buf, b.start, b.run, b.count, b.route = buf, from, buf[from:to], 1, r
	return r.watcher != nil
}

// alike forwards those messages at the start of buf[from:to] that go the way of the one
// added last, which lies right before them: of two frames, and on its topic, which shows
// without a look at the route. Most of what a busy publisher says is like that. It
// returns how many there were, at most most, and where the next one begins.
func (b *batch) alike(buf []byte, from, to, most int) (count, next int) {
	if b.count == 0 || b.head[0]&zmtp.FlagMore == 0 || !b.follows(buf, from) {
		return 0, from
	}
	bodies := 0
	for next = from; count < most; {
		rest := buf[next:to]
		if len(rest) < len(b.head)+shortHeader || !bytes.Equal(rest[:len(b.head)], b.head) {
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

// send gives the run to its receivers.
func (b *batch) send() {
	if b.count == 0 {
		return
	}
	sinks := b.route.sinks
	if b.runs > 0 && len(b.run) < lendFrom {
		for _, s := range sinks {
			b.stage(s)
		}
	} else {
		b.push(sinks)
	}
	b.runs++
	if b.courier != nil {
		b.courier.bytes += len(b.run) * len(sinks)
	}
	b.board.monitor.run(wayIn, b.run, b.count)
	b.run, b.count = nil, 0
}

// stage has the run put into the subscriber's outbox later: a short one, which is unlikely
// to be the last of the batch.
func (b *batch) stage(s *sink) {
	switch {
	case s.stage == nil:
		if b.number == 0 {
			b.number = b.board.stages.number()
			b.staged, b.board.staged = b.board.staged, nil
		}
		s.stage = b.board.stages.get(b.number)
		b.staged = append(b.staged, s)
	case s.stage.batch != b.number: // the batch of whoever speaks meanwhile is short
		s.push(b.courier, b.run, b.count)
		b.board.ration()
		return
	}
	if !s.stage.add(b.start, b.start+len(b.run), b.count) {
		b.pushStage(s)
	}
}

// pushStage puts what is staged for a subscriber into its outbox.
func (b *batch) pushStage(s *sink) {
	if st := s.stage; st != nil && st.batch == b.number && st.count > 0 {
		s.pushSpans(b.courier, b.buf, st)
		st.spans, st.bytes, st.count = st.spans[:0], 0, 0
		b.board.ration()
	}
}

// push puts the run into the outboxes: a long one as pieces that all of them hold, or as
// it lies there if there is only one, a short one as copies.
func (b *batch) push(sinks []*sink) {
	shared := b.board.scratch[:0]
	if len(sinks) > 1 {
		shared = sharedPieces(shared, b.run, b.board.waiting)
	}
	for _, s := range sinks {
		b.pushStage(s)
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
}

// breakOff ends the batch's run.
func (b *batch) breakOff() {
	b.send()
	b.route, b.topic, b.head = nil, nil, nil
}

// flush ends the batch's run and puts everything into the outboxes: afterwards buf may
// change.
func (b *batch) flush() {
	b.breakOff()
	for _, s := range b.staged {
		b.pushStage(s)
		b.board.stages.put(s.stage)
		s.stage = nil
	}
	if b.number != 0 {
		clear(b.staged)
		b.staged, b.board.staged, b.number = nil, b.staged[:0], 0
	}
	b.buf, b.runs = nil, 0
}
