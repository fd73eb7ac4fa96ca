package socket

import "time"

// spareRetry is how long it takes until peers that can be spared are looked for again
// when there were none.
const spareRetry = 100 * time.Millisecond

// makeRoom cuts the peer of the least use for the sake of a newcomer: the one that no
// message has passed to or from for longest, if that is long enough.
func (s *Socket) makeRoom(now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if now.Sub(s.sought) < spareRetry {
		return false
	}
	var least *pipe
	for p := range s.peers {
		if p.spareable && now.Sub(p.used) >= s.cfg.Spare && (least == nil || p.used.Before(least.used)) {
			least = p
		}
	}
	if least == nil {
		s.sought = now
		return false
	}
	least.spareable = false
	least.close()
	if n, ok := s.spared.Allow(now); ok {
		s.log.Warn("too many connections, an idle peer makes room", "peer", least.name, "more", n)
	}
	return true
}
