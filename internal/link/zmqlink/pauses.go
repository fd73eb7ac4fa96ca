package zmqlink

import "time"

const (
	// The pause before a new attempt doubles from minPause to maxPause; up to half
	// of it is left out, at random.
	minPause = 100 * time.Millisecond
	maxPause = time.Second
	// A session up for this long starts the pauses anew.
	steady = time.Second
	// Each session that ends before it is steady leaves one goroutine of zmq4
	// behind, and after many in a row the pause is at least so much for each of
	// them, up to maxFailing: some 10,000 goroutines in a day and 30,000 in ten, not
	// 100,000 a day.
	eachFailed = 2 * time.Millisecond
	maxFailing = time.Minute
)

// attempt is how an attempt to hold a session went.
type attempt struct {
	connected, wentUp bool
	took              time.Duration
	err               error // why it ended
}

// pauses says how long to wait between attempts. The zero pauses is ready. One
// owner.
type pauses struct {
	doubled time.Duration
	// failed counts the sessions in a row that ended before they were steady.
	failed int
}

// after returns the pause that follows the attempt.
func (p *pauses) after(a attempt) time.Duration {
	switch {
	case a.wentUp && a.took > steady:
		*p = pauses{}
	case a.connected:
		p.failed++
	}
	p.doubled = min(max(2*p.doubled, minPause), maxPause)
	if !a.connected { // nothing is left behind, and the hub may be back any moment
		return p.doubled
	}
	return max(p.doubled, min(time.Duration(p.failed)*eachFailed, maxFailing))
}
