package epgmlink

import (
	"encoding/json"
	"time"

	"homebus/internal/epgm"
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

// pulse decides from what is heard in a group whether there is a hub. The zero pulse has
// heard none. One owner.
type pulse struct {
	boot   string      // "" until a heartbeat was heard
	source epgm.Source // who brings them
	beaten time.Time   // when the last one came
	alive  time.Time   // when the source was last known to be there
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
func (p *pulse) beat(now time.Time, from epgm.Source, boot string) bool {
	if p.boot != "" && p.boot != boot && now.Sub(p.beaten) < readyTimeout {
		return false
	}
	p.boot, p.source, p.beaten, p.alive = boot, from, now, now
	return true
}

// heard takes any other message. One of the source of the heartbeats shows that it is
// there: where more is said than may be sent, heartbeats too are dropped.
func (p *pulse) heard(now time.Time, from epgm.Source) {
	if p.boot != "" && from == p.source {
		p.alive = now
	}
}

// missed reports whether the hub that was there is gone. It is to be called every
// watchInterval: what comes much later was asked by a program that stood still, and whose
// heartbeats may lie unread. behind says that packets have come since the last call, and no
// message was whole: heartbeats wait behind a long message, or behind one that was lost.
func (p *pulse) missed(now time.Time, behind bool) bool {
	if late := now.Sub(p.looked); !p.looked.IsZero() && late > absence {
		p.alive = p.alive.Add(late)
	}
	if behind {
		p.alive = now
	}
	p.looked = now
	return p.boot != "" && now.Sub(p.alive) >= heartbeatTimeout
}
