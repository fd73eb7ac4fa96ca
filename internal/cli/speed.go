package cli

import (
	"fmt"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"homebus/internal/housetime"
)

// Speed is how many times as fast as the wall clock a house runs: a number above 0,
// up to MaxSpeed.
type Speed float64

// MaxSpeed is a year in half a minute. Faster, a clock that counts nanoseconds has no
// time left in which a house could do anything.
const MaxSpeed = 1e6

// Flag gives cmd the flag --speed, with 1 as its default.
func (s *Speed) Flag(cmd *cobra.Command, doc string) {
	*s = 1
	cmd.Flags().Var(s, "speed", doc)
}

// String returns the number.
func (s *Speed) String() string { return strconv.FormatFloat(float64(*s), 'g', -1, 64) }

// Set reads the number.
func (s *Speed) Set(text string) error {
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || !(f > 0 && f <= MaxSpeed) {
		return fmt.Errorf("want a number above 0, up to %d", int(MaxSpeed))
	}
	*s = Speed(f)
	return nil
}

// Type names the value in the help.
func (s *Speed) Type() string { return "FACTOR" }

// Clock returns the clock of a house that begins now. At speed 1 it is the wall
// clock itself, which also counts the time that a machine sleeps.
func (s *Speed) Clock(now time.Time) housetime.Clock {
	if *s == 1 {
		return housetime.Clock{}
	}
	return housetime.New(now, now, float64(*s))
}
