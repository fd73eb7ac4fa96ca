package zmqlink

import (
	"context"
	"fmt"
	"net"
	"strconv"
	"sync"

	"github.com/go-zeromq/zmq4"
	"github.com/go-zeromq/zmq4/transport"
)

// scheme is the transport under which zmq4 dials a guard.
const scheme = "homebus-guard"

// guards is that transport: zmq4 knows transports only by a name, so an end of a
// pipe waits here, under a number, until zmq4 dials it. Safe for concurrent use.
type guards struct {
	mu    sync.Mutex
	count uint64
	ends  map[string]net.Conn
}

var _ transport.Transport = (*guards)(nil)

var waitingGuards = &guards{ends: make(map[string]net.Conn)}

func init() {
	if err := zmq4.RegisterTransport(scheme, waitingGuards); err != nil {
		panic(err) // another package took our scheme: a mistake in this program
	}
}

// offer returns the endpoint at which end can be dialled, once.
func (g *guards) offer(end net.Conn) (endpoint string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.count++
	key := strconv.FormatUint(g.count, 10)
	g.ends[key] = end
	return scheme + "://" + key
}

// Dial returns the end that waits under addr.
func (g *guards) Dial(_ context.Context, _ transport.Dialer, addr string) (net.Conn, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	end, ok := g.ends[addr]
	if !ok {
		return nil, fmt.Errorf("no guard waits under %q", addr)
	}
	delete(g.ends, addr)
	return end, nil
}

// Listen is not possible: a zmq4 socket does not listen in this project.
func (*guards) Listen(context.Context, string) (net.Listener, error) {
	return nil, fmt.Errorf("%s: nobody listens here", scheme)
}

// Addr returns the address as it is.
func (*guards) Addr(ep string) (string, error) { return ep, nil }
