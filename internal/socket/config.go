package socket

import (
	"log/slog"
	"time"

	"homebus/internal/liveness"
	"homebus/internal/zmtp"
)

// Config says how a socket is to be. A zero field means the default; a zero Config
// is a good one.
type Config struct {
	// Identity is the name that a REQ, DEALER or ROUTER gives itself towards a
	// ROUTER: up to zmtp.MaxIdentity bytes, the first not 0. Without one the ROUTER
	// makes up another for each connection.
	Identity []byte
	// HWM is the high-water mark: how many messages wait for a peer at most, and how
	// many of a peer's wait for Recv. The default is 1,000, libzmq's.
	HWM int
	// QueueBytes bounds the same in bytes of memory; a message that is larger by
	// itself waits alone. The default is 16 MiB.
	QueueBytes int
	// QueueTotal bounds in bytes of memory what waits for all peers together, what of
	// all of them waits for Recv, and what has come of all their unfinished messages:
	// each of the three. No queue may hold more than is left for all, and so one alone
	// no more than three eighths of QueueTotal. A quarter is kept for messages that wait
	// alone; if that is used up too, by very many peers that take not one message,
	// messages for the others find no room either. The default is 256 MiB, or four times
	// QueueBytes if that is more.
	QueueTotal int
	// Wire bounds the messages of peers; the default is zmtp.DefaultLimits.
	Wire zmtp.Limits
	// Handshake is how long greeting and handshake may take, on either end, and how
	// long a connection attempt. The default is 5 s.
	Handshake time.Duration
	// Newcomers is how many accepted connections may be in their handshake at a
	// time. The default is 2,048.
	Newcomers int
	// Connections is how many accepted connections there may be, with those in their
	// handshake. One more takes the place of the peer that no message has passed to
	// or from for longest, if that is Spare at least, or else is closed at once. The
	// defaults are gate.DefaultConnections and a minute.
	Connections int
	Spare       time.Duration
	// ReconnectMin and ReconnectMax bound the pause before a connection is attempted
	// again. It is a quarter of the time that nobody has been there; it doubles from
	// one short connection to the next; up to half of it is left out at random. The
	// defaults are 0.1 and 1 s.
	ReconnectMin, ReconnectMax time.Duration
	// PingEvery is how often peers that announced ZMTP 3.1 are pinged; after Silence
	// without a byte they are cut, see the package documentation. The defaults are
	// 5 and 10 s.
	PingEvery, Silence time.Duration
	// Resend is after how long without a reply a REQ asks again, be it the same peer
	// or the next. The default is never: it asks again only when the connection it
	// has asked on is lost.
	Resend time.Duration
	// Subscriptions is how many prefixes a peer of a PUB may hold, SubscriptionBytes
	// how long each may be, SubscriptionTotal how long all of them together. Whoever
	// asks for more is cut. The defaults are 100,000, 4 KiB and 16 MiB.
	Subscriptions, SubscriptionBytes, SubscriptionTotal int
	// Log is slog.Default() if nil.
	Log *slog.Logger
}

// The default bounds of what waits for a peer, and of it: messages, and bytes.
const (
	DefaultHWM        = 1000
	DefaultQueueBytes = 16 << 20
	// DefaultQueueTotal is that of all peers together, in bytes.
	DefaultQueueTotal = 256 << 20
)

// orDefaults fills the zero fields.
func (c Config) orDefaults() Config {
	c.HWM = either(c.HWM, DefaultHWM)
	c.QueueBytes = either(c.QueueBytes, DefaultQueueBytes)
	c.QueueTotal = either(c.QueueTotal, max(DefaultQueueTotal, 4*c.QueueBytes))
	c.Wire.Frame = either(c.Wire.Frame, zmtp.DefaultLimits.Frame)
	c.Wire.Message = either(c.Wire.Message, zmtp.DefaultLimits.Message)
	c.Wire.Parts = either(c.Wire.Parts, zmtp.DefaultLimits.Parts)
	c.Handshake = either(c.Handshake, 5*time.Second)
	c.Newcomers = either(c.Newcomers, 2048)
	c.ReconnectMin = either(c.ReconnectMin, 100*time.Millisecond)
	c.ReconnectMax = max(either(c.ReconnectMax, time.Second), c.ReconnectMin)
	c.Spare = either(c.Spare, time.Minute)
	c.PingEvery = either(c.PingEvery, liveness.Default.PingEvery)
	c.Silence = either(c.Silence, liveness.Default.Silence)
	c.Subscriptions = either(c.Subscriptions, 100_000)
	c.SubscriptionBytes = either(c.SubscriptionBytes, 4<<10)
	c.SubscriptionTotal = either(c.SubscriptionTotal, 16<<20)
	if c.Log == nil {
		c.Log = slog.Default()
	}
	return c
}

func either[T int | time.Duration](given, otherwise T) T {
	if given > 0 {
		return given
	}
	return otherwise
}
