package sim

import (
	"fmt"
	"log/slog"
	"strings"

	"homebus/devices"
	"homebus/internal/housetime"
	"homebus/internal/link"
	"homebus/internal/message"
)

// Config says what Run simulates, and where.
type Config struct {
	// Specs are the appliances; at least one.
	Specs []devices.Spec
	// Dial makes a connection in a client's name, which Run then runs. It must
	// not block.
	Dial func(name string) link.Link
	// Clock is the house's; the zero Clock is the wall clock.
	Clock housetime.Clock
	// IDs gives the messages their ids; nil is message.Random.
	IDs message.IDs
	// Seed is of everything random in the appliances.
	Seed uint64
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
	if len(c.Specs) == 0 {
		return fmt.Errorf("no appliances to simulate")
	}
	types, err := typesOf(c.Specs)
	if err != nil {
		return err
	}
	for _, f := range c.Faults {
		t, ok := types[f.Device]
		if !ok {
			return fmt.Errorf("fault %q: no appliance %q is simulated", f.Kind, f.Device)
		}
		if _, ok := t.Fault(f.Kind); !ok {
			return fmt.Errorf("%s: a %s has no fault %q; it has %s", f.Device, t.Name, f.Kind, faultWords(t))
		}
	}
	return nil
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
