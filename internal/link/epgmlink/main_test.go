package epgmlink

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/netip"
	"os"
	"sync"
	"testing"

	"golang.org/x/sync/errgroup"

	"homebus/internal/epgm"
	"homebus/internal/hub"
	"homebus/internal/link"
	"homebus/internal/link/linktest"
	"homebus/internal/link/zmqlink"
	"homebus/internal/multicast"
)

// TestMain fails if a goroutine is left when all tests are done. What these do most is wait
// for heartbeats, and they do so together.
func TestMain(m *testing.M) {
	_ = flag.Set("test.parallel", "32") // -parallel says otherwise
	os.Exit(linktest.Main(m, "internal/link/epgmlink."))
}

// quick sends fast enough for tests, to this computer.
var quick = epgm.PublisherConfig{Rate: 50_000_000, Loop: true}

// group returns a group of the test's own, on the interface of this computer's own.
func group(t testing.TB) epgm.Endpoint {
	t.Helper()
	held, err := net.Listen("tcp4", "127.0.0.1:0") // nobody else is given its port while the test lasts
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = held.Close() })
	port := held.Addr().(*net.TCPAddr).AddrPort().Port()
	return epgm.Endpoint{Interface: "127.0.0.1", Group: netip.AddrPortFrom(netip.AddrFrom4([4]byte{239, 194, byte(port >> 8), byte(port)}), port)}
}

// home is a hub at two groups and two sockets, whose places all stay when it is started anew.
type home struct {
	t                 *testing.T
	frontend, backend string
	heard, sent       epgm.Endpoint
	stop              func()
}

func newHome(t *testing.T) *home {
	dir, err := os.MkdirTemp("", "epgmlink") // t.TempDir's is too long for a socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	h := &home{t: t, frontend: "ipc://" + dir + "/front", backend: "ipc://" + dir + "/back", heard: group(t), sent: group(t)}
	h.start()
	t.Cleanup(func() { h.stop() })
	return h
}

func (h *home) start() {
	h.t.Helper()
	log := slog.New(slog.DiscardHandler)
	served, err := hub.New(hub.Config{Frontend: []string{h.frontend}, Backend: []string{h.backend}, Log: log})
	if err != nil {
		h.t.Fatal(err)
	}
	ports, err := multicast.New(multicast.Config{
		Frontend: []epgm.Endpoint{h.heard}, Backend: []epgm.Endpoint{h.sent},
		Publisher: quick, Attach: served.Attach, Log: log,
	})
	if err != nil {
		h.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var g errgroup.Group
	g.Go(func() error { return served.Run(ctx) })
	g.Go(func() error { return ports.Run(ctx) })
	h.stop = sync.OnceFunc(func() {
		cancel()
		if err := g.Wait(); err != nil {
			h.t.Error(err)
		}
	})
}

// half makes links to one of the hub's sockets.
func (h *home) half(c zmqlink.Config) func() link.Link {
	return func() link.Link {
		l, err := zmqlink.New(c)
		if err != nil {
			h.t.Error(err)
		}
		return l
	}
}

// bus returns the hub as seen from a station.
func (h *home) bus(s *Station, other func() link.Link) linktest.Bus {
	return linktest.Bus{
		Link:         func(name string) link.Link { return s.Link(name, other) },
		Stop:         func() { h.stop() },
		Start:        h.start,
		NoLastValues: s.cfg.Backend != none,
		Apart:        s.cfg.Backend == none,
	}
}

func TestConformance(t *testing.T) {
	t.Parallel()
	linktest.RunTogether(t, func(t *testing.T) linktest.Bus {
		h := newHome(t)
		return h.bus(New(Config{Frontend: h.heard, Backend: h.sent, Publisher: quick}), nil)
	})
}

func TestConformanceWithFrontendAlone(t *testing.T) {
	t.Parallel()
	linktest.RunTogether(t, func(t *testing.T) linktest.Bus {
		h := newHome(t)
		return h.bus(New(Config{Frontend: h.heard, Publisher: quick}), h.half(zmqlink.Config{Backend: h.backend}))
	})
}

func TestConformanceWithBackendAlone(t *testing.T) {
	t.Parallel()
	linktest.RunTogether(t, func(t *testing.T) linktest.Bus {
		h := newHome(t)
		return h.bus(New(Config{Backend: h.sent}), h.half(zmqlink.Config{Frontend: h.frontend}))
	})
}

// Without a hub, everybody in a group hears everybody.
func TestConformanceInOneGroup(t *testing.T) {
	t.Parallel()
	linktest.RunTogether(t, func(t *testing.T) linktest.Bus {
		e := group(t)
		s := New(Config{Frontend: e, Backend: e, Publisher: quick})
		return linktest.Bus{Link: func(name string) link.Link { return s.Link(name, nil) }, Plain: true}
	})
}

// Through a hub and back, over two groups that lose packets, everything comes and in order.
func TestLoss(t *testing.T) {
	t.Parallel()
	for _, chance := range []float64{0.01, 0.1} {
		t.Run(fmt.Sprint(chance), func(t *testing.T) {
			t.Parallel()
			h := newHome(t)
			drop := dropping(chance)
			p := quick
			p.Drop = drop
			s := New(Config{Frontend: h.heard, Backend: h.sent, Publisher: p, Subscriber: epgm.SubscriberConfig{Drop: drop}})
			linktest.InOrder(t, h.bus(s, nil), 2000)
		})
	}
}

// dropping loses by chance.
func dropping(chance float64) func() bool {
	var mu sync.Mutex
	random := rand.New(rand.NewPCG(7, 7))
	return func() bool {
		mu.Lock()
		defer mu.Unlock()
		return random.Float64() < chance
	}
}
