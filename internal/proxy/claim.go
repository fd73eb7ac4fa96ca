package proxy

import (
	"fmt"
	"time"

	"homebus/internal/socket/gate"
)

// claim is what a publisher holds of a message that is not whole yet. It belongs
// to the switchboard's lock.
type claim struct {
	// bytes is what is held, inbox how much of that is paid for as an inbox.
	bytes, inbox int
	// since is when the publisher began to hold something.
	since time.Time
	// cut says that the publisher was cut to make room.
	cut bool
}

// claimed enters what p holds now, and cuts whoever holds too much if that is too
// much for all; the lock is held.
func (p *publisher) claimed() error {
	inbox := p.inbox.kept()
	bytes := inbox + p.large.size
	c := &p.claim
	if bytes == 0 && c.bytes == 0 {
		return nil
	}
	x := p.board
	x.arriving.used.Add(int64(inbox - c.inbox))
	switch {
	case bytes == 0:
		delete(x.claims, p)
	case c.bytes == 0:
		c.since = time.Now()
		x.claims[p] = struct{}{}
	}
	c.bytes, c.inbox = bytes, inbox
	x.cutClaims()
	if c.cut {
		return p.whyCut()
	}
	return nil
}

// unclaim enters that p holds nothing any more.
func (p *publisher) unclaim() {
	x := p.board
	x.mu.Lock()
	defer x.mu.Unlock()
	x.arriving.used.Add(int64(-p.claim.inbox))
	p.claim.inbox = 0 // bytes stays, for whyCut
	delete(x.claims, p)
}

// reason returns why p ends, where that is not err.
func (p *publisher) reason(err error) error {
	p.board.mu.Lock()
	defer p.board.mu.Unlock()
	if p.claim.cut {
		return p.whyCut()
	}
	return err
}

func (p *publisher) whyCut() error {
	return fmt.Errorf("%w: %d bytes of a message that is not whole, and all of these together are more than %d (--incoming-total)",
		gate.ErrQuota, p.claim.bytes, p.board.arriving.total)
}

// cutClaims cuts publishers until the unfinished messages of the others are within
// their total: the one that has held something for longest first, for whoever means
// it finishes soon, but nobody who holds less than an eighth of an even share.
func (x *switchboard) cutClaims() {
	for x.arriving.used.Load()-x.doomed() > x.arriving.total {
		little := int(x.arriving.total) / max(len(x.claims), 1) / 8
		var longest *publisher
		for p := range x.claims {
			if !p.claim.cut && p.claim.bytes > little && (longest == nil || p.claim.since.Before(longest.claim.since)) {
				longest = p
			}
		}
		if longest == nil {
			return
		}
		longest.claim.cut = true
		longest.abort()
	}
}

// doomed returns how many bytes those hold who are cut and have not gone yet.
func (x *switchboard) doomed() (bytes int64) {
	for p := range x.claims {
		if p.claim.cut {
			bytes += int64(p.claim.bytes)
		}
	}
	return bytes
}
