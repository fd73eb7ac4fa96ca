package devices

import (
	"time"

	"homebus/internal/message"
)

// Fleet is the appliances of one house, wired together. One owner; not safe for
// concurrent use.
type Fleet struct{}

// Options are what a Fleet needs besides its appliances.
type Options struct {
	// Seed is of everything random in the appliances.
	Seed uint64
	// IDs gives the messages their ids.
	IDs message.IDs
}

// Link says what an Output does to the appliance's connection.
type Link int

// What happens to a connection.
const (
	// LinkKept: nothing; the Output is a message.
	LinkKept Link = iota
	// LinkLost: the appliance drops off the network without a goodbye.
	LinkLost
	// LinkBack: the appliance comes back; the driver connects it, and then calls
	// Announce for it.
	LinkBack
)

// Output is one thing that an appliance brings about.
type Output struct {
	// Device is the appliance's id.
	Device string
	Link   Link
	// Message is to be published if Link is LinkKept; its meta is complete.
	Message message.Message
	// Control says that the message is the simulator's own (the ack of a fault)
	// and is sent on a connection of its own: the appliance may be cut off.
	Control bool
}

// NewFleet builds appliances as they are when delivered: off, toasters loaded,
// water in the tank. Errors name the appliance.
func NewFleet(specs []Spec, now time.Time, opts Options) (*Fleet, error) { panic("being built") }

// IDs returns the ids of all appliances, in the order of their specs.
func (f *Fleet) IDs() []string { panic("being built") }

// Announce returns online and the whole state of the appliances given, of all
// if none is given: what a connection says first. It is called after every
// (re)connection and after a restart of the hub; appliances that are offline by
// a fault say nothing.
func (f *Fleet) Announce(now time.Time, ids ...string) []Output { panic("being built") }

// Handle takes a message on a command or fault topic of one of the appliances;
// every other message is ignored. Broken payloads are refused with an ack.
func (f *Fleet) Handle(now time.Time, m message.Message) []Output { panic("being built") }

// Tick lets time pass until now, which must not go back.
func (f *Fleet) Tick(now time.Time) []Output { panic("being built") }

// Next returns when something happens by itself; false if nothing is due.
func (f *Fleet) Next() (time.Time, bool) { panic("being built") }

// Give sets attributes directly, as a test's "given" does.
func (f *Fleet) Give(now time.Time, id string, attrs map[string]any) ([]Output, error) {
	panic("being built")
}

// Offline reports whether the appliance is cut off by a fault.
func (f *Fleet) Offline(id string) bool { panic("being built") }
