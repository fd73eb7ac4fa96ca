package proxy

// take appends to to what is to be written next, nothing if nothing waits: whole
// messages, or what was left of some after wrotePart. It stays valid until wrote,
// wrotePart or unwritten, one of which must follow before the next take.
func (o *outbox) take(to [][]byte) [][]byte {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.lent != nil {
		to = append(to, o.lent)
	}
	if len(o.taken) == 0 {
		o.takeMore()
	}
	for i := range o.taken {
		to = append(to, o.taken[i].bytes())
	}
	return to
}

// short reports whether the share of each is so small that its writer must not hold much.
func (o *outbox) short() bool { return o.budget.share.Load() < 2*mostAhead }

// takeMore gives the writer what waits, or the beginning of it.
func (o *outbox) takeMore() {
	n := (mostAhead - len(o.lent)) * writeAhead / mostAhead
	switch {
	case n == 0:
		return
	case o.short():
		n = 1
	}
	bytes, messages := o.queue.bytes, o.queue.messages()
	o.taken = o.queue.take(o.taken[:0], n)
	o.takenBytes += bytes - o.queue.bytes
	o.takenMessages += messages - o.queue.messages()
}

// wrote says that what was taken is written.
func (o *outbox) wrote() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.sent += uint64(o.takenMessages)
	o.sentBytes += uint64(o.takenBytes)
	o.release()
}

// wrotePart says that n bytes of what was taken are written, and not all. The rest is
// what take returns next.
func (o *outbox) wrotePart(n int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	var rest []stretch
	if k := min(n, len(o.lent)); k < len(o.lent) {
		rest = o.keep(o.lent[k:])
		n = 0
	} else {
		n -= k
	}
	o.lent = nil
	for i := range o.taken {
		s := &o.taken[i]
		if k := min(n, s.to-s.from); k == s.to-s.from && k > 0 {
			n -= k
			s.free()
		} else {
			s.from += k
			n -= k
			rest = append(rest, *s)
		}
	}
	clear(o.taken)
	o.taken = rest
}

// keep copies what is left of what was lent.
func (o *outbox) keep(b []byte) (rest []stretch) {
	var ps pieces
	ps.add(b, o.budget)
	for _, p := range ps {
		rest = append(rest, stretch{piece: p, to: len(p.b), mark: -1})
	}
	return rest
}

// unwritten says that what was taken will not be written.
func (o *outbox) unwritten() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.overflowed {
		o.dropped += uint64(o.takenMessages)
	}
	o.release()
}

// keepStretches is for how many stretches an outbox keeps room while nothing
// waits.
const keepStretches = 16

func (o *outbox) release() {
	freeStretches(o.taken)
	o.taken = o.taken[:0]
	if cap(o.taken) > keepStretches {
		o.taken = nil
	}
	o.lent, o.takenBytes, o.takenMessages = nil, 0, 0
}
