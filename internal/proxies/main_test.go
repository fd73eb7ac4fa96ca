package proxies

import (
	"fmt"
	"os"
	"os/exec"
	"testing"
	"time"

	"homebus/internal/link/linktest"
	"homebus/internal/zmtp/zmtptest"
)

// TestMain fails if a goroutine is left when all tests are done.
func TestMain(m *testing.M) {
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
