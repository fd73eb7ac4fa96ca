package cli

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"homebus/internal/epgm"
)

// multicast holds what --multicast-rate and --multicast-hops say.
type multicast struct {
	kilobits, hops int
	flags          *pflag.FlagSet
}

const (
	// mostKilobits, 10 Gbit/s, is more than anything here can send.
	mostKilobits = 10_000_000
	mostHops     = 255
)

// The names of the flags.
const (
	rateFlag = "multicast-rate"
	hopsFlag = "multicast-hops"
)

// multicastFlags gives cmd the flags that say how it sends to multicast groups (epgm://).
func multicastFlags(cmd *cobra.Command) *multicast {
	m := &multicast{kilobits: epgm.DefaultRate / 1000, hops: 1, flags: cmd.Flags()}
	m.flags.Var(&bounded{&m.kilobits, mostKilobits}, rateFlag, "how many kilobits a second are sent to a multicast group (epgm://) at most, as libzmq's ZMQ_RATE")
	m.flags.Var(&bounded{&m.hops, mostHops}, hopsFlag, "over how many networks what is sent to a multicast group may go, as libzmq's ZMQ_MULTICAST_HOPS; 1 is this one alone")
	return m
}

// check refuses a flag that was given where none of the endpoints that are sent to, those
// of the flag side, is a group.
func (m *multicast) check(side string, endpoints []string) error {
	if m == nil || slices.ContainsFunc(endpoints, isGroup) {
		return nil
	}
	for _, name := range []string{rateFlag, hopsFlag} {
		if m.flags.Changed(name) {
			return Usagef("--%s needs a multicast group to send to, %s epgm://INTERFACE;GROUP:PORT", name, side)
		}
	}
	return nil
}

// publisher returns how to send. Whoever listens on this computer hears it too.
func (m *multicast) publisher() epgm.PublisherConfig {
	return epgm.PublisherConfig{Rate: m.kilobits * 1000, TTL: m.hops, Loop: true}
}

// bounded is a flag's whole number from 1 to most.
type bounded struct {
	value *int
	most  int
}

func (b *bounded) String() string {
	if b.value == nil { // pflag asks a zero value for what to leave out of the help
		return ""
	}
	return strconv.Itoa(*b.value)
}

func (b *bounded) Set(s string) error {
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > b.most {
		return fmt.Errorf("want a whole number from 1 to %d", b.most)
	}
	*b.value = n
	return nil
}

func (b *bounded) Type() string { return "N" }
