package socket

import (
	"cmp"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"homebus/internal/liveness"
	"homebus/internal/socket/gate"
	"homebus/internal/zmtp"
)

// maxControl is how many bytes of answers wait for a peer that does not read them.
const maxControl = 4 << 10

// pipe is one peer: what waits for it, and what of its messages waits for Recv. It
// begins with a connection after its handshake, or with the first attempt of an
// endpoint that is connected to, and ends with that. Its queues belong to the
// socket's lock.
type pipe struct {
	hwm, maxBytes int
	// sending and receiving are what it shares with the other pipes of its socket.
	sending, receiving *allowance
	// place is where it stands among those that take turns: that of its Connect, or
	// of its coming.
	place int

	// What follows is set when there is a connection, and not changed any more.
	name     string
	kind     zmtp.SocketType // of the peer
	identity string          // by which a ROUTER knows it
	conn     net.Conn
	vitals   liveness.Vitals
	// owing is set while messages, or very many subscriptions, were written after the
	// peer was last heard: it may be busy with them, and a PING behind them unread.
	owing atomic.Bool

	// toWrite has a token when something may be there to write, room when there may
	// be room for arriving messages; cut is closed with the connection.
	toWrite, room chan struct{}
	cut           chan struct{}
	closing       sync.Once
	why           error // to be read when cut is closed; nil if it was no decision

	// out waits, taken is with the writer; outBytes counts both.
	out      queue[parcel]
	taken    []parcel
	outBytes int
	// control is command frames and subscriptions that wait; they go first. told is
	// how much of it there was when the peer came.
	control []byte
	told    int
	// sent says that a message has been written, deaf that no more will be, parting
	// that the peer has been told so.
	sent, deaf, parting bool
	// used is when a message last passed, or when it began if none has passed yet;
	// spareable says that the peer has come by itself and does not make room for
	// another yet.
	used              time.Time
	passed, spareable bool
	// slow says that there was no room, at a ROUTER for a while; see there and at PUB.
	slow bool

	in      queue[[][]byte]
	inBytes int
	// claimed is how much is counted of an unfinished message.
	claimed int
	// listed says that the pipe is in its turn to be received from, paused that its
	// reader waits for room.
	listed, paused bool
}

func (s *Socket) newPipe(place int) *pipe {
	return &pipe{
		place: place, hwm: s.cfg.HWM, maxBytes: s.cfg.QueueBytes, sending: &s.sending, receiving: &s.receiving,
		toWrite: make(chan struct{}, 1), room: make(chan struct{}, 1), cut: make(chan struct{}),
	}
}

// connect gives the pipe its connection.
func (p *pipe) connect(c *gate.Conn) {
	p.conn, p.name = c.Conn, c.Name
	p.kind, p.identity = c.Peer.Metadata.SocketType, string(c.Peer.Metadata.Identity)
	p.vitals.Pinged = c.Peer.Greeting.SpeaksCommands()
}

// close closes the connection, which ends the pipe soon. why is for the log; nil if it is
// over already.
func (p *pipe) close(why error) {
	p.closing.Do(func() {
		p.why = why
		close(p.cut)
		_ = p.conn.Close()
	})
}

// reason returns why the pipe has ended: because of err, unless this end has closed it.
func (p *pipe) reason(err error) error {
	select {
	case <-p.cut:
		return cmp.Or(p.why, err)
	default:
		return err
	}
}

// fits reports whether a message of such a cost may wait for the peer.
func (p *pipe) fits(cost int) bool {
	return (p.waiting() == 0 || p.waiting() < p.hwm && p.outBytes+cost <= p.maxBytes) && p.sending.permits(p.outBytes, cost)
}

// halfEmpty reports whether a queue that was full has room again, as libzmq has it: it
// would have for as much as waits.
func (p *pipe) halfEmpty() bool {
	return 2*p.waiting() <= p.hwm && 2*p.outBytes <= p.maxBytes
}

// waiting is how many messages wait for the peer.
func (p *pipe) waiting() int { return p.out.len() + len(p.taken) }

// push lets a message wait for the peer.
func (p *pipe) push(m parcel) {
	p.out.push(m)
	p.outBytes += m.cost
	p.sending.charge(m)
	wake(p.toWrite)
}

// command queues a command frame. It is lost if too much of that waits, for whoever
// does not read needs no answer.
func (p *pipe) command(frame []byte) {
	if len(p.control)+len(frame) <= maxControl {
		p.control = append(p.control, frame...)
		wake(p.toWrite)
	}
}

// retract forgets the messages that its writer does not have yet, and returns how many
// there were.
func (p *pipe) retract() int {
	ms := p.out.drain()
	for _, m := range ms {
		p.forget(m)
	}
	return len(ms)
}

// unwritten takes all messages that have not been written.
func (p *pipe) unwritten() []parcel {
	all := append(p.taken, p.out.drain()...)
	for _, m := range all {
		p.forget(m)
	}
	p.taken = nil
	return all
}

// forget says that a message does not wait for the peer any more.
func (p *pipe) forget(m parcel) {
	p.outBytes -= m.cost
	p.sending.release(m)
}

// holds reports whether a message of such a cost may wait for Recv.
func (p *pipe) holds(cost int) bool {
	return (p.in.len() == 0 || p.in.len() < p.hwm && p.inBytes+cost <= p.maxBytes) && p.receiving.permits(p.inBytes, cost)
}

// costOf is what a message that has arrived costs while it waits.
func costOf(m [][]byte) int { return bodies(m) + frameCost*(1+len(m)) }

// arrive lets a message wait for Recv.
func (p *pipe) arrive(m [][]byte) {
	p.in.push(m)
	p.inBytes += costOf(m)
	p.receiving.used += costOf(m)
}

// receive takes the oldest message; there must be one. A reader that waits goes on
// when half of the queue is free, as libzmq's does.
func (p *pipe) receive() [][]byte {
	m := p.in.pop()
	p.inBytes -= costOf(m)
	p.receiving.used -= costOf(m)
	if p.paused && 2*p.in.len() <= p.hwm && 2*p.inBytes <= p.maxBytes {
		wake(p.room)
	}
	return m
}
