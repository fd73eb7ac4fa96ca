package link

import (
	"context"
	"errors"
	"fmt"
	"time"

	"homebus/internal/message"
)

// Errors of Publish. Each says that the message will not be sent.
var (
	// ErrDown: there is no connection, and the message is of a kind that must
	// not be sent late.
	ErrDown = errors.New("not connected to the bus")
	// ErrFull: the queue towards the bus is full.
	ErrFull = errors.New("too many messages wait to be sent")
	// ErrTooLarge: the message is longer than the bus takes.
	ErrTooLarge = errors.New("message too large for the bus")
)

// Link is a program's connection to the bus. Its methods may be called from any
// goroutine, also before Run; Events has one reader.
type Link interface {
	// Run connects, reconnects and serves until ctx ends, and then returns
	// ctx's error or nil. It is called once.
	Run(ctx context.Context) error
	// Publish queues m. While there is no connection, messages on retained
	// topics (topics.Retained) wait, the newest of each topic alone, and are sent
	// on the next one; all others are refused with ErrDown, and once Run has
	// returned, all are. A message that was accepted can still be lost with the
	// connection: what matters has an id and an ack.
	Publish(m message.Message) error
	// Subscribe adds a prefix to what is received; Unsubscribe takes it away.
	Subscribe(prefix string)
	// Unsubscribe undoes Subscribe.
	Unsubscribe(prefix string)
	// Events delivers messages and changes of the connection. It must be read for
	// as long as Run lasts, also by who only publishes. It is closed when Run
	// returns.
	Events() <-chan Event
}

// Event is one thing that a link has to say: a message, or a Status if Status
// is not nil.
type Event struct {
	Message message.Message
	Status  *Status
}

// Status is what a link knows of its connection.
type Status struct {
	// Up: both directions work and the subscriptions made so far are in effect.
	// Publishing from now on reaches whoever is subscribed, this link too. Up
	// again after a Status without: the hub may have spoken the last will of what
	// this link had said is online, so say it again, and its states.
	Up bool
	// Boot is the hub's boot id, once a heartbeat was heard on this endpoint; ""
	// before that and for a plain proxy. A Status with Up and another Boot than
	// the last means: a new hub that knows nothing yet; publish your states again.
	Boot string
	// Reason says in words why the connection is not up, for people.
	Reason string
	// Since is when this was found, by the wall clock; zero from the in-memory
	// bus, which reads none.
	Since time.Time
}

// The most that Publish takes: MaxSize bytes of topic, payload and further
// frames together, and MaxMore further frames. A hub takes more (zmtp.DefaultLimits,
// unless its flags say otherwise), and cuts off whoever exceeds it; so much in one
// frame or in many is taken everywhere, and a few such messages fit into the queues.
const (
	MaxSize = 15 << 20
	MaxMore = 1000
)

// CheckSize returns an error that matches ErrTooLarge if no Link takes m.
func CheckSize(m message.Message) error {
	switch n := Size(m); {
	case n > MaxSize:
		return fmt.Errorf("publish %.60q: %w: %d bytes, at most %d (%d MiB) are taken", m.Topic, ErrTooLarge, n, MaxSize, MaxSize>>20)
	case len(m.More) > MaxMore:
		return fmt.Errorf("publish %.60q: %w: %d further frames, at most %d", m.Topic, ErrTooLarge, len(m.More), MaxMore)
	}
	return nil
}

// Size is how long m's topic, payload and further frames are together, in bytes.
func Size(m message.Message) int {
	n := len(m.Topic) + len(m.Payload)
	for _, frame := range m.More {
		n += len(frame)
	}
	return n
}
