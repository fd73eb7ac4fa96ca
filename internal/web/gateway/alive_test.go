package gateway

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"homebus/internal/proxy"
)

// pipes is a gateway in virtual time, whose clients are at the other end of a pipe that
// holds nothing.
type pipes struct {
	t        *testing.T
	bus      *proxy.Forwarder
	gateway  *Gateway
	handlers sync.WaitGroup
}

// piped is a ResponseWriter that gives a pipe away.
type piped struct {
	http.ResponseWriter
	conn net.Conn
}

func (p piped) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	return p.conn, bufio.NewReadWriter(bufio.NewReader(p.conn), bufio.NewWriter(p.conn)), nil
}

// virtually runs a test in virtual time.
func virtually(t *testing.T, bounds proxy.Limits, test func(t *testing.T, h *pipes)) {
	synctest.Test(t, func(t *testing.T) {
		log := slog.New(slog.DiscardHandler)
		f, err := proxy.New(proxy.Config{Limits: bounds, Log: log})
		if err != nil {
			t.Fatal(err)
		}
		h := &pipes{t: t, bus: f, gateway: New(Config{Attach: f.Attach, Log: log})}
		end := runUntil(t, h.gateway.Run)
		synctest.Wait()
		test(t, h)
		end()
		h.handlers.Wait()
	})
}

// client returns a client of everything.
func (h *pipes) client() *rawPeer {
	ours, theirs := net.Pipe()
	h.t.Cleanup(func() { _ = theirs.Close() })
	r := httptest.NewRequest(http.MethodGet, "/ws?prefix=", nil)
	for key, value := range map[string]string{
		"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
	} {
		r.Header.Set(key, value)
	}
	h.handlers.Go(func() { h.gateway.ServeHTTP(piped{httptest.NewRecorder(), ours}, r) })
	synctest.Wait()
	return &rawPeer{h.t, theirs, bufio.NewReader(theirs), time.Hour}
}

func (h *pipes) publish(n, size int) {
	h.t.Helper()
	peer := h.bus.Attach("test")
	defer peer.Close()
	for i := range n {
		if err := peer.Publish([][]byte{[]byte("t"), fmt.Appendf(nil, `{"n":%d,"x":%q}`, i, strings.Repeat("x", size))}); err != nil {
			h.t.Fatal(err)
		}
	}
}

func (h *pipes) wantClients(want int, cut uint64) {
	h.t.Helper()
	synctest.Wait()
	if st := h.gateway.Stats(); st.Clients != want || st.Cut != cut {
		h.t.Errorf("%d clients, %d cut, want %d and %d", st.Clients, st.Cut, want, cut)
	}
}

func TestWhoeverAnswersPingsStays(t *testing.T) {
	virtually(t, proxy.Limits{}, func(t *testing.T, h *pipes) {
		p := h.client()
		began := time.Now()
		for i := range 10 {
			p.expect(ping, fmt.Sprint(i+1))
			if want := time.Duration(i+1) * DefaultLimits.PingEvery; time.Since(began) != want {
				t.Errorf("ping %d after %v, want %v", i+1, time.Since(began), want)
			}
			p.write(frame(fin|pong, fmt.Sprint(i+1)))
		}
		h.wantClients(1, 0)
	})
}

func TestWhoeverAnswersNoPingIsCut(t *testing.T) {
	virtually(t, proxy.Limits{}, func(t *testing.T, h *pipes) {
		p := h.client()
		began := time.Now()
		p.expect(ping, "1")
		h.publish(10, 10) // that it is sent something, and takes it at once, is no sign of life: its system may
		for range 10 {
			p.expect(text, `{"topic":"t",`)
		}
		p.expectEnd()
		if want := DefaultLimits.PingEvery + DefaultLimits.Silence; time.Since(began) != want {
			t.Errorf("cut after %v, want %v", time.Since(began), want)
		}
		h.wantClients(0, 1)
	})
}

// TestWhoeverReadsSlowlyStays has a client that takes a piece each 25 s, and answers
// pings as late as they come to it.
func TestWhoeverReadsSlowlyStays(t *testing.T) {
	virtually(t, proxy.Limits{}, func(t *testing.T, h *pipes) {
		p := h.client()
		h.publish(10_000, 100)
		piece := make([]byte, cork64)
		for range 16 {
			time.Sleep(25 * time.Second)
			if _, err := io.ReadFull(p.conn, piece); err != nil {
				t.Fatal(err)
			}
			h.wantClients(1, 0)
		}
	})
}

// cork64 is how much the gateway writes at once.
const cork64 = 64 << 10

func TestWhoeverTakesNothingIsCut(t *testing.T) {
	for _, tt := range []struct {
		name    string
		n, size int
	}{
		{"many messages", 10_000, 100},
		{"one message of a MiB", 1, 1 << 20},
		{"one short message", 1, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			virtually(t, proxy.Limits{}, func(t *testing.T, h *pipes) {
				h.client()
				began := time.Now()
				h.publish(tt.n, tt.size)
				time.Sleep(DefaultLimits.Patience - 1)
				h.wantClients(1, 0)
				time.Sleep(time.Nanosecond)
				h.wantClients(0, 1)
				if time.Since(began) != DefaultLimits.Patience {
					t.Error(time.Since(began))
				}
			})
		})
	}
}

func TestAClientThatIsStuckAtTheEnd(t *testing.T) {
	virtually(t, proxy.Limits{}, func(t *testing.T, h *pipes) {
		p := h.client()
		h.publish(10_000, 100)
		synctest.Wait()
		began := time.Now()
		t.Cleanup(func() { // after the end of the gateway
			if _, _, err := p.next(); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
				t.Error(err)
			}
			if took := time.Since(began); took != closeTime {
				t.Errorf("took %v, want %v", took, closeTime)
			}
		})
	})
}

func TestDisconnectGoodbye(t *testing.T) {
	virtually(t, proxy.Limits{QueueMessages: 100, Overflow: proxy.Disconnect}, func(t *testing.T, h *pipes) {
		p := h.client()
		h.publish(10_000, 100) // more than is gathered and queued, however fast it is taken
		if code := p.expectEnd(); code != 1013 {
			t.Errorf("close code %d, want 1013 (try again later)", code)
		}
		h.wantClients(0, 1)
	})
}

// TestAPause has a client that publishes while the bus is paused: it waits, is sent what
// comes meanwhile, and is not cut for the PONGs that wait behind.
func TestAPause(t *testing.T) {
	virtually(t, proxy.Limits{}, func(t *testing.T, h *pipes) {
		h.gateway.cfg.Authorizer = tokenOf("")
		p := h.client()
		h.bus.Pause()
		p.write(frame(fin|text, `{"op":"pub","topic":"a","payload":1}`))
		h.publish(1, 1) // is of this process
		p.expect(text, `{"topic":"t","payload":{"n":0,"x":"x"}}`)
		for i := range 10 {
			p.expect(ping, fmt.Sprint(i+1))
		}
		h.wantClients(1, 0)
		h.bus.Resume()
		p.expect(text, `{"topic":"a","payload":1}`)
		p.write(frame(fin|pong, "10"))
		h.wantClients(1, 0)

		h.bus.Pause() // and a pause keeps nobody from ending
		p.write(frame(fin|text, `{"op":"pub","topic":"a","payload":2}`))
		synctest.Wait()
	})
}
