//go:build linux

package netnstest

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"
)

// Cable is two computers and a cable between them: network namespaces with a pair of
// virtual Ethernet devices, over which multicast leads. They end with the test.
type Cable struct{ Ours, Theirs End }

// End is one of the computers.
type End struct {
	// Namespace is its name for "ip netns" and Within.
	Namespace string
	// Device is the end of the cable there, Address its IPv4 address.
	Device, Address string
}

var cables atomic.Uint32

// NewCable lays a cable. Without iproute2, or without the right to make namespaces, the
// test is skipped, and fails in CI.
func NewCable(t testing.TB) Cable {
	t.Helper()
	if _, err := exec.LookPath("ip"); err != nil {
		lacks(t, "iproute2", nil)
	}
	name := fmt.Sprintf("cable-%d-%d", os.Getpid(), cables.Add(1))
	c := Cable{
		End{name + "-ours", "ours0", "10.77.0.1"},
		End{name + "-theirs", "theirs0", "10.77.0.2"},
	}
	for _, e := range []End{c.Ours, c.Theirs} {
		if out, err := exec.Command("ip", "netns", "add", e.Namespace).CombinedOutput(); err != nil {
			lacks(t, "the right to make network namespaces", out)
		}
		t.Cleanup(func() { _ = exec.Command("ip", "netns", "del", e.Namespace).Run() })
	}
	ip(t, "link", "add", c.Ours.Device, "netns", c.Ours.Namespace, "type", "veth", "peer", "name", c.Theirs.Device, "netns", c.Theirs.Namespace)
	for _, e := range []End{c.Ours, c.Theirs} {
		ip(t, "-n", e.Namespace, "address", "add", e.Address+"/24", "dev", e.Device)
		ip(t, "-n", e.Namespace, "link", "set", "lo", "up")
		ip(t, "-n", e.Namespace, "link", "set", e.Device, "up")
		ip(t, "-n", e.Namespace, "route", "add", "239.0.0.0/8", "dev", e.Device)
	}
	return c
}

// Command returns a command that runs a program on the computer.
func (e End) Command(program string, args ...string) *exec.Cmd {
	return exec.Command("ip", append([]string{"netns", "exec", e.Namespace, program}, args...)...)
}

func ip(t testing.TB, args ...string) {
	t.Helper()
	if out, err := exec.Command("ip", args...).CombinedOutput(); err != nil {
		t.Fatalf("ip %s: %v, %s", strings.Join(args, " "), err, out)
	}
}

// lacks skips a test that needs something, or fails it in CI.
func lacks(t testing.TB, what string, out []byte) {
	t.Helper()
	if os.Getenv("HOMEBUS_CI") == "1" {
		t.Fatalf("CI needs %s: %s", what, out)
	}
	t.Skipf("needs %s: %s", what, out)
}
