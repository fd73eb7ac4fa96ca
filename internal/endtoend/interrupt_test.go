package endtoend

import (
	"net"
	"os"
	"strings"
	"testing"
	"time"
)

// calls are ways to call the programs that go on until they are interrupted, with
// the exit code that they have then.
var calls = []struct {
	args string
	code int
}{
	{"sim", 0},
	{"mirror --plain", 0},
	{"bus sub", 0},
	{"bus pub --timeout 1m a b", 1},
	{"bus send --timeout 1m kitchen/toaster start", 1},
}

// TestInterruptedWhileConnecting: what answers at the hub's place takes
// connections and says nothing.
func TestInterruptedWhileConnecting(t *testing.T) {
	for _, call := range calls {
		t.Run(call.args, func(t *testing.T) {
			t.Parallel()
			silent, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			defer silent.Close()
			endpoint := "tcp://" + silent.Addr().String()
			words := strings.Fields(call.args)
			p := place{endpoint, endpoint}.start(t, words[0], words[1:]...)
			silent.(*net.TCPListener).SetDeadline(time.Now().Add(patience))
			conn, err := silent.Accept()
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			p.endsPromptly(os.Interrupt, call.code)
		})
	}
}

func TestInterruptedWithoutAHub(t *testing.T) {
	for _, call := range calls {
		t.Run(call.args, func(t *testing.T) {
			t.Parallel()
			words := append(strings.Fields(call.args), "--log-level", "info")
			p := newPlace(t).start(t, words[0], words[1:]...)
			p.Await(`nobody listens|simulating`)
			p.endsPromptly(os.Interrupt, call.code)
		})
	}
}

func TestInterruptedWhileReadingStandardInput(t *testing.T) {
	t.Parallel()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	at := newPlace(t)
	p := at.startWith(t, r, "bus", "pub", "a", "-")
	for range 10 { // more than a pipe holds: the last is only taken once it is read
		if _, err := w.Write(make([]byte, 16<<10)); err != nil {
			t.Fatal(err)
		}
	}
	p.endsPromptly(os.Interrupt, 1)
}
