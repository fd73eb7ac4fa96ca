package socket

import "time"

// spareRetry is how long it takes until peers that can be spared are looked for again
// when there were none.
const spareRetry = 100 * time.Millisecond

// lessUsed reports whether p is of less use than q, as at the forwarder: who has never
// passed a message before who has, for a crowd that does nothing must not outlast a quiet
// worker, and then who has passed none for longer.
func (p *pipe) lessUsed(q *pipe) bool {
	if p.passed != q.passed {
		return !p.passed
	}
	return p.used.Before(q.used)
}

// makeRoom cuts the peer of the least use for the sake of a newcomer, if no message has
// passed to or from it for long enough.
func (s *Socket) makeRoom(now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if now.Sub(s.sought) < spareRetry {
		return false
	}
	var least *pipe
	for p := range s.peers {
		if p.spareable && now.Sub(p.used) >= s.cfg.Spare && (least == nil || p.lessUsed(least)) {
			least = p
		}
	}
	if least == nil {
		s.sought = now
		return false
	}
	least.spareable = false
	least.close(errSpared)
	if n, ok := s.spared.Allow(now); ok {
		s.log.Warn("too many connections, an idle peer makes room", "peer", least.name, "more", n)
	}
	return true
}
