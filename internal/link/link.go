package link

import (
	"context"
	"errors"
	"time"

	"homebus/internal/message"
)

// Errors of Publish. Both say that the message will not be sent.
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
	// on the next one; all others are refused with ErrDown.
	Publish(m message.Message) error
	// Subscribe adds a prefix to what is received; Unsubscribe takes it away.
	Subscribe(prefix string)
	// Unsubscribe undoes Subscribe.
	Unsubscribe(prefix string)
	// Events delivers messages and changes of the connection. It is closed when
	// Run returns.
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
	// Up: both directions work and the subscriptions have been sent. Publishing
	// from now on reaches whoever is subscribed.
	Up bool
	// Boot is the hub's boot id, once a heartbeat was heard on this endpoint; ""
	// before that and for a plain proxy. A Status with Up and another Boot than
	// the last means: a new hub that knows nothing yet; publish your states again.
	Boot string
	// Reason says in words why the connection is not up, for people.
	Reason string
	// Since is when this was found, by the wall clock.
	Since time.Time
}
