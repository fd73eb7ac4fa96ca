package proxy

import (
	"io"
	"log/slog"
	"net"
	"syscall"
	"testing"
	"time"

	"homebus/internal/liveness"
	"homebus/internal/socket/gate"
	"homebus/internal/zmtp/zmtptest"
)

// faultyQueue panics when its writer takes from it.
type faultyQueue struct{ *upstream }

func (faultyQueue) take([][]byte) [][]byte { panic("a fault of the program") }

// A panic in a writer ends its connection, and nothing else.
func TestAPanicInAWriterEndsItsConnection(t *testing.T) {
	f := &Forwarder{gate: gate.New(gate.Limits{}, slog.New(slog.DiscardHandler))}
	ours, theirs := net.Pipe()
	s := f.newSession(&gate.Conn{Conn: ours}, backend)
	s.queue = faultyQueue{newUpstream(DefaultLimits, nil, testBudget())}
	stop := s.writing(func() { t.Error("the connection did not fail") })
	s.queue.control([]byte("calls the writer"))
	if n, err := theirs.Read(make([]byte, 1)); err != io.EOF {
		t.Errorf("read %d bytes, %v", n, err)
	}
	stop()
}

// Where the system does not tell what a peer takes, that it takes a message itself is no
// sign of life of the peer.
func TestACarriedMessageIsNoSignOfLife(t *testing.T) {
	l, err := net.Listen("unix", t.TempDir()+"/s")
	if err != nil {
		t.Skip(err)
	}
	defer func() { _ = l.Close() }()
	there, err := net.Dial("unix", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = there.Close() }()
	here, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	o := newOutbox(DefaultLimits, testBudget())
	s := &session{conn: here, queue: o, survive: func(do func() error) error { return do() }}
	s.raw, _ = here.(syscall.Conn).SyscallConn()
	defer s.writing(s.close)()
	var c courier
	o.push(&c, zmtptest.Wire("t", "1"), 1)
	c.deliver()
	if !o.queue.empty() && canTryRead {
		t.Error("nothing is written")
	}
	if s.vitals.Check(time.Now(), liveness.Default).Heard {
		t.Error("the peer is taken for alive")
	}
}
