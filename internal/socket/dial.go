package socket

import (
	"context"
	"math/rand/v2"
	"time"

	"homebus/internal/endpoint"
	"homebus/internal/socket/gate"
)

// pauses are the times between attempts to connect. One owner.
type pauses struct{ min, max, doubled time.Duration }

// after returns the pause that follows an attempt that began or kept up a connection
// for so long. One that has lasted begins anew.
func (p *pauses) after(lasted time.Duration) time.Duration {
	if lasted > p.max {
		p.doubled = 0
	}
	p.doubled = min(max(2*p.doubled, p.min), p.max)
	return p.doubled - rand.N(p.doubled/2+1)
}

// keepConnected connects to e again and again until the socket ends. first is the pipe
// of the first attempt.
func (s *Socket) keepConnected(e endpoint.Endpoint, first *pipe) {
	waits := pauses{min: s.cfg.ReconnectMin, max: s.cfg.ReconnectMax}
	troubles := 0
	for p := first; s.ctx.Err() == nil; p = newPipe(&s.cfg, first.place) {
		lasted, err := s.connection(e, p)
		pause := waits.after(lasted)
		switch {
		case s.ctx.Err() != nil:
			return
		case lasted > 0:
			troubles = 0
			s.log.Info("connection lost", "endpoint", e.String(), "reason", err)
		case troubles == 0:
			s.log.Warn("cannot connect, trying again", "endpoint", e.String(), "reason", err)
		}
		if lasted == 0 {
			troubles++
		}
		select {
		case <-time.After(pause):
		case <-s.ctx.Done():
			return
		}
	}
}

// connection holds one connection for as long as it lasts, and returns how long that
// was, 0 if there was none, and why it ended.
func (s *Socket) connection(e endpoint.Endpoint, p *pipe) (lasted time.Duration, err error) {
	defer s.stopSending(p)
	ctx, cancel := context.WithTimeout(s.ctx, s.cfg.Handshake)
	conn, err := e.Dial(ctx)
	cancel()
	if err != nil {
		return 0, err
	}
	var began time.Time
	err = s.gate.Dialled(s.ctx, conn, s.own, func(_ context.Context, c *gate.Conn) error {
		began = time.Now()
		s.log.Debug("connected", "endpoint", e.String())
		return s.serve(p, c)
	})
	if began.IsZero() {
		return 0, err
	}
	return max(time.Since(began), 1), err
}
