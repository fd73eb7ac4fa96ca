package sim

import "fmt"

// Connections says which appliances have a connection pair of their own.
type Connections int

// The ways to connect the appliances.
const (
	// ByNumber gives up to 64 appliances a pair each; more share one.
	ByNumber Connections = iota
	// PerDevice gives each a pair, as real ones have; for up to MaxOwnLinks.
	PerDevice
	// Shared lets all share one pair.
	Shared
)

// MaxOwnLinks is how many appliances can have a connection pair each.
const MaxOwnLinks = 4000

// maxOwnLinks is how many appliances have a pair each if nobody says otherwise.
const maxOwnLinks = 64

// own reports whether each of n appliances has a connection pair.
func (c Connections) own(n int) bool {
	return c == PerDevice || c == ByNumber && n <= maxOwnLinks
}

func (c Connections) validate(n int) error {
	if c == PerDevice && n > MaxOwnLinks {
		return fmt.Errorf("%d appliances with a connection each; want at most %d, or let them share one", n, MaxOwnLinks)
	}
	return nil
}

// Links returns how many connection pairs the house begins with, the simulator's
// own among them.
func (c *Config) Links() int {
	if specs, _ := c.split(); c.Connections.own(len(specs)) {
		return len(specs) + 1
	}
	return 2
}
