package web

import (
	"bufio"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"homebus/internal/link/linktest"
	"homebus/internal/message"
	"homebus/internal/zmtp/zmtptest"
)

// TestMain fails if a goroutine of the server is left when all tests are done.
func TestMain(m *testing.M) { os.Exit(linktest.Main(m, "internal/web.")) }

// pretended is a bus that is as a test wants it.
type pretended struct {
	mu      sync.Mutex
	ready   error
	figures Figures
	values  []message.Message
	more    bool
	// asked counts who has asked for figures.
	asked atomic.Int64
}

func (p *pretended) Ready() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.ready
}

func (p *pretended) set(ready error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ready = ready
}

func (p *pretended) Figures() Figures {
	p.asked.Add(1)
	return p.figures
}

func (p *pretended) LastValues(prefix string, most, longest int, each func(message.Message)) bool {
	for _, m := range p.values {
		if strings.HasPrefix(m.Topic, prefix) && len(m.Payload) <= longest {
			each(m)
		}
	}
	return p.more
}

// open returns a server that listens on a port of the kernel's choice.
func open(t testing.TB, c Config) *Server {
	t.Helper()
	if c.Address == "" {
		c.Address = "127.0.0.1:0"
	}
	if c.Bus == nil {
		c.Bus = &pretended{}
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	s, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// start is open with a server that runs, and ends with the test.
func start(t testing.TB, c Config) *Server {
	t.Helper()
	s := open(t, c)
	t.Cleanup(run(t, s))
	return s
}

// run runs s. end ends it, and may be called more than once.
func run(t testing.TB, s *Server) (end func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	return sync.OnceFunc(func() {
		began := time.Now()
		cancel()
		select {
		case err := <-done:
			if err != nil {
				t.Errorf("Run: %v", err)
			}
		case <-time.After(zmtptest.Patience):
			t.Error("Run did not end")
		}
		if took := time.Since(began); took > time.Second {
			t.Errorf("the end took %v", took)
		}
	})
}

// dial connects to s. The connection is closed with the test, and has a deadline.
func dial(t testing.TB, s *Server) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", s.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(zmtptest.Patience))
	return conn
}

// ask sends bytes, and returns the answer with its body; nil if the connection was closed
// without one.
func ask(t testing.TB, conn net.Conn, method, request string) (*http.Response, string) {
	t.Helper()
	go func() { _, _ = io.WriteString(conn, request) }() // which may be more than is read
	answer, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: method})
	if err != nil {
		return nil, ""
	}
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatalf("%.40q: %v", request, err)
	}
	return answer, string(body)
}

// get asks s for a path with headers "Name: value".
func get(t testing.TB, s *Server, path string, headers ...string) (*http.Response, string) {
	t.Helper()
	lines := append([]string{"GET " + path + " HTTP/1.1", "Host: " + s.Addr().String()}, headers...)
	answer, body := ask(t, dial(t, s), "GET", strings.Join(lines, "\r\n")+"\r\n\r\n")
	if answer == nil {
		t.Fatalf("GET %s has no answer", path)
	}
	return answer, body
}

// gone waits until the other side has closed conn.
func gone(t testing.TB, conn net.Conn) {
	t.Helper()
	_ = conn.SetReadDeadline(time.Now().Add(zmtptest.Patience))
	if _, err := io.Copy(io.Discard, conn); errors.Is(err, os.ErrDeadlineExceeded) {
		t.Error("the connection is still open")
	}
}
