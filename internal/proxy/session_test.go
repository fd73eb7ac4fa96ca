package proxy

import (
	"io"
	"log/slog"
	"net"
	"testing"

	"homebus/internal/socket/gate"
)

// faultyQueue panics when its writer takes from it.
type faultyQueue struct{ *upstream }

func (faultyQueue) take([][]byte) [][]byte { panic("a fault of the program") }

// A panic in a writer ends its connection, and nothing else.
func TestAPanicInAWriterEndsItsConnection(t *testing.T) {
	f := &Forwarder{gate: gate.New(gate.Limits{}, slog.New(slog.DiscardHandler))}
	ours, theirs := net.Pipe()
	s := f.newSession(&gate.Conn{Conn: ours})
	s.queue = faultyQueue{newUpstream(DefaultLimits, nil, testBudget())}
	stop := s.writing(func() { t.Error("the connection did not fail") })
	s.queue.control([]byte("calls the writer"))
	if n, err := theirs.Read(make([]byte, 1)); err != io.EOF {
		t.Errorf("read %d bytes, %v", n, err)
	}
	stop()
}
