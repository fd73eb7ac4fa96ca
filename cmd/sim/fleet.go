package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"homebus/devices"
	"homebus/internal/cli"
	"homebus/internal/sim"
)

// fleetFlags gives cmd the flags for houses of any size.
func (o *options) fleetFlags(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.IntVar(&o.count, "count", 0, "simulate exactly `N` appliances: the house over and over, as kitchen-0001/toaster, kitchen-0002/toaster and so on (default: the house once)")
	flags.Var(&o.connections, "connections", "per-device or shared (default: per-device up to 64 appliances, and above that shared)")
	flags.Float64Var(&o.rate, "rate", 0, "somebody touches an appliance, any of them, `X` times a second (default: nobody does)")
}

// house returns the appliances that match, over and over if they are counted.
func (o *options) house(specs []devices.Spec, counted bool) ([]devices.Spec, error) {
	specs, err := matching(specs, o.only)
	if err != nil || !counted {
		return specs, err
	}
	if specs, err = sim.Replicate(specs, o.count); err != nil {
		return nil, cli.Usagef("--count: %w", err)
	}
	return specs, nil
}

// connections is the flag --connections.
type connections sim.Connections

// connectionWords are what it can be.
var connectionWords = map[string]sim.Connections{"per-device": sim.PerDevice, "shared": sim.Shared}

func (c *connections) String() string {
	for word, meant := range connectionWords {
		if meant == sim.Connections(*c) {
			return word
		}
	}
	return ""
}

func (c *connections) Set(word string) error {
	meant, ok := connectionWords[word]
	if !ok {
		return errors.New("want per-device or shared")
	}
	*c = connections(meant)
	return nil
}

func (c *connections) Type() string { return "WORD" }

// spareFiles is how many files are open besides the connections: the streams, what
// Go waits with, a file being read.
const spareFiles = 16

// enoughFiles returns an error if so many connection pairs, of two descriptors each,
// are more than the process may have open.
func enoughFiles(pairs, limit int) error {
	if need := 2*pairs + spareFiles; need > limit {
		return fmt.Errorf("too few open files: %d connections need %d and the limit is %d; raise it (ulimit -n %d) or use --connections shared",
			2*pairs, need, limit, need)
	}
	return nil
}

// parseFaults reads the flags --fault.
func parseFaults(flags []string) ([]sim.Fault, error) {
	faults := make([]sim.Fault, 0, len(flags))
	for _, text := range flags {
		device, what, ok := strings.Cut(text, "=")
		kind, duration, timed := strings.Cut(what, ",")
		f := sim.Fault{Device: device, Kind: kind}
		if timed {
			var named bool
			f.For, named = strings.CutPrefix(duration, "for=")
			ok = ok && named && f.For != ""
		}
		if !ok || device == "" || kind == "" {
			return nil, cli.Usagef("--fault %q: want ID=KIND or ID=KIND,for=TIME, such as kitchen/coffee=offline,for=2m", text)
		}
		faults = append(faults, f)
	}
	return faults, nil
}
