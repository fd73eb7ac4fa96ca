package proxy

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"homebus/internal/zmtp"
	"homebus/internal/zmtp/zmtptest"
)

// port is one end of a relay: what is put into in is received, what is sent comes
// out of out. Without room it waits, as a socket does.
type port struct{ in, out chan [][]byte }

func newPort(room int) port {
	return port{in: make(chan [][]byte, 1000), out: make(chan [][]byte, room)}
}

func (p port) Recv(ctx context.Context) ([][]byte, error) {
	select {
	case m, ok := <-p.in:
		if !ok {
			return nil, errors.New("the socket gave out")
		}
		return m, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Send is a try if ctx has ended, as that of the sockets.
func (p port) Send(ctx context.Context, m [][]byte) error {
	select {
	case p.out <- m:
		return nil
	default:
	}
	select {
	case p.out <- m:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func message(frames ...string) [][]byte {
	var m [][]byte
	for _, f := range frames {
		m = append(m, []byte(f))
	}
	return m
}

// running runs r; the function it returns ends it and returns what Run returned.
func running(t *testing.T, r *Relay) (stop func() error) {
	ctx, cancel := context.WithCancel(t.Context())
	var done sync.WaitGroup
	var err error
	done.Go(func() { err = r.Run(ctx) })
	return func() error { cancel(); done.Wait(); return err }
}

func relayOf(t *testing.T, r *Relay, err error) *Relay {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestAQueuePassesBothWays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clients, workers := newPort(1000), newPort(1000)
		r, err := NewQueue(clients, workers, RelayConfig{})
		stop := running(t, relayOf(t, r, err))
		clients.in <- message("id", "", "question")
		workers.in <- message("id", "", "answer", "")
		synctest.Wait()
		if got := fmt.Sprintf("%q %q", <-workers.out, <-clients.out); got != `["id" "" "question"] ["id" "" "answer" ""]` {
			t.Error(got)
		}
		asked, answered := Count{1, 10}, Count{1, 8}
		want := Statistics{Frontend: SideStatistics{asked, answered}, Backend: SideStatistics{answered, asked}}
		if got := r.Statistics(); got != want {
			t.Errorf("%+v", got)
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

// Whether messages wait for room or for more, once Pause has returned none passes,
// and after Resume all of them do, in their order.
func TestARelayPauses(t *testing.T) {
	for _, room := range []int{0, 1000} {
		synctest.Test(t, func(t *testing.T) {
			from, to := newPort(0), newPort(room)
			r, err := NewStreamer(from, to, RelayConfig{})
			stop := running(t, relayOf(t, r, err))
			defer func() { _ = stop() }()
			from.in <- message("0")
			synctest.Wait()
			r.Pause()
			r.Pause()
			before := len(to.out)
			for i := range 100 {
				from.in <- message(fmt.Sprint(i + 1))
			}
			synctest.Wait()
			if len(to.out) != before || !r.Paused() {
				t.Errorf("room for %d: %d passed, paused %t", room, len(to.out)-before, r.Paused())
			}
			r.Resume()
			r.Resume()
			for i := range 101 {
				if got := string((<-to.out)[0]); got != fmt.Sprint(i) {
					t.Errorf("room for %d: got %s, want %d", room, got, i)
				}
			}
			synctest.Wait()
			if st := r.Statistics(); st.Frontend.Received.Messages != 101 || st.Backend.Sent != st.Frontend.Received || r.Paused() {
				t.Errorf("%+v", st)
			}
		})
	}
}

func TestARelayEnds(t *testing.T) {
	waiting := func(r *Relay, from port) { from.in <- message("for room") }
	for name, prepare := range map[string]func(*Relay, port){
		"idle":           func(*Relay, port) {},
		"paused":         func(r *Relay, _ port) { r.Pause() },
		"without room":   waiting,
		"with one taken": func(r *Relay, from port) { r.Pause(); waiting(r, from) },
	} {
		synctest.Test(t, func(t *testing.T) {
			from, to := newPort(0), newPort(0)
			r, err := NewStreamer(from, to, RelayConfig{})
			stop := running(t, relayOf(t, r, err))
			prepare(r, from)
			synctest.Wait()
			if err := stop(); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		})
	}
	synctest.Test(t, func(t *testing.T) {
		r, err := NewStreamer(newPort(0), newPort(0), RelayConfig{})
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		if err := relayOf(t, r, err).Run(ctx); err != nil {
			t.Errorf("at a deadline: %v", err)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		from, to := newPort(0), newPort(0)
		r, err := NewStreamer(from, to, RelayConfig{})
		stop := running(t, relayOf(t, r, err))
		close(from.in)
		synctest.Wait()
		if err := stop(); err == nil || err.Error() != "receive what goes in: the socket gave out" {
			t.Errorf("error %v", err)
		}
	})
}

func TestARelayIsMonitored(t *testing.T) {
	clients, workers := newPort(1000), newPort(1000)
	r, err := NewQueue(clients, workers, RelayConfig{Monitor: []string{"tcp://127.0.0.1:0"}, Log: slog.New(slog.DiscardHandler)})
	stop := running(t, relayOf(t, r, err))
	listener := zmtptest.Connect(t, r.MonitorAddrs()[0], zmtp.SUB, 0)
	listener.Subscribe("")
	clients.in <- message("id", "", "question")
	listener.Want("in|id||question")
	workers.in <- message("id", "", "answer")
	listener.Want("out|id||answer")
	if err := stop(); err != nil {
		t.Error(err)
	}
}
