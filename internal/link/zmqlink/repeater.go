package zmqlink

import (
	"sync"
	"time"
)

// repeater does something again and again, each time after a pause that it says
// itself. It waits in a timer, not in a goroutine: a program with thousands of links
// has nothing else to do most of the time.
type repeater struct {
	do    func() (pause time.Duration, more bool)
	timer *time.Timer

	mu      sync.Mutex
	over    bool
	running sync.WaitGroup
}

// repeat does do for the first time after the pause. The repeater is to be stopped.
func repeat(pause time.Duration, do func() (pause time.Duration, more bool)) *repeater {
	r := &repeater{do: do}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.timer = time.AfterFunc(pause, r.once)
	return r
}

func (r *repeater) once() {
	r.mu.Lock()
	if r.over {
		r.mu.Unlock()
		return
	}
	r.running.Add(1)
	r.mu.Unlock()
	defer r.running.Done()
	pause, more := r.do()
	r.mu.Lock()
	defer r.mu.Unlock()
	if more && !r.over {
		r.timer.Reset(pause)
	}
}

// stop ends it and waits until it has ended.
func (r *repeater) stop() {
	r.mu.Lock()
	r.over = true
	r.timer.Stop()
	r.mu.Unlock()
	r.running.Wait()
}
