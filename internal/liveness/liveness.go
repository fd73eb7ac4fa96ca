// Package liveness is the rule by which a ZMTP connection is found dead: PING and
// PONG with a time to live, both ways (RFC 37, section "Heartbeating"). It decides
// and does nothing: it reads no clock, writes to no connection, closes none. Who
// owns the connection reports what was heard, asks Check from time to time, and does
// what it says. What cannot be pinged is left to TCP keepalive, and to Unanswered
// while there is something to send.
package liveness

import (
	"sync/atomic"
	"time"

	"homebus/internal/zmtp"
)

// leastTTL and mostTTL bound what our own PINGs tell a peer, in tenths of a second: when
// to give us up. There are two bytes for it (RFC 37).
const leastTTL, mostTTL = 150, 1<<16 - 1

// Rule says how often a peer is pinged, and after how long a silence it is dead.
type Rule struct {
	PingEvery, Silence time.Duration
}

// Default is DESIGN's rule for the hub.
var Default = Rule{PingEvery: 5 * time.Second, Silence: 10 * time.Second}

// Slack is how late Check may be called without cutting a peer that kept its word.
const Slack = 250 * time.Millisecond

// absence is how long after the last Check this end must have stood still itself: its
// program was stopped, or its computer. What peers said meanwhile is not read yet, nor
// were they asked.
const absence = time.Second

// Vitals are the signs of life of one peer. Heard and Promised may be called from
// any goroutine, Check from one.
type Vitals struct {
	// Pinged says that the peer is sent PINGs and that its silence counts: one
	// that announced ZMTP 3.1. It is set before the first Check.
	Pinged bool
	// heard is set by any sign of life, and cleared by Check.
	heard atomic.Bool
	// ttl is how long the peer may be silent by its own word, in tenths of a
	// second; 0 is no word.
	ttl                 atomic.Uint32
	lastHeard, lastPing time.Time
	lastCheck           time.Time
}

// Heard says that the peer has given a sign of life; any byte is one.
func (v *Vitals) Heard() { v.heard.Store(true) }

// Promised says that a PING of the peer held this time to live, in tenths of a
// second; 0 takes an earlier word back.
func (v *Vitals) Promised(ttl uint16) { v.ttl.Store(uint32(ttl)) }

// Drained says at now that the peer reads what it is sent, which is a sign of life
// from one that has an answer to give behind all that. It is for Check's goroutine.
func (v *Vitals) Drained(now time.Time) { v.lastHeard = now }

// Verdict is what is to be done about a peer.
type Verdict struct {
	// Ping says that a PING is due.
	Ping bool
	// Dead says that the peer has been silent for too long.
	Dead bool
	// Heard says that something was heard since the last Check.
	Heard bool
}

// Check says what is to be done at now. The first call begins to count. It is called
// every Slack or so; the time between two calls that are more than a second apart is
// no silence of the peer's.
func (v *Vitals) Check(now time.Time, r Rule) Verdict {
	verdict := Verdict{Heard: v.heard.Swap(false)}
	if verdict.Heard || v.lastHeard.IsZero() {
		v.lastHeard = now
	} else if away := now.Sub(v.lastCheck); away > absence {
		v.lastHeard = v.lastHeard.Add(away)
	}
	v.lastCheck = now
	if v.lastPing.IsZero() {
		// Not at once: a libzmq publisher that closes with a PING unread resets the
		// connection, and its last messages are lost. Most that come and go are gone
		// before the first.
		v.lastPing = now
	}
	if v.Pinged && now.Sub(v.lastPing) >= r.PingEvery {
		v.lastPing = now
		verdict.Ping = true
	}
	silence := now.Sub(v.lastHeard)
	ttl := time.Duration(v.ttl.Load()) * time.Second / 10
	verdict.Dead = ttl > 0 && silence > ttl+Slack || v.Pinged && silence > r.Silence
	return verdict
}

// Ping returns the PING frame to send. It tells the peer to give us up after three
// PINGs that do not come, or 15 s if that is longer.
func (r Rule) Ping() []byte {
	ttl := min(max(leastTTL, 3*r.PingEvery/(time.Second/10)), mostTTL)
	return zmtp.AppendPing(nil, uint16(ttl), nil)
}
