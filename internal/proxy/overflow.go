package proxy

import (
	"errors"
	"fmt"
)

// Overflow is what happens to a subscriber whose queue is full.
type Overflow int

const (
	// DropNewest loses the message that does not fit.
	DropNewest Overflow = iota
	// DropOldest loses what has waited longest and is not being written, until the
	// message fits. One that cannot fit beside what is being written is lost itself.
	DropOldest
	// Disconnect cuts the subscriber off, and with it all that waits. A Local that
	// has not said how (OnCut) cannot be cut off and loses the newest.
	Disconnect
)

var overflowNames = [...]string{DropNewest: "drop-newest", DropOldest: "drop-oldest", Disconnect: "disconnect"}

// String returns the name of o, as ParseOverflow reads it.
func (o Overflow) String() string {
	if o < 0 || int(o) >= len(overflowNames) {
		return fmt.Sprintf("Overflow(%d)", int(o))
	}
	return overflowNames[o]
}

// ParseOverflow reads the name of an Overflow. The error says what would be right.
func ParseOverflow(name string) (Overflow, error) {
	for o, n := range overflowNames {
		if n == name {
			return Overflow(o), nil
		}
	}
	return 0, errors.New("want drop-newest, drop-oldest or disconnect")
}
