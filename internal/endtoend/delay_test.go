package endtoend

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"homebus/internal/busytest"
	"homebus/internal/processtest"
)

// neighbours are the programs that run in each place. Safe for concurrent use.
var neighbours = struct {
	sync.Mutex
	in map[place][]*process
}{in: make(map[place][]*process)}

// moveIn makes a process one of the place, for as long as the test lasts.
func (at place) moveIn(t testing.TB, started *processtest.Process) *process {
	p := &process{Process: started, t: t, at: at}
	neighbours.Lock()
	neighbours.in[at] = append(neighbours.in[at], p)
	neighbours.Unlock()
	t.Cleanup(func() {
		neighbours.Lock()
		defer neighbours.Unlock()
		neighbours.in[at] = slices.DeleteFunc(neighbours.in[at], func(o *process) bool { return o == p })
	})
	return p
}

// delay is how long the programs of p's place, and this one that hears them, have waited
// for a processor since they began, as far as was looked at before they ended.
func (p *process) delay() time.Duration {
	neighbours.Lock()
	defer neighbours.Unlock()
	sum := busytest.Mine().Waited
	for _, o := range neighbours.in[p.at] {
		if o.Runs() { // or its number may be another's
			o.waited = max(o.waited, busytest.Of(o.Cmd.Process.Pid).Waited)
		}
		sum += o.waited
	}
	return sum
}

// glance is how often within looks at what the programs have waited for.
const glance = 100 * time.Millisecond

// within reports whether what is waited for comes within d of the programs' own time: what
// the machine has them wait for a processor meanwhile is not theirs, and waited for in
// addition, up to patience. wait reports whether it comes before its context ends.
func (p *process) within(d time.Duration, wait func(context.Context) bool) bool {
	begin, before := time.Now(), p.delay()
	for end := d; ; {
		took := time.Since(begin)
		ctx, cancel := context.WithTimeout(p.t.Context(), max(0, min(glance, end-took)))
		came := wait(ctx)
		cancel()
		end = min(d+p.delay()-before, max(d, patience))
		if came || time.Since(begin) >= end {
			return came
		}
	}
}

// TestWithinIsNoLonger: what does not come does not come later on a quiet machine, and a
// program that does nothing has no processor kept from it.
func TestWithinIsNoLonger(t *testing.T) {
	t.Parallel()
	p := newPlace(t).start(t, "bus", "serve", "--scenes", "")
	p.Await("msg=listening")
	before, begin := p.delay(), time.Now()
	if p.within(100*time.Millisecond, func(ctx context.Context) bool { return p.Says(ctx, "never") != nil }) {
		t.Error("what is never said has been heard")
	}
	took, delay := time.Since(begin), p.delay()-before
	t.Logf("it took %v, and a processor was waited for %v", took, delay)
	if delay < time.Second && took > 10*time.Second {
		t.Errorf("100 ms took %v, and a processor was waited for %v", took, delay)
	}
}
