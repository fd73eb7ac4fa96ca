package proxy

import (
	"fmt"
	"os"
	"testing"
	"time"

	"homebus/internal/link/linktest"
	"homebus/internal/zmtp/zmtptest"
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
	code := m.Run()
	deadline := time.After(zmtptest.Patience)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for linktest.Goroutines("internal/proxy.") > 0 {
		select {
		case <-tick.C:
		case <-deadline:
			fmt.Fprintln(os.Stderr, "goroutines are left running")
			os.Exit(1)
		}
	}
	os.Exit(code)
}
