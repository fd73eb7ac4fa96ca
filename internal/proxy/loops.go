package proxy

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"runtime"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"homebus/internal/eventloop"
)

// mostLoops is how many event loops a side has at most. What publishers' forward goes
// through one switchboard, beside which reading and writing go on.
const mostLoops = 4

// loops read the peers of a side. Where there is none, a goroutine reads each. Safe for
// concurrent use after start.
type loops struct {
	all  []*eventloop.Loop
	next atomic.Uint32
}

// start runs a loop for every two processors in g, until ctx ends.
func (ls *loops) start(ctx context.Context, g *errgroup.Group, log *slog.Logger) {
	for range min(max(runtime.GOMAXPROCS(0)/2, 1), mostLoops) {
		l, err := eventloop.New()
		if err != nil {
			if !errors.Is(err, errors.ErrUnsupported) {
				log.Warn("no event loop, so each peer is read by a goroutine", "reason", err)
			}
			return
		}
		ls.all = append(ls.all, l)
		g.Go(func() error { return l.Run(ctx) })
	}
}

// adopt has a loop read conn, if there is one that can; else it returns nil.
func (ls *loops) adopt(conn net.Conn) *eventloop.Conn {
	if len(ls.all) == 0 {
		return nil
	}
	l := ls.all[int(ls.next.Add(1))%len(ls.all)]
	c, err := l.Adopt(conn)
	if err != nil {
		return nil // it is nothing of the system's, or there are no descriptors left
	}
	return c
}
