package endtoend

import (
	"context"
	"regexp"
	"slices"
	"sync"
	"testing"
	"time"

	"homebus/internal/busytest"
)

// neighbours are the programs that run in each place. Safe for concurrent use.
var neighbours = struct {
	sync.Mutex
	in map[place][]*process
}{in: make(map[place][]*process)}

func (p *process) moveIn(at place) {
	p.at = at
	neighbours.Lock()
	defer neighbours.Unlock()
	neighbours.in[at] = append(neighbours.in[at], p)
}

func (p *process) moveOut() {
	neighbours.Lock()
	defer neighbours.Unlock()
	neighbours.in[p.at] = slices.DeleteFunc(neighbours.in[p.at], func(o *process) bool { return o == p })
}

// delay is how long the programs of p's place have waited for a processor since they began.
func (p *process) delay() (sum time.Duration) {
	neighbours.Lock()
	defer neighbours.Unlock()
	for _, o := range neighbours.in[p.at] {
		sum += busytest.Of(o.cmd.Process.Pid).Waited
	}
	return sum
}

// within reports whether what is waited for comes within d of the programs' own time: what
// the machine has them wait for a processor meanwhile is not theirs, and waited for in
// addition, up to patience. wait reports whether it comes before its context ends.
func (p *process) within(d time.Duration, wait func(context.Context) bool) bool {
	begin, before := time.Now(), p.delay()
	for end := d; ; {
		ctx, cancel := context.WithDeadline(p.t.Context(), begin.Add(end))
		came := wait(ctx)
		cancel()
		more := min(d+p.delay()-before, max(d, patience))
		if came || more <= end {
			return came
		}
		end = more
	}
}

// TestWithinIsNoLonger: what does not come does not come later on a quiet machine, and a
// program that does nothing has no processor kept from it.
func TestWithinIsNoLonger(t *testing.T) {
	t.Parallel()
	p := newPlace(t).start(t, "bus", "serve", "--scenes", "")
	p.await("msg=listening")
	before, begin, never := p.delay(), time.Now(), regexp.MustCompile("never")
	if p.within(100*time.Millisecond, func(ctx context.Context) bool { return p.out.await(ctx, never) }) {
		t.Error("what is never said has been heard")
	}
	took, delay := time.Since(begin), p.delay()-before
	t.Logf("it took %v, and a processor was waited for %v", took, delay)
	if delay < time.Second && took > 10*time.Second {
		t.Errorf("100 ms took %v, and a processor was waited for %v", took, delay)
	}
}
