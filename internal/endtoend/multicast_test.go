//go:build linux

package endtoend

import (
	"os/exec"
	"strconv"
	"strings"
	"testing"
)

// The two groups of TestMulticast: one in which the house speaks, and one in which the
// forwarder does.
const (
	spoken = ";239.192.1.1:5555"
	passed = ";239.192.1.2:5556"
)

// speaker publishes a number every 20 ms with libzmq, at an endpoint.
const speaker = `
import sys, time, zmq
s = zmq.Context().socket(zmq.PUB)
s.setsockopt(zmq.RATE, 5000)
s.connect(sys.argv[1])
for i in range(3000):
    s.send_multipart([sys.argv[2].encode(), b"%d" % i])
    time.sleep(.02)
`

// listener prints what it hears with libzmq at an endpoint, frames with spaces between.
const listener = `
import sys, zmq
s = zmq.Context().socket(zmq.SUB)
s.setsockopt(zmq.RATE, 5000)
s.connect(sys.argv[1])
s.subscribe(sys.argv[2])
while True:
    print(b" ".join(s.recv_multipart()).decode(), flush=True)
`

// python starts a script on one of the computers.
func (n *network) python(namespace, script string, args ...string) *process {
	n.t.Helper()
	interpreter := python(n.t)
	p := n.at.startCommand(n.t, exec.Command("ip", append([]string{"netns", "exec", namespace, interpreter, "-c", script}, args...)...))
	p.Name = "python"
	return p
}

// A forwarder stands between multicast and TCP: whoever publishes to a group with libzmq
// reaches who subscribes over TCP, and the reverse.
func TestMulticast(t *testing.T) {
	t.Parallel()
	n := newNetwork(t)
	for _, end := range [][2]string{{n.hub, hubEnd}, {n.house, houseEnd}} {
		n.run("ip", "-n", end[0], "route", "add", "239.0.0.0/8", "dev", end[1])
	}
	n.start(n.hub, "bus", "proxy", "forwarder", "--multicast-rate", "5000",
		"--frontend", "epgm://"+hubEnd+spoken, "--frontend", n.at.frontend,
		"--backend", "epgm://"+hubEnd+passed, "--backend", n.at.backend).Await("msg=listening")
	toTCP := n.python(n.house, listener, n.at.backend, "multicast/")
	fromTCP := n.python(n.house, listener, "epgm://"+houseAddress+passed, "tcp/")
	n.python(n.house, speaker, "epgm://"+houseAddress+spoken, "multicast/a")
	n.python(n.house, speaker, n.at.frontend, "tcp/a")
	toTCP.Await(`multicast/a 1\d\d\n`)
	fromTCP.Await(`tcp/a 1\d\d\n`)
	for _, p := range []*process{toTCP, fromTCP} {
		inOrder(t, p.Text())
	}
}

// inOrder fails unless the numbers at the ends of lines follow one another.
func inOrder(t *testing.T, lines string) {
	t.Helper()
	last := -1
	for l := range strings.Lines(lines) {
		topic, number, _ := strings.Cut(strings.TrimSpace(l), " ")
		i, err := strconv.Atoi(number)
		if err != nil || last >= 0 && i != last+1 {
			t.Fatalf("%s: %q behind %d", topic, number, last)
		}
		last = i
	}
}
