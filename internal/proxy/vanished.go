package proxy

import (
	"time"

	"homebus/internal/liveness"
)

// vanishedEvery is how often the kernel is asked who answers it no more.
const vanishedEvery = 5 * time.Second

// vanished returns the peers that cannot be pinged and whose computers answer no
// more. TCP keepalive finds those only to whom nothing is being sent, and what is
// sent TCP tries to deliver for a quarter of an hour (tcp(7), tcp_retries2).
func (ss *sessions) vanished() (gone []*session) {
	for _, s := range ss.unpinged() {
		if liveness.Unanswered(s.conn) {
			gone = append(gone, s)
		}
	}
	return gone
}

// unpinged returns the peers that are not pinged.
func (ss *sessions) unpinged() (all []*session) {
	ss.mu.Lock()
	defer ss.mu.Unlock()
	for s := range ss.all {
		if !s.vitals.Pinged {
			all = append(all, s)
		}
	}
	return all
}
