package proxy

import (
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"syscall"

	"homebus/internal/eventloop"
	"homebus/internal/liveness"
	"homebus/internal/socket/gate"
	"homebus/internal/zmtp"
)

// session is one connection after its handshake.
type session struct {
	conn io.ReadWriteCloser
	// raw is conn as the system has it, nil if it is nothing of the system's; tcp says
	// that it is TCP's.
	raw syscall.RawConn
	tcp bool
	// loop, unless nil, is conn, which an event loop reads.
	loop   *eventloop.Conn
	name   string
	side   side
	vitals liveness.Vitals
	drain  draining // belongs to the lock of sessions
	// queue is what waits to be written to the peer.
	queue queue
	// cut is set once the connection is closed from here: what has been read of it
	// is of no interest any more.
	cut atomic.Bool
	// wake, unless nil, ends what the reader waits for when that happens.
	wake atomic.Pointer[context.CancelFunc]
	// passed counts the times that messages have come from the peer.
	passed atomic.Uint64
	usage  usage
	// writers waits for who writes; failed is called if that fails.
	writers sync.WaitGroup
	failed  func()
	// taken is what is being written, pushed writes it as far as that can be done at
	// once. work is write and carryOn, ready to be called.
	taken  [][]byte
	pushed pushed
	work   struct{ write, carryOn func() error }
	// survive turns a panic of the writer into an error; see gate.Survive.
	survive func(do func() error) error
}

func (f *Forwarder) newSession(conn *gate.Conn, side side) *session {
	s := &session{conn: conn.Conn, name: conn.Name, survive: f.gate.Survive}
	_, s.tcp = conn.Conn.(*net.TCPConn)
	if s.loop = f.loops[side].adopt(conn.Conn); s.loop != nil {
		s.conn = s.loop
	}
	if c, ok := s.conn.(syscall.Conn); ok {
		s.raw, _ = c.SyscallConn()
	}
	s.vitals.Pinged = conn.Peer.Greeting.SpeaksCommands()
	return s
}

// reader reads what a peer sends: in a goroutine, or step by step for an event loop.
type reader interface {
	// read returns why the connection has ended, step why it ends. done follows on either.
	read() error
	step(fd uintptr) (eventloop.Next, error)
	done()
}

// serve has r read until the connection ends, then calls end, and with what that returns
// the session is over. Without an event loop that is when serve returns.
func (s *session) serve(conn *gate.Conn, r reader, end func(error) error) (err error) {
	finish := func(why error) (err error) {
		defer func() { err = cmp.Or(end(why), err) }()
		return s.survive(func() error { r.done(); return nil })
	}
	if s.loop == nil {
		return finish(s.survive(r.read))
	}
	later, ok := conn.Later()
	if !ok {
		return finish(errors.New("an event loop cannot serve who was dialled"))
	}
	over := func(why error) {
		if p := (*eventloop.PanicError)(nil); errors.As(why, &p) {
			why = s.survive(func() error { panic(p) })
		}
		later(s.survive(func() error { return finish(why) }))
	}
	if err := s.loop.Start(r.step, over); err != nil {
		over(err)
	}
	return nil
}

// queue is what a session's writer empties.
type queue interface {
	// take appends the next bytes to write; they are valid until wrote or wrotePart,
	// which says how many bytes were written if it were not all.
	take(to [][]byte) [][]byte
	wrote()
	wrotePart(n int)
	// unwritten says, instead of wrote, that the connection failed meanwhile.
	unwritten()
	// passed counts the messages that have been written.
	passed() uint64
	// control queues a whole command frame.
	control(frame []byte)
	// staff says who writes, which begins at once if something waits; nil is nobody
	// any more.
	staff(w writer)
	// leave reports whether nothing waits; then the writer must go, and is called when
	// something does.
	leave() bool
	// direct calls write, which must not block, if there is no writer, and reports
	// whether it has written something.
	direct(write func() int) bool
}

var (
	_ queue = (*outbox)(nil)
	_ queue = (*upstream)(nil)
)

// write writes until nothing waits or the connection fails.
func (s *session) write() error {
	for {
		s.taken = s.queue.take(s.taken[:0])
		if len(s.taken) == 0 {
			if s.queue.leave() {
				return nil
			}
			continue
		}
		rest := net.Buffers(s.taken)
		if err := s.writeAll(&rest); err != nil {
			s.queue.unwritten()
			return err
		}
		s.wrote()
	}
}

// wrote says that all is written, and lets go of it.
func (s *session) wrote() {
	clear(s.taken)
	s.queue.wrote()
}

// control sends a whole command frame: at once, if there is no writer that it would
// have to wait for and the system takes it, so that a PING does not call one.
func (s *session) control(frame []byte) {
	if !s.queue.direct(func() int { return s.tryWrite(frame) }) {
		s.queue.control(frame)
	}
}

// tryWrite writes the frame if the system takes it at once. It returns how many bytes
// that were: all or none.
func (s *session) tryWrite(frame []byte) int {
	n := 0
	if s.raw == nil || !canTryRead || s.raw.Write(func(fd uintptr) bool { n = writeSome(fd, frame); return true }) != nil {
		return 0
	}
	if n > 0 && n < len(frame) {
		s.close() // half a frame cannot be taken back; no system is known to do that
	}
	return n
}

// seesDrain reports whether the system tells how the connection drains.
func (s *session) seesDrain() bool {
	return s.tcp && canSeeDrain && s.raw != nil
}

// writeAll writes the buffers. Where the system does not tell how a connection
// drains, each of several that it takes is a sign of life, some 64 KiB at a time.
func (s *session) writeAll(rest *net.Buffers) error {
	for !s.seesDrain() && len(*rest) > 1 {
		one := (*rest)[:1:1]
		*rest = (*rest)[1:]
		if _, err := one.WriteTo(s.conn); err != nil {
			return err
		}
		s.vitals.Heard()
	}
	if s.pushed.raw != nil {
		return s.pushed.writeAll(*rest)
	}
	_, err := rest.WriteTo(s.conn)
	return err
}

// writing lets the session write what waits; the function returned ends that and waits
// for it. failed is called if the connection fails.
func (s *session) writing(failed func()) (stop func()) {
	s.failed = failed
	s.pushed.open(s.raw)
	s.work.write, s.work.carryOn = s.write, s.carryOn
	s.queue.staff(s)
	return func() {
		s.queue.staff(nil)
		s.close()
		s.writers.Wait()
	}
}

// start is of writer.
func (s *session) start() {
	s.writers.Go(func() { s.attempt(s.work.write) })
}

// expect is of writer.
func (s *session) expect() { s.writers.Add(1) }

// carry is of writer.
func (s *session) carry() {
	defer s.writers.Done()
	s.attempt(s.work.carryOn)
}

// attempt writes, and ends the connection if that fails.
func (s *session) attempt(write func() error) {
	switch err := s.survive(write); {
	case errors.Is(err, gate.ErrPanic):
		_ = s.survive(func() error { s.queue.unwritten(); return nil })
		s.close()
	case err != nil:
		s.failed()
	}
}

// rounds is how often who carries looks whether still more waits.
const rounds = 4

// carryOn writes what the system takes at once, and leaves the rest to a writer.
func (s *session) carryOn() error {
	for range rounds {
		s.taken = s.queue.take(s.taken[:0])
		if len(s.taken) == 0 {
			if s.queue.leave() {
				return nil
			}
			continue
		}
		n, all, err := s.pushed.write(s.taken)
		if len(s.taken) > 1 && n >= len(s.taken[0]) && !s.seesDrain() {
			s.vitals.Heard() // as in writeAll: what is small the system takes by itself
		}
		switch {
		case err != nil:
			s.queue.unwritten()
			return err
		case !all:
			s.queue.wrotePart(n)
			s.start()
			return nil
		}
		s.wrote()
	}
	s.start()
	return nil
}

// close closes the connection, which ends the session soon.
func (s *session) close() {
	s.cut.Store(true)
	if wake := s.wake.Load(); wake != nil {
		(*wake)()
	}
	_ = s.conn.Close()
}

// abort closes the connection of a peer that does not take what waits for it: the
// system must not keep that either.
func (s *session) abort() {
	if tcp, ok := s.conn.(interface{ SetLinger(sec int) error }); ok {
		_ = tcp.SetLinger(0)
	}
	s.close()
}

// command serves the commands that both sides know: PING is answered, ERROR
// ends the session, all others are ignored, as libzmq does.
func (s *session) command(body []byte) error {
	switch c := zmtp.ParseCommand(body); c.Name {
	case zmtp.CommandPing:
		ttl, context, err := zmtp.ParsePing(c)
		if err != nil {
			return err
		}
		s.vitals.Promised(ttl)
		s.control(zmtp.AppendPong(nil, context))
	case zmtp.CommandError:
		return fmt.Errorf("%w: ERROR %s", zmtp.ErrRefused, hex.EncodeToString(c.Data[:min(len(c.Data), 32)]))
	}
	return nil
}
