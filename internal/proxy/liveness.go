package proxy

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"homebus/internal/liveness"
)

const (
	// livenessTick is how often the sessions are looked at.
	livenessTick = liveness.Slack
	// dropLogTime is how often the drops of one subscriber are logged at most.
	dropLogTime = 10 * time.Second
	// countTime is how often the drops of all are looked at, which takes a while if
	// there are thousands.
	countTime = time.Second
	// dropLines is how many subscribers are named in the log at each look at most; the
	// others are at the next, with all that they have lost by then.
	dropLines = 8
)

// sessions are the connections after their handshake. Safe for concurrent use.
type sessions struct {
	mu  sync.Mutex
	all map[*session]struct{}
	// publishers and subscribers count them.
	counts [2]int
	// spare is for how long no message must have passed before a peer can be
	// spared, noted when the use of all was last looked at, sought when none was
	// found to be spared.
	spare         time.Duration
	noted, sought time.Time
}

func (ss *sessions) add(s *session, side side) {
	ss.mu.Lock()
	defer ss.mu.Unlock()
	if ss.all == nil {
		ss.all = make(map[*session]struct{})
	}
	s.side = side
	s.note(time.Now())
	ss.all[s] = struct{}{}
	ss.counts[side]++
}

func (ss *sessions) remove(s *session, side side) {
	ss.mu.Lock()
	defer ss.mu.Unlock()
	delete(ss.all, s)
	ss.counts[side]--
}

func (ss *sessions) count(side side) int {
	ss.mu.Lock()
	defer ss.mu.Unlock()
	return ss.counts[side]
}

// look pings who is due and returns who has been silent for too long. While the
// forwarder is paused, publishers are not: they are not read. Then they are pinged
// each time, so that they hear a sign of life without an answer to their own PINGs.
func (ss *sessions) look(now time.Time, rule liveness.Rule, paused bool) (silent []*session) {
	ss.mu.Lock()
	defer ss.mu.Unlock()
	for s := range ss.all {
		unread := paused && s.side == frontend
		if unread {
			s.vitals.Heard()
		}
		verdict := s.check(now, rule)
		if verdict.Ping || unread && s.vitals.Pinged {
			s.control(rule.Ping())
		}
		if verdict.Dead {
			silent = append(silent, s)
		}
	}
	return silent
}

// check says what is to be done about s at now.
func (s *session) check(now time.Time, rule liveness.Rule) liveness.Verdict {
	verdict := s.vitals.Check(now, rule)
	if !s.seesDrain() {
		return verdict
	}
	switch {
	case verdict.Ping && (verdict.Heard || !s.drain.watching):
		if o, ok := look(s.raw); ok {
			s.drain.begin(o)
		}
	case verdict.Heard:
		s.drain.watching = false
	case s.drain.watching:
		if o, ok := look(s.raw); ok && s.drain.goesOn(o) {
			s.vitals.Drained(now)
			verdict.Dead = false
		}
	}
	return verdict
}

// watch keeps an eye on the sessions and on what subscribers lose, until ctx
// ends.
func (f *Forwarder) watch(ctx context.Context) error {
	tick := time.NewTicker(livenessTick)
	defer tick.Stop()
	rule := liveness.Rule{PingEvery: f.limits.PingEvery, Silence: f.limits.Silence}
	var tidy tidier
	var heap swell
	var shortAt, askedAt, countedAt time.Time
	for {
		select {
		case <-ctx.Done():
			return nil
		case now := <-tick.C:
			if swollen := heap.due(now, held()); tidy.due(now, f.board.memory()) || swollen {
				tidyUp()
			}
			f.sessions.note(now)
			f.board.waiting.ease()
			if now.Sub(shortAt) >= dropLogTime && f.board.wasShort() {
				shortAt = now
				f.log.Warn("too much waits in all, the longest queues are shortened (--queue-total)", "most", f.limits.QueueTotal)
			}
			silent := f.sessions.look(now, rule, f.Paused())
			if now.Sub(askedAt) >= vanishedEvery {
				askedAt = now
				silent = append(silent, f.sessions.vanished()...)
			}
			for _, s := range silent {
				s.close()
				if n, ok := f.silences.Allow(now); ok {
					f.log.Warn("peer is silent, connection cut", "peer", s.name, "more", n)
				}
			}
			if now.Sub(countedAt) >= countTime {
				countedAt = now
				f.board.logDrops(now, f.log)
			}
		}
	}
}

// logDrops says who has lost messages since the last line about it. A crowd that stops
// reading must not flood the log.
func (x *switchboard) logDrops(now time.Time, log *slog.Logger) {
	type loss struct {
		name string
		n    uint64
	}
	var losses []loss
	x.mu.Lock()
	for s := range x.sinks {
		if len(losses) == dropLines {
			break
		}
		if n := s.lost(now); n > 0 {
			losses = append(losses, loss{s.name, n})
		}
	}
	x.mu.Unlock()
	for _, l := range losses {
		log.Warn("subscriber cannot keep up, messages dropped", "subscriber", l.name, "messages", l.n)
	}
}

// wasShort reports whether queues have been held to their shares since it was
// last asked.
func (x *switchboard) wasShort() bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	short := x.rations > 0
	x.rations = 0
	return short
}

// lost returns how many messages s has lost that have not been logged, 0 if it
// is too early for another line.
func (s *sink) lost(now time.Time) uint64 {
	_, _, dropped, _ := s.counts()
	n := dropped - s.logged
	if n == 0 || now.Sub(s.loggedAt) < dropLogTime {
		return 0
	}
	s.logged, s.loggedAt = dropped, now
	return n
}
