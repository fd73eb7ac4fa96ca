package proxies

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"homebus/internal/link/linktest"
	"homebus/internal/socket"
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
	os.Exit(linktest.Main(m, "internal/proxies.", "internal/proxy.", "internal/socket."))
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
