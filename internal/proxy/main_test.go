package proxy

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"strconv"
	"testing"

	"homebus/internal/link/linktest"
)

// TestMain fails if a goroutine of this package is left when all tests are done.
func TestMain(m *testing.M) {
	if os.Getenv(forwarderEnv) != "" {
		if err := serveAlone(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(linktest.Main(m, "internal/proxy."))
}

// forwarderEnv makes the test binary a forwarder; see serveAlone.
const forwarderEnv = "HOMEBUS_TEST_FORWARDER"

// connectionsEnv is its limit of connections, if it is not empty.
const connectionsEnv = "HOMEBUS_TEST_CONNECTIONS"

// serveAlone is a forwarder until the standard input ends. It prints its ports.
func serveAlone() error {
	most, _ := strconv.Atoi(os.Getenv(connectionsEnv))
	f, err := New(Config{
		Frontend: []string{"tcp://127.0.0.1:0"}, Backend: []string{"tcp://127.0.0.1:0"},
		Limits: Limits{Connections: most},
		Log:    slog.New(slog.NewTextHandler(os.Stderr, nil)),
	})
	if err != nil {
		return err
	}
	fmt.Println(f.Addrs().Frontend[0].(*net.TCPAddr).Port, f.Addrs().Backend[0].(*net.TCPAddr).Port)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() {
		defer cancel()
		_, _ = io.Copy(io.Discard, os.Stdin)
	}()
	return f.Run(ctx)
}
