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
