package epgm

import (
	"fmt"
	"time"
)

// PublisherConfig says how a Publisher sends. The zero value is a good choice for a home
// and for subscribers of libzmq with their defaults.
type PublisherConfig struct {
	// Rate is the most that is sent, in bits per second with all headers, repairs among
	// it; 0 is DefaultRate. A subscriber of libzmq sizes its window by its own ZMQ_RATE,
	// so both sides should have the same.
	Rate int
	// Recovery is for how long a packet that was sent can be asked for; 0 is
	// DefaultRecovery. The window holds what Rate sends in that time, but never less
	// than 64 KiB nor more than 64 MiB.
	Recovery time.Duration
	// QueueMessages and QueueBytes are how much may wait to be sent; 0 is
	// DefaultQueueMessages and MaxMessage. Publish refuses what comes then.
	QueueMessages, QueueBytes int
	// TTL is how many networks packets may cross; 0 is 1: none but this one. libzmq's
	// name for it is ZMQ_MULTICAST_HOPS.
	TTL int
	// Loop lets subscribers on this computer hear, too. libzmq's epgm:// never does.
	Loop bool
	// Drop, if it is not nil, is asked about each NAK that comes, and has it lost if it
	// says so: how a program bears a bad network can be tried without one. Run calls it.
	Drop func() bool
}

// The defaults, as libzmq has them.
const (
	DefaultRate          = 100_000 // bits per second
	DefaultRecovery      = 10 * time.Second
	DefaultQueueMessages = 1000
)

const (
	leastWindow, mostWindow = 64 << 10, 64 << 20
	maxTTL                  = 255
)

func (c PublisherConfig) withDefaults() PublisherConfig {
	setDefault(&c.Rate, DefaultRate)
	setDefault(&c.Recovery, DefaultRecovery)
	setDefault(&c.QueueMessages, DefaultQueueMessages)
	setDefault(&c.QueueBytes, MaxMessage)
	setDefault(&c.TTL, 1)
	return c
}

func setDefault[T comparable](value *T, otherwise T) {
	if *value == *new(T) {
		*value = otherwise
	}
}

// check returns an error for what cannot be.
func (c PublisherConfig) check() error {
	switch {
	case c.Rate < 0 || c.QueueMessages < 0 || c.QueueBytes < 0 || c.Recovery < 0:
		return fmt.Errorf("rate, recovery and queue: want numbers above 0, or 0 for the default")
	case c.TTL < 0 || c.TTL > maxTTL:
		return fmt.Errorf("TTL %d: want 1 to %d networks, or 0 for 1", c.TTL, maxTTL)
	}
	return nil
}

// windowBytes is how much Rate sends in Recovery, within bounds.
func (c PublisherConfig) windowBytes() int {
	sent := float64(c.Rate) / 8 * c.Recovery.Seconds()
	return int(min(max(sent, leastWindow), mostWindow))
}

// PublisherStats says what a Publisher has done since it began.
type PublisherStats struct {
	// Messages were taken by Publish, Dropped were refused.
	Messages, Dropped uint64
	// Packets of data were sent, with Bytes in them (PGM headers counted, those of UDP and
	// IP not), and Repairs once more because a NAK of NAKs had asked. Unrepairable were
	// asked for too late.
	Packets, Bytes, NAKs, Repairs, Unrepairable uint64
	// Malformed packets came, and Unsent could not be handed to the network; those are
	// like lost ones.
	Malformed, Unsent uint64
	// Waiting messages, of WaitingBytes, are in the queue now, Window packets, of
	// WindowBytes, in the window.
	Waiting, WaitingBytes, Window, WindowBytes int
}

// SubscriberConfig says how a Subscriber receives. The zero value is a good choice.
type SubscriberConfig struct {
	// Sources is how many publishers are heard at once; 0 is DefaultSources. Further ones
	// are not heard until one is forgotten.
	Sources int
	// Window is for how many packets of a source at most something earlier is waited
	// for; 0 is DefaultWindow.
	Window int
	// Memory is how many bytes are held for all sources together at most, for packets
	// that wait and for messages that are not all there; 0 is DefaultMemory. What Events
	// hold is their taker's.
	Memory int
	// Expiry is after how long a silence a source is forgotten; 0 is DefaultExpiry. An
	// idle source says something every 30 s.
	Expiry time.Duration
	// Drop is PublisherConfig.Drop for every packet that comes.
	Drop func() bool
}

// The defaults of a subscriber; Expiry is libzmq's.
const (
	DefaultSources = 256
	DefaultWindow  = 4096
	DefaultMemory  = 64 << 20
	DefaultExpiry  = 300 * time.Second
)

// maxWindow keeps sequence numbers far from going round.
const maxWindow = 1 << 20

func (c SubscriberConfig) withDefaults() SubscriberConfig {
	setDefault(&c.Sources, DefaultSources)
	setDefault(&c.Window, DefaultWindow)
	setDefault(&c.Memory, DefaultMemory)
	setDefault(&c.Expiry, DefaultExpiry)
	return c
}

func (c SubscriberConfig) check() error {
	if c.Sources < 0 || c.Window < 0 || c.Window > maxWindow || c.Memory < 0 || c.Expiry < 0 {
		return fmt.Errorf("sources, window (at most %d), memory and expiry: want numbers above 0, or 0 for the default", maxWindow)
	}
	return nil
}

// SubscriberStats says what a Subscriber has seen since it began.
type SubscriberStats struct {
	// Messages were given as Events. Torn had begun and could not be read to their end.
	Messages, Torn uint64
	// Packets of data came, of which Repaired were repairs that were missing, and
	// Duplicates had come before or were given up. Lost packets never came.
	Packets, Repaired, Duplicates, Lost uint64
	// NAKs were sent, each for up to 63 packets.
	NAKs uint64
	// Malformed packets came; Refused came of sources beyond SubscriberConfig.Sources;
	// Unheld could not be kept for want of memory. All are like lost ones. Unsent NAKs could not
	// be handed to the network.
	Malformed, Refused, Unheld, Unsent uint64
	// Sources are known now, for which Held bytes are kept.
	Sources, Held int
}
