package epgm

import "time"

// heartbeats are when SPMs follow the last packet of data, each after the one before: so
// that whoever has missed that packet hears of it soon. They are libzmq's.
var heartbeats = [...]time.Duration{
	100 * time.Millisecond, 100 * time.Millisecond, 100 * time.Millisecond, 100 * time.Millisecond,
	1300 * time.Millisecond, 7 * time.Second, 16 * time.Second, 25 * time.Second, 30 * time.Second,
}

const (
	// ambientSPM is how often an SPM is sent whatever else is, and startSPMs and endSPMs
	// how many at the beginning and the end. They are libzmq's.
	ambientSPM = 30 * time.Second
	startSPMs  = 3
	endSPMs    = 3
	// askedSPM is how far apart SPMs are at the least that are asked for, and askedSPMs how
	// many answer. A receiver of libzmq asks once, and what it misses before it has heard
	// an SPM it cannot ask for: so there are two, as from libzmq (which is asked twice, by
	// unicast too), and while data flows, which puts off the heartbeats, there is one each
	// flowingSPM; libzmq's come with ambientSPM only.
	askedSPM   = 25 * time.Millisecond
	askedSPMs  = 2
	flowingSPM = time.Second
)

// heartbeat says when SPMs are due.
type heartbeat struct {
	// next is the heartbeat to come after the last data, at due; due is zero if there is
	// none.
	next int
	due  time.Time
	// last is when the last SPM was sent, zero before the first.
	last time.Time
	// asked is how many are asked for; flowing is when data was first sent since the last,
	// zero if none was.
	asked   int
	flowing time.Time
}

// data says that data was sent.
func (h *heartbeat) data(now time.Time) {
	h.next, h.due = 0, now.Add(heartbeats[0])
	h.flowing = earliest(h.flowing, now)
}

// ask says that somebody asks for an SPM.
func (h *heartbeat) ask() { h.asked = askedSPMs }

// at returns when the next SPM is due, the zero time for at once.
func (h *heartbeat) at() time.Time {
	if h.last.IsZero() {
		return time.Time{}
	}
	at := earliest(h.last.Add(ambientSPM), h.due)
	if !h.flowing.IsZero() {
		at = earliest(at, h.flowing.Add(flowingSPM))
	}
	if h.asked > 0 {
		at = earliest(at, h.last.Add(askedSPM))
	}
	return at
}

// sent says that an SPM was sent.
func (h *heartbeat) sent(now time.Time) {
	h.last, h.asked, h.flowing = now, max(h.asked-1, 0), time.Time{}
	if h.due.IsZero() || now.Before(h.due) {
		return
	}
	if h.next++; h.next == len(heartbeats) {
		h.due = time.Time{}
		return
	}
	h.due = now.Add(heartbeats[h.next])
}
