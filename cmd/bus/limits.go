package main

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"homebus/internal/hub"
	"homebus/internal/proxy"
)

// limitFlags gives cmd the flags that bound what a hub's peers may cost.
func limitFlags(cmd *cobra.Command) *hub.Limits {
	d := proxy.DefaultLimits
	l := &hub.Limits{Proxy: d, RetainedTopics: hub.DefaultRetainedTopics, RetainedBytes: hub.DefaultRetainedBytes}
	flags := cmd.Flags()
	flags.Var(&atLeast{(*size)(&l.Proxy.Wire.Message), leastMessage}, "max-message", "the longest message; whoever sends a longer one is disconnected")
	flags.Var((*size)(&l.Proxy.QueueBytes), "queue-bytes", "what may wait for one subscriber; what is too much is dropped, newest first")
	flags.Var((*amount)(&l.Proxy.QueueMessages), "queue-messages", "how many messages may wait for one subscriber")
	flags.Var((*amount)(&l.Proxy.Subscriptions), "max-subscriptions", "how many one subscriber may have; whoever asks for more is disconnected")
	flags.Var((*amount)(&l.RetainedTopics), "retained-topics", "of how many topics the last value is kept")
	flags.Var((*size)(&l.RetainedBytes), "retained-bytes", "how much the last values may take together")
	return l
}

// leastMessage is the least that a message may be limited to: the hub itself says
// some KiB at once, in bus/stats.
const leastMessage size = 64 << 10

// atLeast is a size with a lower bound.
type atLeast struct {
	*size
	least size
}

// Set reads the size and holds it against the bound.
func (a *atLeast) Set(text string) error {
	var s size
	if err := s.Set(text); err != nil {
		return err
	}
	if s < a.least {
		return fmt.Errorf("want %s or more", &a.least)
	}
	*a.size = s
	return nil
}

// amount is a flag's whole number above 0.
type amount int

func (a *amount) String() string { return strconv.Itoa(int(*a)) }

func (a *amount) Set(s string) error {
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 {
		return errors.New("want a whole number above 0")
	}
	*a = amount(n)
	return nil
}

func (a *amount) Type() string { return "N" }

// size is a flag's number of bytes above 0: 65536, 64KiB, 16MiB, 1GiB.
type size int

var sizeUnits = []struct {
	name  string
	bytes int
}{{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}}

func (s *size) String() string {
	for _, unit := range sizeUnits {
		if n := int(*s); n > 0 && n%unit.bytes == 0 {
			return strconv.Itoa(n/unit.bytes) + unit.name
		}
	}
	return strconv.Itoa(int(*s))
}

func (s *size) Set(text string) error {
	bytes := 1
	for _, unit := range sizeUnits {
		if number, ok := strings.CutSuffix(text, unit.name); ok {
			text, bytes = number, unit.bytes
			break
		}
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > math.MaxInt/bytes {
		return errors.New("want a number of bytes, such as 65536 or 16MiB")
	}
	*s = size(n * bytes)
	return nil
}

func (s *size) Type() string { return "SIZE" }
