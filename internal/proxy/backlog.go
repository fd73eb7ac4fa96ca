package proxy

import (
	"math"

	"homebus/internal/zmtp"
)

// backlog is a queue of whole messages, and of commands between them, in wire
// form, that lies in pieces. It always begins and ends between two of them. Where
// the others begin it finds out only when it has to: where a run of them was added
// is noted, and the way from there leads over their headers. The zero backlog is
// empty. One owner.
type backlog struct {
	stretches []stretch
	// bytes counts what waits.
	bytes int
	// first numbers the first message that waits, next the next to come.
	first, next uint64
}

// stretch is b[from:to] of a piece, which it holds.
type stretch struct {
	*piece
	from, to int
	// mark is where in b the last run begins that began in it, with message
	// number; -1 if none did.
	mark   int
	number uint64
}

func (s *stretch) bytes() []byte { return s.b[s.from:s.to] }

func (q *backlog) empty() bool   { return len(q.stretches) == 0 }
func (q *backlog) messages() int { return int(q.next - q.first) }

// add copies a run of so many whole messages to the end; 0 is for a command.
func (q *backlog) add(run []byte, messages int, paid *budget) {
	q.append(run, len(run), paid)
	q.next += uint64(messages)
}

// addSpans copies the runs in buf that are staged to the end.
func (q *backlog) addSpans(buf []byte, st *stage, paid *budget) {
	left := st.bytes
	for _, s := range st.spans {
		q.append(buf[s.from:s.to], left, paid)
		q.next += uint64(s.count)
		left -= int(s.to - s.from)
	}
}

// append copies a run that begins with message next, and is the beginning of so many
// bytes, to the end.
func (q *backlog) append(run []byte, of int, paid *budget) {
	q.bytes += len(run)
	rest := run
	if n := len(q.stretches); n > 0 {
		last := &q.stretches[n-1]
		if free := cap(last.b) - last.to; free > 0 && last.growable() {
			last.mark, last.number = last.to, q.next
			rest = last.fill(rest)
			last.to = len(last.b)
		}
	}
	begun := len(rest) < len(run)
	for len(rest) > 0 {
		p := newPiece(of-len(run)+len(rest), grownClass(len(q.stretches)), paid)
		rest = p.fill(rest)
		s := stretch{piece: p, to: len(p.b), mark: -1}
		if !begun {
			s.mark, s.number, begun = 0, q.next, true
		}
		q.stretches = append(q.stretches, s)
	}
}

// growable reports whether more can be put behind s in its piece.
func (s *stretch) growable() bool {
	return s.class != sharedClass && s.to == len(s.b) && s.holders.Load() == 1
}

// hold adds a run of so many whole messages, of size bytes, that lies in pieces,
// without a copy.
func (q *backlog) hold(ps pieces, size, messages int) {
	for i, p := range ps {
		p.hold()
		s := stretch{piece: p, to: len(p.b), mark: -1}
		if i == 0 {
			s.mark, s.number = 0, q.next
		}
		q.stretches = append(q.stretches, s)
	}
	q.bytes += size
	q.next += uint64(messages)
}

// take moves the first n stretches to the end of to, or less, to where a run begins, or
// more if the only one in them is longer.
func (q *backlog) take(to []stretch, n int) []stretch {
	end := place{stretch: len(q.stretches), number: q.next}
	if n < len(q.stretches) {
		end = q.lastMark(n)
	}
	to = append(to, q.stretches[:end.stretch]...)
	for i := range q.stretches[:end.stretch] {
		q.bytes -= q.stretches[i].to - q.stretches[i].from
	}
	if end.stretch < len(q.stretches) {
		if s := &q.stretches[end.stretch]; end.at > s.from {
			s.hold()
			to = append(to, stretch{piece: s.piece, from: s.from, to: end.at, mark: -1})
			q.bytes -= end.at - s.from
			s.from = end.at
		}
	}
	q.shift(end)
	return to
}

// lastMark returns the last place in the first n stretches, the first not counted, or at the
// beginning of the one behind, where a run is known to begin; else the first place between
// two messages behind them, which takes longer to find.
func (q *backlog) lastMark(n int) place {
	for k := n; k > 0; k-- {
		if s := &q.stretches[k]; s.mark >= s.from && (k < n || s.mark == s.from) {
			return place{stretch: k, at: s.mark, number: s.number}
		}
	}
	return q.boundary(n, 0)
}

// shift makes end the beginning. What lies before it is gone already.
func (q *backlog) shift(end place) {
	q.first = end.number
	if end.stretch > 0 {
		rest := copy(q.stretches, q.stretches[end.stretch:])
		clear(q.stretches[rest:])
		q.stretches = q.stretches[:rest]
	}
	if len(q.stretches) > 0 {
		if s := &q.stretches[0]; s.mark < s.from {
			s.mark, s.number = s.from, end.number
		}
	} else if cap(q.stretches) > keepStretches {
		q.stretches = nil
	}
}

// dropFirst drops the first message or command. It returns how many messages that
// is, 0 or 1, and false if there is nothing.
func (q *backlog) dropFirst() (messages int, any bool) {
	if q.empty() {
		return 0, false
	}
	before := q.first
	end := q.after(place{at: q.stretches[0].from, number: before})
	for i := range q.stretches[:end.stretch] {
		q.bytes -= q.stretches[i].to - q.stretches[i].from
		q.stretches[i].free()
	}
	if end.stretch < len(q.stretches) {
		s := &q.stretches[end.stretch]
		q.bytes -= end.at - s.from
		s.from = end.at
	}
	q.shift(end)
	return int(q.first - before), true
}

// dropLast keeps so many bytes, rounded up to whole messages, and drops all that
// come later. It returns how many messages that is.
func (q *backlog) dropLast(keep int) (messages int) {
	for i := range q.stretches {
		s := &q.stretches[i]
		if n := s.to - s.from; n <= keep {
			keep -= n
			continue
		}
		end := q.boundary(i, keep)
		return q.cut(end)
	}
	return 0
}

// cut makes end the end.
func (q *backlog) cut(end place) (messages int) {
	kept := end.stretch
	if end.stretch < len(q.stretches) {
		if s := &q.stretches[end.stretch]; end.at > s.from {
			q.bytes -= s.to - end.at
			s.to = end.at // and so it is not growable any more
			if s.mark >= s.to {
				s.mark = -1
			}
			kept++
		}
	}
	for i := range q.stretches[kept:] {
		s := &q.stretches[kept+i]
		q.bytes -= s.to - s.from
		s.free()
	}
	clear(q.stretches[kept:])
	q.stretches = q.stretches[:kept]
	messages = int(q.next - end.number)
	q.next = end.number
	return messages
}

// forget drops everything.
func (q *backlog) forget() {
	freeStretches(q.stretches)
	*q = backlog{first: q.next, next: q.next}
}

func freeStretches(list []stretch) {
	for i := range list {
		list[i].free()
	}
	clear(list)
}

// place is a place between two messages of a backlog: at byte at of a stretch's
// piece, or at the end, behind the last stretch. number is that of the next
// message.
type place struct {
	stretch, at int
	number      uint64
}

// boundary returns the first place between two messages that is not before byte
// offset of stretch i.
func (q *backlog) boundary(i, offset int) place {
	goal := q.stretches[i].from + offset
	p := place{at: q.stretches[0].from, number: q.first}
	for k := i; k >= 0; k-- {
		if s := &q.stretches[k]; s.mark >= s.from && (k < i || s.mark <= goal) {
			p = place{stretch: k, at: s.mark, number: s.number}
			break
		}
	}
	for p.stretch < i || p.stretch == i && p.at < goal {
		p = q.after(p)
	}
	return p
}

// after returns the place behind the message or command at p.
func (q *backlog) after(p place) place {
	for {
		h := q.header(p)
		p = q.forward(p, h.Size+h.Length)
		switch {
		case h.Size == 0: // cannot be: only whole messages come in
			return place{stretch: len(q.stretches), number: q.next}
		case h.Command:
			return p
		case !h.More:
			p.number++
			return p
		}
	}
}

// header parses the header at p, which may lie across stretches.
func (q *backlog) header(p place) zmtp.Header {
	if p.stretch >= len(q.stretches) {
		return zmtp.Header{}
	}
	s := &q.stretches[p.stretch]
	b := s.b[p.at:s.to]
	if len(b) < zmtp.MaxHeaderSize {
		var joined [zmtp.MaxHeaderSize]byte
		n := copy(joined[:], b)
		for k := p.stretch + 1; n < len(joined) && k < len(q.stretches); k++ {
			n += copy(joined[n:], q.stretches[k].bytes())
		}
		b = joined[:n]
	}
	h, err := zmtp.ParseHeader(b, math.MaxInt)
	if err != nil {
		return zmtp.Header{}
	}
	return h
}

// forward returns the place n bytes behind p.
func (q *backlog) forward(p place, n int) place {
	for p.stretch < len(q.stretches) {
		left := q.stretches[p.stretch].to - p.at
		if n < left {
			p.at += n
			return p
		}
		n -= left
		p.stretch++
		p.at = 0
		if p.stretch < len(q.stretches) {
			p.at = q.stretches[p.stretch].from
		}
	}
	return p
}
