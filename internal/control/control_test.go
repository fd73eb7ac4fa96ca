package control

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"homebus/internal/endpoint"
	"homebus/internal/link/linktest"
	"homebus/internal/zmtp"
	"homebus/internal/zmtp/zmtptest"
)

// TestMain fails if a goroutine is left when all tests are done.
func TestMain(m *testing.M) {
	os.Exit(linktest.Main(m, "internal/control.", "internal/socket."))
}

// start serves target until the test ends. ended has what Run returns.
func start(t *testing.T, target Target) (addr net.Addr, ended <-chan error) {
	t.Helper()
	s, err := New([]string{"tcp://127.0.0.1:0"}, target, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	e, err := endpoint.Parse(s.Endpoints()[0])
	if err != nil {
		t.Fatal(err)
	}
	if addr, err = net.ResolveTCPAddr("tcp", e.Address); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	t.Cleanup(cancel)
	return addr, done
}

func TestAClientTerminates(t *testing.T) {
	addr, ended := start(t, &steered{})
	client := zmtptest.Connect(t, addr, zmtp.REQ, 0)
	client.Send("", "PAUSE")
	client.Want("|")
	client.Send("way", "back", "", `{"do":"resume"}`)
	client.Want(`way|back||{"ok":true}`)
	client.Send("", "TERMINATE")
	client.Want("|")
	_ = client.Close()
	select {
	case err := <-ended:
		if !errors.Is(err, ErrTerminated) {
			t.Errorf("Run: %v", err)
		}
	case <-time.After(zmtptest.Patience):
		t.Error("Run did not end")
	}
}

// Whatever clients do, others are answered.
func TestAClientCannotKeepOthersWaiting(t *testing.T) {
	addr, _ := start(t, &steered{})
	good := zmtptest.Connect(t, addr, zmtp.REQ, 0)
	served := func() {
		t.Helper()
		good.Send("", `{"do":"resume"}`)
		good.Want(`|{"ok":true}`)
	}

	zmtptest.Dial(t, addr).Say([]byte("GET / HTTP/1.1\r\n\r\n"))
	zmtptest.Dial(t, addr) // says nothing
	half := zmtptest.Connect(t, addr, zmtp.REQ, 0)
	half.Say(zmtp.AppendFrame(nil, nil, true)) // and nothing behind it
	torn := zmtptest.Connect(t, addr, zmtp.REQ, 0)
	torn.Say(zmtptest.Wire("", "PAUSE")[:5])
	_ = torn.Close()
	served()

	huge := zmtptest.Connect(t, addr, zmtp.REQ, 0)
	huge.Say(zmtp.AppendHeader(nil, 0, 1<<20))
	huge.WantClosed()
	served()

	// A client that asks and asks and never reads, until nobody takes more of it.
	greedy := zmtptest.Connect(t, addr, zmtp.DEALER, 0)
	requests := strings.Repeat(string(zmtptest.Wire("", "STATISTICS")), 1000)
	_ = greedy.SetWriteDeadline(time.Now().Add(time.Second))
	for range 100 {
		if _, err := io.WriteString(greedy, requests); err != nil {
			break
		}
	}
	for range 100 {
		served()
	}
	for range 200 {
		c := zmtptest.Connect(t, addr, zmtp.REQ, 0)
		c.Send("", "nonsense")
		c.Want(`|not understood: ["nonsense"]; want PAUSE, RESUME, STATISTICS, TERMINATE or JSON such as {"do":"statistics"}`)
	}
	served()
}

func TestAnEndpointThatCannotBe(t *testing.T) {
	_, err := New([]string{"ipc://" + t.TempDir() + "/a", "5559"}, &steered{}, nil)
	if err == nil || err.Error() != `control: endpoint "5559": want tcp://HOST:PORT, tcp://*:PORT or ipc://PATH` {
		t.Errorf("error %v", err)
	}
}
