package socket

import (
	"bytes"
	"log/slog"
	"net"
	"strings"
	"testing"

	"homebus/internal/zmtp"
	"homebus/internal/zmtp/zmtptest"
)

// fragile is a pattern with a mistake in it.
type fragile struct{ plain }

func (fragile) sift(_ *pipe, m [][]byte) ([][]byte, error) {
	if len(m) == 2 {
		panic("two frames")
	}
	return m, nil
}

// A panic costs the connection that it comes up on, and leaves nothing of it. TestMain
// looks for what runs on.
func TestPanicEndsOneConnection(t *testing.T) {
	var log bytes.Buffer
	s := newSocket(zmtp.PULL, Config{Log: slog.New(slog.NewTextHandler(&log, nil))})
	s.pattern = fragile{plain{s}}
	where, err := s.Bind("tcp://127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr, err := net.ResolveTCPAddr("tcp", strings.TrimPrefix(where, "tcp://"))
	if err != nil {
		t.Fatal(err)
	}
	good := zmtptest.Connect(t, addr, zmtp.PUSH, 0)
	bad := zmtptest.Connect(t, addr, zmtp.PUSH, 0)
	bad.Send("one")
	bad.Send("one", "two")
	bad.WantClosed()
	good.Send("whole")
	zmtptest.Eventually(t, "the good one is heard", func() bool { return s.Stats().In.Messages == 2 })
	for range 2 {
		if _, err := s.recv(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	zmtptest.Eventually(t, "the bad one is forgotten", func() bool { return s.Stats().Peers == 1 })
	if err := s.Close(t.Context()); err != nil {
		t.Error(err)
	}
	if !strings.Contains(log.String(), "two frames") {
		t.Errorf("log: %s", log.String())
	}
}
