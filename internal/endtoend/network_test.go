//go:build linux

package endtoend

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
)

// network is two computers, the hub's and the house's, and a cable between them:
// network namespaces with a pair of virtual Ethernet devices.
type network struct {
	t          *testing.T
	hub, house string // the namespaces
	at         place  // where the hub is
}

// The devices at the ends of the cable, and their addresses.
const (
	hubEnd, houseEnd = "hub0", "house0"
	hubAddress       = "10.77.0.1"
	houseAddress     = "10.77.0.2"
)

var networks atomic.Uint32

// newNetwork lays the cable. Without the right to, the test is skipped; without
// iproute2 too, but not in CI, which installs it.
func newNetwork(t *testing.T) *network {
	t.Helper()
	name := fmt.Sprintf("homebus-%d-%d", os.Getpid(), networks.Add(1))
	n := &network{t: t, hub: name + "-hub", house: name + "-house",
		at: place{"tcp://" + hubAddress + ":5559", "tcp://" + hubAddress + ":5560"}}
	if _, err := exec.LookPath("ip"); err != nil {
		lacks(t, "iproute2", err)
	}
	if out, err := exec.Command("ip", "netns", "add", n.hub).CombinedOutput(); err != nil {
		t.Skipf("needs the right to make network namespaces: %v, %s", err, out)
	}
	t.Cleanup(func() { _ = exec.Command("ip", "netns", "del", n.hub).Run() })
	n.run("ip", "netns", "add", n.house)
	t.Cleanup(func() { _ = exec.Command("ip", "netns", "del", n.house).Run() })
	n.run("ip", "link", "add", hubEnd, "netns", n.hub, "type", "veth", "peer", "name", houseEnd, "netns", n.house)
	n.run("ip", "-n", n.hub, "address", "add", hubAddress+"/24", "dev", hubEnd)
	n.run("ip", "-n", n.house, "address", "add", houseAddress+"/24", "dev", houseEnd)
	for _, device := range []string{n.hub + " lo", n.hub + " " + hubEnd, n.house + " lo", n.house + " " + houseEnd} {
		namespace, name, _ := strings.Cut(device, " ")
		n.run("ip", "-n", namespace, "link", "set", name, "up")
	}
	return n
}

func (n *network) run(name string, args ...string) {
	n.t.Helper()
	if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
		n.t.Fatalf("%s %s: %v, %s", name, strings.Join(args, " "), err, out)
	}
}

// cable pulls the cable out at the hub's end ("down") or puts it in ("up"). No FIN
// and no RST is heard of by anybody.
func (n *network) cable(state string) {
	n.t.Helper()
	n.run("ip", "-n", n.hub, "link", "set", hubEnd, state)
}

// start starts a program on one of the computers.
func (n *network) start(namespace, program string, args ...string) *process {
	n.t.Helper()
	p := n.at.startCommand(n.t, exec.Command("ip", append([]string{"netns", "exec", namespace, filepath.Join(programs, program)}, args...)...))
	p.Name = program
	return p
}
