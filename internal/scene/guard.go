package scene

import "time"

// The bounds on loops of scenes.
const (
	// maxHops is how many scene links a chain of messages may have.
	maxHops = 16
	// A scene may be started maxStarts times in any startsWindow, its end not
	// included: as often on and on is no storm.
	maxStarts    = 20
	startsWindow = 10 * time.Second
)

// A chain whose last link is longer ago than maxCalm is over, and what comes of it now
// begins a new one: a heater that scenes turn on when it is cold and off when it is warm
// goes on all winter, each time because of the last.
const maxCalm = time.Minute

// links remembers when the engine last sent a message of so many links, up to maxHops;
// the start of the bus for never. What leads back to a message of the engine has as many
// links as that, for devices copy the number; or one more, where another bus answers it.
type links [maxHops + 1]time.Duration

// sent notes a message of so many links.
func (l *links) sent(hops int, now time.Duration) {
	if hops <= maxHops {
		l[hops] = now
	}
}

// left returns how many links count now of a message that has so many.
func (l *links) left(hops int, now time.Duration) int {
	if hops > maxHops || now-l[hops] <= maxCalm || hops > 1 && now-l[hops-1] <= maxCalm {
		return hops
	}
	return 0
}

// guard holds a scene that is started too often. It counts what was tried, so
// that a scene is held for as long as the storm goes on.
type guard struct {
	// tries holds the times of the last maxStarts tries, as a ring.
	tries [maxStarts]time.Duration
	count int
	// held and linked remember the warnings, of which each storm gives one.
	held, linked warning
}

// warning remembers when it was last due, whether given or not.
type warning struct {
	last  time.Duration
	given bool
}

// due reports whether to warn: not if the last occasion was within the window.
func (w *warning) due(now time.Duration) bool {
	quiet := !w.given || now-w.last > startsWindow
	w.last, w.given = now, true
	return quiet
}

// admit reports whether one more start is allowed, and counts it.
func (g *guard) admit(now time.Duration) bool {
	ok := !g.holds(now)
	g.tries[g.count%maxStarts] = now
	g.count++
	return ok
}

// holds reports whether one more start would not be allowed.
func (g *guard) holds(now time.Duration) bool {
	return g.count >= maxStarts && now-g.tries[g.count%maxStarts] < startsWindow
}
