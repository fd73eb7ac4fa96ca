package epgm

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"sync"
	"time"
)

// ErrClosed is the error of Publish once Run has been told to end.
var ErrClosed = errors.New("the multicast publisher has ended")

const (
	// linger is for how long a Publisher that is told to end goes on sending what waits,
	// and answering who has missed it, at most; lingerTurn is how often it looks.
	linger     = 500 * time.Millisecond
	lingerTurn = 20 * time.Millisecond
	// maxPacket is the longest that UDP has.
	maxPacket = 64 << 10
)

// Publisher sends messages to a multicast group. Publish and Stats may be called from any
// goroutine, also before Run.
//
// There should be one Publisher at an endpoint on a computer: NAKs come to the port, and
// only one socket gets them. The other's losses are not repaired; libzmq has the same
// limit.
type Publisher struct {
	endpoint Endpoint
	wire     wire
	drop     func() bool // PublisherConfig.Drop

	mu     sync.Mutex
	sender *sender
	closed bool
}

// NewPublisher opens a publisher's socket. Somebody has to Run it, or Close it. The
// publisher has a TSI of its own, of 8 random bytes.
func NewPublisher(e Endpoint, c PublisherConfig) (*Publisher, error) {
	if err := c.check(); err != nil {
		return nil, fmt.Errorf("%s: %w", e, err)
	}
	d, err := e.device()
	if err != nil {
		return nil, err
	}
	wire, err := openPublisher(e, d, c.withDefaults())
	if err != nil {
		return nil, err
	}
	s := session{port: e.Group.Port(), source: d.addr, group: e.Group.Addr()}
	_, _ = rand.Read(s.tsi[:]) // never fails, as crypto/rand says
	return &Publisher{endpoint: e, wire: wire, drop: c.Drop, sender: newSender(s, c, 0)}, nil
}

// Publish queues a message of one frame or more, of which it keeps nothing. It does not
// wait. The error matches ErrFull, ErrTooLarge or ErrClosed; the message is then not
// sent. Without an error it is sent, once its turn has come; who hears it is not known.
func (p *Publisher) Publish(frames [][]byte) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return ErrClosed
	}
	waited := !p.sender.queue.empty()
	if err := p.sender.Publish(frames); err != nil {
		return fmt.Errorf("publish to %s: %w", p.endpoint, err)
	}
	if !waited { // else Run knows when it goes on
		p.wake()
	}
	return nil
}

// wake ends the wait of Run. It is called with the lock, under which Run decides how
// long it waits.
func (p *Publisher) wake() {
	_ = p.wire.setReadDeadline(time.Unix(1, 0)) // a socket that is closed wakes Run by that
}

// Stats returns what has happened so far.
func (p *Publisher) Stats() PublisherStats {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.sender.Stats()
}

// Close closes a publisher that nobody runs.
func (p *Publisher) Close() error {
	p.refuse()
	return p.wire.close()
}

// refuse takes no further messages.
func (p *Publisher) refuse() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	p.wake()
}

// Run sends, and answers who has missed something, until ctx ends; then it takes no
// further messages, goes on for up to half a second while something waits or may be
// asked for, and says good-bye. It returns nil, or why the socket cannot be read. It is
// called once.
func (p *Publisher) Run(ctx context.Context) (err error) {
	defer func() { err = errors.Join(err, p.Close()) }()
	defer context.AfterFunc(ctx, p.refuse)()
	b := make([]byte, maxPacket)
	var end time.Time
	for {
		now := time.Now()
		if end.IsZero() && ctx.Err() != nil {
			end = now.Add(linger)
		}
		done, err := p.turn(now, end)
		if done || err != nil {
			return err
		}
		n, _, err := p.wire.read(b)
		if timeout(err) {
			continue
		}
		if err != nil {
			return fmt.Errorf("read from %s: %w", p.endpoint, err)
		}
		if p.drop != nil && p.drop() {
			continue
		}
		p.mu.Lock()
		p.sender.Handle(time.Now(), b[:n])
		p.mu.Unlock()
	}
}

// turn sends what is due, and sets until when there is nothing to do. end is when the
// publisher has to be done, zero as long as it goes on.
func (p *Publisher) turn(now, end time.Time) (done bool, err error) {
	p.mu.Lock()
	packets := p.sender.Tick(now)
	next := p.sender.Next()
	if ending := !end.IsZero(); ending {
		done = p.sender.Quiet(now) || !now.Before(end)
		next = earliest(now.Add(lingerTurn), next)
	}
	err = p.wire.setReadDeadline(next)
	p.mu.Unlock()
	if err != nil {
		return true, fmt.Errorf("wait at %s: %w", p.endpoint, err)
	}
	p.send(packets)
	if done {
		p.mu.Lock()
		packets = p.sender.Finish()
		p.mu.Unlock()
		p.send(packets)
	}
	return done, nil
}

// send sends packets to the group. What cannot be sent, for want of a network or of
// room in the kernel, is lost as on the way, and asked for.
func (p *Publisher) send(packets [][]byte) {
	unsent := uint64(0)
	for _, b := range packets {
		if p.wire.write(b, p.endpoint.Group) != nil {
			unsent++
		}
	}
	if unsent > 0 {
		p.mu.Lock()
		p.sender.stats.Unsent += unsent
		p.mu.Unlock()
	}
}
