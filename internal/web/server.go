package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"

	"homebus/internal/endpoint"
	"homebus/internal/proxy"
	"homebus/internal/socket/gate"
	"homebus/internal/web/gateway"
	"homebus/internal/web/guard"
)

// Bounds on what a connection may cost in time and memory.
const (
	// headerTime is how long the header of a request may take to come, idleTime how long
	// the next one may be waited for, answerTime how long a whole answer may take to be
	// written. None holds a WebSocket, which looks after itself.
	headerTime = 5 * time.Second
	idleTime   = time.Minute
	answerTime = 15 * time.Second
	// maxHeader is how long the header of a request may be, in bytes, 4 KiB more or less.
	maxHeader = 16 << 10
	// parting is how long an answer that has been begun may take when the server ends.
	parting = 300 * time.Millisecond
)

// Limits bounds what clients may cost. A zero field means the default.
type Limits struct {
	// Connections is how many there may be (--http-max-connections), WebSockets and all;
	// DefaultConnections if 0.
	Connections int
	// WebSockets bounds the clients of /ws.
	WebSockets gateway.Limits
}

// mostConnections is the most that DefaultConnections returns: a thousand WebSockets and
// as many that come and go.
const mostConnections = 2048

// DefaultConnections returns how many connections the server may have: a quarter of those
// that the process can hold (gate.DefaultConnections), and no more than 2,048. The rest is
// the hub's.
func DefaultConnections() int { return min(max(gate.DefaultConnections()/4, 1), mostConnections) }

// Config says what a Server is to be.
type Config struct {
	// Address is where it listens, as ParseAddress has it.
	Address string
	// Origins are the origins whose pages are answered beside its own.
	Origins []guard.Origin
	// Token is what whoever publishes must have; see package guard for what holds where
	// there is none.
	Token guard.Token
	// Bus is what is served.
	Bus Bus
	// Attach makes a client of /ws a peer of the bus; see gateway.Config.
	Attach func(name string) *proxy.Local
	// Version is the version of the program.
	Version string
	Limits  Limits
	// Log is slog.Default() if nil.
	Log *slog.Logger
}

// Server is the server on HTTP. New makes it listen, Run makes it serve.
type Server struct {
	bus      Bus
	version  string
	log      *slog.Logger
	listener net.Listener
	guard    *guard.Guard
	gateway  *gateway.Gateway
	routes   *http.ServeMux // what the guard stands before
	crowd    *crowd
	refused  refusals
	// headerTime is the constant, but in tests.
	headerTime time.Duration
	// answering counts the handlers that have not returned.
	answering sync.WaitGroup
}

// New listens at c.Address, or returns what is wrong. Newcomers wait until Run. Without
// Run, call Close.
func New(c Config) (*Server, error) {
	host, address, err := ParseAddress(c.Address)
	if err != nil {
		return nil, fmt.Errorf("http: %w", err)
	}
	s := &Server{bus: c.Bus, version: c.Version, log: c.Log, headerTime: headerTime}
	if s.log == nil {
		s.log = slog.Default()
	}
	if s.listener, err = listen(address); err != nil {
		return nil, err
	}
	s.guard = guard.New(guard.Config{Origins: c.Origins, Name: host, Loopback: s.Loopback(), Token: c.Token})
	most := c.Limits.Connections
	if most <= 0 {
		most = DefaultConnections()
	}
	s.crowd = newCrowd(s.listener, most, s.log)
	s.gateway = gateway.New(gateway.Config{Attach: c.Attach, Authorizer: s.guard, Limits: c.Limits.WebSockets, Log: s.log})
	s.routes = s.mux()
	return s, nil
}

// Handle has h answer requests for the pattern, in the form of http.ServeMux, whom the
// guard lets through. It is called before Run.
func (s *Server) Handle(pattern string, h http.Handler) { s.routes.Handle(pattern, h) }

// Guard returns who says who may publish.
func (s *Server) Guard() *guard.Guard { return s.guard }

// listen opens the address.
func listen(address string) (net.Listener, error) {
	l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", address)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("http: listen on %s: the address is in use; is another hub running?", address)
	case err != nil:
		return nil, fmt.Errorf("http: listen on %s: %w", address, endpoint.Reason(err))
	}
	return l, nil
}

// Addr returns where the server listens; port 0 has become a real one.
func (s *Server) Addr() net.Addr { return s.listener.Addr() }

// Loopback reports whether the server can be reached from this machine only.
func (s *Server) Loopback() bool {
	a, ok := s.listener.Addr().(*net.TCPAddr)
	return ok && a.IP.IsLoopback()
}

// URL returns the address to open in a browser on this machine.
func (s *Server) URL() string {
	address := s.listener.Addr().String()
	if a, ok := s.listener.Addr().(*net.TCPAddr); ok && a.IP.IsUnspecified() {
		_, port, _ := net.SplitHostPort(address)
		address = net.JoinHostPort("localhost", port)
	}
	return "http://" + address + "/"
}

// Close closes the address of a server that is not to run after all.
func (s *Server) Close() { _ = s.listener.Close() }

// Run serves until ctx ends, and then returns nil once every connection is closed and
// nothing is left running, within a second. The error says that it could serve no longer.
// It is called once.
func (s *Server) Run(ctx context.Context) error {
	server := &http.Server{
		Handler:                      s.handler(),
		DisableGeneralOptionsHandler: true, // OPTIONS * is no exception
		ReadHeaderTimeout:            s.headerTime,
		ReadTimeout:                  s.headerTime, // what a request has behind its header is nothing to us
		WriteTimeout:                 answerTime,
		IdleTimeout:                  idleTime,
		MaxHeaderBytes:               maxHeader,
		ErrorLog:                     quietly(s.log),
		ConnState:                    s.crowd.note,
		ConnContext:                  withGuest,
	}
	s.sayWhere()
	g, ctx := errgroup.WithContext(ctx)
	server.BaseContext = func(net.Listener) context.Context { return ctx }
	g.Go(func() error {
		if err := server.Serve(s.crowd); !errors.Is(err, http.ErrServerClosed) {
			return fmt.Errorf("http: %w", err)
		}
		return nil
	})
	g.Go(func() error { return s.gateway.Run(ctx) })
	g.Go(func() error {
		<-ctx.Done()
		s.end(server)
		return nil
	})
	return g.Wait()
}

// sayWhere logs where the server is, and what that means.
func (s *Server) sayWhere() {
	s.log.Info("serving on HTTP", "open", s.URL(), "may_publish", s.guard.Publishers())
	if !s.Loopback() {
		s.log.Warn("whoever reaches this address can read all that passes; to publish on HTTP, a token is needed (--http-token-file)",
			"address", s.Addr().String(), "may_publish", s.guard.Publishers())
	}
}

// end ends a server: it lets answers that have been begun be written, and waits for what
// is left.
func (s *Server) end(server *http.Server) {
	s.crowd.close()
	grace, cancel := context.WithTimeout(context.Background(), parting)
	defer cancel()
	if server.Shutdown(grace) != nil {
		_ = server.Close()
	}
	s.answering.Wait()
}
