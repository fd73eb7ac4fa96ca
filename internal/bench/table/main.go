// Table measures the forwarder of this project beside others, and prints how many times as
// fast it is: the table of docs/bench.md, "The forwarder beside others".
//
//	go run ./internal/bench/table                      everything, five rounds
//	go run ./internal/bench/table --row '64 B' --rounds 7
//	go run ./internal/bench/table --old ./bus.old      two builds of bus, in turn
//	go run ./internal/bench/table --list               the rows and the sides
//
// The sides take turns inside each round, each in a fresh process for each run; the clients
// are those of internal/bench, in this process, but for the rows with libzmq's own clients.
// Ratios are medians over the rounds of a side's figure by libzmq's of the same round, the
// better of one and two I/O threads; a run counts only if 99 % was delivered. Rows about the
// hub's own parts compare whole hubs with the forwarder alone, in tables of their own. What
// is not installed is left out and said. Ctrl-C prints what there is.
//
// It needs Linux (/proc), and gcc and libzmq3-dev for everything but our own builds;
// nats-server and mosquitto are found in PATH or /usr/sbin.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "table:", err)
		os.Exit(1)
	}
}

// options are the flags.
type options struct {
	rounds   int
	row      *regexp.Regexp
	sides    []string
	bus, old string
	scale    float64
	list     bool
	raw      string
}

func parse(args []string, stderr io.Writer) (options, error) {
	var o options
	var row, sides string
	f := flag.NewFlagSet("table", flag.ContinueOnError)
	f.SetOutput(stderr)
	f.IntVar(&o.rounds, "rounds", 5, "how often each side is measured")
	f.StringVar(&row, "row", "", "only the rows that match this `REGEXP`")
	f.StringVar(&sides, "sides", "", "only these sides, with commas between them (default: all; hub and house only for the rows of the hub's parts)")
	f.StringVar(&o.bus, "bus", "", "the program `bus` to measure (default: it is built)")
	f.StringVar(&o.old, "old", "", "another `bus`, to compare with")
	f.Float64Var(&o.scale, "scale", 1, "send so many times as many messages")
	f.BoolVar(&o.list, "list", false, "print the rows and the sides, and measure nothing")
	f.StringVar(&o.raw, "raw", "", "append each run to this `FILE`, a JSON object a line")
	if err := f.Parse(args); err != nil {
		return o, err
	}
	if f.NArg() > 0 {
		return o, fmt.Errorf("unexpected argument %q", f.Arg(0))
	}
	if o.rounds < 1 || !(o.scale > 0) {
		return o, fmt.Errorf("--rounds is %d and --scale %v; want more than 0", o.rounds, o.scale)
	}
	var err error
	if o.row, err = regexp.Compile(row); err != nil {
		return o, fmt.Errorf("--row: %w", err)
	}
	if sides != "" {
		o.sides = strings.Split(sides, ",")
	}
	return o, nil
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	o, err := parse(args, stderr)
	if err != nil {
		return err
	}
	rows := matching(allRows(), o.row)
	if len(rows) == 0 {
		return fmt.Errorf("--row %q matches no row; --list has them", o.row)
	}
	if o.list {
		return list(stdout, rows)
	}
	if runtime.GOOS != "linux" {
		return fmt.Errorf("it reads /proc, which %s has not", runtime.GOOS)
	}
	work, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	sides, err := findSides(ctx, o, work, stderr)
	if err != nil {
		return err
	}
	raw := io.Discard
	if o.raw != "" {
		file, err := os.OpenFile(filepath.Clean(o.raw), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
		if err != nil {
			return err
		}
		defer file.Close()
		raw = file
	}
	t := &table{rows: rows, sides: sides}
	err = t.measure(ctx, o, filepath.Join(work, "zmqclient"), raw, stderr)
	if _, bad := io.WriteString(stdout, t.String()); bad != nil {
		return bad
	}
	return err
}

func list(w io.Writer, rows []row) error {
	for _, r := range rows {
		if _, err := fmt.Fprintln(w, r.name); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(w, "\nsides: %s\n", strings.Join(sideNames(), ", "))
	return err
}
