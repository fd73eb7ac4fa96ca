// Sim is a house of simulated appliances on the bus: they heat, brew, pop, use
// power, and fail in the ways that real ones do.
package main

import (
	"context"
	"io"
	"os"
	"os/signal"
	_ "time/tzdata" // the house's zone, also where the system knows none

	"homebus/internal/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), cli.EndSignals()...)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the program the hard way
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	return cli.Run(ctx, newRoot(), args, stdin, stdout, stderr)
}
