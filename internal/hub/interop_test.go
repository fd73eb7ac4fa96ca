package hub

import (
	"context"
	"net"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"homebus/internal/zmtp/zmtptest"
)

// TestInterop plays the stories of testdata/interop.py, in which real libzmq is
// on both sides of the hub.
func TestInterop(t *testing.T) {
	t.Parallel()
	zmtptest.NeedLibzmq(t)
	for _, story := range []string{
		"shapes", "plain_pub", "ten_publishers", "subscriptions", "last_values", "will", "offline", "heartbeat", "pinged",
	} {
		t.Run(story, func(t *testing.T) {
			t.Parallel()
			h := start(t, Config{})
			play(t, story, "tcp://"+h.Addrs().Frontend[0].String(), "tcp://"+h.Addrs().Backend[0].String())
		})
	}
	t.Run("mode", func(t *testing.T) {
		t.Parallel()
		h := start(t, Config{Scenes: loadModes(t)})
		play(t, "mode", "tcp://"+h.Addrs().Frontend[0].String(), "tcp://"+h.Addrs().Backend[0].String())
	})
	t.Run("monitored", func(t *testing.T) {
		t.Parallel()
		h := start(t, Config{
			Frontend: []string{"tcp://" + zmtptest.Loopback6() + ":0"}, Backend: []string{"tcp://*:0"}, Monitor: []string{"tcp://127.0.0.1:0"},
		})
		a := h.Addrs()
		play(t, "monitored", "tcp://"+a.Frontend[0].String(), "tcp://127.0.0.1:"+port(a.Backend[0]), "tcp://"+a.Monitor[0].String())
	})
	t.Run("ipc", func(t *testing.T) {
		t.Parallel()
		dir := t.TempDir()
		front, back := "ipc://"+filepath.Join(dir, "front"), "ipc://"+filepath.Join(dir, "back")
		start(t, Config{Frontend: []string{front}, Backend: []string{back}})
		play(t, "shapes", front, back)
	})
}

func port(a net.Addr) string { return strconv.Itoa(a.(*net.TCPAddr).Port) }

// play runs a story with the endpoints it wants.
func play(t *testing.T, story string, endpoints ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	out, err := exec.CommandContext(ctx, zmtptest.Python, append([]string{filepath.Join("testdata", "interop.py"), story}, endpoints...)...).CombinedOutput()
	if err != nil {
		t.Errorf("%s: %v\n%s", story, err, out)
	}
}
