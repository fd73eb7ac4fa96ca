package epgm

import "time"

// sent is a packet that was sent and may be asked for.
type sent struct {
	packet []byte
	at     time.Time
	// repaired is when it was sent again last; asked says that it will be.
	repaired time.Time
	asked    bool
}

// sendWindow holds what was sent, in its order, bounded in time and bytes; the oldest
// goes.
type sendWindow struct {
	maxAge   time.Duration
	maxBytes int

	packets []sent
	bytes   int
	// trail is the sequence number of packets[0], or of the packet to come.
	trail uint32
}

// next is the sequence number of the packet to come.
func (w *sendWindow) next() uint32 { return w.trail + uint32(len(w.packets)) }

// get returns a packet, nil if it is not there.
func (w *sendWindow) get(sequence uint32) *sent {
	if i := ahead(sequence, w.trail); i >= 0 && i < len(w.packets) {
		return &w.packets[i]
	}
	return nil
}

// room makes room for a packet of size bytes; one always fits.
func (w *sendWindow) room(now time.Time, size int) {
	for len(w.packets) > 0 && (w.bytes+size > w.maxBytes || now.Sub(w.packets[0].at) > w.maxAge) {
		w.bytes -= len(w.packets[0].packet)
		w.packets[0] = sent{}
		w.packets = w.packets[1:]
		w.trail++
	}
}

func (w *sendWindow) add(now time.Time, packet []byte) {
	w.packets = append(w.packets, sent{packet: packet, at: now})
	w.bytes += len(packet)
}
