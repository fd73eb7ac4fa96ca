package bench

import (
	"context"
	"errors"

	"golang.org/x/sync/errgroup"
)

// Hold connects the idle subscribers of c and nobody else, calls ready once they are all
// connected, and disconnects them when it returns.
func Hold(ctx context.Context, c Config, ready func(context.Context) error) error {
	if err := c.Check(); err != nil {
		return err
	}
	r := newRun(c)
	reading, stop := context.WithCancel(ctx)
	r.readers, r.reading = errgroup.WithContext(reading)
	connecting, cancel := context.WithTimeout(r.reading, c.Timeout)
	g, gctx := errgroup.WithContext(connecting)
	g.SetLimit(atOnce)
	for i := range c.Connections {
		g.Go(func() error { return r.addIdle(gctx, i) })
	}
	err := g.Wait()
	cancel()
	if err == nil {
		err = ready(r.reading)
	}
	stop()
	return errors.Join(err, r.readers.Wait())
}
