// Bus is the hub of the house: it links whoever publishes to whoever
// subscribes, remembers the last value of every appliance, and runs the scenes.
// Its other commands talk to a running hub (pub, sub, send, scenes, run, stop), ask it for
// reasons (why, why-not), look after the file of the house (init, check, test, plan), and
// are plain proxies (proxy) and their control (ctl), collect the files of many nodes
// (collect), or measure forwarders (bench).
package main

import (
	"context"
	"io"
	"os"
	"os/signal"
	_ "time/tzdata" // the house's zone, also where the system knows none

	"github.com/spf13/cobra"

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

func newRoot() *cobra.Command {
	root := newServe()
	root.Use = "bus"
	root.Short = "The hub of the house, and its tools"
	root.Long = `Bus is the hub of the house, and the tools around it. Without a command it is
"bus serve": the hub itself.`
	root.AddCommand(newServe(), newProxy(), newCtl(), newPub(), newSub(), newSend(), newScenes(), newRun(), newStop(), newWhy(), newWhyNot(), newInit(), newCheck(), newTest(), newPlan(), newCollect(), newBench())
	return root
}
