// Mirror is the smart mirror: a screen that says whether the coffee and the toast
// are ready, and lets you act. With --demo it brings its own hub and house.
package main

import (
	"context"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	_ "time/tzdata" // the house's zone, also where the system knows none

	"homebus/internal/cli"
)

// gcPercent lets the heap grow to two and a half times what is in use before it is
// swept. On a bus that says 20,000 changes a second, more saves no processor time that
// could be told from noise, and costs 25 MiB in front of 10,000 appliances.
const gcPercent = 150

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the program the hard way
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	return cli.Run(ctx, newRoot(), args, stdin, stdout, stderr)
}
