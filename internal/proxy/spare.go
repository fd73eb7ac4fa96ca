package proxy

import "time"

// spareRetry is how long it takes until peers that can be spared are looked for
// again when there were none.
const spareRetry = 100 * time.Millisecond

// usage is what is known of the use of a session. It belongs to the lock of
// sessions.
type usage struct {
	// passed is how many messages had passed at the last look, at when that was
	// found to have grown.
	passed uint64
	at     time.Time
}

// note finds out whether messages have passed since the last look.
func (s *session) note(now time.Time) {
	if n := s.queue.passed() + s.passed.Load(); n != s.usage.passed || s.usage.at.IsZero() {
		s.usage.passed, s.usage.at = n, now
	}
}

// note looks at the use of every session, from time to time.
func (ss *sessions) note(now time.Time) {
	ss.mu.Lock()
	defer ss.mu.Unlock()
	if now.Sub(ss.noted) < ss.spare/4 {
		return
	}
	ss.noted = now
	for s := range ss.all {
		s.note(now)
	}
}

// lessUsed reports whether s is of less use than t: who has never passed a message
// before who has, for a crowd that does nothing must not outlast a quiet appliance, and
// then who has passed none for longer.
func (s *session) lessUsed(t *session) bool {
	if never := s.usage.passed == 0; never != (t.usage.passed == 0) {
		return never
	}
	return s.usage.at.Before(t.usage.at)
}

// spareable returns the session of the least use, nil if every one is of use.
func (ss *sessions) spareable(now time.Time) *session {
	ss.mu.Lock()
	defer ss.mu.Unlock()
	if now.Sub(ss.sought) < spareRetry {
		return nil
	}
	var least *session
	for s := range ss.all {
		if s.cut.Load() {
			continue
		}
		if s.note(now); now.Sub(s.usage.at) >= ss.spare && (least == nil || s.lessUsed(least)) {
			least = s
		}
	}
	if least == nil {
		ss.sought = now
	} else {
		least.cut.Store(true)
	}
	return least
}

// makeRoom cuts the peer of the least use for the sake of a newcomer.
func (f *Forwarder) makeRoom(now time.Time) bool {
	s := f.sessions.spareable(now)
	if s == nil {
		return false
	}
	s.close()
	if n, ok := f.spared.Allow(now); ok {
		f.log.Warn("too many connections, an idle peer makes room (--max-connections)", "peer", s.name, "more", n)
	}
	return true
}
