package zmtptest

import (
	"os"
	"os/exec"
	"sync"
	"testing"
)

// Python is Debian's interpreter, for which python3-zmq is packaged: libzmq by
// another's hand.
const Python = "/usr/bin/python3"

// HasLibzmq reports whether python3-zmq is installed. It looks once: an interpreter that only
// imports costs as much as most tests.
var HasLibzmq = sync.OnceValue(func() bool { return exec.Command(Python, "-c", "import zmq").Run() == nil })

// NeedLibzmq skips the test where python3-zmq is missing, and fails it there in CI
// ($HOMEBUS_CI is 1).
func NeedLibzmq(t testing.TB) {
	t.Helper()
	if HasLibzmq() {
		return
	}
	if os.Getenv("HOMEBUS_CI") == "1" {
		t.Fatal("CI needs python3-zmq for " + Python)
	}
	t.Skip("needs python3-zmq for " + Python + " (apt install python3-zmq)")
}
