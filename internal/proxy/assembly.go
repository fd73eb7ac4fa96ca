package proxy

import "homebus/internal/zmtp"

// assembly is a message too large for an inbox, put together piece by piece as
// it arrives. One with nothing but paid is idle.
type assembly struct {
	// paid is where the pieces are counted.
	paid   *budget
	pieces pieces
	// size is the length in wire form so far; total and parts are held against
	// the limits.
	size, total, parts int
	// left is how much of the current frame's body is still to come; more says
	// that another frame follows it.
	left int
	more bool
	// topicFrom and topicTo are where the first frame's body lies in the wire
	// form.
	topicFrom, topicTo int
}

// active reports whether a message is being put together.
func (a *assembly) active() bool { return a.size > 0 }

// progress is what assembly.take has done with the bytes it was given.
type progress struct {
	// used is how many bytes it has taken.
	used int
	// whole says that the message is complete.
	whole bool
	// command says that a command stands where it stopped; it does not take
	// commands.
	command bool
}

// take takes as much of b as belongs to the message. It stops where b ends
// within a header, at a command, and at the message's end.
func (a *assembly) take(b []byte, l *zmtp.Limits) (progress, error) {
	var p progress
	for p.used < len(b) {
		if a.left > 0 {
			n := min(a.left, len(b)-p.used)
			a.add(b[p.used : p.used+n])
			p.used += n
			a.left -= n
		} else {
			h, err := zmtp.ParseHeader(b[p.used:], l.Frame)
			if err != nil {
				return p, badHeader(err)
			}
			if h.Size == 0 {
				return p, nil
			}
			if h.Command {
				p.command = true
				return p, nil
			}
			if err := a.frame(h, l); err != nil {
				return p, err
			}
			a.add(b[p.used : p.used+h.Size])
			p.used += h.Size
		}
		if a.left == 0 && !a.more {
			p.whole = true
			return p, nil
		}
	}
	return p, nil
}

// frame begins a frame of the message.
func (a *assembly) frame(h zmtp.Header, l *zmtp.Limits) error {
	if a.total += h.Length; a.total > l.Message {
		return tooLarge("message", a.total, l.Message, "--max-message")
	}
	if a.parts++; a.parts > l.Parts {
		return tooManyFrames(l)
	}
	if a.parts == 1 {
		a.topicFrom, a.topicTo = h.Size, h.Size+h.Length
	}
	a.left, a.more = h.Length, h.More
	return nil
}

func (a *assembly) add(b []byte) {
	a.pieces.add(b, a.paid)
	a.size += len(b)
}

// topicWhole reports whether topic returns all of it.
func (a *assembly) topicWhole() bool { return a.topicTo <= len(a.pieces[0].b) }

// topic returns as much of the topic as lies in the first piece, which is more
// than any subscription may be long.
func (a *assembly) topic() []byte {
	first := a.pieces[0].b
	return first[a.topicFrom:min(a.topicTo, len(first))]
}

// reset makes the assembly idle again.
func (a *assembly) reset() {
	ps := a.pieces
	ps.free()
	*a = assembly{paid: a.paid, pieces: ps}
}
