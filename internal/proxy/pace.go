package proxy

import "time"

// quickly is how soon after one another reads must find something for it to be worth while
// to read once more without asking whether there is anything.
const quickly = 30 * time.Microsecond

// pace tells whether a connection that was just read is likely to have more to read already.
// One owner.
type pace struct {
	last time.Time
	// row is how many reads came quickly one after the other; blank how many more of them
	// must before another is tried, since the last in vain.
	row, blank int
}

// at says that what was read is dealt with now.
func (p *pace) at(now time.Time) {
	if now.Sub(p.last) < quickly {
		p.row++
	} else {
		p.row = 0
	}
	p.last = now
}

// found says whether a read has found something.
func (p *pace) found(something bool) {
	if something {
		p.blank = max(p.blank-1, 0)
	} else {
		p.row, p.blank = 0, 4
	}
}

// quick reports whether another read is likely to find something.
func (p *pace) quick() bool { return p.row >= 2 && p.blank == 0 }
