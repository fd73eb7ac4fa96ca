package bench

import (
	"errors"
	"fmt"
	"math"
	"time"

	"homebus/internal/endpoint"
)

// Protocol is what is spoken with the forwarder.
type Protocol string

// The protocols: ZeroMQ's (RFC 37), NATS's client protocol, MQTT 3.1.1 with QoS 0.
const (
	ZMTP Protocol = "zmtp"
	NATS Protocol = "nats"
	MQTT Protocol = "mqtt"
)

// DefaultTopic is the topic of the comparisons in docs/bench.md, of 21 bytes, which no
// part of a hub wants.
const DefaultTopic = "bench/kitchen/toaster"

// Bounds of a Config.
const (
	// MaxPubs is how many publishers there may be: what their number has room for.
	MaxPubs = 1 << 12
	// MaxTopic is the longest topic in bytes.
	MaxTopic = 200
	// MaxSize is the longest payload in bytes.
	MaxSize = 16 << 20
	// maxEncoded is how much the messages take that publishers have ready, in bytes.
	maxEncoded = 1 << 30
	// maxIdleTopics is how many topics an idle subscriber may have.
	maxIdleTopics = 10_000_000
	// maxCount is how many messages a run may have: those of one publisher must fit
	// into 48 bits.
	maxCount = 1 << 40
)

// Config says what a run is. Check says what is wrong with one.
type Config struct {
	Protocol Protocol
	// Frontend is where publishers connect, Backend where subscribers do; for NATS and
	// MQTT they are the same.
	Frontend, Backend endpoint.Endpoint
	// Pubs and Subs are how many there are, a connection each.
	Pubs, Subs int
	// Size is the length of a payload in bytes.
	Size int
	// Payload, if not "", is what each message holds, Size bytes in all, where a forwarder
	// looks at that; there is no number in it then.
	Payload string
	// Count is how many messages are sent in all, shared evenly among the publishers; it
	// is rounded up to a multiple of their number.
	Count int64
	// Rate is how many messages a second are due, of all publishers together; 0 is as
	// many as possible.
	Rate float64
	// Batch is how many bytes a publisher writes at once: as many whole messages as fit,
	// one at least.
	Batch int
	// Topic is what is published on, or begins all topics.
	Topic string
	// Distinct is on how many topics is published, in turn.
	Distinct int
	// Own has each subscriber subscribe to topics of its own.
	Own bool
	// Latency has it measured; that needs a Rate and a Size of 8.
	Latency bool
	// Connections is how many idle subscribers are connected besides, who have
	// subscribed to what nobody says.
	Connections int
	// IdleTopics is how many topics each of those has subscribed to besides, all of them
	// different.
	IdleTopics int
	// Window is how many bytes publishers may be ahead of the slowest subscriber, if
	// there is no Rate; 0 is no bound.
	Window int
	// Quiet is how long nothing may have come before a run is over, Timeout how long
	// connecting and subscribing may take.
	Quiet, Timeout time.Duration
}

// Defaults is what the flags of "bus bench" say if they are not given, without the places.
func Defaults() Config {
	return Config{Protocol: ZMTP, Pubs: 1, Subs: 1, Size: 64, Count: 1_000_000, Batch: 64 << 10,
		Topic: DefaultTopic, Distinct: 1, Quiet: 2 * time.Second, Timeout: 10 * time.Second}
}

// numberedSize is the least payload that has a sequence number.
const numberedSize = 8

// Check returns everything that is wrong with c, in the words of the flags of "bus bench".
func (c Config) Check() error {
	var errs []error
	wrong := func(bad bool, format string, args ...any) {
		if bad {
			errs = append(errs, fmt.Errorf(format, args...))
		}
	}
	wrong(c.Protocol != ZMTP && c.Protocol != NATS && c.Protocol != MQTT, "--protocol is %q; want zmtp, nats or mqtt", c.Protocol)
	wrong(c.Pubs < 1 || c.Pubs > MaxPubs, "--pubs is %d; want 1 to %d", c.Pubs, MaxPubs)
	wrong(c.Subs < 1, "--subs is %d; want 1 or more", c.Subs)
	wrong(c.Size < 0 || c.Size > MaxSize, "--size is %d; want 0 to %d bytes", c.Size, MaxSize)
	wrong(c.Payload != "" && len(c.Payload) != c.Size, "--payload has %d bytes and --size is %d; want only one of them", len(c.Payload), c.Size)
	wrong(c.Count < 1 || c.Count > maxCount, "--count is %d; want 1 to %d", c.Count, int64(maxCount))
	wrong(!(c.Rate >= 0 && c.Rate <= 1e9), "--rate is %v; want 0 (as many as possible) or messages a second", c.Rate)
	wrong(c.Batch < 0, "--batch is %d; want 0 (a message a write) or a number of bytes", c.Batch)
	wrong(c.Distinct < 1, "--distinct is %d; want 1 or more", c.Distinct)
	wrong(c.Connections < 0, "--connections is %d; want 0 or more", c.Connections)
	wrong(c.IdleTopics < 0 || c.IdleTopics > maxIdleTopics, "--idle-topics is %d; want 0 to %d", c.IdleTopics, maxIdleTopics)
	wrong(c.IdleTopics > 0 && c.Connections == 0, "--idle-topics are those of --connections, of which there are none; want --connections too, such as --connections 1000")
	wrong(c.Window < 0, "--window is %d; want 0 (no bound) or a number of bytes", c.Window)
	wrong(c.Latency && c.Rate == 0, "--latency is measured from when a message is due; want a --rate too, such as --rate 10000")
	wrong(c.Latency && c.Size < numberedSize, "--latency needs a --size of %d or more, for the number from which follows when a message is due", numberedSize)
	wrong(c.Latency && c.Payload != "", "--latency needs numbered payloads; want no --payload, which is the same in each message")
	wrong(c.Quiet <= 0 || c.Timeout <= 0, "--quiet is %v and --timeout %v; want more than 0", c.Quiet, c.Timeout)
	if err := checkTopic(c.Protocol, c.Topic); err != nil {
		errs = append(errs, err)
	} else if width := digits(c.Distinct); c.Distinct > 1 && width > lastLevel(c.Topic) {
		errs = append(errs, fmt.Errorf("--topic %q: its last part becomes the number of one of %d topics; want %d characters or more behind the last /", c.Topic, c.Distinct, width))
	}
	if len(errs) == 0 && c.encoded() > maxEncoded {
		errs = append(errs, fmt.Errorf("--distinct %d for --pubs %d makes messages of %d bytes; want %d at most", c.Distinct, c.Pubs, int64(c.encoded()), maxEncoded))
	}
	return errors.Join(errs...)
}

// encoded is about how much the messages take that publishers have ready, in bytes.
func (c Config) encoded() float64 {
	return float64(c.Pubs) * math.Max(float64(c.Distinct)*float64(c.Size+len(c.Topic)+16), float64(c.Batch))
}

// each is how many messages a publisher sends.
func (c Config) each() int64 { return (c.Count + int64(c.Pubs) - 1) / int64(c.Pubs) }

// numbered reports whether payloads have sequence numbers.
func (c Config) numbered() bool { return c.Size >= numberedSize && c.Payload == "" }

// The bounds of DefaultWindow, in bytes.
const (
	windowEach = 16 << 20
	windowAll  = 256 << 20
)

// DefaultWindow is a window within which a hub with its default limits drops nothing: 16 MiB,
// and where many subscribers hear the same, 256 MiB of what may wait for all of them.
func DefaultWindow(c Config) int {
	if c.Own {
		return windowEach
	}
	return min(windowEach, windowAll/max(1, c.Subs))
}
