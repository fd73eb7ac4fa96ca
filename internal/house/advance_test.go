package house

import (
	"context"
	"errors"
	"io"
	"testing"
)

// impatient is a context that ends after it was asked some times.
type impatient struct {
	context.Context
	times int
}

func (c *impatient) Err() error {
	if c.times--; c.times < 0 {
		return context.Canceled
	}
	return nil
}

// A test of many days is not waited for by whoever ends the program.
func TestATestEndsWithItsContext(t *testing.T) {
	f := parse(t, "days.toml", `
[scene.tick]
when = [ { every = "1s" } ]
do = [ { say = "tick" } ]
[[test]]
name = "four days"
start = 2026-11-20T06:00:00
timeline = [ { at = "100h", said = "tick" } ]
`)
	ctx := &impatient{t.Context(), 10}
	s := Suite{File: f}
	if _, err := s.Play(ctx, io.Discard); !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v, want %v", err, context.Canceled)
	}
}
