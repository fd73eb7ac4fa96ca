package main

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"runtime/debug"

	"github.com/spf13/cobra"

	"homebus/internal/cli"
	"homebus/internal/proxies"
	"homebus/internal/proxy"
	"homebus/internal/socket"
	"homebus/internal/zmtp"
)

func newProxy() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "proxy",
		Short: "Run a plain ZeroMQ proxy: forwarder, queue or streamer",
		Long: `Proxy is one of ZeroMQ's three proxies, without anything of a house: it listens
on both sides, and passes messages on between whoever connects. It is for any
program that speaks ZeroMQ.

It listens on this machine only unless an endpoint says otherwise
(tcp://HOST:PORT, tcp://*:PORT, ipc://PATH; a forwarder also takes a multicast
group, epgm://INTERFACE;GROUP:PORT). What waits in it when it ends is
lost.`,
		Example: `  bus proxy queue --frontend tcp://*:5559 --backend tcp://*:5560
  bus proxy forwarder --subscribe state/ --monitor tcp://127.0.0.1:5561
  bus proxy streamer --hwm 1 --control ipc:///run/streamer.ctl`,
		Args: cli.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return cli.Usagef("which proxy? want forwarder, queue or streamer")
		},
	}
	cmd.AddCommand(newForwarder(), newQueue(), newStreamer())
	return cmd
}

// proxyFlags are the flags that all proxies have.
type proxyFlags struct {
	listenFlags
	logs *cli.Log
}

func newProxyFlags(cmd *cobra.Command, atFrontend, atBackend string) proxyFlags {
	return proxyFlags{listenFlags: newListenFlags(cmd, atFrontend, atBackend)}
}

// run opens a proxy at the endpoints of the flags and runs it. open returns where it
// listens, and what runs beside it, too.
func (f proxyFlags) run(ctx context.Context, log *slog.Logger, open func(proxies.Endpoints) (program, error)) error {
	at, controlled, err := f.places()
	if err != nil {
		return err
	}
	p, err := open(at)
	if err != nil {
		return err
	}
	p.control, p.log = controlled, log
	return p.run(ctx)
}

func newForwarder() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "forwarder",
		Short: "Publishers to subscribers (XSUB, XPUB)",
		Long: `Forwarder passes every message of a publisher to every subscriber that has
subscribed to it, and tells publishers what is subscribed to. A subscriber that
cannot keep up loses messages of its own.`,
		Args: cli.NoArgs,
	}
	f := newProxyFlags(cmd, "publishers", "subscribers")
	groups := newGroups(cmd, f.listenFlags)
	limits := proxy.DefaultLimits
	cmd.Flags().Var((*amount)(&limits.QueueMessages), "hwm", "how many messages may wait for one subscriber; the same as --queue-messages")
	only := cmd.Flags().StringArray("subscribe", nil, "pass on only what begins with this `PREFIX`; may be repeated")
	forwarderLimitFlags(cmd, &limits)
	f.logs = cli.LogFlags(cmd, "info")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		log, flush, err := f.logs.OutlivingLogger(cmd.ErrOrStderr())
		if err != nil {
			return err
		}
		defer flush()
		if err := checkPings(limits.PingEvery, limits.Silence); err != nil {
			return err
		}
		warnOfLost(log, limits)
		return f.run(cmd.Context(), log, func(at proxies.Endpoints) (program, error) {
			at, err := groups.take(at)
			if err != nil {
				return program{}, err
			}
			p, err := proxy.New(proxy.Config{
				Frontend: at.Frontend, Backend: at.Backend, Monitor: at.Monitor,
				Limits: limits, Only: *only, Log: log,
			})
			if err != nil {
				return program{}, err
			}
			beside, err := groups.open(p.Attach, *only, log)
			if err != nil {
				p.Close()
				return program{}, err
			}
			return program{proxy: p, at: groups.given(endpointsOf(p.Addrs())), beside: beside}, nil
		})
	}
	return cmd
}

func newQueue() *cobra.Command {
	return newRelay("queue", "Clients to workers, and answers back (ROUTER, DEALER)",
		`Queue passes requests of clients (REQ) to workers (REP), one after the other in
turn, and their answers back to whoever asked. Without a worker clients wait.
What waits for a worker that dies goes to another.`,
		"clients", "workers", proxies.NewQueue)
}

func newStreamer() *cobra.Command {
	return newRelay("streamer", "Work to workers (PULL, PUSH)",
		`Streamer passes the work of whoever has some (PUSH) to workers (PULL), one after
the other in turn. Without room at any worker, whoever has work waits. What
waits for a worker that dies goes to another.`,
		"those who have work", "workers", proxies.NewStreamer)
}

// newRelay returns the command of a proxy between two sockets.
func newRelay(name, short, long, atFrontend, atBackend string, open func(proxies.Endpoints, socket.Config) (*proxies.Proxy, error)) *cobra.Command {
	cmd := &cobra.Command{Use: name, Short: short, Long: long, Args: cli.NoArgs}
	f := newProxyFlags(cmd, atFrontend, atBackend)
	cfg := socketFlags(cmd)
	cmd.Flags().Var(notHere{}, "subscribe", "")
	_ = cmd.Flags().MarkHidden("subscribe") // it exists
	f.logs = cli.LogFlags(cmd, "info")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		log, flush, err := f.logs.OutlivingLogger(cmd.ErrOrStderr())
		if err != nil {
			return err
		}
		defer flush()
		collectLess()
		if err := checkPings(cfg.PingEvery, cfg.Silence); err != nil {
			return err
		}
		return f.run(cmd.Context(), log, func(at proxies.Endpoints) (program, error) {
			cfg.Log = log
			p, err := open(at, *cfg)
			if err != nil {
				return program{}, err
			}
			return program{proxy: p, at: p.Endpoints()}, nil
		})
	}
	return cmd
}

// collectLess has the garbage collector run less often, unless $GOGC says how often.
// All that passes a queue or a streamer is garbage a moment later, and a heap of little
// else would be collected a hundred times a second; this way it is 16 MiB at least.
func collectLess() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(400)
	}
}

// notHere is the flag --subscribe of a proxy that passes everything on.
type notHere struct{}

func (notHere) String() string { return "" }
func (notHere) Type() string   { return "PREFIX" }
func (notHere) Set(string) error {
	return errors.New("only a forwarder passes on a part; this proxy passes on everything")
}

// socketFlags gives cmd the flags that bound what the peers of a queue or a streamer
// may cost.
func socketFlags(cmd *cobra.Command) *socket.Config {
	c := socket.Config{Wire: zmtp.DefaultLimits}
	d := proxy.DefaultLimits
	c.HWM, c.QueueBytes, c.QueueTotal = socket.DefaultHWM, socket.DefaultQueueBytes, socket.DefaultQueueTotal
	c.Handshake, c.Newcomers, c.PingEvery, c.Silence = d.Handshake, d.Handshakes, d.PingEvery, d.Silence
	flags := cmd.Flags()
	flags.Var((*amount)(&c.HWM), "hwm", "how many messages may wait for one peer, and as many of it; who has more to send waits")
	flags.Var((*size)(&c.QueueBytes), "queue-bytes", "the same in bytes")
	flags.Var((*size)(&c.QueueTotal), "queue-total", "what may wait for all peers of one side together, and as much of them; the more of it waits, the less for each")
	wireFlags(cmd, &c.Wire)
	newcomerFlags(cmd, &c.Handshake, &c.Newcomers)
	flags.Var((*amount)(&c.Connections), "max-connections", "how many connections there may be on each side (default: the limit of open files without a reserve)")
	pingFlags(cmd, &c.PingEvery, &c.Silence)
	return &c
}
