package main

import (
	"context"
	"io"
	"log/slog"

	"github.com/spf13/cobra"

	"homebus/internal/cli"
	"homebus/internal/mirror"
	"homebus/internal/mirror/logbook"
	"homebus/internal/mirror/plan"
)

// options are the flags of mirror.
type options struct {
	demo, plain bool
	speed       cli.Speed
	scenes      *cli.Scenes
	hub         *cli.Hub
	log         *cli.Log
}

func newRoot() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "mirror",
		Short: "The smart mirror in the terminal",
		Long: `Mirror shows the house: whether the coffee and the toast are ready, each room,
the scenes and what has happened, and lets you act. It finds the hub whenever it
comes, and never shows an old picture as if it were new.

The hub may be behind multicast groups (epgm://INTERFACE;GROUP:PORT), in which
everybody hears everything. Such a --backend brings no last values, so that the
picture begins with what appliances say from then on.

With --demo it needs nothing else: the hub, the simulated house of the scenes
file and its scenes run in the same process, without a port.

Where the output is no terminal, or a dumb one (TERM=dumb), or with --plain, it
prints lines instead, and the demo presses the bathroom switch by itself after
two seconds. NO_COLOR is heeded.`,
		Example: `  mirror --demo
  mirror --demo --speed 20
  mirror --plain | tee house.log`,
		Args: cli.NoArgs,
	}
	opts := &options{scenes: cli.ScenesFlag(cmd), hub: cli.HubFlags(cmd), log: cli.LogFlags(cmd, "warn")}
	opts.hub.MulticastFlags(cmd)
	cmd.Flags().BoolVar(&opts.demo, "demo", false, "bring a hub, a simulated house and its scenes along")
	cmd.Flags().BoolVar(&opts.plain, "plain", false, "print lines instead of a screen")
	opts.speed.Flag(cmd, "with --demo, how many times as fast the house's clock runs")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		switch given := cmd.Flags().Changed; {
		case !opts.demo && given("speed"):
			return cli.Usagef("--speed needs --demo; a hub elsewhere keeps its own time")
		case opts.demo && (given("frontend") || given("backend")):
			return cli.Usagef("--demo brings its own hub, and has no use for --frontend and --backend")
		case opts.demo && (given("multicast-rate") || given("multicast-hops")):
			return cli.Usagef("--demo brings its own hub, and sends nothing by multicast; --multicast-rate and --multicast-hops are for --frontend epgm://...")
		}
		return show(cmd, opts)
	}
	return cmd
}

func show(cmd *cobra.Command, opts *options) error {
	cfg := mirror.Config{
		In:    cmd.InOrStdin(),
		Out:   cmd.OutOrStdout(),
		Plain: opts.plain || !cli.IsScreen(cmd.OutOrStdout()),
	}
	var err error
	if cfg.Log, err = opts.log.Logger(logWriter(cmd, cfg.Plain)); err != nil {
		return err
	}
	if !cfg.Plain {
		cfg.Log, cfg.Book = withBook(cfg.Log)
	}
	if opts.demo {
		return demo(cmd, opts, cfg)
	}
	dial, err := opts.hub.Dialer(cfg.Log)
	if err != nil {
		return err
	}
	file, err := opts.scenes.LoadIfAny(cmd.ErrOrStderr(), cfg.Log)
	if err != nil {
		return err
	}
	cfg.Plan = plan.Of(file)
	cfg.Link = dial("mirror", cfg.Log)
	return mirror.Run(cmd.Context(), cfg)
}

// logWriter is where the log goes besides the book: nowhere while a picture is drawn
// on the same terminal.
func logWriter(cmd *cobra.Command, plain bool) io.Writer {
	if stderr := cmd.ErrOrStderr(); plain || !cli.IsTerminal(stderr) {
		return stderr
	}
	return io.Discard
}

// withBook returns a logger that writes into a book besides, from info on: the page
// of the log is for whoever asks how it goes, while the log goes on at its level.
func withBook(log *slog.Logger) (*slog.Logger, *logbook.Book) {
	least := slog.LevelInfo
	if log.Enabled(context.Background(), slog.LevelDebug) {
		least = slog.LevelDebug
	}
	book := logbook.New(least)
	return slog.New(slog.NewMultiHandler(log.Handler(), book.Handler())), book
}
