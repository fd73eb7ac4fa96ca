package socket

import (
	"context"
	"math/rand/v2"
	"time"

	"homebus/internal/endpoint"
	"homebus/internal/socket/gate"
)

// awayPart is how much of the time that nobody has been there a pause is: whoever
// restarts a server at once finds its peers back at once, and they wait no longer after
// it than a quarter of the time that it took.
const awayPart = 4

// pauses are the times between attempts to connect. One owner.
type pauses struct {
	min, max time.Duration
	// away is when the first attempt in a row found nobody.
	away time.Time
	// doubled is the pause after the last connection.
	doubled time.Duration
}

// after returns the pause that follows an attempt that ended now. If it found somebody,
// lasted is how long the connection was good for, and the pause doubles unless that was
// for longer than the longest pause.
func (p *pauses) after(now time.Time, found bool, lasted time.Duration) time.Duration {
	pause := p.min
	switch {
	case !found:
		if p.away.IsZero() {
			p.away = now
		}
		pause = now.Sub(p.away) / awayPart
	case lasted > p.max:
		p.away, p.doubled = time.Time{}, p.min
	default:
		pause = 2 * p.doubled
		p.away, p.doubled = time.Time{}, min(max(pause, p.min), p.max)
	}
	return min(max(pause, p.min), p.max)
}

// keepConnected connects to e again and again until the socket ends. first is the pipe
// of the first attempt.
func (s *Socket) keepConnected(e endpoint.Endpoint, first *pipe) {
	waits := pauses{min: s.cfg.ReconnectMin, max: s.cfg.ReconnectMax}
	var losses gate.Quiet
	failing := false
	for p := first; s.ctx.Err() == nil; p = s.newPipe(first.place) {
		found, lasted, err := s.connection(e, p)
		if s.ctx.Err() != nil || s.parted(p) {
			return
		}
		now := time.Now()
		if lasted > 0 {
			if n, ok := losses.Allow(now); ok {
				s.log.Info("connection lost", "endpoint", e.String(), "reason", err, "more", n)
			}
		} else if !failing { // the first of many in a row
			s.log.Warn("cannot connect, trying again", "endpoint", e.String(), "reason", err)
		}
		failing = lasted == 0
		pause := waits.after(now, found, lasted)
		select {
		case <-time.After(pause - rand.N(pause/2+1)):
		case <-s.ctx.Done():
			return
		}
	}
}

// connection holds one connection for as long as it lasts. It returns whether somebody
// was there, how long the connection lasted after its handshake, and why it ended.
func (s *Socket) connection(e endpoint.Endpoint, p *pipe) (found bool, lasted time.Duration, err error) {
	defer s.stopSending(p)
	ctx, cancel := context.WithTimeout(s.ctx, s.cfg.Handshake)
	conn, err := e.Dial(ctx)
	cancel()
	if err != nil {
		return false, 0, err
	}
	var began time.Time
	err = s.gate.Dialled(s.ctx, conn, s.own, func(_ context.Context, c *gate.Conn) error {
		began = time.Now()
		s.log.Debug("connected", "endpoint", e.String())
		return s.serve(p, c)
	})
	if began.IsZero() {
		return true, 0, err
	}
	return true, max(time.Since(began), 1), p.reason(err)
}
