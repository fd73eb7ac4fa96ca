package zmqlink

import (
	"context"
	"fmt"
	"net"
	"slices"
	"sync"
	"testing"

	"homebus/internal/zmtp"

	"golang.org/x/sync/errgroup"
)

// lateSubscriber is a hub that calls subscribe when it has been told of the first
// subscription of a session, before it answers anything.
type lateSubscriber struct {
	subscribe func()

	mu   sync.Mutex
	held []string // the subscriptions behind which a PING has been answered
}

// play is the hub's part on either connection.
func (h *lateSubscriber) play(c net.Conn) {
	var seen []string
	for r := zmtp.NewReader(c, zmtp.DefaultLimits); ; {
		item, err := r.Read()
		if err != nil {
			return
		}
		if s, ok := zmtp.ParseSubscription(item.Command, item.Frames[0]); ok {
			if seen == nil {
				h.subscribe()
			}
			seen = append(seen, string(s.Topic))
		} else if !h.answer(c, item, seen) {
			return
		}
	}
}

// answer answers a PING.
func (h *lateSubscriber) answer(c net.Conn, item zmtp.Item, seen []string) bool {
	_, echo, err := zmtp.ParsePing(zmtp.ParseCommand(item.Frames[0]))
	if err != nil {
		return false
	}
	if len(seen) > 0 {
		h.mu.Lock()
		h.held = slices.Clone(seen)
		h.mu.Unlock()
	}
	_, err = c.Write(append(zmtp.AppendPong(nil, echo), zmtp.AppendSubscription(nil, true, nil)...))
	return err == nil
}

// A program subscribes while its link is on the way: that is in effect too when the
// link says that it is up.
func TestWhatIsSubscribedOnTheWayUpIsInEffect(t *testing.T) {
	h := &lateSubscriber{}
	s, err := serveReady(h.play)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	l, err := linkTo(s)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	h.subscribe = func() { n++; l.Subscribe(fmt.Sprint("late/", n)) }
	ctx, stop := context.WithTimeout(t.Context(), patience)
	defer stop()
	var g errgroup.Group
	g.Go(func() error { return ignoreEnd(l.Run(ctx)) })
	for e := range l.Events() {
		if up(e) {
			h.mu.Lock()
			if !slices.Contains(h.held, "late/1") {
				t.Errorf("up, and the hub has taken no more than %q", h.held)
			}
			h.mu.Unlock()
			stop()
		}
	}
	if err := g.Wait(); err != nil {
		t.Error(err)
	}
}
