package home

import (
	"fmt"
	"strings"
	"time"

	"homebus/internal/link"
	"homebus/internal/message"
	"homebus/internal/mirror/safetext"
	"homebus/topics"
)

// silence is how long a hub that has sent heartbeats may say nothing before it
// counts as gone: they come every second, and a frozen hub is to be marked
// within 4 s.
const silence = 3500 * time.Millisecond

// missed is from what silence on a heartbeat is missing, before that is certain.
const missed = 2 * time.Second

// rateWindow is over how many seconds messages are averaged.
const rateWindow = 5

// Bus is what is known of the connection and of the hub behind it.
type Bus struct {
	Up bool
	// Boot is the hub's boot id; "" while no heartbeat was heard.
	Boot string
	// Reason says why the connection is not up: the last, innermost part of what
	// the link said.
	Reason string
	// Since is since when it is as it is, wall time.
	Since time.Time

	known    bool // some status was heard
	found    bool // it was up once
	beat     time.Time
	received [rateWindow + 1]int // by second of the wall clock
	second   int64
}

// Live reports whether what is shown can be trusted to be what is: connected,
// and the heartbeat, if this hub has one, was heard.
func (b *Bus) Live(at Moment) bool { return b.Up && !b.silent(at) }

// Silence returns for how long no heartbeat was heard; false if the connection
// is down or the hub has none.
func (b *Bus) Silence(at Moment) (time.Duration, bool) {
	if !b.Up || b.beat.IsZero() {
		return 0, false
	}
	return max(at.Wall.Sub(b.beat), 0), true
}

// LostSince returns since when the bus is not live, by the wall clock.
func (b *Bus) LostSince() time.Time {
	if b.Up {
		return b.beat
	}
	return b.Since
}

func (b *Bus) silent(at Moment) bool {
	d, ok := b.Silence(at)
	return ok && d > silence
}

func (b *Bus) connection(at Moment, s link.Status) {
	if !b.known || b.Up != s.Up || b.Boot != s.Boot {
		b.Since = at.Wall
		if silent, ok := b.Silence(at); ok && !s.Up && silent >= missed {
			b.Since = b.beat // the link says it when it is certain; nothing was heard since
		}
	}
	b.known = true
	b.found = b.found || s.Up
	b.Up, b.Boot = s.Up, s.Boot
	b.Reason = safetext.Clean(s.Reason[strings.LastIndex(s.Reason, ": ")+1:], maxText)
	b.beat = time.Time{} // silence is counted from the first heartbeat on
}

func (b *Bus) apply(at Moment, m message.Message) {
	if m.Topic == topics.BusHeartbeat {
		b.beat = at.Wall
	}
}

// Received counts n messages that came from the bus.
func (b *Bus) Received(at Moment, n int) {
	b.turn(at)
	b.received[b.second%int64(len(b.received))] += n
}

// Rate returns how many messages a second came, over the last five whole ones.
func (b *Bus) Rate(at Moment) float64 {
	b.turn(at)
	sum := 0
	for i, n := range b.received {
		if int64(i) != b.second%int64(len(b.received)) {
			sum += n
		}
	}
	return float64(sum) / rateWindow
}

// RateWords prints how many a second: "0.4", "12", "20 k".
func RateWords(perSecond float64) string {
	switch {
	case perSecond >= 10_000:
		return fmt.Sprintf("%.0f k", perSecond/1000)
	case perSecond > 0 && perSecond < 1:
		return fmt.Sprintf("%.1f", perSecond)
	}
	return fmt.Sprintf("%.0f", perSecond)
}

// turn empties the seconds that have begun since the last call.
func (b *Bus) turn(at Moment) {
	now := at.Wall.Unix()
	for s := max(b.second+1, now-rateWindow); s <= now; s++ {
		b.received[s%int64(len(b.received))] = 0
	}
	b.second = max(now, b.second)
}
