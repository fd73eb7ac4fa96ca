package bench

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"sync/atomic"
	"time"
)

// settling is who has heard whose probe.
type settling struct {
	heard [][]atomic.Bool // by publisher and subscriber
	left  []atomic.Int64  // by publisher: subscribers that have heard none yet
	done  []chan struct{} // by publisher: closed when left is 0
}

func newSettling(pubs, subs int) *settling {
	s := &settling{heard: make([][]atomic.Bool, pubs), left: make([]atomic.Int64, pubs), done: make([]chan struct{}, pubs)}
	for p := range pubs {
		s.heard[p] = make([]atomic.Bool, subs)
		s.left[p].Store(int64(subs))
		s.done[p] = make(chan struct{})
	}
	return s
}

// note says that a subscriber has heard a probe of a publisher. A stranger's numbers are
// none.
func (s *settling) note(publisher, subscriber int) {
	if s == nil || publisher >= len(s.heard) || subscriber < 0 {
		return
	}
	if !s.heard[publisher][subscriber].Swap(true) && s.left[publisher].Add(-1) == 0 {
		close(s.done[publisher])
	}
}

// The times between two probes of a publisher.
const (
	firstProbe = 2 * time.Millisecond
	lastProbe  = 200 * time.Millisecond
)

// settle says probes until every subscriber has heard one of p.
func (r *run) settle(ctx context.Context, p *publisher) error {
	again := time.NewTimer(0)
	defer again.Stop()
	for pause := firstProbe; ; pause = min(2*pause, lastProbe) {
		select {
		case <-r.settling.done[p.number]:
			return nil
		case <-ctx.Done():
			if cause := context.Cause(ctx); !errors.Is(cause, r.late) {
				return cause
			}
			return fmt.Errorf("publisher %d is not heard by %d of %d subscribers after %v: want a forwarder of %s between %s and %s",
				p.number+1, r.settling.left[p.number].Load(), r.cfg.Subs, r.cfg.Timeout, r.cfg.Protocol, r.cfg.Frontend, r.cfg.Backend)
		case <-again.C:
		}
		if _, err := p.conn.Write(r.probes(p)); err != nil {
			return fmt.Errorf("publisher %d: %w", p.number+1, err)
		}
		again.Reset(pause)
	}
}

// probes returns one probe for each topic by which somebody can be reached that has heard
// none of p.
func (r *run) probes(p *publisher) []byte {
	payload := binary.LittleEndian.AppendUint64(nil, numberOf(probeMark, int64(p.number)))
	var b []byte
	said := map[int]bool{}
	for i := range r.cfg.Subs {
		topic := r.cfg.shareOf(i).lastTopic()
		if !r.settling.heard[p.number][i].Load() && !said[topic] {
			said[topic] = true
			b, _ = r.wire.message(b, r.topics.name(topic), payload)
		}
	}
	return b
}
