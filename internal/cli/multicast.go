package cli

import (
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"homebus/internal/epgm"
)

// Multicast holds what --multicast-rate and --multicast-hops say.
type Multicast struct {
	kilobits, hops int
}

const (
	// mostKilobits, 10 Gbit/s, is more than anything here can send.
	mostKilobits = 10_000_000
	mostHops     = 255
)

// MulticastFlags gives cmd the flags that say how it sends to multicast groups (epgm://).
func MulticastFlags(cmd *cobra.Command) *Multicast {
	m := &Multicast{kilobits: epgm.DefaultRate / 1000, hops: 1}
	cmd.Flags().Var(&bounded{&m.kilobits, mostKilobits}, "multicast-rate", "how many kilobits a second are sent to a multicast group (epgm://) at most, as libzmq's ZMQ_RATE")
	cmd.Flags().Var(&bounded{&m.hops, mostHops}, "multicast-hops", "over how many networks what is sent to a multicast group may go, as libzmq's ZMQ_MULTICAST_HOPS; 1 is this one alone")
	return m
}

// Publisher returns how to send. Whoever listens on this computer hears it too.
func (m *Multicast) Publisher() epgm.PublisherConfig {
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
