package control

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"homebus/internal/proxy"
	"homebus/internal/socket"
	"homebus/internal/zmtp"
)

// Target is what a control endpoint steers: a proxy or a hub. Its methods may be
// called from any goroutine.
type Target interface {
	Pause()
	Resume()
	Paused() bool
	Statistics() proxy.Statistics
}

// ErrTerminated is what Run returns when a client has asked for the end.
var ErrTerminated = errors.New("terminated through the control endpoint")

const (
	// maxConnections is how many clients there may be: so strangers at this endpoint
	// leave descriptors for the others. One that asks nothing for spare gives way.
	maxConnections = 256
	spare          = time.Second
	// largestRequest is how long a request may be, in bytes.
	largestRequest = 64 << 10
	// partingTime is how long the last answers have to be written.
	partingTime = 250 * time.Millisecond
)

// Server is a control endpoint. New makes it listen, Run makes it serve.
type Server struct {
	answers answers
	rep     *socket.Rep
	places  []string
}

// New listens at every endpoint, or at none and returns what is wrong. Requests wait
// until Run. Without Run, call Close. log is slog.Default() if nil.
func New(endpoints []string, target Target, log *slog.Logger) (*Server, error) {
	if log == nil {
		log = slog.Default()
	}
	s := &Server{
		answers: newAnswers(target, log),
		rep: socket.NewRep(socket.Config{
			HWM: 16, Connections: maxConnections, Spare: spare, Log: log.With("at", "control"),
			Wire: zmtp.Limits{Frame: largestRequest, Message: largestRequest, Parts: 64},
		}),
	}
	for _, endpoint := range endpoints {
		place, err := s.rep.Bind(endpoint)
		if err != nil {
			s.Close()
			return nil, fmt.Errorf("control: %w", err)
		}
		s.places = append(s.places, place)
	}
	return s, nil
}

// Endpoints returns where s listens; port 0 has become a real one.
func (s *Server) Endpoints() []string { return s.places }

// Handle adds what {"do":verb} does. It is called before Run.
func (s *Server) Handle(verb string, do Handler) { s.answers.verbs[verb] = do }

// Run answers requests until ctx ends, and then returns nil, or until a client asks
// for the end: then it returns ErrTerminated, with that request answered. It is called
// once; nothing is left running when it returns.
func (s *Server) Run(ctx context.Context) error {
	defer s.Close()
	for {
		request, err := s.rep.Recv(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return fmt.Errorf("control: %w", err)
		}
		answer, end := s.answers.to(ctx, request)
		if err := s.rep.Send(ctx, answer); err != nil {
			return fmt.Errorf("control: %w", err)
		}
		if end {
			return ErrTerminated
		}
	}
}

// Close closes the endpoints. Run does it by itself.
func (s *Server) Close() {
	ctx, cancel := context.WithTimeout(context.Background(), partingTime)
	defer cancel()
	_ = s.rep.Close(ctx) // who does not read an answer in this time does without it
}
