package proxy

import (
	"encoding/hex"
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
}

func newSession(conn *gate.Conn) *session {
	s := &session{conn: conn.Conn, name: conn.Name, ends: make(chan struct{})}
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
	}
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

// writing runs write; the function returned ends it and waits for it. failed is
// called if the connection fails.
func (s *session) writing(failed func()) (stop func()) {
	var done sync.WaitGroup
	done.Go(func() {
		if s.write() != nil {
			failed()
		}
	})
	return func() {
		close(s.ends)
		s.close()
		done.Wait()
	}
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
		s.queue.control(zmtp.AppendPong(nil, context))
	case zmtp.CommandError:
		return fmt.Errorf("%w: ERROR %s", zmtp.ErrRefused, hex.EncodeToString(c.Data[:min(len(c.Data), 32)]))
	}
	return nil
}
