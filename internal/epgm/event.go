package epgm

import (
	"fmt"
	"net/netip"
)

// Source is a publisher as a subscriber knows it: its address and its TSI. A program
// that starts again is another Source.
type Source struct {
	Addr netip.Addr
	TSI  TSI
}

// String returns the address, a slash, and the TSI.
func (s Source) String() string { return s.Addr.String() + "/" + s.TSI.String() }

// Event is one thing that a subscriber has to say of a source: a message, or a loss, or
// that it is gone.
type Event struct {
	Source Source
	// Message has one frame at least, or is nil. Its frames belong to whoever is given
	// the event.
	Message [][]byte
	// Lost, if it is not nil, stands where messages of the source are missing.
	Lost *Loss
	// Gone says that the source is forgotten: it has said good-bye, or has been silent for
	// too long. Its next message is one of a source that has just come.
	Gone bool
}

// Loss is what is missing between two messages of a source, for good.
type Loss struct {
	// Packets is how many packets are missing. How many messages those held nobody can
	// say. 0 if a message was there and could not be taken.
	Packets uint64
	// Why is one of the Loss constants.
	Why LossReason
}

// LossReason says why a Loss could not be repaired, for people.
type LossReason string

// Why packets are lost for good.
const (
	// LossWithdrawn: the source no longer has them; it sends faster than was received, or
	// the network was cut for longer than its window lasts.
	LossWithdrawn LossReason = "the source no longer has them"
	// LossUnanswered: they were asked for again and again.
	LossUnanswered LossReason = "asked for again and again in vain"
	// LossOverflow: they are too many to wait for, SubscriberConfig.Window, or there is no
	// memory to wait with.
	LossOverflow LossReason = "too many to wait for"
	// LossGone: the source is gone, or has begun again.
	LossGone LossReason = "the source is gone"
	// LossTooLarge: a message is larger than MaxMessage, or than there is room for.
	LossTooLarge LossReason = "a message is too large"
	// LossMalformed: what the source sends is not what libzmq would send.
	LossMalformed LossReason = "a message is malformed"
)

// String says it in words.
func (l Loss) String() string {
	if l.Packets == 0 {
		return string(l.Why)
	}
	return fmt.Sprintf("%d packets lost: %s", l.Packets, l.Why)
}
