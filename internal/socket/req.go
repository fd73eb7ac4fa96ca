package socket

import (
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"homebus/internal/zmtp"
)

// Req asks, and has an answer (RFC 28). It asks its peers in turn, one question at a
// time. A question is asked again when the connection it was asked on is lost, of the
// next peer, or of the same when it is back; and, if Config.Resend is set, when no
// answer has come for that long. So a server may be killed and restarted, and a
// question may be done twice.
//
// An answer counts if it comes from a peer that was asked that question. To a REP the
// question carries an id in its envelope, as libzmq's REQ_CORRELATE has it (wire/zmtp.md,
// capture zmtp31_req_correlate), so that a late answer to another question is told
// apart. The program behind a ROUTER may not expect that: there a connection with a
// question on it that is given up is closed, and another made.
//
// Its methods may be called from any goroutine; Request is made for that.
type Req struct {
	*Socket
	asking *asking
	// requesting has one place, for the Request under way.
	requesting chan struct{}
}

// NewReq returns a REQ without endpoints.
func NewReq(cfg Config) *Req {
	s := newSocket(zmtp.REQ, cfg)
	x := &asking{plain: plain{s}, id: rand.Uint32()}
	s.pattern = x
	return &Req{Socket: s, asking: x, requesting: make(chan struct{}, 1)}
}

// Request asks and returns the answer, however often the question must be asked until
// ctx ends. Several at a time wait for one another.
func (r *Req) Request(ctx context.Context, frames [][]byte) ([][]byte, error) {
	select {
	case r.requesting <- struct{}{}:
	case <-ctx.Done():
		return nil, fmt.Errorf("not asked, others are before: %w", context.Cause(ctx))
	}
	defer func() { <-r.requesting }()
	if err := r.Send(ctx, frames); err != nil {
		return nil, err
	}
	answer, err := r.Recv(ctx)
	if err != nil {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.asking.giveUp()
		return nil, err
	}
	return answer, nil
}

// Send asks a question, and gives up the one before if there is no answer to it yet.
// It waits for a peer until ctx ends if the socket is only bound; an endpoint that it
// connects to is as good as a peer. It copies the frames.
func (r *Req) Send(ctx context.Context, frames [][]byte) error {
	if len(frames) == 0 {
		return fmt.Errorf("%w: it has no frame", ErrMessage)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for !r.closed && len(r.balance.lanes) == 0 && r.dialled == 0 {
		if err := r.await(ctx, &r.room); err != nil {
			return r.unsendable(err)
		}
	}
	if r.closed {
		return ErrClosed
	}
	r.asking.giveUp()
	r.asking.begin(frames)
	return nil
}

// Recv returns the answer to the question, and waits for it until ctx ends; the
// question is then still open. It returns ErrTurn if there is none. The frames are the
// caller's.
func (r *Req) Recv(ctx context.Context) ([][]byte, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for {
		switch x := r.asking; {
		case r.closed:
			return nil, ErrClosed
		case x.answer != nil:
			answer := x.answer
			x.answer = nil
			return answer, nil
		case x.question == nil:
			return nil, fmt.Errorf("%w: nothing was asked", ErrTurn)
		}
		if err := r.awaitAnswer(ctx); err != nil {
			return nil, fmt.Errorf("no answer: %w", err)
		}
	}
}

// awaitAnswer waits until something may have changed, and asks again when it is time.
// An error means that ctx ended.
func (r *Req) awaitAnswer(ctx context.Context) error {
	if r.cfg.Resend <= 0 {
		return r.await(ctx, &r.arrival)
	}
	patient, cancel := context.WithDeadline(ctx, r.asking.askedAt.Add(r.cfg.Resend))
	defer cancel()
	if r.await(patient, &r.arrival) == nil {
		return nil
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	r.asking.again()
	return nil
}

// asking is the question of a REQ.
type asking struct {
	plain
	// question is open, nil if none is; id tells it from those before.
	question [][]byte
	id       uint32
	// asked are the peers that it was written to, or soon will be, askedAt is when
	// that last was tried.
	asked   []*pipe
	askedAt time.Time
	// answer waits for Recv.
	answer [][]byte
}

// begin opens a question.
func (x *asking) begin(frames [][]byte) {
	x.id++
	x.question = make([][]byte, len(frames))
	for i, f := range frames {
		x.question[i] = slices.Clone(f)
	}
	x.ask()
}

// ask asks the peer whose turn it is; without one, joined does.
func (x *asking) ask() {
	x.askedAt = time.Now()
	p := x.balance.after(func(*pipe) bool { return true })
	if p == nil {
		return
	}
	if p.out.len() == 0 { // else it waits there
		x.waiting++
		p.push(pack(append(x.envelope(p), x.question...)))
	}
	if !slices.Contains(x.asked, p) {
		x.asked = append(x.asked, p)
	}
}

// again asks again, because no answer has come. Where nothing tells one answer from
// another, it does so by another connection.
func (x *asking) again() {
	open := x.asked
	x.asked = nil
	for _, p := range open {
		if correlates(p) {
			x.asked = append(x.asked, p)
		} else {
			x.balance.remove(p)
			p.close(errAgain)
		}
	}
	x.ask()
}

// giveUp closes the question.
func (x *asking) giveUp() {
	for _, p := range x.asked {
		if correlates(p) {
			x.waiting -= p.retract()
		} else {
			x.balance.remove(p)
			p.close(errGivenUp)
		}
	}
	x.question, x.asked, x.answer = nil, nil, nil
}

// correlates reports whether the peer returns an id that stands in the envelope,
// whatever program is behind it.
func correlates(p *pipe) bool { return p.kind == zmtp.REP }

// envelope returns what stands before the question.
func (x *asking) envelope(p *pipe) [][]byte {
	if correlates(p) {
		return [][]byte{binary.BigEndian.AppendUint32(nil, x.id), {}}
	}
	return [][]byte{{}}
}

func (x *asking) joined(p *pipe) error {
	x.balance.add(p)
	if x.question != nil && len(x.asked) == 0 {
		x.ask()
	}
	return nil
}

// sift keeps the answer to the open question, and nothing else.
func (x *asking) sift(p *pipe, m [][]byte) ([][]byte, error) {
	envelope := x.envelope(p)
	if x.question == nil || !slices.Contains(x.asked, p) || len(m) <= len(envelope) ||
		!slices.EqualFunc(m[:len(envelope)], envelope, slices.Equal[[]byte]) {
		x.stats.Unwanted++
		return nil, nil
	}
	if !correlates(p) { // its answer is here, and it has no other question
		x.asked = slices.DeleteFunc(x.asked, func(asked *pipe) bool { return asked == p })
	}
	x.giveUp() // for the others: their answers must not be taken for one to the next
	x.answer = m[len(envelope):]
	x.stats.In.add(bodies(x.answer))
	x.arrival.fire()
	return nil, nil
}

// left has the question asked again if nobody is left who was asked it.
func (x *asking) left(p *pipe, unwritten []parcel) {
	x.waiting -= len(unwritten)
	i := slices.Index(x.asked, p)
	if i < 0 {
		return
	}
	x.asked = slices.Delete(x.asked, i, i+1)
	if x.question != nil && len(x.asked) == 0 {
		x.ask()
	}
}
