package socket

import (
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"homebus/internal/socket/gate"
	"homebus/internal/zmtp"
)

// routerPatience is how long a ROUTER waits for room in the queue of one peer.
const routerPatience = 100 * time.Millisecond

// Router talks to any number of peers by name (RFC 28): the first frame of each
// message, in and out, is the identity of the peer that it is from or for. Its methods
// may be called from any goroutine.
//
// A peer's identity is what it calls itself; one that does not is given another for
// each connection: a zero byte and four more. If a second peer comes with an identity
// that a first one has, the second is the one from then on, and the first is cut, for
// it is most likely the same one before it lost its connection.
type Router struct {
	*Socket
	routing *routing
}

// NewRouter returns a ROUTER without endpoints.
func NewRouter(cfg Config) *Router {
	s := newSocket(zmtp.ROUTER, cfg)
	x := &routing{plain: plain{s}, routes: make(map[string]*pipe), next: rand.Uint32()}
	s.pattern = x
	return &Router{Socket: s, routing: x}
}

// Recv returns the next message, one of each peer in turn, behind the identity of its
// peer, and waits for it until ctx ends. The frames are the caller's.
func (r *Router) Recv(ctx context.Context) ([][]byte, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	p, m, err := r.nextArrived(ctx)
	if err != nil {
		return nil, err
	}
	return slices.Insert(m, 0, []byte(p.identity)), nil
}

// Send gives all frames but the first to the peer whose identity the first one is. A
// message for a peer that is not there is counted as Unroutable, and is no error. If
// the peer's queue is full, Send waits for it, but 100 ms at most, and no more until
// that queue is half empty: such messages are counted as Dropped. So a peer that does
// not read costs the others little. It copies the frames.
func (r *Router) Send(ctx context.Context, frames [][]byte) error {
	if len(frames) < 2 {
		return fmt.Errorf("%w: want the identity of a peer and at least one frame for it", ErrMessage)
	}
	m := pack(frames[1:])
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return ErrClosed
	}
	p := r.routing.routes[string(frames[0])]
	if p == nil {
		r.stats.Unroutable++
		return nil
	}
	if err := r.awaitPeer(ctx, p, m.cost); err != nil {
		return err
	}
	if r.closed {
		return ErrClosed
	}
	r.sendTo(p, m)
	return nil
}

// awaitPeer waits a little for room in the queue of p. An error means that ctx ended.
func (r *Router) awaitPeer(ctx context.Context, p *pipe, cost int) error {
	if p.fits(cost) || p.deaf {
		return nil
	}
	if p.slow = p.slow && !p.halfEmpty(); p.slow {
		return nil
	}
	patient, cancel := context.WithTimeout(ctx, routerPatience)
	defer cancel()
	for !p.fits(cost) && !p.deaf && !r.closed {
		if r.await(patient, &r.room) == nil {
			continue
		}
		if err := context.Cause(ctx); err != nil {
			return fmt.Errorf("not sent, the peer has no room: %w", err)
		}
		p.slow = true
		return nil
	}
	return nil
}

// routing knows the peers of a ROUTER by name.
type routing struct {
	plain
	routes map[string]*pipe
	// next is in the next made-up identity. libzmq begins with the same in every
	// process (wire/zmtp.md, section 10); here it is random.
	next uint32
	// takeovers lets a line a second be logged of them.
	takeovers gate.Quiet
}

func (x *routing) joined(p *pipe) error {
	if p.identity == "" {
		p.identity = x.makeUp()
	}
	if old := x.routes[p.identity]; old != nil {
		if n, ok := x.takeovers.Allow(time.Now()); ok {
			x.log.Info("identity taken over by a newer peer", "identity", p.identity, "peer", p.name, "before", old.name, "more", n)
		}
		old.close(errTakenOver)
	}
	x.routes[p.identity] = p
	return nil
}

// makeUp returns an identity that nobody has.
func (x *routing) makeUp() string {
	for {
		id := binary.BigEndian.AppendUint32([]byte{0}, x.next)
		x.next++
		if x.routes[string(id)] == nil {
			return string(id)
		}
	}
}

func (x *routing) left(p *pipe, unwritten []parcel) {
	if x.routes[p.identity] == p {
		delete(x.routes, p.identity)
	}
	x.lose(unwritten)
}
