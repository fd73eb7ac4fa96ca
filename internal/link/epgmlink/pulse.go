package epgmlink

import (
	"encoding/json"
	"time"
)

const (
	// readyTimeout is how long a hub has to be heard before there is taken to be none. It
	// beats every second.
	readyTimeout = 1500 * time.Millisecond
	// heartbeatTimeout is three heartbeats and some grace, as over TCP.
	heartbeatTimeout = 3500 * time.Millisecond
	// watchInterval is how often it is looked whether heartbeats are missed.
	watchInterval = 500 * time.Millisecond
	// absence is how long after its last look a station must have stood still itself.
	absence = time.Second
	// maxBoot is the longest boot id taken, in bytes; a UUID has 36.
	maxBoot = 64
)

// pulse decides from the heartbeats in a group whether there is a hub. The zero pulse has
// heard none. One owner.
type pulse struct {
	boot   string    // "" until a heartbeat was heard
	last   time.Time // when it was
	looked time.Time
}

// bootOf reads a heartbeat; "" if it is none of a hub's.
func bootOf(payload []byte) string {
	var heartbeat struct {
		Boot string `json:"boot"`
	}
	if err := json.Unmarshal(payload, &heartbeat); err != nil || len(heartbeat.Boot) > maxBoot {
		return ""
	}
	return heartbeat.Boot
}

// beat takes a heartbeat. It reports false if that is another hub's than the one that beats.
func (p *pulse) beat(now time.Time, boot string) bool {
	if p.boot != "" && p.boot != boot && now.Sub(p.last) < readyTimeout {
		return false
	}
	p.boot, p.last = boot, now
	return true
}

// missed reports whether the hub that was there is gone. It is to be called every
// watchInterval: what comes much later was asked by a program that stood still, and whose
// heartbeats may lie unread.
func (p *pulse) missed(now time.Time) bool {
	if late := now.Sub(p.looked); !p.looked.IsZero() && late > absence {
		p.last = p.last.Add(late)
	}
	p.looked = now
	return p.boot != "" && now.Sub(p.last) >= heartbeatTimeout
}
