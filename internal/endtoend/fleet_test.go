package endtoend

import (
	"context"
	"os"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"homebus/internal/link/zmqlink"
	"homebus/topics"
)

// musterPatience is how long a fleet may take to be up.
const musterPatience = 2 * time.Minute

// A few hundred appliances, on one connection and on one each: all come, one that
// drops off the network takes nobody along, and all come back to another hub.
func TestAFleet(t *testing.T) {
	const count = 300
	for _, connections := range []string{"shared", "per-device"} {
		t.Run(connections, func(t *testing.T) {
			t.Parallel()
			at := newPlace(t)
			hub := at.startReady(t, "bus")
			watch := at.start(t, "bus", "sub", "--log-level", "info", "online/")
			watch.Await("msg=subscribed")
			states := at.watchStates(t)
			sim := at.start(t, "sim", "--count", strconv.Itoa(count), "--connections", connections, "--rate", "100",
				"--fault", "kitchen-0002/toaster=offline,for=1s")
			states.await(t, count)
			sim.Await(`msg="all are there" appliances=(299|300) took=`)

			watch.Await(`^online/kitchen-0002/toaster \{"online":true\}`)
			watch.Forget()
			if out, code := at.run(t, "bus", "send", "kitchen-0003/toaster", "fault", "kind=offline", "for=1s"); code != 0 {
				t.Fatal(out)
			}
			watch.Await(`^online/kitchen-0003/toaster \{"online":false,"reason":"connection lost"\}`)
			watch.Await(`^online/kitchen-0003/toaster \{"online":true\}`)
			if n := watch.count(`"online":false`); n != 1 {
				t.Errorf("%d appliances were dropped with the one that was", n)
			}

			hub.Kill()
			hub = at.startReady(t, "bus")
			sim.Await(`msg="all are there" appliances=300 took=`)
			hub.Signal(syscall.SIGSTOP)
			sim.endsPromptly(os.Interrupt, 0)
			hub.Signal(syscall.SIGCONT)
		})
	}
}

// states counts the appliances whose state it has heard.
type states struct {
	heard map[string]bool
	link  *zmqlink.Link
	rest  sync.WaitGroup // who lets be what comes
}

// watchStates subscribes to the state of every appliance, until the test ends.
func (at place) watchStates(t testing.TB) *states {
	t.Helper()
	l, err := zmqlink.New(zmqlink.Config{Frontend: at.frontend, Backend: at.backend, Name: "states"})
	if err != nil {
		t.Fatal(err)
	}
	l.Subscribe(topics.KindState.Prefix())
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- l.Run(ctx) }()
	s := &states{heard: make(map[string]bool), link: l}
	t.Cleanup(func() {
		cancel()
		<-done
		s.rest.Wait()
	})
	for e := range l.Events() {
		if e.Status != nil && e.Status.Up {
			break
		}
	}
	return s
}

// await waits until so many appliances have said their state, and then lets be what
// comes.
func (s *states) await(t testing.TB, count int) {
	t.Helper()
	deadline := time.NewTimer(musterPatience)
	defer deadline.Stop()
	for len(s.heard) < count {
		select {
		case e := <-s.link.Events():
			if e.Status == nil {
				s.heard[e.Message.Topic] = true
			}
		case <-deadline.C:
			t.Fatalf("%d of %d appliances are up after %v", len(s.heard), count, musterPatience)
		}
	}
	s.rest.Go(func() {
		for range s.link.Events() { // until the link ends
		}
	})
}
