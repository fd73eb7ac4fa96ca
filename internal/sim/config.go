package sim

import (
	"fmt"
	"log/slog"
	"strings"
	"time"

	"homebus/devices"
	"homebus/internal/housetime"
	"homebus/internal/link"
	"homebus/internal/message"
	"homebus/internal/occupancy"
)

// The bounds of Config.Rate: once in twelve days, and more than any machine does.
const (
	MinRate = 0.000001
	MaxRate = 1_000_000.0
)

// Config says what Run simulates, and where.
type Config struct {
	// Specs are the appliances; at least one, beside those that live in the hub, which
	// are left to it.
	Specs []devices.Spec
	// Zone is where the house is; UTC if nil.
	Zone *time.Location
	// Dial makes a connection in a client's name, which Run then runs. It must
	// not block.
	Dial func(name string) link.Link
	// DialOwn is Dial for the connections of single appliances, which can be
	// thousands; Dial if nil.
	DialOwn func(name string) link.Link
	// Clock is the house's; the zero Clock is the wall clock.
	Clock housetime.Clock
	// IDs gives the messages their ids; nil is message.Random.
	IDs message.IDs
	// Seed is of everything random in the appliances and in the days of people.
	Seed uint64
	// Household is who lives in the house. Of its sensors, those that are among the
	// appliances notice them.
	Household occupancy.Household
	// Connections says how the appliances are connected.
	Connections Connections
	// Rate is how many times a second, by the wall clock, somebody touches an
	// appliance, drawn by lot, once all are there; 0 for never, otherwise MinRate to
	// MaxRate. Acts that would come more than a second late are left out.
	Rate float64
	// Faults are set before anything is connected.
	Faults []Fault
	// Log is told what people should know; nil is nothing.
	Log *slog.Logger
}

// Validate says what is wrong with the Config: no appliance, an unknown type, a
// fault of an unknown appliance or kind, more than can be done.
func (c *Config) Validate() error {
	specs, kept := c.split()
	switch {
	case len(specs) == 0 && len(kept) > 0:
		return fmt.Errorf("no appliances to simulate: the hub keeps %s", strings.Join(kept, ", "))
	case len(specs) == 0:
		return fmt.Errorf("no appliances to simulate")
	}
	if err := c.Connections.validate(len(specs)); err != nil {
		return err
	}
	if c.Rate != 0 && !(MinRate <= c.Rate && c.Rate <= MaxRate) {
		return fmt.Errorf("%v acts a second; want 0, or %v to %.0f", c.Rate, MinRate, MaxRate)
	}
	if _, err := typesOf(specs); err != nil {
		return err
	}
	return c.validateFaults()
}

// split returns the appliances to simulate, and the ids of those that the hub keeps.
func (c *Config) split() (simulated []devices.Spec, kept []string) {
	for _, spec := range c.Specs {
		if spec.InHub() {
			kept = append(kept, spec.ID)
		} else {
			simulated = append(simulated, spec)
		}
	}
	return simulated, kept
}

// typesOf returns the type of each appliance.
func typesOf(specs []devices.Spec) (map[string]*devices.Type, error) {
	types := make(map[string]*devices.Type, len(specs))
	for _, spec := range specs {
		t, ok := spec.Declaration()
		if !ok {
			return nil, fmt.Errorf("%s: unknown type %q", spec.ID, spec.Type)
		}
		types[spec.ID] = t
	}
	return types, nil
}
