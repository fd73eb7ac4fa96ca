package proxy

import (
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"syscall"

	"homebus/internal/liveness"
	"homebus/internal/socket/gate"
	"homebus/internal/zmtp"
)

// session is one connection after its handshake.
type session struct {
	conn net.Conn
	// raw is conn as the system has it, nil if it is nothing of the system's.
	raw    syscall.RawConn
	name   string
	side   side
	vitals liveness.Vitals
	drain  draining // belongs to the lock of sessions
	// queue is what waits to be written to the peer.
	queue queue
	// ends is closed when the session ends.
	ends chan struct{}
	// cut is set once the connection is closed from here: what has been read of it
	// is of no interest any more.
	cut atomic.Bool
	// passed counts the times that messages have come from the peer.
	passed atomic.Uint64
	usage  usage
	// writes counts those of the writer, which is to go when dismissed is set and
	// nothing waits. writers waits for it; failed is called if it fails.
	writes    atomic.Uint32
	dismissed atomic.Bool
	writers   sync.WaitGroup
	failed    func()
	// survive turns a panic of the writer into an error; see gate.Survive.
	survive func(do func() error) error
}

func (f *Forwarder) newSession(conn *gate.Conn) *session {
	s := &session{conn: conn.Conn, name: conn.Name, ends: make(chan struct{}), survive: f.gate.Survive}
	if c, ok := conn.Conn.(syscall.Conn); ok {
		s.raw, _ = c.SyscallConn()
	}
	s.vitals.Pinged = conn.Peer.Greeting.SpeaksCommands()
	return s
}

// queue is what a session's writer empties.
type queue interface {
	// take appends the next bytes to write; they are valid until wrote.
	take(to [][]byte) [][]byte
	wrote()
	// unwritten says, instead of wrote, that the connection failed meanwhile.
	unwritten()
	// woken has a token whenever something may be there to take.
	woken() <-chan struct{}
	// passed counts the messages that have been written.
	passed() uint64
	// control queues a whole command frame.
	control(frame []byte)
	// staff says how to start a writer, which is done at once if something waits. At
	// first there is none.
	staff(start func())
	// nudge gives the writer a token and reports whether there is one.
	nudge() bool
	// leave reports whether nothing waits; then the writer must go, and another is
	// started when something does.
	leave() bool
	// direct calls write, which must not block, if there is no writer, and reports
	// whether it has written something.
	direct(write func() int) bool
}

var (
	_ queue = (*outbox)(nil)
	_ queue = (*upstream)(nil)
)

// write writes what waits until the session ends or the connection fails.
func (s *session) write() error {
	var taken [][]byte // as long as it ever had to be, for most wait for little
	var rest net.Buffers
	for {
		taken = s.queue.take(taken[:0])
		if len(taken) == 0 {
			if s.dismissed.Swap(false) && s.queue.leave() {
				return nil
			}
			select {
			case <-s.queue.woken():
				continue
			case <-s.ends:
				return nil
			}
		}
		rest = taken
		if err := s.writeAll(&rest); err != nil {
			s.queue.unwritten()
			return err
		}
		s.queue.wrote()
		s.writes.Add(1)
	}
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

// dismiss lets the writer go if it has written nothing since a count of writes.
func (s *session) dismiss(since uint32) (writes uint32) {
	writes = s.writes.Load()
	if writes == since && s.queue.nudge() {
		s.dismissed.Store(true)
		s.queue.nudge() // it may have looked in between
	}
	return writes
}

// seesDrain reports whether the system tells how the connection drains.
func (s *session) seesDrain() bool {
	_, tcp := s.conn.(*net.TCPConn)
	return tcp && canSeeDrain && s.raw != nil
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
	_, err := rest.WriteTo(s.conn)
	return err
}

// writing lets writers write what waits; the function returned ends that and waits
// for it. failed is called if the connection fails.
func (s *session) writing(failed func()) (stop func()) {
	s.failed = failed
	s.queue.staff(s.startWriter)
	return func() {
		s.queue.staff(func() {})
		close(s.ends)
		s.close()
		s.writers.Wait()
	}
}

func (s *session) startWriter() {
	s.writers.Go(func() {
		switch err := s.survive(s.write); {
		case errors.Is(err, gate.ErrPanic):
			_ = s.survive(func() error { s.queue.unwritten(); return nil })
			s.close()
		case err != nil:
			s.failed()
		}
	})
}

// close closes the connection, which ends the session soon.
func (s *session) close() {
	s.cut.Store(true)
	_ = s.conn.Close()
}

// abort closes the connection of a peer that does not take what waits for it: the
// system must not keep that either.
func (s *session) abort() {
	if tcp, ok := s.conn.(*net.TCPConn); ok {
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
