package gateway

import "time"

// Limits bounds what clients may cost. A zero field means the default. What waits for a
// client is bounded by proxy.Limits.
type Limits struct {
	// Clients is how many there may be at a time; one more gets 503.
	Clients int
	// MessageBytes is how long what a client sends may be; one that sends more is closed
	// with 1009 (message too big).
	MessageBytes int
	// WrongTokens is how many a client may try; then it is closed with 1008 (policy
	// violation).
	WrongTokens int
	// PingEvery is how often a client is pinged, Silence how long it may take to answer.
	PingEvery, Silence time.Duration
	// Patience is how long the system may take to write Room bytes (cork.Room) to a client.
	Patience time.Duration
}

// DefaultLimits are those of zero fields.
var DefaultLimits = Limits{
	Clients:      1024,
	MessageBytes: 1 << 20,
	WrongTokens:  5,
	PingEvery:    20 * time.Second,
	Silence:      20 * time.Second,
	Patience:     30 * time.Second,
}

func (l Limits) orDefaults() Limits {
	d := DefaultLimits
	l.Clients = either(l.Clients, d.Clients)
	l.MessageBytes = either(l.MessageBytes, d.MessageBytes)
	l.WrongTokens = either(l.WrongTokens, d.WrongTokens)
	l.PingEvery = either(l.PingEvery, d.PingEvery)
	l.Silence = either(l.Silence, d.Silence)
	l.Patience = either(l.Patience, d.Patience)
	return l
}

func either[T int | time.Duration](given, otherwise T) T {
	if given > 0 {
		return given
	}
	return otherwise
}
