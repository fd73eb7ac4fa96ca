package proxy

import (
	"context"
	"errors"
	"slices"
)

// Local is a peer in this process, publisher and subscriber in one, with the
// same queue bounds as every other subscriber. Publish, PublishInTurn, Subscribe, Follow,
// Unsubscribe, Dropped and Close may be called from any goroutine; Next and Waiting, or
// Each in their place, have one caller.
type Local struct {
	board *switchboard
	id    PeerID
	sink  *sink
	wake  <-chan struct{}
	// taken[read:] is what has been taken out of the outbox for Next.
	taken []byte
	read  int
	// frames and joined are what Each passes on: the frames of a message, and the bytes
	// of one that did not lie together.
	frames [][]byte
	joined []byte
}

// keepTaken is how large a buffer a Local keeps while nothing waits.
const keepTaken = 64 << 10

// Attach adds an in-process peer; it can be used whether or not f runs. name
// stands in statistics and logs. Close it when done.
func (f *Forwarder) Attach(name string) *Local {
	l := &Local{board: f.board, id: f.board.newID(), sink: f.board.attachSink(name)}
	l.wake = l.sink.wakes()
	return l
}

// ID returns who the peer is to a Tap.
func (l *Local) ID() PeerID { return l.id }

// OnCut says how to end what this peer speaks for, once, before the first subscription;
// then it can be cut off as a connection can, by Disconnect and by Limits.QueueTotal:
// what waits is lost, nothing more comes in, and cut is called. cut is called under the
// forwarder's lock: it must be quick and must not call the forwarder.
func (l *Local) OnCut(cut func()) { l.sink.onOverflow(cut) }

// Dropped returns how many messages the peer has lost on its full queue.
func (l *Local) Dropped() uint64 {
	_, _, dropped, _ := l.sink.counts()
	return dropped
}

// Publish forwards a message of one frame or more. It does not wait for
// anybody. The error matches zmtp.ErrTooLarge if the message is over the limits.
func (l *Local) Publish(frames [][]byte) error {
	raw, err := l.checked(frames)
	if err != nil {
		return err
	}
	t := l.board.turn()
	t.deliver(l.id, raw)
	return nil
}

// PublishInTurn is Publish for what somebody on the network says: while the forwarder is
// paused it waits, as all publishers there do. The error may be that of ctx.
func (l *Local) PublishInTurn(ctx context.Context, frames [][]byte) error {
	raw, err := l.checked(frames)
	if err != nil {
		return err
	}
	t := l.board.turn()
	if err := t.mayPass(ctx); err != nil {
		t.end()
		return err
	}
	t.deliver(l.id, raw)
	return nil
}

// checked returns the wire form of a message within the limits.
func (l *Local) checked(frames [][]byte) (Raw, error) {
	raw := NewRaw(frames)
	f, err := scan(raw, &l.board.limits.Wire)
	if err != nil {
		return nil, err
	}
	if f.size == 0 || f.size != len(raw) {
		return nil, errors.New("a message of no frames")
	}
	return raw, nil
}

// Subscribe adds a prefix; last values that match it come first. Subscribing
// twice changes nothing.
func (l *Local) Subscribe(prefix string) error {
	topic := []byte(prefix)
	t := l.board.turn()
	defer t.end()
	if l.board.tap.Much(topic) {
		t.standInLine() // a crowd in this process is a crowd too
	}
	err := l.board.subscribe(l.sink, topic)
	l.board.ration()
	return err
}

// Follow subscribes to one whole topic, and reports whether a last value of it comes:
// if last, it does if there is one, behind all that waits for Next already, also when
// the topic is subscribed to or covered already. In contrast to Subscribe it gives none
// of longer topics, and without last none at all.
func (l *Local) Follow(topic string, last bool) (given bool, err error) {
	l.board.mu.Lock()
	defer l.board.mu.Unlock()
	return l.board.follow(l.sink, []byte(topic), last)
}

// Unsubscribe takes a prefix away.
func (l *Local) Unsubscribe(prefix string) {
	l.board.mu.Lock()
	defer l.board.mu.Unlock()
	l.board.cancel(l.sink, []byte(prefix))
}

// Wake has a token whenever Next or Each may have something.
func (l *Local) Wake() <-chan struct{} { return l.wake }

// Next returns the next message, false if none waits. The frames belong to the
// caller.
func (l *Local) Next() ([][]byte, bool) {
	for {
		if n := firstMessage(l.taken[l.read:]); n > 0 {
			frames := Raw(slices.Clone(l.taken[l.read : l.read+n])).Frames()
			l.read += n
			return frames, true
		}
		if !l.fetch() {
			return nil, false
		}
	}
}

// Each passes to do every message that waits, in their order and without a copy, until
// none waits or do fails; the error is do's. The frames are do's until it returns. While
// do has not returned, its message and some behind it, up to eight pieces of at most
// 64 KiB, count as waiting and cannot be dropped; if it fails, they are lost.
func (l *Local) Each(do func(frames [][]byte) error) error {
	var parts [writeAhead][]byte
	for {
		taken := l.sink.take(parts[:0])
		if len(taken) == 0 {
			return nil
		}
		if err := l.each(taken, do); err != nil {
			l.sink.unwritten()
			return err
		}
		l.sink.wrote()
	}
}

// each passes to do every message of parts, which hold whole ones together.
func (l *Local) each(parts [][]byte, do func(frames [][]byte) error) error {
	defer l.forget()
	for len(parts) > 0 {
		var m Raw
		m, parts = l.first(parts)
		l.frames = l.frames[:0]
		for body := range m.frames {
			l.frames = append(l.frames, body)
		}
		if err := do(l.frames); err != nil {
			return err
		}
	}
	return nil
}

// first returns the first message of parts, joined if it does not lie in one of them,
// and what is behind it.
func (l *Local) first(parts [][]byte) (m Raw, rest [][]byte) {
	if n := firstMessage(parts[0]); n > 0 {
		return parts[0][:n], behind(parts, n)
	}
	l.joined = l.joined[:0]
	for i, part := range parts {
		before := len(l.joined)
		l.joined = append(l.joined, part...)
		if n := firstMessage(l.joined); n > 0 {
			return l.joined[:n], behind(parts[i:], n-before)
		}
	}
	return nil, nil // cannot be: only whole messages come in
}

// behind returns parts without the first n bytes, all of which are in the first.
func behind(parts [][]byte, n int) [][]byte {
	if n == len(parts[0]) {
		return parts[1:]
	}
	parts[0] = parts[0][n:]
	return parts
}

// forget lets go of the messages passed on.
func (l *Local) forget() {
	clear(l.frames[:cap(l.frames)])
	if cap(l.joined) > keepTaken {
		l.joined = nil
	}
}

// Waiting returns how many messages Next has at once. It is for the caller of Next.
func (l *Local) Waiting() int {
	_, _, _, n := l.sink.counts()
	rest := l.taken[l.read:]
	for size := firstMessage(rest); size > 0; size = firstMessage(rest) {
		rest = rest[size:]
		n++
	}
	return n
}

// fetch takes more out of the outbox; it reports false if nothing waits there.
func (l *Local) fetch() bool {
	var parts [writeAhead][]byte
	more := l.sink.take(parts[:0])
	if len(more) == 0 {
		return false
	}
	left := l.taken[l.read:]
	if len(left) == 0 && cap(l.taken) > keepTaken {
		l.taken = nil
	}
	l.taken, l.read = append(l.taken[:0], left...), 0
	for _, b := range more {
		l.taken = append(l.taken, b...)
	}
	l.sink.wrote()
	return true
}

// Close ends the peer as a lost connection would: its wills are spoken, its
// subscriptions withdrawn. A second Close does nothing more.
func (l *Local) Close() {
	l.board.detachSink(l.sink)
	l.board.detachPublisher(l.id, nil)
}
