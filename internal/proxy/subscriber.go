package proxy

import (
	"fmt"
	"net"
	"time"

	"homebus/internal/eventloop"
	"homebus/internal/socket/gate"
	"homebus/internal/zmtp"
)

// subscriber reads the subscriptions of one connection.
type subscriber struct {
	*session
	board *switchboard
	sink  *sink
	inbox inbox
	// skip is how much is still to come of a frame that is of no interest.
	skip int
	// due says that what was read is to be served, end what comes after that.
	due bool
	end error
}

// done is of reader.
func (s *subscriber) done() { s.inbox.free() }

// read serves subscriptions until the connection ends.
func (s *subscriber) read() error {
	s.inbox.open(s.conn, s.raw)
	for {
		n, err := s.inbox.read()
		if n > 0 {
			s.vitals.Heard()
			if err := s.serve(); err != nil {
				return err
			}
		}
		if err != nil {
			return err
		}
	}
}

// step is of reader. Subscriptions are served aside, since they may have to wait for
// others.
func (s *subscriber) step(fd uintptr) (eventloop.Next, error) {
	if s.due {
		s.due = false
		if err := s.serve(); err != nil {
			return eventloop.Wait, err
		}
	} else {
		n, found, err := s.inbox.poll(fd)
		if !found {
			return eventloop.Wait, nil
		}
		if s.end = err; n > 0 {
			s.vitals.Heard()
			if s.due, err = s.arrived(); err != nil {
				return eventloop.Wait, err
			}
			if s.due {
				return eventloop.Aside, nil
			}
		}
	}
	s.inbox.rest()
	return eventloop.Wait, s.end
}

// arrived serves the commands that come before anything else, for which nobody has to
// wait, if they are few, and reports whether there is more to serve.
func (s *subscriber) arrived() (more bool, err error) {
	s.skipped()
	for served := 0; s.inbox.from < s.inbox.to; served++ {
		if served == turnStep { // each may be answered by a write
			return true, nil
		}
		unread := s.inbox.unread()
		h, err := zmtp.ParseHeader(unread, s.board.limits.Wire.Frame)
		if err != nil {
			return false, badHeader(err)
		}
		end := h.Size + h.Length
		if h.Size == 0 || !h.Command || end > len(unread) || h.Length > largestSubscription(&s.board.limits) {
			return true, nil
		}
		if _, subscription := zmtp.ParseSubscription(true, unread[h.Size:end]); subscription {
			return true, nil
		}
		if err := s.command(unread[h.Size:end]); err != nil {
			return false, err
		}
		s.inbox.from += end
	}
	return false, nil
}

// serve serves every frame that is whole now.
func (s *subscriber) serve() error {
	if s.skipped(); s.inbox.from == s.inbox.to {
		return nil // and nobody had to wait for it
	}
	came := time.Now()
	t := s.board.turn()
	defer t.end()
	if t.since.Sub(came) > longWait && s.gone() {
		return net.ErrClosed
	}
	for {
		if t.over(turnStep) { // one subscription may bring many last values
			if t.again(); s.gone() {
				return net.ErrClosed
			}
		}
		s.skipped()
		unread := s.inbox.unread()
		h, err := zmtp.ParseHeader(unread, s.board.limits.Wire.Frame)
		if err != nil {
			return badHeader(err)
		}
		if h.Size == 0 {
			return nil
		}
		if h.Length > largestSubscription(&s.board.limits) {
			if err := s.oversize(unread, h); err != nil {
				return err
			}
			if s.skip == 0 {
				return nil // its first byte is not there yet
			}
			continue
		}
		end := h.Size + h.Length
		if end > len(unread) {
			return nil
		}
		if err := s.frame(&t, h.Command, unread[h.Size:end]); err != nil {
			return err
		}
		s.board.ration()
		s.inbox.from += end
	}
}

// longWait is after how long a wait for its turn a subscriber is looked at: if it has
// left meanwhile, nothing must be done for it, for others wait too.
const longWait = time.Millisecond

// gone reports whether the peer has left, or was cut, as far as that can be seen
// without a read.
func (s *subscriber) gone() bool { return s.cut.Load() || s.raw != nil && hungUp(s.raw) }

// skipped passes over what has come of a frame that is of no interest.
func (s *subscriber) skipped() {
	n := min(s.skip, s.inbox.to-s.inbox.from)
	s.inbox.from += n
	s.skip -= n
}

// frame serves one frame. Every frame of a message may be a subscription, as
// libzmq has it; what is none is a word to the application of an XPUB, and this
// one has nothing to say.
func (s *subscriber) frame(t *turn, command bool, body []byte) error {
	change, ok := zmtp.ParseSubscription(command, body)
	switch {
	case ok && change.Subscribe:
		if s.board.tap.Much(change.Topic) {
			if t.standInLine(); s.gone() {
				return net.ErrClosed
			}
			defer t.leaveLine()
		}
		return s.board.subscribe(s.sink, change.Topic)
	case ok:
		s.board.cancel(s.sink, change.Topic)
	case command:
		return s.command(body)
	}
	return nil
}

// oversize decides about a frame that is longer than any subscription may be:
// it is skipped if it is none.
func (s *subscriber) oversize(unread []byte, h zmtp.Header) error {
	if h.Command {
		return fmt.Errorf("%w: a command of %d bytes from a subscriber", gate.ErrQuota, h.Length)
	}
	if len(unread) == h.Size {
		return nil
	}
	if unread[h.Size] <= 1 {
		return fmt.Errorf("%w: a subscription of %d bytes, at most %d are taken (--max-topic)", gate.ErrQuota, h.Length-1, s.board.limits.SubscriptionBytes)
	}
	s.inbox.from += h.Size
	s.skip = h.Length
	return nil
}
