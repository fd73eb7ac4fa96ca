package zmqlink

import (
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"homebus/internal/message"
)

// heartbeatTimeout is three heartbeats, which come every second, and some grace.
const heartbeatTimeout = 3500 * time.Millisecond

// watchInterval is how often a session looks whether heartbeats are missed, besides
// when they would be.
const watchInterval = 500 * time.Millisecond

// absence is how long after its last look a session must have stood still itself: its
// program was stopped, or its computer.
const absence = time.Second

// maxBoot is the longest boot id taken, in bytes; a UUID has 36.
const maxBoot = 64

// endpointMemory is what a link knows of its endpoint beyond one session. What it
// expects of the hub there, it has once got; when a session gets it no more from
// the beginning, something else is there now, and the memory goes. Safe for
// concurrent use.
type endpointMemory struct {
	mu     sync.Mutex
	boot   string
	beats  bool // sends heartbeats
	ponged bool // answers PING
}

func (e *endpointMemory) bootID() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.boot
}

// pulse watches the heartbeats of one session. Time in which the session does
// not read, because its consumer is slow, does not count. Safe for concurrent use.
type pulse struct {
	memory *endpointMemory

	mu     sync.Mutex
	last   time.Time // when the last beat came, or the session began to listen
	heard  bool      // in this session
	paused bool
}

// listen begins to count.
func (p *pulse) listen(now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.last, p.paused = now, false
}

func (p *pulse) pause() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.paused = true
}

// beat notes a heartbeat. It reports whether its boot id is another than the
// last known.
func (p *pulse) beat(now time.Time, m message.Message) (newBoot bool) {
	var heartbeat struct {
		Boot string `json:"boot"`
	}
	err := json.Unmarshal(m.Payload, &heartbeat)
	if err != nil || heartbeat.Boot == "" || len(heartbeat.Boot) > maxBoot {
		return false // nobody of ours sent that
	}
	p.mu.Lock()
	p.last, p.heard = now, true
	p.mu.Unlock()
	p.memory.mu.Lock()
	defer p.memory.mu.Unlock()
	newBoot = p.memory.boot != heartbeat.Boot
	p.memory.beats, p.memory.boot = true, heartbeat.Boot
	return newBoot
}

// away says that the session has not looked for so long. More than absence does not
// count: heartbeats of that time may lie unread.
func (p *pulse) away(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if d > absence && !p.last.IsZero() {
		p.last = p.last.Add(d)
	}
}

// left returns how long it is from now until three heartbeats would be missed;
// heartbeatTimeout while none is expected.
func (p *pulse) left(now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	if left := p.last.Add(heartbeatTimeout).Sub(now); left > 0 && !p.paused && !p.last.IsZero() {
		return left
	}
	return heartbeatTimeout
}

// check returns an error if three heartbeats are missed.
func (p *pulse) check(now time.Time) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.memory.mu.Lock()
	defer p.memory.mu.Unlock()
	if !p.memory.beats || p.paused || p.last.IsZero() || now.Sub(p.last) < heartbeatTimeout {
		return nil
	}
	if !p.heard {
		p.memory.beats, p.memory.boot = false, "" // not our hub any more
	}
	return fmt.Errorf("no heartbeat for %v", heartbeatTimeout)
}
