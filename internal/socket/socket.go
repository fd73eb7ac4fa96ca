package socket

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"homebus/internal/endpoint"
	"homebus/internal/socket/gate"
	"homebus/internal/zmtp"
)

// partingTime is how long a peer has, when all is written, to close its end too.
// Whoever closes a TCP connection with unread bytes in it resets it, and what was
// written last may be lost to the peer.
const partingTime = time.Second

// Socket is what all patterns have in common. It is made by their constructors. Its
// methods may be called from any goroutine.
type Socket struct {
	cfg     Config
	own     zmtp.Config
	log     *slog.Logger
	pattern pattern
	gate    *gate.Gate

	// ctx ends when nothing is left to do but to end; running is everything that
	// was started; ended is closed when it has ended.
	ctx     context.Context
	cancel  context.CancelFunc
	running sync.WaitGroup
	ended   chan struct{}
	silent  gate.Quiet
	spared  gate.Quiet
	// hopeful says that an endpoint that is connected to takes its turn at once, and
	// not only when there is a connection.
	hopeful bool
	// places counts the pipes, a Connect's as one.
	places atomic.Int64

	mu     sync.Mutex
	closed bool
	// dialled is how many endpoints are connected to, watched whether watch runs.
	dialled int
	watched bool
	// peers are the pipes that have a connection.
	peers   map[*pipe]struct{}
	balance balance
	// sought is when no peer was found that could be spared.
	sought time.Time
	// waiting is how many messages were taken and are not written yet.
	waiting int
	// sending and receiving are what all queues of the peers take together, unfinished
	// what has come of messages that are not whole.
	sending, receiving allowance
	unfinished         int
	greedy             gate.Quiet
	// looks counts the rounds of watch.
	looks int
	// arrived are the pipes with messages for Recv, in their turn.
	arrived queue[*pipe]
	// arrival fires when Recv may have something, room when Send may, and when a
	// peer leaves, freed when there may be room for a message alone in its queue.
	arrival, room, freed signal
	stats                Stats
}

// newSocket returns a socket that lacks its pattern.
func newSocket(kind zmtp.SocketType, cfg Config) *Socket {
	cfg = cfg.orDefaults()
	s := &Socket{
		cfg: cfg, own: zmtp.Config{SocketType: kind, Identity: cfg.Identity, Minor: 1},
		log:   cfg.Log.With("socket", string(kind)),
		peers: make(map[*pipe]struct{}), ended: make(chan struct{}),
	}
	s.sending.total, s.receiving.total = cfg.QueueTotal, cfg.QueueTotal
	s.gate = gate.New(gate.Limits{
		Handshake: cfg.Handshake, Pending: cfg.Newcomers, Connections: max(cfg.Connections, 0), MakeRoom: s.makeRoom,
	}, s.log)
	s.ctx, s.cancel = context.WithCancel(context.Background())
	return s
}

// Bind listens at an endpoint: tcp://host:port, tcp://*:port, port 0 for one of the
// kernel's choice, or ipc://path. It returns the endpoint with the port that it has,
// fit for Connect. The error says where and what would be right.
func (s *Socket) Bind(where string) (string, error) {
	if err := s.checkIdentity(); err != nil {
		return "", err
	}
	e, err := endpoint.Parse(where)
	if err != nil {
		return "", err
	}
	l, err := e.Listen(s.ctx)
	switch {
	case err != nil && s.ctx.Err() != nil:
		return "", ErrClosed
	case err != nil:
		return "", err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		_ = l.Close()
		return "", ErrClosed
	}
	s.watchOnce()
	s.running.Go(func() {
		s.gate.Serve(s.ctx, l, s.own, func(_ context.Context, c *gate.Conn) error {
			p := s.newPipe(int(s.places.Add(1)))
			p.spareable = true
			return s.serve(p, c)
		})
	})
	return endpoint.Of(l.Addr()).String(), nil
}

// Connect keeps the socket connected to an endpoint, tcp://host:port or ipc://path,
// from now on: it returns at once, and whatever becomes of the connection, another is
// attempted. The error is about the endpoint's form alone.
func (s *Socket) Connect(where string) error {
	if err := s.checkIdentity(); err != nil {
		return err
	}
	e, err := endpoint.ParseRemote(where)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return ErrClosed
	}
	s.watchOnce()
	s.dialled++
	p := s.newPipe(int(s.places.Add(1)))
	if s.hopeful {
		s.balance.add(p)
		s.room.fire()
	}
	s.running.Go(func() { s.keepConnected(e, p) })
	return nil
}

func (s *Socket) checkIdentity() error {
	if id := s.cfg.Identity; len(id) > zmtp.MaxIdentity || len(id) > 0 && id[0] == 0 {
		return fmt.Errorf("identity %.20q of %d bytes: want at most %d, the first not 0", id, len(id), zmtp.MaxIdentity)
	}
	return nil
}

// Close ends the socket. It refuses further messages, and waits until those that it
// has taken are written or ctx ends; then it closes every connection and endpoint and
// returns once nothing is left running. The error says how many messages were left
// over. Only the first call does all that; another waits for its end.
func (s *Socket) Close(ctx context.Context) error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		<-s.ended
		return nil
	}
	s.closed = true
	s.arrival.fire()
	s.room.fire()
	s.wakeReaders()
	err := s.drain(ctx)
	s.mu.Unlock()
	s.cancel()
	s.running.Wait()
	close(s.ended)
	return err
}

// wakeReaders has the readers that wait for room find that none is needed any more.
func (s *Socket) wakeReaders() {
	for p := range s.peers {
		wake(p.room)
	}
}

// drain waits until all is written, and then a moment for the peers to have it.
func (s *Socket) drain(ctx context.Context) error {
	for s.waiting > 0 {
		if err := s.await(ctx, &s.room); err != nil {
			n := s.waiting
			s.stats.Dropped += uint64(n)
			return fmt.Errorf("%d messages were not sent before the socket was closed: %w", n, err)
		}
	}
	ctx, cancel := context.WithTimeout(ctx, partingTime)
	defer cancel()
	for s.part(); s.parting(); {
		if s.await(ctx, &s.room) != nil {
			return nil
		}
	}
	return nil
}

// part says to all peers that were sent messages that no more will come.
func (s *Socket) part() {
	for p := range s.peers {
		half, ok := p.conn.(interface{ CloseWrite() error })
		p.parting = ok && p.sent && half.CloseWrite() == nil
	}
}

// parting reports whether one of those has not closed its end yet.
func (s *Socket) parting() bool {
	for p := range s.peers {
		if p.parting {
			return true
		}
	}
	return false
}

// parted reports whether the end of p is what Close asked for.
func (s *Socket) parted(p *pipe) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return p.parting
}

// serve serves the connection of p until its end, and until Recv has what came by it:
// so a peer holds its place for as long as it costs memory.
func (s *Socket) serve(p *pipe, c *gate.Conn) error {
	p.connect(c)
	if err := s.join(p); err != nil {
		return err
	}
	defer s.leave(p)
	var writing sync.WaitGroup
	defer writing.Wait()
	defer p.close(nil) // all three also if what serves p panics
	writing.Go(func() {
		if s.gate.Survive(func() error { s.write(p); return nil }) != nil {
			p.close(nil)
		}
	})
	err := s.read(p)
	if errors.Is(err, ErrClosed) {
		err = net.ErrClosed
	}
	return err
}

// join makes p a peer.
func (s *Socket) join(p *pipe) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.pattern.joined(p); err != nil {
		return err
	}
	s.peers[p] = struct{}{}
	p.used = time.Now()
	s.spread()
	s.room.fire()
	return nil
}

// leave waits until all messages of p are received, and forgets it.
func (s *Socket) leave(p *pipe) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.peers, p)
	s.unfinished -= p.claimed
	s.room.fire()
	for p.in.len() > 0 && !s.closed {
		s.mu.Unlock()
		select {
		case <-p.room:
		case <-s.ctx.Done():
		}
		s.mu.Lock()
	}
}

// stopSending ends what is sent to p. It may be called more than once.
func (s *Socket) stopSending(p *pipe) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p.deaf = true
	s.balance.remove(p)
	s.pattern.left(p, p.unwritten())
	s.spread()
	s.room.fire()
}

// lose counts messages that will not be sent.
func (s *Socket) lose(ms []parcel) {
	s.waiting -= len(ms)
	s.stats.Dropped += uint64(len(ms))
}

// read takes what p sends until its connection ends.
func (s *Socket) read(p *pipe) error {
	r := newReader(s.cfg.Wire)
	defer r.free()
	for {
		if err := r.fill(p.conn); err != nil {
			return err
		}
		p.vitals.Heard()
		p.owing.Store(false)
		if err := s.takeIn(p, r); err != nil {
			return err
		}
		s.claim(p, r)
	}
}

// takeIn delivers all that is whole in what was read.
func (s *Socket) takeIn(p *pipe, r *reader) error {
	for {
		more, err := s.collect(p, r)
		undelivered := s.flush(p, r)
		switch {
		case undelivered != nil:
			return undelivered
		case err != nil || !more:
			return err
		}
	}
}

// batchMessages is how many messages are delivered at once.
const batchMessages = 256

// flush delivers r's batch.
func (s *Socket) flush(p *pipe, r *reader) error {
	batch := r.batch
	defer clear(batch)
	r.batch = batch[:0]
	if len(batch) == 0 {
		return nil
	}
	r.claimed = 0 // deliver takes back what was counted
	return s.deliver(p, batch)
}

// collect puts messages that are whole into r's batch, and reports whether there may be
// more. It serves the commands between them, each after the messages before it: a peer
// may subscribe by a message and cancel by a command.
func (s *Socket) collect(p *pipe, r *reader) (more bool, err error) {
	for len(r.batch) < batchMessages {
		item, whole, err := r.next()
		if err != nil || !whole {
			return false, err
		}
		if !item.Command {
			r.batch = append(r.batch, item.Frames)
			continue
		}
		if err := s.flush(p, r); err != nil {
			return false, err
		}
		if err := s.command(p, item.Frames[0]); err != nil {
			return false, err
		}
	}
	return true, nil
}
