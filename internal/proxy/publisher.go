package proxy

import (
	"context"

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
	// forwarded says that the bytes at hand have brought a message.
	forwarded bool
}

// read forwards what the peer sends until the connection ends.
func (p *publisher) read() error {
	p.large.paid = p.board.arriving
	defer p.inbox.free()
	defer p.large.reset()
	defer p.unclaim()
	p.inbox.open(p.conn, p.raw)
	for {
		n, err := p.inbox.read()
		if n > 0 {
			p.vitals.Heard()
			if err := p.forward(); err != nil {
				return err
			}
			p.inbox.scatter(p.courier.writes, p.courier.wrote)
		}
		if err != nil {
			return p.reason(err)
		}
	}
}

// forward forwards every message that is whole now.
func (p *publisher) forward() error {
	t := p.board.turn()
	t.courier = &p.courier
	defer t.end()
	b := batch{board: p.board, from: p.id, courier: &p.courier}
	defer b.flush()
	if err := p.pass(&t, &b); err != nil {
		return err
	}
	if p.forwarded {
		p.forwarded = false
		p.passed.Add(1)
	}
	return p.claimed()
}

// pass forwards every message that is whole now, in turns.
func (p *publisher) pass(t *turn, b *batch) error {
	if err := t.mayPass(p.ctx); err != nil {
		return err
	}
	for {
		cost, more, err := p.next(b)
		if err != nil || !more {
			return err
		}
		if t.over(cost) {
			b.flush()
			t.again()
			if err := t.mayPass(p.ctx); err != nil {
				return err
			}
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
