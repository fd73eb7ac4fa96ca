package endtoend

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"homebus/internal/busytest"
	"homebus/internal/link"
	"homebus/internal/link/zmqlink"
	"homebus/internal/message"
)

// restarts is how often the hub is killed under each crowd.
var restarts = flag.Int("restarts", 3, "how often TestEverybodyIsBack kills and restarts the hub")

const (
	crowdPublishers, crowdSubscribers = 10, 50
	// What is to be reached on a machine with nothing else to do.
	listensWithin, backWithin = 200 * time.Millisecond, 500 * time.Millisecond
	// The hub is away for none, once or twice that time.
	restartAfter = 300 * time.Millisecond
)

// crowd is many clients of a hub that talk to each other.
type crowd interface {
	// round begins a round. heard is called once every subscriber has heard from
	// every publisher in it.
	round(n int, heard func())
}

// TestEverybodyIsBack kills the hub under 50 subscribers and 10 publishers as soon
// as everybody is back, and starts it again, at once or a little later. By what the
// machine slows them down it may take longer.
func TestEverybodyIsBack(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		meet func(*testing.T, place) crowd
	}{{"links", meetLinks}, {"libzmq", meetLibzmq}} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			at := newPlace(t)
			people := c.meet(t, at)
			var listening, back []time.Duration
			for n := range *restarts + 1 {
				begin := time.Now()
				bus := at.start(t, "bus", "serve", "--scenes", "")
				bus.Await("msg=listening")
				listens, mine, hub := time.Now(), busytest.Mine(), busytest.Of(bus.Cmd.Process.Pid)
				heard := make(chan struct{})
				people.round(n, sync.OnceFunc(func() { close(heard) }))
				select {
				case <-heard:
				case <-time.After(patience):
					t.Fatalf("round %d: not everybody is back within %v", n, patience)
				}
				if n > 0 { // the first is no restart
					listening = append(listening, undisturbed(listens.Sub(begin), hub))
					both := busytest.Mine().Since(mine).And(busytest.Of(bus.Cmd.Process.Pid).Since(hub))
					back = append(back, undisturbed(time.Since(listens), both))
				}
				bus.Kill()
				<-time.After(time.Duration(n%3) * restartAfter)
			}
			report(t, "listening", listening, listensWithin)
			report(t, "everybody back after that", back, backWithin)
		})
	}
}

// undisturbed is how long what took so long would have taken on a quiet machine.
func undisturbed(took time.Duration, share busytest.Share) time.Duration {
	return time.Duration(float64(took) / share.Slowdown())
}

// report says how long something took, and fails if that is far from the goal:
// other tests run meanwhile.
func report(t *testing.T, what string, took []time.Duration, goal time.Duration) {
	t.Helper()
	slices.Sort(took)
	median, most := took[len(took)/2], took[len(took)-1]
	t.Logf("%s: median %v, at most %v in %d rounds, undisturbed (to be reached: %v)", what, median.Round(time.Millisecond), most.Round(time.Millisecond), len(took), goal)
	if median > 2*goal || most > 2*comeback {
		t.Errorf("%s: median %v, at most %v", what, median, most)
	}
}

// links are a crowd of our own clients.
type links struct {
	mu      sync.Mutex
	n       int
	missing map[string]bool
	heard   func()
}

func meetLinks(t *testing.T, at place) crowd {
	c := &links{}
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	t.Cleanup(func() { cancel(); running.Wait() })
	for i := range crowdPublishers + crowdSubscribers {
		l, err := zmqlink.New(zmqlink.Config{Frontend: at.frontend, Backend: at.backend, Name: strconv.Itoa(i)})
		if err != nil {
			t.Fatal(err)
		}
		running.Go(func() { _ = l.Run(ctx) })
		if i < crowdPublishers {
			running.Go(func() { c.publish(l, i) })
			continue
		}
		l.Subscribe("crowd/")
		running.Go(func() { c.listen(l, i) })
	}
	return c
}

func (c *links) publish(l link.Link, i int) {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case _, open := <-l.Events():
			if !open {
				return
			}
		case <-tick.C:
			c.mu.Lock()
			n := c.n
			c.mu.Unlock()
			_ = l.Publish(message.Message{Topic: fmt.Sprint("crowd/", i), Payload: strconv.AppendInt(nil, int64(n), 10)}) // refused while down
		}
	}
}

func (c *links) listen(l link.Link, i int) {
	for e := range l.Events() {
		if e.Status == nil {
			c.hears(i, e.Message)
		}
	}
}

func (c *links) hears(i int, m message.Message) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if string(m.Payload) != strconv.Itoa(c.n) || c.missing == nil {
		return
	}
	delete(c.missing, fmt.Sprint(i, " ", m.Topic))
	if len(c.missing) == 0 {
		c.missing = nil
		c.heard()
	}
}

func (c *links) round(n int, heard func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n, c.heard, c.missing = n, heard, map[string]bool{}
	for i := range crowdSubscribers {
		for j := range crowdPublishers {
			c.missing[fmt.Sprint(crowdPublishers+i, " crowd/", j)] = true
		}
	}
}

// libzmq is a crowd in a process of its own.
type libzmq struct {
	*process
	stdin io.Writer
}

func meetLibzmq(t *testing.T, at place) crowd {
	cmd := exec.Command(python(t), filepath.Join("internal", "endtoend", "testdata", "crowd.py"), at.frontend, at.backend, strconv.Itoa(crowdPublishers), strconv.Itoa(crowdSubscribers))
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	return libzmq{at.startCommand(t, cmd), stdin}
}

func (c libzmq) round(n int, heard func()) {
	c.t.Helper()
	if _, err := fmt.Fprintln(c.stdin, n); err != nil {
		c.t.Fatal(err)
	}
	c.Await(fmt.Sprintf(`^back %d$`, n))
	heard()
}
