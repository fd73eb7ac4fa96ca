package epgm

import "time"

// slotState is what is known of a packet. The states of one that is missing are those of
// RFC 3208, section 6.3, "NAK state machine".
type slotState uint8

const (
	_ slotState = iota // free
	// slotBackOff: it will be asked for, unless somebody else does before.
	slotBackOff
	// slotAsked: a NAK was sent, and no NCF has come.
	slotAsked
	// slotPromised: an NCF has come, and not the packet.
	slotPromised
	// slotHere: it waits for an earlier one. slotLost: it is given up.
	slotHere
	slotLost
)

// slot is a packet behind the last one that was delivered.
type slot struct {
	state slotState
	tries uint8 // NAKs so far
	// foreign is packet's.
	foreign bool
	// at is when its state ends, if it is missing.
	at   time.Time
	data []byte
}

func (s *slot) missing() bool { return s.state >= slotBackOff && s.state <= slotPromised }

// slotSize is what a slot takes in memory, in bytes, without its data.
const slotSize = 56

// leastSlots is how many slots a window has that needs any.
const leastSlots = 64

// recvWindow is a ring of the packets from next on, of which the first is missing, if
// there are any. It decides nothing.
type recvWindow struct {
	// next is the packet to be delivered next.
	next uint32
	// slots is of a length that is a power of two, or 0; n of them are used.
	slots []slot
	n     int
}

// at returns the slot of packet next+i.
func (w *recvWindow) at(i int) *slot {
	return &w.slots[(w.next+uint32(i))&uint32(len(w.slots)-1)]
}

// get returns the slot of a packet, nil if it has none.
func (w *recvWindow) get(sequence uint32) *slot {
	if i := ahead(sequence, w.next); i >= 0 && i < w.n {
		return w.at(i)
	}
	return nil
}

// pop takes the first slot out.
func (w *recvWindow) pop() slot {
	first := w.at(0)
	s := *first
	*first = slot{}
	w.next++
	w.n--
	return s
}

// grown returns how many slots there must be for n packets.
func (w *recvWindow) grown(n int) int {
	size := max(len(w.slots), leastSlots)
	for size < n {
		size *= 2
	}
	return size
}

// grow makes the ring size slots long, a power of two, at least n.
func (w *recvWindow) grow(size int) {
	old := *w
	w.slots = make([]slot, size)
	for i := range old.n {
		*w.at(i) = *old.at(i)
	}
}
