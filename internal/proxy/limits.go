package proxy

import (
	"time"

	"homebus/internal/liveness"
	"homebus/internal/socket/gate"
	"homebus/internal/zmtp"
)

// Limits bounds what peers may cost. A zero field means the default. Whoever
// breaches one is disconnected alone, unless the field says otherwise, with a log
// line that names the limit by its flag, which is given here for each.
type Limits struct {
	// Wire bounds the messages of publishers: --max-frame, --max-message,
	// --max-parts.
	Wire zmtp.Limits
	// QueueBytes and QueueMessages bound what waits for one subscriber
	// (--queue-bytes, --queue-messages). Overflow says what is lost beyond that
	// (--overflow); it is counted.
	QueueBytes, QueueMessages int
	Overflow                  Overflow
	// QueueTotal bounds what waits for all subscribers together (--queue-total), in
	// bytes of memory. Beyond it those who hold most give up what they hold over an
	// even share, by the rule of Overflow, until a quarter is free; whoever even so
	// holds more than its share, in a write that does not end, is cut. Shares stay
	// until half is free. One that nothing waits for is not held to a share.
	QueueTotal int
	// IncomingTotal bounds what publishers have sent of messages that are not whole
	// yet, all together (--incoming-total), in bytes of memory. Beyond it the one
	// that has had an unfinished message for longest is cut, and so on; but nobody
	// who holds less than an eighth of an even share.
	IncomingTotal int
	// UpstreamBytes bounds the subscriptions that wait for one publisher
	// (--upstream-bytes); one that does not take them is asked for everything.
	// UpstreamTotal bounds what waits for all publishers together (--upstream-total),
	// in bytes of memory: beyond it each that has not taken 4 KiB is asked for
	// everything as soon as there is more to tell it.
	UpstreamBytes, UpstreamTotal int
	// Subscriptions is how many one subscriber may hold (--max-subscriptions),
	// SubscriptionBytes how long each may be, MaxTopic at most (--max-topic),
	// SubscriptionTotal how long all of them together (--max-topics).
	Subscriptions, SubscriptionBytes, SubscriptionTotal int
	// Handshake is how long a newcomer may take for greeting and handshake
	// (--handshake-timeout).
	Handshake time.Duration
	// Handshakes is how many newcomers may be in it at a time (--max-handshakes);
	// one more waits for a moment, and then cuts the oldest.
	Handshakes int
	// HandshakeBytes is how much is read of a handshake (--max-handshake-bytes).
	HandshakeBytes int
	// Connections is how many there may be on both sides together, with those in
	// their handshake (--max-connections); gate.DefaultConnections if 0. At the
	// limit a newcomer takes the place of the peer that has been of no use for
	// longest, if that is Spare, or is closed at once.
	Connections int
	// PingEvery is how often peers that announced ZMTP 3.1 are pinged
	// (--ping-interval); after Silence without a byte from them they are cut
	// (--ping-timeout).
	PingEvery, Silence time.Duration
}

// Spare is for how long no message must have passed to or from a peer that has to
// make room for a newcomer when there are too many connections.
const Spare = time.Minute

// MaxTopic is the longest topic that a subscriber can be allowed to subscribe to,
// in bytes.
const MaxTopic = 32 << 10

// DefaultLimits holds a burst of 30,000 messages of 1 KiB for each subscriber,
// and stays under 64 MiB for each whatever it does.
var DefaultLimits = Limits{
	Wire:              zmtp.DefaultLimits,
	QueueBytes:        48 << 20,
	QueueMessages:     1_000_000,
	QueueTotal:        512 << 20,
	IncomingTotal:     256 << 20,
	UpstreamBytes:     1 << 20,
	UpstreamTotal:     256 << 20,
	Subscriptions:     100_000,
	SubscriptionBytes: 4 << 10,
	SubscriptionTotal: 16 << 20,
	Handshake:         5 * time.Second,
	Handshakes:        4096,
	HandshakeBytes:    gate.DefaultBytes,
	PingEvery:         liveness.Default.PingEvery,
	Silence:           liveness.Default.Silence,
}

// orDefaults fills the zero fields.
func (l Limits) orDefaults() Limits {
	d := DefaultLimits
	l.Wire.Frame = either(l.Wire.Frame, d.Wire.Frame)
	l.Wire.Message = either(l.Wire.Message, d.Wire.Message)
	l.Wire.Parts = either(l.Wire.Parts, d.Wire.Parts)
	l.QueueBytes = either(l.QueueBytes, d.QueueBytes)
	l.QueueMessages = either(l.QueueMessages, d.QueueMessages)
	l.QueueTotal = either(l.QueueTotal, d.QueueTotal)
	l.IncomingTotal = either(l.IncomingTotal, d.IncomingTotal)
	l.UpstreamBytes = either(l.UpstreamBytes, d.UpstreamBytes)
	l.UpstreamTotal = either(l.UpstreamTotal, d.UpstreamTotal)
	l.Subscriptions = either(l.Subscriptions, d.Subscriptions)
	l.SubscriptionBytes = min(either(l.SubscriptionBytes, d.SubscriptionBytes), MaxTopic)
	l.SubscriptionTotal = either(l.SubscriptionTotal, d.SubscriptionTotal)
	l.Handshake = either(l.Handshake, d.Handshake)
	l.Handshakes = either(l.Handshakes, d.Handshakes)
	l.HandshakeBytes = either(l.HandshakeBytes, d.HandshakeBytes)
	l.Connections = either(l.Connections, gate.DefaultConnections())
	l.PingEvery = either(l.PingEvery, d.PingEvery)
	l.Silence = either(l.Silence, d.Silence)
	return l
}

func either[T int | time.Duration](given, otherwise T) T {
	if given > 0 {
		return given
	}
	return otherwise
}
