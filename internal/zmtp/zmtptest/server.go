package zmtptest

import (
	"net"
	"sync"
	"time"

	"homebus/internal/zmtp"
)

// Server answers every connection to its ports in one way. Its methods may be
// called from any goroutine.
type Server struct {
	listeners []net.Listener
	wg        sync.WaitGroup

	mu       sync.Mutex
	conns    map[net.Conn]struct{}
	accepted [][]time.Time // by port
	closed   bool
}

// Serve listens on a loopback port for each of the socket types and plays its
// part on every connection. Close ends it.
func Serve(play func(conn net.Conn, as zmtp.SocketType), as ...zmtp.SocketType) (*Server, error) {
	s := &Server{conns: make(map[net.Conn]struct{}), accepted: make([][]time.Time, len(as))}
	for i, t := range as {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			s.Close()
			return nil, err
		}
		s.listeners = append(s.listeners, l)
		s.wg.Go(func() { s.accept(i, l, t, play) })
	}
	return s, nil
}

func (s *Server) accept(port int, l net.Listener, t zmtp.SocketType, play func(net.Conn, zmtp.SocketType)) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		if !s.enter(port, conn) {
			_ = conn.Close()
			return
		}
		s.wg.Go(func() {
			defer s.leave(conn)
			play(conn, t)
		})
	}
}

func (s *Server) enter(port int, conn net.Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	s.conns[conn] = struct{}{}
	s.accepted[port] = append(s.accepted[port], time.Now())
	return true
}

func (s *Server) leave(conn net.Conn) {
	_ = conn.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.conns, conn)
}

// Addr returns where the port with that index listens.
func (s *Server) Addr(port int) net.Addr { return s.listeners[port].Addr() }

// Accepted returns when connections to the port with that index came, in order.
func (s *Server) Accepted(port int) []time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]time.Time(nil), s.accepted[port]...)
}

// Close resets every connection, which leaves the ports free for somebody else,
// and waits until nothing is left running.
func (s *Server) Close() {
	for _, l := range s.listeners {
		_ = l.Close()
	}
	s.mu.Lock()
	s.closed = true
	for conn := range s.conns {
		_ = conn.(*net.TCPConn).SetLinger(0)
		_ = conn.Close()
	}
	s.mu.Unlock()
	s.wg.Wait()
}
