package examples

import (
	"bytes"
	"io"
	"net"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// TestForwarder: what nobody wants stays where it is, and both sides can be moved.
func TestForwarder(t *testing.T) {
	t.Parallel()
	frontend, backend := proxy(t, "forwarder")
	wire := tap(t, frontend)
	publisher := start(t, "forwarder", "publisher", wire.at)
	publisher.Await(`^published \d+, of which 0 have left\n.*, of which 0 have left$`) // nobody has subscribed

	berlin := start(t, "forwarder", "subscriber", "weather/berlin", backend)
	berlin.Await(`^\[weather/berlin sunny \d+\]\n\[weather/berlin sunny \d+\]$`)
	left := func(counts []string) int {
		n, err := strconv.Atoi(counts[1])
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	const count = `^published \d+, of which (\d+) have left$`
	publisher.Forget()
	before := left(publisher.Await(count))
	for range 3 {
		publisher.Await(count)
	}
	// Five rounds at most, if one is being counted: a quarter of all that is published.
	if after := left(publisher.Await(count)); after-before < 3 || after-before > 5 {
		t.Errorf("%d messages have left in four rounds, want one a round", after-before)
	}

	// So much for its own account. This is what its connection has seen.
	if text := wire.text(); !strings.Contains(text, "weather/berlin") || regexp.MustCompile("paris|rome|vienna").MatchString(text) {
		t.Errorf("the publisher has sent %q", text)
	}

	// The subscriber is another one, on libzmq, elsewhere; then so is the publisher.
	berlin.interrupt()
	paris := twin(t, "forwarder", "subscriber", "weather/paris", backend)
	paris.Await(`^\[weather/paris sunny \d+\]$`)
	publisher.interrupt()
	twin(t, "forwarder", "publisher", frontend)
	rome := start(t, "forwarder", "subscriber", "weather/rome", backend)
	rome.Await(`^\[weather/rome sunny \d+\]$`)
	rome.saysNot("berlin|paris|vienna")
	paris.Forget()
	paris.Await(`^\[weather/paris sunny \d+\]$`)
	paris.saysNot("berlin|rome|vienna")
	rome.interrupt()
}

// wire is a cable to an endpoint, at which all is written down that clients send.
type wire struct {
	at   string
	mu   sync.Mutex
	sent bytes.Buffer
}

// tap lays a cable to an endpoint, for one client.
func tap(t *testing.T, endpoint string) *wire {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w, done := &wire{at: "tcp://" + listener.Addr().String()}, make(chan struct{})
	t.Cleanup(func() { _ = listener.Close(); <-done })
	go func() {
		defer close(done)
		client, err := listener.Accept()
		if err != nil {
			return // nobody came
		}
		defer client.Close()
		server, err := net.Dial("tcp", strings.TrimPrefix(endpoint, "tcp://"))
		if err != nil {
			t.Error(err)
			return
		}
		answered := make(chan struct{})
		go func() { defer close(answered); _, _ = io.Copy(client, server) }()
		_, _ = io.Copy(io.MultiWriter(server, w), client) // until the client leaves
		_ = server.Close()
		<-answered
	}()
	return w
}

// Write writes down what a client sends.
func (w *wire) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.sent.Write(b)
}

func (w *wire) text() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.sent.String()
}
