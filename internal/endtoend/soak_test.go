//go:build linux

package endtoend

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"homebus/internal/zmtp/zmtptest"

	"golang.org/x/sync/errgroup"
)

var soak = flag.Duration("soak", 5*time.Second, "how long TestSoak makes trouble")

const (
	// soakQueue bounds what the soak's hub holds for each subscriber that does not
	// read, of which there are a few.
	soakQueue = 4 << 20
	// soakRetained bounds of how many topics it keeps the last value, which stays
	// when the trouble is over.
	soakRetained = 10_000
	// A hub under attack takes at most soakMost more memory than before, in bytes;
	// hostile messages of 32 MiB may be part of that. A while after it, it takes
	// soakLeft more: what it remembers, and 16 MiB are worth no tidying up.
	soakMost = 192 << 20
	soakLeft = 48 << 20
	// soakTidy is how long after the trouble that may take.
	soakTidy = 30 * time.Second
)

// TestSoak lets all kinds of trouble loose on a hub, while two good pairs lose,
// double and reorder nothing, and its memory and descriptors stay within bounds
// and come back.
func TestSoak(t *testing.T) {
	t.Parallel()
	at := newPlace(t)
	bus := at.start(t, "bus", "serve", "--scenes", "", "--queue-bytes", fmt.Sprint(soakQueue), "--retained-topics", fmt.Sprint(soakRetained))
	bus.Await("msg=listening")
	pairs := []*zmtptest.Pair{at.rawPair(t), at.linkPair(t)}
	before := bus.takes(t)

	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	var good errgroup.Group
	for _, p := range pairs {
		good.Go(func() error { return p.Run(ctx) })
	}
	most := at.suffer(t, bus, *soak)
	after := bus.comesBack(t, before)
	stop()
	if err := good.Wait(); err != nil {
		t.Error(err)
	}
	for _, p := range pairs {
		t.Log(p)
	}
	t.Logf("the hub: before %v, at most %v, then %v", before, most, after)
	if most.memory > before.memory+soakMost {
		t.Errorf("the hub took %d MiB, before %d", most.memory>>20, before.memory>>20)
	}
	if strings.Contains(bus.Text(), "panic") {
		t.Error("the hub has caught a panic")
	}
	bus.endsPromptly(os.Interrupt, 0)
}

// suffer makes trouble for a time, and returns the most that the hub took.
func (at place) suffer(t *testing.T, bus *process, d time.Duration) (most takes) {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), d)
	defer stop()
	trouble := newTrouble(at)
	g, ctx := errgroup.WithContext(ctx)
	trouble.start(ctx, g)
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for ctx.Err() == nil {
		select {
		case <-tick.C:
			now := bus.takes(t)
			most.memory, most.descriptors = max(most.memory, now.memory), max(most.descriptors, now.descriptors)
		case <-ctx.Done():
		}
	}
	if err := g.Wait(); err != nil {
		t.Error(err)
	}
	t.Log(trouble.summary())
	return most
}

// takes is what a process takes from the machine.
type takes struct {
	memory      int // resident, in bytes
	descriptors int
}

func (x takes) String() string {
	return fmt.Sprintf("%d MiB, %d descriptors", x.memory>>20, x.descriptors)
}

func (p *process) takes(t *testing.T) (now takes) {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.Cmd.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := bytes.Cut(status, []byte("VmRSS:"))
	if _, err := fmt.Sscanf(string(rest), "%d kB", &now.memory); err != nil {
		t.Fatalf("%s has no memory: it has ended", p.Name)
	}
	now.memory <<= 10
	open, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", p.Cmd.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	now.descriptors = len(open)
	return now
}

// comesBack waits until the process takes about what it took before.
func (p *process) comesBack(t *testing.T, before takes) (now takes) {
	t.Helper()
	deadline := time.After(soakTidy)
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		now = p.takes(t)
		if now.memory <= before.memory+soakLeft && now.descriptors <= before.descriptors {
			return now
		}
		select {
		case <-tick.C:
		case <-deadline:
			t.Errorf("%v after the trouble %s takes %v, before %v", soakTidy, p.Name, now, before)
			return now
		}
	}
}
