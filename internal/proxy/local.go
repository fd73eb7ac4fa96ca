package proxy

import (
	"errors"
	"slices"
)

// Local is a peer in this process, publisher and subscriber in one, with the
// same queue bounds as every other subscriber. Publish, Subscribe, Follow,
// Unsubscribe and Close may be called from any goroutine; Next and Waiting have one
// caller.
type Local struct {
	board *switchboard
	id    PeerID
	sink  *sink
	// taken[read:] is what has been taken out of the outbox for Next.
	taken []byte
	read  int
}

// keepTaken is how large a buffer a Local keeps while nothing waits.
const keepTaken = 64 << 10

// Attach adds an in-process peer; it can be used whether or not f runs. name
// stands in statistics and logs. Close it when done.
func (f *Forwarder) Attach(name string) *Local {
	return &Local{board: f.board, id: f.board.newID(), sink: f.board.attachSink(name)}
}

// ID returns who the peer is to a Tap.
func (l *Local) ID() PeerID { return l.id }

// Publish forwards a message of one frame or more. It does not wait for
// anybody. The error matches zmtp.ErrTooLarge if the message is over the limits.
func (l *Local) Publish(frames [][]byte) error {
	raw := NewRaw(frames)
	f, err := scan(raw, &l.board.limits.Wire)
	if err != nil {
		return err
	}
	if f.size == 0 || f.size != len(raw) {
		return errors.New("a message of no frames")
	}
	l.board.deliver(l.id, raw)
	return nil
}

// Subscribe adds a prefix; last values that match it come first. Subscribing
// twice changes nothing.
func (l *Local) Subscribe(prefix string) error {
	l.board.mu.Lock()
	defer l.board.mu.Unlock()
	return l.board.subscribe(l.sink, []byte(prefix))
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

// Wake has a token whenever Next may have something.
func (l *Local) Wake() <-chan struct{} { return l.sink.woken() }

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
