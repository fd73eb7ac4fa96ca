package proxies

import (
	"context"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"homebus/internal/zmtp/zmtptest"
)

// TestBesidePyzmq plays the same traffic through each proxy and through pyzmq's
// MonitoredQueue, whose monitor ours is like: peers and monitor get the same frames.
func TestBesidePyzmq(t *testing.T) {
	t.Parallel()
	zmtptest.NeedLibzmq(t)
	for kind, open := range map[string]func(*testing.T, Endpoints) (steerable, Endpoints){
		"queue": aQueue, "streamer": aStreamer(0), "forwarder": aForwarder(),
	} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			anywhere := []string{"tcp://127.0.0.1:0"}
			p, at := open(t, Endpoints{Frontend: anywhere, Backend: anywhere, Monitor: anywhere})
			ctx, cancel := context.WithTimeout(t.Context(), 40*time.Second)
			var g errgroup.Group
			g.Go(func() error { return p.Run(ctx) })
			defer func() { cancel(); _ = g.Wait() }()
			out, err := exec.CommandContext(ctx, zmtptest.Python, filepath.Join("testdata", "beside.py"), kind,
				at.Frontend[0], at.Backend[0], at.Monitor[0]).CombinedOutput()
			if err != nil {
				t.Errorf("%v\n%s", err, out)
			}
			t.Logf("%s", out)
		})
	}
}
