package zmqlink

import "time"

const (
	// The pause before a new attempt grows from minPause to maxPause; up to half of
	// it is left out, at random.
	minPause = 100 * time.Millisecond
	maxPause = time.Second
	// While there is no hub, the pause is one awayPart of the time that there has
	// been none: whoever restarts a hub at once finds everybody back at once, and
	// nobody waits longer after it than a quarter of the time that it took.
	awayPart = 4
	// A session up for steady starts everything anew. Of those that were up for
	// less, so many in a row are taken for a hub that is restarted again and again;
	// what fails more often than that fails, and the pause doubles from one session
	// to the next, as it does at once after a session that was never up.
	steady   = time.Second
	forgiven = 30
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
	// away is when the first attempt in a row failed to connect.
	away time.Time
	// doubled is the pause after the last session, if that failed.
	doubled time.Duration
	// failed counts the sessions in a row that ended before they were steady.
	failed int
}

// after returns the pause that follows the attempt, which ended now.
func (p *pauses) after(now time.Time, a attempt) time.Duration {
	if !a.connected { // nothing is left behind, and the hub may be back any moment
		if p.away.IsZero() {
			p.away = now
		}
		return min(max(now.Sub(p.away)/awayPart, minPause), maxPause)
	}
	p.away = time.Time{}
	p.failed++
	switch {
	case a.wentUp && a.took > steady:
		p.failed, p.doubled = 0, minPause
	case a.wentUp && p.failed <= forgiven:
		p.doubled = minPause
	default:
		p.doubled = min(max(2*p.doubled, minPause), maxPause)
	}
	return max(p.doubled, min(time.Duration(p.failed)*eachFailed, maxFailing))
}
