//go:build linux

package examples

import (
	"path/filepath"
	"regexp"
	"strconv"
	"testing"

	"homebus/internal/netnstest"
	"homebus/internal/zmtp/zmtptest"
)

// TestMulticast: the publisher on one computer and the subscriber on another, one of them
// libzmq's. What was subscribed to is heard, in order and without a gap, and nothing else.
func TestMulticast(t *testing.T) {
	t.Parallel()
	zmtptest.NeedLibzmq(t)
	c := netnstest.NewCable(t)
	const group = ";239.192.1.1:5555"
	ours, theirs := "epgm://"+c.Ours.Device+group, "epgm://"+c.Theirs.Address+group
	example := func(args ...string) *process {
		return startCommand(t, c.Ours.Command(filepath.Join(programs, "multicast"), args...))
	}
	twin := func(args ...string) *process {
		script := filepath.Join("multicast", "testdata", "twin.py")
		return startCommand(t, c.Theirs.Command(zmtptest.Python, append([]string{"-u", script}, args...)...))
	}
	for name, pair := range map[string][2]func() *process{
		"we publish": {
			func() *process { return example("publisher", ours) },
			func() *process { return twin("subscriber", "weather/berlin", theirs) },
		},
		"libzmq publishes": {
			func() *process { return twin("publisher", theirs) },
			func() *process { return example("subscriber", "weather/berlin", ours) },
		},
	} {
		t.Run(name, func(t *testing.T) {
			publisher, subscriber := pair[0](), pair[1]()
			subscriber.Await(`(\[weather/berlin sunny \d+\]\n){20}`)
			readings := regexp.MustCompile(`(?m)^\[(\S+) sunny (\d+)\]$`).FindAllStringSubmatch(subscriber.Text(), -1)
			last := 0
			for _, r := range readings {
				n, err := strconv.Atoi(r[2])
				if err != nil || r[1] != "weather/berlin" || last > 0 && n != last+1 {
					t.Fatalf("%q behind number %d", r[0], last)
				}
				last = n
			}
			publisher.saysNot("has ended")
			subscriber.saysNot("rome")
			subscriber.kill()
			publisher.kill()
		})
	}
}
