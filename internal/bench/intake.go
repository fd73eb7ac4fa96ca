package bench

import (
	"encoding/binary"
	"sync/atomic"
	"time"
)

// The first 8 bytes of a payload, little endian: in the upper 16 bits the publisher, below
// them the message's place in its sequence. A probe has probeMark in place of the publisher
// and the publisher below.
const (
	sequenceBits = 48
	sequenceMask = 1<<sequenceBits - 1
	probeMark    = 0xffff
)

func numberOf(publisher int, n int64) uint64 { return uint64(publisher)<<sequenceBits | uint64(n) }

// maxMessage is the longest message of anybody that is read, in bytes; a buffer can bound
// it further.
const maxMessage = 1 << 30

// intake is what has arrived at one connection. Its goroutine is the one owner, but for the
// figures that others may look at.
type intake struct {
	wire wire
	// answer writes to the other side, at any time between two messages.
	answer func([]byte) error

	subscriber int // the number, -1 for connections that are no subscriber's
	size       int
	numbered   bool
	share      share
	streams    []stream // by publisher, if numbered
	counted    int64    // if not
	strange    int64    // messages that are not of this run
	settling   *settling

	clock     *clock
	now       time.Duration // since the run's beginning, of the latest read
	schedule  schedule
	latencies *latencies // nil: not measured

	// For others, after each read: how many of the messages have been heard; how far the
	// subscriber is, as a sum over the publishers' sequences; and when the last one came.
	heard, position, last atomic.Int64
}

// arrived takes what has been read and returns how much of it has been dealt with.
func (in *intake) arrived(b []byte) (int, error) {
	if in.latencies != nil {
		in.now = in.clock.now()
		in.latencies.mu.Lock()
		defer in.latencies.mu.Unlock()
	}
	n, err := in.wire.parse(b, in)
	in.tell()
	return n, err
}

// take takes the payload of one message.
func (in *intake) take(payload []byte) {
	if in.numbered && len(payload) == in.size {
		word := binary.LittleEndian.Uint64(payload)
		if p, n := word>>sequenceBits, int64(word&sequenceMask); p < uint64(len(in.streams)) && in.streams[p].take(n) {
			if in.latencies != nil {
				in.latencies.record(in.now - in.schedule.due(int(p), n))
			}
			return
		}
	}
	in.takeOther(payload)
}

// takeOther takes what is no numbered message of this run.
func (in *intake) takeOther(payload []byte) {
	if len(payload) == numberedSize {
		if word := binary.LittleEndian.Uint64(payload); word>>sequenceBits == probeMark {
			in.settling.note(int(word&sequenceMask), in.subscriber)
			return
		}
	}
	if in.numbered || len(payload) != in.size || in.subscriber < 0 {
		in.other()
		return
	}
	in.counted++
}

// other notes a message that is not of this run. At a publisher's connection it is a
// subscription.
func (in *intake) other() { in.strange++ }

// tell has the others see what has arrived.
func (in *intake) tell() {
	heard, position := in.counted, in.counted*in.share.period/in.share.perPeriod()
	for i := range in.streams {
		heard += in.streams[i].heard
		position += in.streams[i].next
	}
	if heard == in.heard.Load() && position == in.position.Load() {
		return
	}
	in.heard.Store(heard)
	in.position.Store(position)
	in.last.Store(int64(in.clock.now()))
}
