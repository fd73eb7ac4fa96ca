package proxy

import (
	"context"
	"net"
	"runtime"

	"homebus/internal/eventloop"
	"homebus/internal/zmtp"
)

// publisher reads the messages of one connection.
type publisher struct {
	*session
	// ctx ends with the forwarder.
	ctx     context.Context
	board   *switchboard
	id      PeerID
	inbox   inbox
	large   assembly
	claim   claim
	courier courier
	// forwarded says that the bytes at hand have brought a message, more that some of
	// them are to be forwarded in another turn, held that this is to be done aside, since
	// the forwarder is paused; end is what comes after them.
	forwarded, more, held bool
	end                   error
}

// newPublisher returns the reader of a session; id is the peer's.
func newPublisher(ctx context.Context, s *session, board *switchboard, id PeerID) *publisher {
	p := &publisher{session: s, ctx: ctx, board: board, id: id}
	p.large.paid = board.arriving
	return p
}

// done is of reader.
func (p *publisher) done() {
	p.courier.deliver()
	p.unclaim()
	p.large.reset()
	p.inbox.free()
}

// read forwards what the peer sends until the connection ends.
func (p *publisher) read() error {
	p.inbox.open(p.conn, p.raw)
	for {
		n, err := p.inbox.read()
		if err := p.arrived(n); err != nil {
			return err
		}
		for p.more {
			// On one processor those who wait for a turn would not run before this
			// goroutine has used up its time.
			runtime.Gosched()
			if err := p.forward(); err != nil {
				return err
			}
		}
		p.inbox.scatter(p.courier.writes, p.courier.wrote)
		if err != nil {
			return err
		}
	}
}

// step is of reader: it reads, unless there is more to forward of what was read before.
func (p *publisher) step(fd uintptr) (next eventloop.Next, err error) {
	if p.more {
		err = p.forward()
	} else {
		n, found, end := p.inbox.poll(fd)
		if !found {
			return eventloop.Wait, nil
		}
		p.end = end
		err = p.arrived(n)
	}
	if p.courier.called {
		p.courier.called = false
		runtime.Gosched() // who was called runs, and not when somebody notices that a loop waits
	}
	if err != nil {
		return eventloop.Wait, err
	}
	switch {
	case p.held:
		p.inbox.rest()
		return eventloop.Aside, nil
	case p.more:
		return eventloop.Again, nil
	}
	p.inbox.scatter(p.courier.writes, p.courier.wrote)
	p.inbox.rest()
	return eventloop.Wait, p.end
}

// arrived forwards of the n bytes that were read what is one turn.
func (p *publisher) arrived(n int) error {
	if n == 0 {
		return nil
	}
	p.vitals.Heard()
	return p.forward()
}

// forward forwards every message that is whole now, up to one turn; then there is more.
func (p *publisher) forward() error {
	t := p.board.turn()
	t.courier = &p.courier
	defer t.end()
	b := batch{board: p.board, from: p.id, courier: &p.courier}
	defer b.flush()
	if p.held = p.loop != nil && !p.held && t.board.resumed != nil; p.held {
		p.more = true // and waits without keeping the loop
		return nil
	}
	if err := p.mayPass(&t); err != nil {
		return err
	}
	var err error
	if p.more, err = p.pass(&t, &b); err != nil || p.more {
		t.keep = p.more
		return err
	}
	if p.forwarded {
		p.forwarded = false
		p.passed.Add(1)
	}
	return p.claimed()
}

// mayPass is that of t, but ends if the connection is closed from here: then its descriptor
// is wanted.
func (p *publisher) mayPass(t *turn) error {
	if t.board.resumed == nil {
		return nil
	}
	ctx, cancel := context.WithCancel(p.ctx)
	defer cancel()
	p.wake.Store(&cancel)
	defer p.wake.Store(nil)
	if p.cut.Load() {
		return net.ErrClosed
	}
	return t.mayPass(ctx)
}

// pass forwards every message that is whole now until the turn is over, and reports
// whether there may be more.
func (p *publisher) pass(t *turn, b *batch) (more bool, err error) {
	for {
		cost, more, err := p.next(b)
		if err != nil || !more {
			return false, err
		}
		if t.over(cost) {
			return true, nil
		}
	}
}

// next forwards what stands first in the inbox, as far as it is whole: a message and
// those that are like it, or a command. It returns how many messages it was as dear as,
// and reports whether there may be more.
func (p *publisher) next(b *batch) (cost int, more bool, err error) {
	if p.large.active() {
		more, err = p.assemble(b)
		return turnStep, more, err
	}
	if takesShort(&p.board.limits.Wire) {
		if cost, next := b.short(p.inbox.b, p.inbox.from, p.inbox.to, turnStep); cost > 0 {
			p.inbox.from, p.forwarded = next, true
			return cost, true, nil
		}
	}
	f, err := scan(p.inbox.unread(), &p.board.limits.Wire)
	switch {
	case err != nil:
		return 0, false, err
	case f.size > 0:
		from := p.inbox.from
		b.add(p.inbox.b, from, &f)
		like := 1
		if b.route == nil || b.route.watcher == nil {
			like = cheaper
		}
		alike, next := b.alike(p.inbox.b, from+f.size, p.inbox.to, like*turnStep)
		p.inbox.from, p.forwarded = next, true
		return 1 + alike/like, true, nil
	case f.command:
		b.flush()
		return 1, true, p.interrupted(f)
	case p.inbox.full():
		more, err = p.assemble(b)
		return turnStep, more, err
	}
	return 0, false, nil
}

// cheaper is how many messages that are like the one before cost what that does, if
// nobody in this process watches them.
const cheaper = 4

// interrupted serves a command, which may stand between the frames of a
// message, and closes the gap.
func (p *publisher) interrupted(f found) error {
	unread := p.inbox.unread()
	err := p.command(unread[f.commandBody:f.commandTo])
	gap := f.commandTo - f.commandFrom
	copy(unread[gap:f.commandTo], unread[:f.commandFrom])
	p.inbox.from += gap
	return err
}

// assemble moves what has arrived of a message that is too large for the inbox
// out of it. It reports whether there may be something behind that message.
func (p *publisher) assemble(b *batch) (more bool, err error) {
	for {
		done, err := p.large.take(p.inbox.unread(), &p.board.limits.Wire)
		p.inbox.from += done.used
		switch {
		case err != nil:
			return false, err
		case done.whole:
			b.large(&p.large)
			p.large.reset()
			p.forwarded = true
			return true, nil
		case !done.command:
			return false, nil
		}
		f, err := scan(p.inbox.unread(), &p.board.limits.Wire)
		if err != nil || !f.command {
			return false, err // the command is not whole yet
		}
		if err := p.interrupted(f); err != nil {
			return false, err
		}
	}
}

// largestSubscription leaves room for the longest header and command name
// before a subscription's topic.
func largestSubscription(l *Limits) int {
	return l.SubscriptionBytes + 1 + len(zmtp.CommandSubscribe)
}
