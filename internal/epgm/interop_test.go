//go:build linux

package epgm

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"homebus/internal/netnstest"
	"homebus/internal/zmtp/zmtptest"
)

// cable is two computers and a cable between them: ours, and libzmq's.
type cable struct {
	netnstest.Cable
	t *testing.T
}

const cableGroup = "239.192.1.1:5555"

// newCable lays a cable. Without the right to, or without iproute2 or python3-zmq, the
// test is skipped, and fails in CI.
func newCable(t *testing.T) *cable {
	t.Helper()
	zmtptest.NeedLibzmq(t)
	if out, err := exec.Command(zmtptest.Python, "-c", "import zmq; assert zmq.has('pgm')").CombinedOutput(); err != nil {
		lacks(t, "a libzmq that speaks epgm (Debian's does)", out)
	}
	return &cable{netnstest.NewCable(t), t}
}

// lacks skips a test that needs something, or fails it in CI.
func lacks(t *testing.T, what string, out []byte) {
	t.Helper()
	if os.Getenv("HOMEBUS_CI") == "1" {
		t.Fatalf("CI needs %s: %s", what, out)
	}
	t.Skipf("needs %s: %s", what, out)
}

// libzmq is a program in Python on the other computer.
type libzmq struct {
	t     *testing.T
	lines *bufio.Scanner
}

// python starts testdata/peer.py with arguments. It ends with the test.
func (c *cable) python(args ...string) *libzmq {
	c.t.Helper()
	cmd := c.Theirs.Command(zmtptest.Python, append([]string{filepath.Join("testdata", "peer.py")}, args...)...)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		c.t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		c.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		c.t.Fatal(err)
	}
	watchdog := time.AfterFunc(2*time.Minute, func() { _ = cmd.Process.Kill() }) // so that line returns
	c.t.Cleanup(func() {
		_ = in.Close() // it ends
		_ = cmd.Wait()
		watchdog.Stop()
	})
	return &libzmq{c.t, bufio.NewScanner(out)}
}

// line returns the next line that the program writes.
func (z *libzmq) line() string {
	z.t.Helper()
	if !z.lines.Scan() {
		z.t.Fatal("libzmq's program has ended: ", z.lines.Err())
	}
	return z.lines.Text()
}

// interopMessage is message i of a series: number, and mostly little, sometimes 100 kB,
// in one frame or three. testdata/peer.py makes the same.
func interopMessage(i int) [][]byte {
	number := fmt.Appendf(nil, "%d", i)
	switch {
	case i%100 == 50:
		return [][]byte{number, slices.Repeat([]byte{byte('a' + i/100)}, 100_000)}
	case i%10 == 5:
		return [][]byte{number, slices.Repeat([]byte{'m'}, 2000), nil, []byte("end")}
	}
	return [][]byte{number}
}

// dropping is a socket that loses packets of both ways by chance.
type dropping struct {
	wire
	chance float64
	mu     sync.Mutex
	random *rand.Rand
	lost   atomic.Uint64
}

func (d *dropping) drops() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	drop := d.random.Float64() < d.chance
	if drop {
		d.lost.Add(1)
	}
	return drop
}

func (d *dropping) read(b []byte) (n int, from netip.Addr, err error) {
	for {
		n, from, err = d.wire.read(b)
		if err != nil || !d.drops() {
			return n, from, err
		}
	}
}

func (d *dropping) write(b []byte, to netip.AddrPort) error {
	if d.drops() {
		return nil
	}
	return d.wire.write(b, to)
}

// lossRates are played both ways.
var lossRates = []float64{0, 0.01, 0.1}

const (
	// interopKilobits is the rate of both sides.
	interopKilobits = 20_000
	interopCount    = 600
)

// theirSocket starts a socket of libzmq, which sends a message each pause, in seconds.
func (c *cable) theirSocket(role string, pause float64) *libzmq {
	return c.theirSocketAt(role, interopKilobits, interopCount, pause)
}

func (c *cable) theirSocketAt(role string, kilobits, count int, pause float64) *libzmq {
	return c.python(role, fmt.Sprintf("epgm://%s;%s", c.Theirs.Address, cableGroup), fmt.Sprint(kilobits), fmt.Sprint(count), fmt.Sprint(pause))
}

func (c *cable) ourEndpoint() Endpoint {
	c.t.Helper()
	e, err := ParseEndpoint("epgm://" + c.Ours.Address + ";" + cableGroup)
	if err != nil {
		c.t.Fatal(err)
	}
	return e
}

// subscriber starts one of ours that loses packets by chance.
func (c *cable) subscriber(loss float64) (*Subscriber, <-chan Event, *dropping) {
	c.t.Helper()
	events := make(chan Event, 100)
	done := make(chan struct{})
	sub := netnstest.Within(c.t, c.Ours.Namespace, func() (*Subscriber, error) {
		return NewSubscriber(c.ourEndpoint(), SubscriberConfig{}, func(e Event) {
			select {
			case events <- e:
			case <-done:
			}
		})
	})
	drop := &dropping{wire: sub.wire, chance: loss, random: testRandom(3)}
	sub.wire = drop
	running(c.t, sub.Run)
	c.t.Cleanup(func() { close(done) })
	return sub, events, drop
}

// publisher starts one of ours that loses packets by chance.
func (c *cable) publisher(loss float64) (*Publisher, *dropping) {
	return c.publisherAt(PublisherConfig{Rate: interopKilobits * 1000}, loss)
}

func (c *cable) publisherAt(config PublisherConfig, loss float64) (*Publisher, *dropping) {
	c.t.Helper()
	pub := netnstest.Within(c.t, c.Ours.Namespace, func() (*Publisher, error) { return NewPublisher(c.ourEndpoint(), config) })
	drop := &dropping{wire: pub.wire, chance: loss, random: testRandom(4)}
	pub.wire = drop
	running(c.t, pub.Run)
	return pub, drop
}

// nextMessage returns the next message; a loss is the end of the test.
func nextMessage(t *testing.T, events <-chan Event) [][]byte {
	t.Helper()
	select {
	case e := <-events:
		if e.Message == nil {
			t.Fatalf("%+v, %v", e, e.Lost)
		}
		return e.Message
	case <-time.After(time.Minute):
		t.Fatal("no message in a minute")
	}
	return nil
}

// Everything that libzmq publishes comes, each message once and in order, and what our
// side throws away is asked for and repaired by libzmq.
func TestLibzmqPublishes(t *testing.T) {
	t.Parallel()
	for _, loss := range lossRates {
		t.Run(fmt.Sprintf("%v lost", loss), func(t *testing.T) {
			t.Parallel()
			c := newCable(t)
			sub, events, drop := c.subscriber(loss)
			c.theirSocket("pub", 0)
			for i := range interopCount {
				if message := nextMessage(t, events); digest(message) != digest(interopMessage(i)) {
					t.Fatalf("message %d is %.100q", i, show(message))
				}
			}
			stats := sub.Stats()
			t.Logf("%d packets dropped; %+v", drop.lost.Load(), stats)
			if loss > 0 && (stats.NAKs == 0 || stats.Repaired == 0) || stats.Lost+stats.Torn+stats.Malformed+stats.Unsent > 0 {
				t.Errorf("%+v", stats)
			}
		})
	}
}

// A subscriber of ours that comes late to libzmq hears all from the first whole message on.
func TestComingLateToLibzmq(t *testing.T) {
	t.Parallel()
	c := newCable(t)
	if line := c.theirSocket("pub", 0.005).line(); line != "half" {
		t.Fatal(line)
	}
	sub, events, _ := c.subscriber(0.05)
	first := slices.Index(interopDigests(), digest(nextMessage(t, events)))
	if first < interopCount/2 {
		t.Fatalf("the first message is number %d", first)
	}
	for i := first + 1; i < interopCount; i++ {
		if message := nextMessage(t, events); digest(message) != digest(interopMessage(i)) {
			t.Fatalf("message %d is %.100q", i, show(message))
		}
	}
	t.Logf("from message %d on: %+v", first, sub.Stats())
}

func interopDigests() (digests []string) {
	for i := range interopCount {
		digests = append(digests, digest(interopMessage(i)))
	}
	return digests
}

// Everything that we publish comes to libzmq, and what our side throws away on its way out
// is asked for by libzmq and repaired by us.
func TestLibzmqSubscribes(t *testing.T) {
	t.Parallel()
	for _, loss := range lossRates {
		t.Run(fmt.Sprintf("%v lost", loss), func(t *testing.T) {
			t.Parallel()
			c := newCable(t)
			sub := c.theirSocket("sub", 0)
			pub, drop := c.publisher(loss)
			awaitHeard(t, pub, sub)
			for i := range interopCount {
				publish(t, pub, interopMessage(i))
			}
			for i := range interopCount {
				if line, want := sub.line(), digest(interopMessage(i)); line != want {
					t.Fatalf("message %d: %s, want %s (%+v)", i, line, want, pub.Stats())
				}
			}
			stats := pub.Stats()
			t.Logf("%d packets dropped; %+v", drop.lost.Load(), stats)
			if loss > 0 && (stats.NAKs == 0 || stats.Repairs == 0) || stats.Malformed+stats.Unsent > 0 {
				t.Errorf("%+v", stats)
			}
		})
	}
}

// awaitHeard publishes until the subscriber has heard something, so is there, and waits
// until it must have heard an SPM, too: one of libzmq gives up what it misses before that.
func awaitHeard(t *testing.T, pub *Publisher, sub *libzmq) {
	t.Helper()
	heard := make(chan string, 1)
	go func() { heard <- sub.line() }()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case line := <-heard:
			if line != "heard" {
				t.Fatal(line)
			}
			for before := spmsOf(pub); spmsOf(pub) < before+len(heartbeats)-5; {
				<-tick.C
			}
			return
		case <-tick.C:
			publish(t, pub, [][]byte{[]byte("are you there?")})
		}
	}
}

func spmsOf(pub *Publisher) int {
	pub.mu.Lock()
	defer pub.mu.Unlock()
	return int(pub.sender.spms)
}

// A subscriber of libzmq's that comes late to us hears all from the first whole message on.
func TestLibzmqComesLate(t *testing.T) {
	t.Parallel()
	c := newCable(t)
	pub, _ := c.publisher(0.05)
	for i := range 100 {
		publish(t, pub, interopMessage(i))
	}
	sub := c.theirSocket("sub", 0)
	awaitHeard(t, pub, sub)
	for i := range interopCount {
		publish(t, pub, interopMessage(i))
	}
	for i := range interopCount {
		if line, want := sub.line(), digest(interopMessage(i)); line != want {
			t.Fatalf("message %d: %s, want %s (%+v)", i, line, want, pub.Stats())
		}
	}
}

// With the defaults of both sides, 100 kbit/s and a window of 80 packets, a long message
// takes seconds, and its repairs as well; nothing is lost, either way.
func TestDefaultsOfBothSides(t *testing.T) {
	t.Parallel()
	const count, libzmqDefault = 60, 100
	t.Run("libzmq publishes", func(t *testing.T) {
		t.Parallel()
		c := newCable(t)
		_, events, _ := c.subscriber(0.1)
		c.theirSocketAt("pub", libzmqDefault, count, 0)
		for i := range count {
			if message := nextMessage(t, events); digest(message) != digest(interopMessage(i)) {
				t.Fatalf("message %d is %.100q", i, show(message))
			}
		}
	})
	t.Run("libzmq subscribes", func(t *testing.T) {
		t.Parallel()
		c := newCable(t)
		sub := c.theirSocketAt("sub", libzmqDefault, count, 0)
		pub, _ := c.publisherAt(PublisherConfig{}, 0.1)
		awaitHeard(t, pub, sub)
		for i := range count {
			publish(t, pub, interopMessage(i))
		}
		for i := range count {
			if line, want := sub.line(), digest(interopMessage(i)); line != want {
				t.Fatalf("message %d: %s, want %s (%+v)", i, line, want, pub.Stats())
			}
		}
	})
}
