package proxy

// mostSpans is how many spans a stage has at most.
const mostSpans = 512

// span is a run of so many whole messages in a publisher's buffer.
type span struct{ from, to, count uint32 }

// stage is what a batch has for one subscriber and has not put into its outbox yet: short
// runs between which there are others'. So a subscriber's lock is taken once for them, and
// they are copied one behind the other. It belongs to the switchboard's lock, and is empty
// when that is given back.
type stage struct {
	batch uint64 // its number
	spans []span
	// bytes and count are how long the spans are, and how many messages.
	bytes, count int
}

// add adds a run of so many messages, and reports whether there is room for another.
func (st *stage) add(from, to, count int) (room bool) {
	st.bytes += to - from
	st.count += count
	if n := len(st.spans); n > 0 && int(st.spans[n-1].to) == from {
		st.spans[n-1].to = uint32(to)
		st.spans[n-1].count += uint32(count)
		return true
	}
	st.spans = append(st.spans, span{uint32(from), uint32(to), uint32(count)})
	return len(st.spans) < mostSpans
}

// keepStages is how many stages are kept for the next batch.
const keepStages = 256

// stages are those that are not in use, and last numbers the batches that have used some.
// It belongs to the switchboard's lock.
type stages struct {
	free []*stage
	last uint64
}

// number returns a number for a batch.
func (ss *stages) number() uint64 {
	ss.last++
	return ss.last
}

func (ss *stages) get(batch uint64) *stage {
	n := len(ss.free)
	if n == 0 {
		return &stage{batch: batch}
	}
	st := ss.free[n-1]
	ss.free = ss.free[:n-1]
	st.batch = batch
	return st
}

func (ss *stages) put(st *stage) {
	st.batch, st.spans, st.bytes, st.count = 0, st.spans[:0], 0, 0
	if len(ss.free) < keepStages {
		ss.free = append(ss.free, st)
	}
}
