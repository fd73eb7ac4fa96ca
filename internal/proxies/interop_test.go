package proxies

import (
	"context"
	"errors"
	"log/slog"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"homebus/internal/control"
	"homebus/internal/endpoint"
	"homebus/internal/proxy"
	"homebus/internal/socket"
	"homebus/internal/zmtp/zmtptest"
)

// steerable is what the stories talk through.
type steerable interface {
	control.Target
	Run(context.Context) error
}

// TestInterop plays the stories of testdata/interop.py, in which real libzmq is on
// both sides of a proxy.
func TestInterop(t *testing.T) {
	t.Parallel()
	zmtptest.NeedLibzmq(t)
	for _, tt := range []struct {
		story string
		open  func(*testing.T, Endpoints) (steerable, Endpoints)
		ends  bool // at its control endpoint
	}{
		{story: "queue", open: aQueue},
		{story: "killed", open: aQueue},
		{story: "monitored", open: aQueue},
		{story: "streamer", open: aStreamer(10)},
		{story: "turns", open: aStreamer(0)},
		{story: "pressure", open: aStreamer(1)},
		{story: "steered", open: aStreamer(0), ends: true},
		{story: "waiting", open: aForwarder("t", "light")},
		{story: "subset", open: aForwarder("t", "light")},
	} {
		t.Run(tt.story, func(t *testing.T) {
			t.Parallel()
			p, at := tt.open(t, Endpoints{
				Frontend: []string{"tcp://127.0.0.1:0", "ipc://" + filepath.Join(t.TempDir(), "front")},
				Backend:  []string{"tcp://" + zmtptest.Loopback6() + ":0", "tcp://*:0"},
				Monitor:  []string{"tcp://127.0.0.1:0"},
			})
			ctl, err := control.New([]string{"tcp://127.0.0.1:0"}, p, slog.New(slog.DiscardHandler))
			if err != nil {
				t.Fatal(err)
			}
			ended := serve(t, p, ctl)
			play(t, tt.story, at, ctl.Endpoints()[0])
			if tt.ends {
				select {
				case err := <-ended:
					if !errors.Is(err, control.ErrTerminated) {
						t.Errorf("ended with %v", err)
					}
				case <-time.After(zmtptest.Patience):
					t.Error("TERMINATE does not end it")
				}
			}
		})
	}
}

// serve runs a proxy with its control endpoint until the test ends, or one of them.
func serve(t *testing.T, p steerable, ctl *control.Server) <-chan error {
	ctx, cancel := context.WithCancel(context.Background())
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return p.Run(ctx) })
	g.Go(func() error { return ctl.Run(ctx) })
	ended, over := make(chan error, 1), make(chan struct{})
	go func() { ended <- g.Wait(); close(over) }()
	t.Cleanup(func() { cancel(); <-over })
	return ended
}

func play(t *testing.T, story string, at Endpoints, ctl string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 40*time.Second)
	defer cancel()
	backends := strings.ReplaceAll(strings.Join(at.Backend, ","), "*", "127.0.0.1")
	backends = strings.ReplaceAll(backends, "[::]", "127.0.0.1")
	out, err := exec.CommandContext(ctx, zmtptest.Python, filepath.Join("testdata", "interop.py"), story,
		strings.Join(at.Frontend, ","), backends, strings.Join(at.Monitor, ","), ctl).CombinedOutput()
	if err != nil {
		t.Errorf("%s: %v\n%s", story, err, out)
	}
}

func quiet(hwm int) socket.Config {
	return socket.Config{HWM: hwm, Log: slog.New(slog.DiscardHandler)}
}

func aQueue(t *testing.T, at Endpoints) (steerable, Endpoints) {
	p, err := NewQueue(at, quiet(0))
	if err != nil {
		t.Fatal(err)
	}
	return p, p.Endpoints()
}

func aStreamer(hwm int) func(*testing.T, Endpoints) (steerable, Endpoints) {
	return func(t *testing.T, at Endpoints) (steerable, Endpoints) {
		p, err := NewStreamer(at, quiet(hwm))
		if err != nil {
			t.Fatal(err)
		}
		return p, p.Endpoints()
	}
}

// aForwarder passes on what begins with one of the prefixes, or everything.
func aForwarder(only ...string) func(*testing.T, Endpoints) (steerable, Endpoints) {
	return func(t *testing.T, at Endpoints) (steerable, Endpoints) { return forwarderOf(t, at, only) }
}

func forwarderOf(t *testing.T, at Endpoints, only []string) (steerable, Endpoints) {
	f, err := proxy.New(proxy.Config{
		Frontend: at.Frontend, Backend: at.Backend, Monitor: at.Monitor,
		Only: only, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	var bound Endpoints
	for _, a := range f.Addrs().Frontend {
		bound.Frontend = append(bound.Frontend, endpoint.Of(a).String())
	}
	for _, a := range f.Addrs().Backend {
		bound.Backend = append(bound.Backend, endpoint.Of(a).String())
	}
	for _, a := range f.Addrs().Monitor {
		bound.Monitor = append(bound.Monitor, endpoint.Of(a).String())
	}
	return f, bound
}
