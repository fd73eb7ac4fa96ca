package web

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"testing"
	"time"

	"homebus/internal/zmtp/zmtptest"
)

// idle waits until s has so many connections.
func (s *Server) has(t testing.TB, n int) {
	t.Helper()
	zmtptest.Eventually(t, fmt.Sprintf("%d connections", n), func() bool {
		present, _ := s.crowd.counts()
		return present == n
	})
}

// older makes every connection that waits one that has waited long enough to make room.
func (s *Server) older() {
	s.crowd.mu.Lock()
	defer s.crowd.mu.Unlock()
	for e := s.crowd.waiting.Front(); e != nil; e = e.Next() {
		g := e.Value.(*guest)
		g.since = g.since.Add(-newcomerTime)
	}
}

// Connections that are silent, trickle a request, or are idle after one make room, the one
// that has waited longest first.
func TestWhoWaitsMakesRoom(t *testing.T) {
	s := start(t, Config{Limits: Limits{Connections: 3}})
	silent, trickling, idle := dial(t, s), dial(t, s), dial(t, s)
	s.has(t, 3)
	_, _ = io.WriteString(trickling, "GET /healthz HTTP/1.1\r\nHo")
	if answer, _ := ask(t, idle, "GET", "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"); answer == nil {
		t.Fatal("no answer")
	}
	for _, next := range []net.Conn{silent, trickling, idle} {
		s.older()
		if answer, _ := get(t, s, "/healthz"); answer.StatusCode != http.StatusOK {
			t.Errorf("a newcomer is told %d", answer.StatusCode)
		}
		gone(t, next)
		s.has(t, 3)
	}
}

// A newcomer has its place for a moment for certain, and so does whoever is being answered;
// then one more is closed, and counted.
func TestNoRoom(t *testing.T) {
	bus := &blocking{entered: make(chan struct{}), leave: make(chan struct{})}
	s := start(t, Config{Bus: bus, Limits: Limits{Connections: 1}})
	busy := dial(t, s)
	_, _ = io.WriteString(busy, "GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n")
	<-bus.entered
	s.older()
	gone(t, dial(t, s))
	if present, refused := s.crowd.counts(); present != 1 || refused != 1 {
		t.Errorf("%d present, %d refused", present, refused)
	}
	close(bus.leave)
	if answer, err := http.ReadResponse(bufio.NewReader(busy), nil); err != nil || answer.StatusCode != http.StatusOK {
		t.Errorf("who was there: %v, %v", answer, err)
	}
	s.has(t, 1)
	s.older()
	if answer, _ := get(t, s, "/healthz"); answer.StatusCode != http.StatusOK {
		t.Errorf("then: %d", answer.StatusCode)
	}
}

// blocking is a bus that does not say whether it is ready until leave is closed.
type blocking struct {
	pretended
	entered, leave chan struct{}
}

func (b *blocking) Ready() error {
	b.entered <- struct{}{}
	<-b.leave
	return nil
}

// A WebSocket stays, and its place is given back when it is closed.
func TestWebSocketsStay(t *testing.T) {
	s := open(t, Config{Limits: Limits{Connections: 1}})
	taken := make(chan net.Conn, 1)
	server := &http.Server{ConnState: s.crowd.note, ConnContext: withGuest, Handler: s.counted(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
		}
		taken <- conn
	}))}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(s.crowd) }()
	_, _ = io.WriteString(dial(t, s), "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
	socket := <-taken
	s.answering.Wait()
	s.older()
	gone(t, dial(t, s))
	_ = socket.Close()
	_ = socket.Close()
	s.has(t, 0)
	_ = server.Close()
	<-ended
}

// Whatever state its connections are in, a server ends within a second; run looks at that.
func TestTheEndWithOpenConnections(t *testing.T) {
	s := open(t, Config{})
	end := run(t, s)
	defer end()
	silent, trickling, idle, deaf := dial(t, s), dial(t, s), dial(t, s), dial(t, s)
	_, _ = io.WriteString(trickling, "GET /metrics HTTP/1.1\r\nHo")
	if answer, _ := ask(t, idle, "GET", "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"); answer == nil {
		t.Fatal("no answer")
	}
	_ = deaf.(*net.TCPConn).SetReadBuffer(1)
	go func() {
		for {
			if _, err := io.WriteString(deaf, "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
				return
			}
		}
	}()
	s.has(t, 4)
	end()
	for _, conn := range []net.Conn{silent, trickling, idle, deaf} {
		gone(t, conn)
	}
	if _, err := net.Dial("tcp", s.Addr().String()); err == nil {
		t.Error("it still listens")
	}
	if present, _ := s.crowd.counts(); present != 0 {
		t.Errorf("%d connections are left", present)
	}
}

// A header that does not come costs its sender the connection, and nobody else anything.
func TestTrickledHeaders(t *testing.T) {
	t.Parallel()
	s := open(t, Config{})
	if s.headerTime != 5*time.Second {
		t.Errorf("a header may take %v, want 5 s", s.headerTime)
	}
	s.headerTime = time.Second // of which this test need not take five
	t.Cleanup(run(t, s))
	var slow []net.Conn
	for range 200 {
		conn := dial(t, s)
		_, _ = io.WriteString(conn, "GET /healthz HTTP/1.1\r\nX: ")
		slow = append(slow, conn)
	}
	began := time.Now()
	if answer, _ := get(t, s, "/healthz"); answer.StatusCode != http.StatusOK || time.Since(began) > time.Second {
		t.Errorf("%d after %v", answer.StatusCode, time.Since(began))
	}
	for _, conn := range slow {
		_ = conn.SetReadDeadline(began.Add(zmtptest.Patience))
		if _, err := io.Copy(io.Discard, conn); os.IsTimeout(err) {
			t.Fatal("it is still there")
		}
	}
}
