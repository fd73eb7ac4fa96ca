// Package cli is the face that the three programs have in common on a command
// line: the exit codes and the one-line errors, --help and --version, and the
// flags that mean the same in each of them, which are the log, the endpoints of
// a hub and the scenes file.
//
// A program's main is
//
//	ctx, stop := signal.NotifyContext(context.Background(), EndSignals()...)
//	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the program the hard way
//	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
//
// where run calls Run with a fresh tree of commands, so that a test can enter
// there as well as through the process.
//
// Flags are registered with functions that take the command (LogFlags,
// HubFlags, ScenesFlag) and give back a value that is read when the command
// runs. Nothing here is global and nothing outlives Run, but for the log of a program
// that outlives whoever reads it (OutlivingLogger).
package cli
