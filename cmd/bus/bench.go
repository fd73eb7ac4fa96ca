package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"time"

	"github.com/spf13/cobra"

	"homebus/internal/bench"
	"homebus/internal/cli"
	"homebus/internal/endpoint"
	"homebus/internal/jsonline"
)

func newBench() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "bench",
		Short: "Load a forwarder, and say what arrived",
		Long: `Bench connects publishers and subscribers to a hub or another forwarder, sends,
and says how fast and what was lost. It speaks the wire protocol itself, from
buffers made before, so that the forwarder is what is measured.

It begins when every publisher has been heard by every subscriber, and ends when
all is heard, or when nothing has come for --quiet. A payload of 8 bytes or more
holds its number, so that losses, duplicates and reordering are exact for each
subscriber; shorter ones, and those given with --payload, are counted.

Without --rate messages are sent as fast as the forwarder takes them, at most
--window ahead of the slowest subscriber. With --rate each is due at a moment of
its own, and --latency is measured from that moment, also if the publisher was
held up (no coordinated omission).

With --protocol nats or mqtt one server is both frontend and backend.`,
		Example: `  bus bench
  bus bench --pubs 4 --subs 4 --batch 0
  bus bench --subs 100 --own
  bus bench --connections 1000 --idle-topics 1000
  bus bench --topic state/kitchen/toaster --payload '{"state":"toasting"}'
  bus bench --rate 10000 --batch 0 --latency --json
  bus bench --protocol nats --frontend tcp://127.0.0.1:4222`,
		Args: cli.NoArgs,
	}
	hub := cli.ConnectionFlags(cmd, "bench loads connections, and a multicast group has none; want a forwarder's endpoints over TCP or ipc")
	f := benchFlags(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		cfg, err := f.config(cmd, hub)
		if err != nil {
			return err
		}
		return f.run(cmd.Context(), cfg, cmd.OutOrStdout(), cmd.ErrOrStderr())
	}
	return cmd
}

// benchOptions are the flags of bench.
type benchOptions struct {
	bench.Config
	window int
	json   bool
}

// inSeconds is for how many seconds messages are sent at a rate if no count is given.
const inSeconds = 5

func benchFlags(cmd *cobra.Command) *benchOptions {
	o := &benchOptions{Config: bench.Defaults()}
	flags := cmd.Flags()
	flags.StringVar((*string)(&o.Protocol), "protocol", string(o.Protocol), "the `PROTOCOL` that is spoken: zmtp, nats or mqtt (3.1.1, QoS 0)")
	flags.IntVar(&o.Pubs, "pubs", o.Pubs, "how many publishers, `N` connections")
	flags.IntVar(&o.Subs, "subs", o.Subs, "how many subscribers, `N` connections")
	flags.Var((*sizeOrNone)(&o.Size), "size", "how many bytes a payload has")
	flags.StringVar(&o.Payload, "payload", "", "what every payload is, `TEXT`, in place of --size bytes that begin with a number, for a hub that looks at it; losses are then by count")
	flags.Int64Var(&o.Count, "count", o.Count, "how many messages the publishers send together, `N`; with --rate for 5 s if not given")
	flags.Float64Var(&o.Rate, "rate", 0, "how many messages a second, `N`, are due from all publishers together (0: as many as possible)")
	flags.Var((*sizeOrNone)(&o.Batch), "batch", "how many bytes a publisher writes at once: as many whole messages as fit, one at least; with --rate no more than are due (0: a message a write)")
	flags.StringVar(&o.Topic, "topic", o.Topic, "the `TOPIC` that is published on")
	flags.IntVar(&o.Distinct, "distinct", o.Distinct, "publish on `N` topics in turn, as long as --topic: its last characters become a number. Subscribers hear all")
	flags.BoolVar(&o.Own, "own", false, "to each subscriber its own topics: topic i of --distinct (if not given, as many as --subs) is heard by subscriber i modulo --subs, by exact subscriptions")
	flags.IntVar(&o.Connections, "connections", 0, "connect `N` idle subscribers besides, of a topic that nobody publishes on")
	flags.IntVar(&o.IdleTopics, "idle-topics", 0, "each of those has subscribed to `N` more topics, all of them different")
	flags.BoolVar(&o.Latency, "latency", false, "measure how long messages take from when they are due; needs --rate")
	flags.Var((*sizeOrNone)(&o.window), "window", "how far publishers may be ahead of the slowest subscriber without --rate, in bytes; 0 is no bound (default 16MiB, with many subscribers 256MiB for all)")
	flags.Var((*positive)(&o.Quiet), "quiet", "the run is over when nothing has come for so long")
	flags.Var((*positive)(&o.Timeout), "timeout", "how long connecting and subscribing may take")
	flags.BoolVar(&o.json, "json", false, "print the result as a JSON object")
	return o
}

// config is the run that is asked for, or what is wrong with it.
func (o *benchOptions) config(cmd *cobra.Command, hub *cli.Hub) (bench.Config, error) {
	cfg := o.Config
	given := cmd.Flags().Changed
	if !given("count") && cfg.Rate > 0 {
		cfg.Count = int64(math.Max(1, min(cfg.Rate, 1e9)*inSeconds))
	}
	if cfg.Payload != "" && !given("size") {
		cfg.Size = len(cfg.Payload)
	}
	if cfg.Own && !given("distinct") {
		cfg.Distinct = max(1, cfg.Subs)
	}
	cfg.Window = o.window
	if !given("window") {
		cfg.Window = bench.DefaultWindow(cfg)
	}
	if err := cfg.Check(); err != nil {
		return cfg, cli.Usagef("%w", err)
	}
	var err error
	cfg.Frontend, cfg.Backend, err = benchPlaces(cfg.Protocol, hub, given("frontend"), given("backend"))
	return cfg, err
}

// elsewhere is where a server of another protocol is, if no flag says it.
var elsewhere = map[bench.Protocol]string{bench.NATS: "tcp://127.0.0.1:4222", bench.MQTT: "tcp://127.0.0.1:1883"}

// benchPlaces are where publishers and subscribers connect.
func benchPlaces(p bench.Protocol, hub *cli.Hub, frontend, backend bool) (front, back endpoint.Endpoint, err error) {
	if p != bench.ZMTP && !frontend && !backend { // the variables are for a hub
		front, err = endpoint.ParseRemote(elsewhere[p])
		return front, front, err
	}
	fronts, backs, err := hub.Endpoints()
	if err != nil {
		return front, back, err
	}
	at, to := fronts[0], backs[0]
	switch {
	case p != bench.ZMTP && !backend:
		to = at
	case p != bench.ZMTP && !frontend:
		at = to
	}
	if front, err = endpoint.ParseRemote(at); err != nil {
		return front, back, err
	}
	back, err = endpoint.ParseRemote(to)
	return front, back, err
}

// run runs and prints what is known at the end, however it came.
func (o *benchOptions) run(ctx context.Context, cfg bench.Config, stdout, stderr io.Writer) error {
	progress := newProgress(stderr, cfg)
	res, err := bench.Run(ctx, cfg, progress.show)
	progress.clear()
	if ctx.Err() != nil {
		err = errors.New("interrupted")
	}
	if res == nil {
		return err
	}
	if !o.json {
		return errors.Join(err, res.Print(stdout))
	}
	line, bad := jsonline.Marshal(res)
	if bad == nil {
		_, bad = fmt.Fprintf(stdout, "%s\n", line)
	}
	return errors.Join(err, bad)
}

// progressEvery is how often the line of progress is written again.
const progressEvery = 200 * time.Millisecond

// progressLine is the line that says how far a run is, on a terminal.
type progressLine struct {
	w     io.Writer // nil: nowhere
	count int64
	next  time.Duration
	wrote bool
}

func newProgress(w io.Writer, cfg bench.Config) *progressLine {
	p := &progressLine{count: cfg.Count, next: progressEvery}
	if cli.IsScreen(w) {
		p.w = w
	}
	return p
}

// eraseLine goes to the beginning of the line and erases it (ECMA-48, EL).
const eraseLine = "\r\x1b[K"

func (p *progressLine) show(now bench.Progress) {
	if p.w == nil || now.Elapsed < p.next {
		return
	}
	p.next, p.wrote = now.Elapsed+progressEvery, true
	fmt.Fprintf(p.w, "%ssent %d of %d, heard %d, %.1f s", eraseLine, now.Sent, p.count, now.Heard, now.Elapsed.Seconds())
}

func (p *progressLine) clear() {
	if p.wrote {
		fmt.Fprint(p.w, eraseLine)
	}
}
