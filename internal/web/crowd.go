package web

import (
	"container/list"
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"homebus/internal/socket/gate"
)

// newcomerTime is for how long a newcomer has its place for certain.
const newcomerTime = 200 * time.Millisecond

// crowd is a listener with a bound on the connections that have come through it. At the
// bound the one makes room that has waited for a request for longest, whether it has sent
// half of one or none; if there is none, the newcomer is closed at once. So neither
// connections that are idle nor those that trickle keep newcomers out.
type crowd struct {
	net.Listener
	most int
	log  *slog.Logger

	mu sync.Mutex
	// guests is how many are there, waiting those of them that are not busy, the one that
	// has waited longest first.
	guests  int
	waiting list.List
	closed  bool
	// refused counts the newcomers for which there was no room.
	refused uint64
	quiet   gate.Quiet
}

// guest is a connection in a crowd. All but Conn belongs to the crowd's lock.
type guest struct {
	net.Conn
	crowd *crowd
	// place is its place among the waiting, nil while a request is being answered; since
	// is when it took it.
	place *list.Element
	since time.Time
	// hijacked says that it has become a WebSocket, and is nobody's request any more;
	// gone, that it counts no more.
	hijacked, gone bool
}

func newCrowd(l net.Listener, most int, log *slog.Logger) *crowd {
	return &crowd{Listener: l, most: most, log: log}
}

// Accept returns the next connection that there is room for.
func (c *crowd) Accept() (net.Conn, error) {
	for {
		conn, err := c.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if g := c.enter(conn, time.Now()); g != nil {
			return g, nil
		}
		_ = conn.Close()
	}
}

// enter gives a newcomer a place; nil if there is none.
func (c *crowd) enter(conn net.Conn, now time.Time) *guest {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return nil
	}
	if c.guests >= c.most && !c.makeRoom(now) {
		c.refused++
		if n, ok := c.quiet.Allow(now); ok {
			c.log.Warn("a connection on HTTP is refused, there are too many (--http-max-connections)", "most", c.most, "more", n)
		}
		return nil
	}
	g := &guest{Conn: conn, crowd: c}
	c.guests++
	g.wait(now)
	return g
}

// makeRoom closes the guest that has waited for longest, and reports whether there is one.
func (c *crowd) makeRoom(now time.Time) bool {
	first := c.waiting.Front()
	if first == nil {
		return false
	}
	oldest := first.Value.(*guest)
	if now.Sub(oldest.since) < newcomerTime {
		return false
	}
	oldest.leave()
	_ = oldest.Conn.Close()
	return true
}

// wait puts g behind all that wait; the lock is held.
func (g *guest) wait(now time.Time) { g.place, g.since = g.crowd.waiting.PushBack(g), now }

// act takes g out of those that wait; the lock is held.
func (g *guest) act() {
	if g.place != nil {
		g.crowd.waiting.Remove(g.place)
		g.place = nil
	}
}

// leave gives the place of g back; the lock is held.
func (g *guest) leave() {
	g.act()
	if !g.gone {
		g.gone = true
		g.crowd.guests--
	}
}

// Close closes the connection, and gives its place back.
func (g *guest) Close() error {
	g.crowd.mu.Lock()
	g.leave()
	g.crowd.mu.Unlock()
	return g.Conn.Close()
}

// CloseWrite lets a client read the last answer before it sees the end.
func (g *guest) CloseWrite() error {
	if tcp, ok := g.Conn.(*net.TCPConn); ok {
		return tcp.CloseWrite()
	}
	return errors.ErrUnsupported
}

// close closes those who wait for a request, and lets nobody in any more.
func (c *crowd) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	for e := c.waiting.Front(); e != nil; e = e.Next() {
		_ = e.Value.(*guest).Conn.Close()
	}
}

// counts returns how many are there, and how many newcomers were refused.
func (c *crowd) counts() (present int, refused uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.guests, c.refused
}

// note sees that a connection has become a WebSocket, which stays busy until it is closed.
func (c *crowd) note(conn net.Conn, state http.ConnState) {
	g, ok := conn.(*guest)
	if !ok || state != http.StateHijacked {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	g.hijacked = true
}

// begin says that a request is being answered, done that the next one is waited for.
func (g *guest) begin() {
	g.crowd.mu.Lock()
	defer g.crowd.mu.Unlock()
	g.act()
}

func (g *guest) done() {
	g.crowd.mu.Lock()
	defer g.crowd.mu.Unlock()
	if !g.hijacked && !g.gone && g.place == nil {
		g.wait(time.Now())
	}
}

// guestKey is where the context of a request has its guest.
type guestKey struct{}

func withGuest(ctx context.Context, conn net.Conn) context.Context {
	return context.WithValue(ctx, guestKey{}, conn)
}

// guestOf returns whose request it is that has ctx.
func guestOf(ctx context.Context) (*guest, bool) {
	g, ok := ctx.Value(guestKey{}).(*guest)
	return g, ok
}
