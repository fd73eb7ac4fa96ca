package main

import (
	"bufio"
	"context"
	"embed"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"homebus/internal/bench"
	"homebus/internal/endpoint"
	"homebus/internal/scene/town"
	"homebus/topics"
)

// side is a forwarder that is measured.
type side struct {
	name     string
	protocol bench.Protocol
	path     string // of the program
	// args are those with which it forwards from the one port to the other; for another
	// protocol than ZMTP the second is not used.
	args func(r row, front, back string) []string
	// says that it prints a line when it listens; otherwise that is tried out.
	says bool
	// part is how many of a row's messages it is sent.
	part float64
	// can says whether it can serve a row at all, but for those of parts.
	can func(r row) bool
	// prepare, if not nil, is called when it listens.
	prepare func(context.Context, *server) error
}

// The names of the sides that others are compared with or that are special.
const (
	ours   = "homebus"
	former = "old"
	hub    = "hub"
	house  = "house"
	relay  = "relay"
)

// isLibzmq reports whether the side is one of those that figures are compared with.
func (s side) isLibzmq() bool { return strings.HasPrefix(s.name, "libzmq/") }

// isWhole reports whether the side is a whole hub of ours, with all its parts.
func (s side) isWhole() bool { return s.name == hub || s.name == house }

func sideNames() []string {
	return []string{ours, former, hub, house, "libzmq/1", "libzmq/2", relay, "nats", "mosquitto"}
}

//go:embed c
var sources embed.FS

// findSides returns the sides that are wanted and can be had, and says what cannot.
func findSides(ctx context.Context, o options, work string, log io.Writer) ([]side, error) {
	for _, name := range o.sides {
		if !slices.Contains(sideNames(), name) {
			return nil, fmt.Errorf("--sides: there is no %q; want some of %s", name, strings.Join(sideNames(), ","))
		}
	}
	var sides []side
	add := func(name string, find func() (side, error)) {
		if o.sides != nil && !slices.Contains(o.sides, name) || name == former && o.old == "" {
			return
		}
		s, err := find()
		if err != nil {
			fmt.Fprintf(log, "left out: %s: %v\n", name, err)
			return
		}
		if s.name = name; s.isWhole() && o.sides == nil {
			s.can = never // only the rows of parts
		}
		sides = append(sides, s)
	}
	build := func() (string, error) { return o.program(ctx, work) }
	add(ours, func() (side, error) { return busSide(build, "proxy", "forwarder") })
	add(former, func() (side, error) {
		return busSide(func() (string, error) { return filepath.Abs(o.old) }, "proxy", "forwarder")
	})
	add(hub, func() (side, error) { return busSide(build, "serve", "--scenes", "") })
	add(house, func() (side, error) { return houseSide(build, work) })
	for _, threads := range []string{"1", "2"} {
		add("libzmq/"+threads, func() (side, error) { return zmqSide(ctx, work, threads) })
	}
	add(relay, func() (side, error) { return relaySide(ctx, work) })
	add("nats", natsSide)
	add("mosquitto", func() (side, error) { return mosquittoSide(work) })
	if _, err := compile(ctx, work, "zmqclient"); err != nil {
		fmt.Fprintln(log, "left out: libzmq's own clients:", err)
	}
	if len(sides) == 0 {
		return nil, errors.New("there is nothing to measure")
	}
	return sides, nil
}

// program is the bus that is measured, built unless it is given.
func (o options) program(ctx context.Context, work string) (string, error) {
	if o.bus != "" {
		return filepath.Abs(o.bus)
	}
	path := filepath.Join(work, "bus")
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	out, err := exec.CommandContext(ctx, "go", "build", "-o", path, "homebus/cmd/bus").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("go build: %w: %s", err, out)
	}
	return path, nil
}

func always(row) bool { return true }

func never(row) bool { return false }

func raw(r row) bool { return r.kind != zmqFlood && r.kind != zmqFlow }

func busSide(find func() (string, error), command ...string) (side, error) {
	path, err := find()
	if err == nil {
		_, err = os.Stat(path)
	}
	return side{protocol: bench.ZMTP, path: path, part: 2, can: always, args: func(_ row, front, back string) []string {
		return append(slices.Clone(command), "--log-level", "error", "--frontend", "tcp://127.0.0.1:"+front, "--backend", "tcp://127.0.0.1:"+back)
	}}, err
}

// How many scenes there are in the house, and how many topics with a last value.
const (
	scenesBeside   = 1000
	retainedBeside = 10_000
)

// houseSide is a whole hub that has much to keep in mind.
func houseSide(find func() (string, error), work string) (side, error) {
	file := filepath.Join(work, "scenes.toml")
	if err := os.WriteFile(file, town.File(scenesBeside), 0o600); err != nil {
		return side{}, err
	}
	s, err := busSide(find, "serve", "--scenes", file)
	s.prepare = fill
	return s, err
}

// fill has the server remember the states of appliances that no scene knows.
func fill(ctx context.Context, v *server) error {
	c := v.at(bench.Defaults())
	c.Topic, c.Distinct, c.Count = topics.State("beside", "thing-00000"), retainedBeside, retainedBeside
	c.Payload = `{"state":"on"}`
	c.Size = len(c.Payload)
	o, err := runRaw(ctx, c, func() {})
	if err == nil && o.delivered < 1 {
		err = fmt.Errorf("%.2f %% delivered", o.delivered*100)
	}
	if err != nil {
		return fmt.Errorf("fill with states: %w", err)
	}
	return nil
}

func zmqSide(ctx context.Context, work, threads string) (side, error) {
	path, err := compile(ctx, work, "zmqproxy")
	return side{protocol: bench.ZMTP, path: path, says: true, part: 1, can: always, args: func(_ row, front, back string) []string {
		return []string{threads, front, back}
	}}, err
}

// mostRelayed is how many subscribers the blind relay copies to.
const mostRelayed = 8

func relaySide(ctx context.Context, work string) (side, error) {
	path, err := compile(ctx, work, "relay")
	return side{protocol: bench.ZMTP, path: path, says: true, part: 2,
		can: func(r row) bool {
			return raw(r) && r.kind != idleCrowds && r.kind != idleTopics && r.run.Pubs == 1 && r.run.Subs <= mostRelayed
		},
		args: func(r row, front, back string) []string { return []string{strconv.Itoa(r.run.Subs), front, back} }}, err
}

func natsSide() (side, error) {
	path, err := lookProgram("nats-server")
	return side{protocol: bench.NATS, path: path, part: 1, can: raw, args: func(_ row, front, _ string) []string {
		return []string{"-a", "127.0.0.1", "-p", front}
	}}, err
}

// mosquittoSide is a broker that keeps whatever waits, as the other sides do.
func mosquittoSide(work string) (side, error) {
	path, err := lookProgram("mosquitto")
	return side{protocol: bench.MQTT, path: path, part: 0.05, can: raw, args: func(_ row, front, _ string) []string {
		config := filepath.Join(work, "mosquitto.conf")
		text := fmt.Sprintf("listener %s 127.0.0.1\nallow_anonymous true\nmax_queued_messages 0\nlog_type none\n", front)
		_ = os.WriteFile(config, []byte(text), 0o600) // or it says so itself
		return []string{"-c", config}
	}}, err
}

// lookProgram finds a program, also where those of daemons are.
func lookProgram(name string) (string, error) {
	path, err := exec.LookPath(name)
	if err == nil {
		return path, nil
	}
	path = filepath.Join("/usr/sbin", name)
	if _, bad := os.Stat(path); bad == nil {
		return path, nil
	}
	return "", fmt.Errorf("%w; Debian's package is %s", err, name)
}

// compile builds one of the programs in C, once.
func compile(ctx context.Context, work, name string) (string, error) {
	path := filepath.Join(work, name)
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	text, err := sources.ReadFile("c/" + name + ".c")
	if err != nil {
		return "", err
	}
	if err := os.WriteFile(path+".c", text, 0o600); err != nil {
		return "", err
	}
	out, err := exec.CommandContext(ctx, "gcc", "-O2", "-o", path, path+".c", "-lzmq", "-lpthread").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("gcc (Debian's gcc and libzmq3-dev): %w: %s", err, out)
	}
	return path, nil
}

// server is a side that runs.
type server struct {
	cmd         *exec.Cmd
	front, back string // ports
}

// patience is how long a server may take until it listens.
const patience = 10 * time.Second

// start runs the side for a row, and waits until it listens.
func (s side) start(ctx context.Context, r row) (*server, error) {
	front, back, err := freePorts()
	if err != nil {
		return nil, err
	}
	listening, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	v := &server{cmd: exec.Command(s.path, s.args(r, front, back)...), front: front, back: back}
	if s.protocol != bench.ZMTP {
		v.back = front
	}
	out, err := v.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := v.cmd.Start(); err != nil {
		return nil, err
	}
	if s.says {
		_, err = bufio.NewReader(out).ReadString('\n')
	} else {
		err = errors.Join(listens(listening, front), listens(listening, v.back))
	}
	if err != nil {
		v.stop()
		return nil, fmt.Errorf("%s does not listen: %w", s.name, err)
	}
	if s.prepare != nil {
		if err := s.prepare(ctx, v); err != nil {
			v.stop()
			return nil, fmt.Errorf("%s: %w", s.name, err)
		}
	}
	return v, nil
}

func (v *server) stop() {
	_ = v.cmd.Process.Kill()
	_ = v.cmd.Wait() // it was killed
}

// at has a run go through the server.
func (v *server) at(c bench.Config) bench.Config {
	c.Frontend = endpoint.Endpoint{Network: "tcp", Address: "127.0.0.1:" + v.front}
	c.Backend = endpoint.Endpoint{Network: "tcp", Address: "127.0.0.1:" + v.back}
	return c
}

// The ports that are tried: below those that Linux gives to whoever asks for any, from 32768
// on (ip_local_port_range), one of which another program may have before the server does.
const leastPort, ports = 20_000, 12_000

// freePorts returns two ports at which nobody listens.
func freePorts() (front, back string, err error) {
	var free []string
	for range 100 {
		port := strconv.Itoa(leastPort + rand.IntN(ports))
		l, bad := net.Listen("tcp", "127.0.0.1:"+port)
		if bad != nil {
			err = bad
			continue
		}
		defer l.Close() // only at the end, so that they differ
		if free = append(free, port); len(free) == 2 {
			return free[0], free[1], nil
		}
	}
	return "", "", err
}

// listens waits until somebody listens at a port.
func listens(ctx context.Context, port string) error {
	again := time.NewTicker(5 * time.Millisecond)
	defer again.Stop()
	for {
		conn, err := net.Dial("tcp", "127.0.0.1:"+port)
		if err == nil {
			return conn.Close()
		}
		select {
		case <-ctx.Done():
			return err
		case <-again.C:
		}
	}
}
