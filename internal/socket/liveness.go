package socket

import (
	"encoding/hex"
	"fmt"
	"time"

	"homebus/internal/liveness"
	"homebus/internal/zmtp"
)

// command serves a command of p: PING is answered, ERROR ends the connection, what
// the pattern does not know is ignored, as libzmq does.
func (s *Socket) command(p *pipe, body []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch c := zmtp.ParseCommand(body); c.Name {
	case zmtp.CommandPing:
		ttl, context, err := zmtp.ParsePing(c)
		if err != nil {
			return err
		}
		p.vitals.Promised(ttl)
		p.command(zmtp.AppendPong(nil, context))
		return nil
	case zmtp.CommandError:
		return fmt.Errorf("%w: ERROR %s", zmtp.ErrRefused, hex.EncodeToString(c.Data[:min(len(c.Data), 32)]))
	}
	return s.pattern.command(p, body)
}

// watchOnce starts the watch with the first endpoint.
func (s *Socket) watchOnce() {
	if !s.watched {
		s.watched = true
		s.running.Go(s.watch)
	}
}

// watch pings the peers and cuts those that are dead, until the socket ends.
func (s *Socket) watch() {
	tick := time.NewTicker(liveness.Slack)
	defer tick.Stop()
	for {
		select {
		case <-s.ctx.Done():
			return
		case now := <-tick.C:
			for _, p := range s.look(now) {
				p.close(errSilent)
				if n, ok := s.silent.Allow(now); ok {
					s.log.Warn("peer is silent, connection cut", "peer", p.name, "more", n)
				}
			}
		}
	}
}

// asksTCP is how many times a peer is looked at for each time that TCP is asked about it,
// which is a call of the system's: once a second is soon enough.
const asksTCP = int(time.Second / liveness.Slack)

// look pings who is due and returns who is dead. The silence of a peer says nothing
// while this end does not read (its reader waits for room), or while the peer may not
// have come to read the PING because of the messages before it: then only TCP can
// tell. One that can be written nothing more, and yet does not hang up, is not busy.
func (s *Socket) look(now time.Time) (dead []*pipe) {
	rule := liveness.Rule{PingEvery: s.cfg.PingEvery, Silence: s.cfg.Silence}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.looks++
	for p := range s.peers {
		owing := p.owing.Load()
		if owing && !p.deaf || p.paused {
			p.vitals.Heard()
		}
		verdict := p.vitals.Check(now, rule)
		if verdict.Ping {
			p.command(rule.Ping())
		}
		if verdict.Dead || owing && (p.place+s.looks)%asksTCP == 0 && liveness.Unanswered(p.conn) {
			dead = append(dead, p)
		}
	}
	return dead
}
