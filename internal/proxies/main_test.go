package proxies

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"homebus/internal/link/linktest"
	"homebus/internal/socket"
	"homebus/internal/zmtp/zmtptest"
)

// TestMain fails if a goroutine is left when all tests are done.
func TestMain(m *testing.M) {
	if kind := os.Getenv(proxyEnv); kind != "" {
		if err := serveAlone(kind); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	code := m.Run()
	deadline := time.After(zmtptest.Patience)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for linktest.Goroutines("internal/proxies.")+linktest.Goroutines("internal/proxy.")+linktest.Goroutines("internal/socket.") > 0 {
		select {
		case <-tick.C:
		case <-deadline:
			fmt.Fprintln(os.Stderr, "goroutines are left running")
			os.Exit(1)
		}
	}
	os.Exit(code)
}

// proxyEnv makes the test binary a proxy of that kind; see serveAlone.
const proxyEnv = "HOMEBUS_TEST_PROXY"

// openers open the kinds of proxies.
var openers = map[string]func(Endpoints, socket.Config) (*Proxy, error){"queue": NewQueue, "streamer": NewStreamer}

// serveAlone is a proxy until the standard input ends. It prints its ports.
func serveAlone(kind string) error {
	p, err := openers[kind](Endpoints{Frontend: []string{"tcp://127.0.0.1:0"}, Backend: []string{"tcp://127.0.0.1:0"}}, quiet(0))
	if err != nil {
		return err
	}
	var ports []any
	for _, place := range append(p.Endpoints().Frontend, p.Endpoints().Backend...) {
		ports = append(ports, place[strings.LastIndexByte(place, ':')+1:])
	}
	fmt.Println(ports...)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() {
		defer cancel()
		_, _ = io.Copy(io.Discard, os.Stdin)
	}()
	return p.Run(ctx)
}

// python is Debian's, for which python3-zmq is packaged.
const python = "/usr/bin/python3"

// needLibzmq skips the test where python3-zmq is missing, except in CI.
func needLibzmq(t *testing.T) {
	t.Helper()
	if err := exec.Command(python, "-c", "import zmq").Run(); err == nil {
		return
	}
	if os.Getenv("HOMEBUS_CI") == "1" {
		t.Fatal("CI needs python3-zmq for " + python)
	}
	t.Skip("needs python3-zmq for " + python + " (apt install python3-zmq)")
}
