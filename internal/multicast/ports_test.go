package multicast

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"homebus/internal/epgm"
	"homebus/internal/link/linktest"
	"homebus/internal/proxy"
	"homebus/internal/zmtp/zmtptest"
)

// TestMain fails if a goroutine is left when all tests are done.
func TestMain(m *testing.M) { os.Exit(linktest.Main(m, "internal/multicast.")) }

// group returns a group of the test's own, on the interface of this computer's own.
func group(t testing.TB) epgm.Endpoint {
	t.Helper()
	held, err := net.Listen("tcp4", "127.0.0.1:0") // nobody else is given its port while the test lasts
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = held.Close() })
	port := held.Addr().(*net.TCPAddr).AddrPort().Port()
	return epgm.Endpoint{Interface: "127.0.0.1", Group: netip.AddrPortFrom(netip.AddrFrom4([4]byte{239, 193, byte(port >> 8), byte(port)}), port)}
}

var quick = epgm.PublisherConfig{Rate: 50_000_000, Loop: true}

// forwarder runs a forwarder with groups until the test ends.
func forwarder(t *testing.T, c Config) *proxy.Forwarder {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	f, err := proxy.New(proxy.Config{Log: log})
	if err != nil {
		t.Fatal(err)
	}
	c.Attach, c.Publisher, c.Log = f.Attach, quick, log
	p, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return f.Run(ctx) })
	g.Go(func() error { return p.Run(ctx) })
	t.Cleanup(func() {
		cancel()
		if err := g.Wait(); err != nil {
			t.Error(err)
		}
	})
	return f
}

// next returns the next message of a peer, its frames with spaces between them.
func next(t *testing.T, l *proxy.Local) string {
	t.Helper()
	for late := time.After(zmtptest.Patience); ; {
		if frames, ok := l.Next(); ok {
			var texts []string
			for _, f := range frames {
				texts = append(texts, string(f))
			}
			return strings.Join(texts, " ")
		}
		select {
		case <-l.Wake():
		case <-late:
			t.Fatal("no message came")
		}
	}
}

// From a forwarder to a group, from there to another forwarder, and back by another group:
// the frames are what they were, in their order, and of what nobody told it to pass on
// nothing leaves.
func TestOverTwoGroups(t *testing.T) {
	there, back := group(t), group(t)
	one := forwarder(t, Config{Backend: []epgm.Endpoint{there}, Frontend: []epgm.Endpoint{back}, Prefixes: []string{"there/"}})
	two := forwarder(t, Config{Frontend: []epgm.Endpoint{there}, Backend: []epgm.Endpoint{back}, Prefixes: []string{"back/"}})
	near, far := one.Attach("near"), two.Attach("far")
	defer near.Close()
	defer far.Close()
	for l, prefix := range map[*proxy.Local]string{near: "back/", far: ""} {
		if err := l.Subscribe(prefix); err != nil {
			t.Fatal(err)
		}
	}
	publish := func(l *proxy.Local, frames ...string) {
		t.Helper()
		list := make([][]byte, len(frames))
		for i, f := range frames {
			list[i] = []byte(f)
		}
		if err := l.Publish(list); err != nil {
			t.Fatal(err)
		}
	}
	// Nobody tells when the backend has subscribed: the first that comes shows it.
	zmtptest.Eventually(t, "the first message", func() bool {
		publish(near, "there/first", "")
		_, ok := far.Next()
		return ok
	})
	publish(near, "elsewhere", "not for them")
	for i := range 100 {
		publish(near, "there/x", fmt.Sprint(i), strings.Repeat("y", i*50))
	}
	for i := 0; i < 100; {
		got := next(t, far)
		if strings.HasPrefix(got, "there/first") {
			continue
		}
		if want := fmt.Sprintf("there/x %d %s", i, strings.Repeat("y", i*50)); got != want {
			t.Fatalf("message %d is %.40q, want %.40q", i, got, want)
		}
		i++
	}
	zmtptest.Eventually(t, "the way back", func() bool {
		publish(far, "back/y", "1")
		_, ok := near.Next()
		return ok
	})
}

// Whoever publishes to a group is a peer of the forwarder until it is gone.
func TestAPublisherThatLeaves(t *testing.T) {
	e := group(t)
	f := forwarder(t, Config{Frontend: []epgm.Endpoint{e}})
	l := f.Attach("subscriber")
	defer l.Close()
	if err := l.Subscribe(""); err != nil {
		t.Fatal(err)
	}
	p, err := epgm.NewPublisher(e, quick)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- p.Run(ctx) }()
	if err := p.Publish([][]byte{[]byte("hello")}); err != nil {
		t.Fatal(err)
	}
	if got := next(t, l); got != "hello" {
		t.Errorf("heard %q", got)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestGroupsThatCannotBe(t *testing.T) {
	e := group(t)
	other := e
	other.Interface = "localhost.invalid"
	attach := func(string) *proxy.Local {
		f, err := proxy.New(proxy.Config{Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		return f.Attach("x")
	}
	named := fmt.Sprintf("epgm://%s", e.Group)
	for _, tt := range []struct {
		frontend, backend []epgm.Endpoint
		want              string
	}{
		{[]epgm.Endpoint{e}, []epgm.Endpoint{e}, "frontend and backend are both " + named + ": what is sent there would come back; want a group of its own for each"},
		{[]epgm.Endpoint{e, e}, nil, "frontend is " + named + " twice; want each group once"},
		{nil, []epgm.Endpoint{e, other}, "backend is " + named + " twice; want each group once"},
		{[]epgm.Endpoint{e}, []epgm.Endpoint{{Interface: "nowhere", Group: netip.MustParseAddrPort("239.192.7.7:7777")}}, "nowhere"},
	} {
		if _, err := New(Config{Frontend: tt.frontend, Backend: tt.backend, Attach: attach}); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%v and %v: %v, want %s", tt.frontend, tt.backend, err, tt.want)
		}
	}
}
