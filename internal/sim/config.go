package sim

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"homebus/devices"
	"homebus/internal/housetime"
	"homebus/internal/link"
	"homebus/internal/message"
	"homebus/internal/occupancy"
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
	// Clock is the house's; the zero Clock is the wall clock.
	Clock housetime.Clock
	// IDs gives the messages their ids; nil is message.Random.
	IDs message.IDs
	// Seed is of everything random in the appliances and in the days of people.
	Seed uint64
	// Household is who lives in the house. Of its sensors, those that are among the
	// appliances notice them.
	Household occupancy.Household
	// Faults are set before anything is connected.
	Faults []Fault
	// Log is told what people should know; nil is nothing.
	Log *slog.Logger
}

// Fault is a fault that an appliance has from the start.
type Fault struct {
	// Device is the appliance's id.
	Device string
	// Kind is one of the faults in the declaration of the appliance's type.
	Kind string
}

// Validate says what is wrong with the Config: no appliance, an unknown type, a
// fault of an unknown appliance or kind.
func (c *Config) Validate() error {
	specs, kept := c.split()
	switch {
	case len(specs) == 0 && len(kept) > 0:
		return fmt.Errorf("no appliances to simulate: the hub keeps %s", strings.Join(kept, ", "))
	case len(specs) == 0:
		return fmt.Errorf("no appliances to simulate")
	}
	types, err := typesOf(specs)
	if err != nil {
		return err
	}
	for _, f := range c.Faults {
		t, ok := types[f.Device]
		switch {
		case slices.Contains(kept, f.Device):
			return fmt.Errorf("fault %q: %s lives in the hub; it has no faults", f.Kind, f.Device)
		case !ok:
			return fmt.Errorf("fault %q: no appliance %q is simulated", f.Kind, f.Device)
		}
		if _, ok := t.Fault(f.Kind); !ok {
			return fmt.Errorf("%s: a %s has no fault %q; it has %s", f.Device, t.Name, f.Kind, faultWords(t))
		}
	}
	return nil
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
		t, ok := devices.Lookup(spec.Type)
		if !ok {
			return nil, fmt.Errorf("%s: unknown type %q", spec.ID, spec.Type)
		}
		types[spec.ID] = t
	}
	return types, nil
}

func faultWords(t *devices.Type) string {
	var words []string
	for _, f := range t.AllFaults() {
		words = append(words, f.Name)
	}
	return strings.Join(words, ", ")
}
