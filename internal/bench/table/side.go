package main

import (
	"bufio"
	"context"
	"embed"
	"errors"
	"fmt"
	"io"
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
	// can says whether it can serve a row at all.
	can func(r row) bool
}

// The names of the sides that others are compared with or that are special.
const (
	ours   = "homebus"
	former = "old"
	hub    = "hub"
	relay  = "relay"
)

// isLibzmq reports whether the side is one of those that figures are compared with.
func (s side) isLibzmq() bool { return strings.HasPrefix(s.name, "libzmq/") }

func sideNames() []string {
	return []string{ours, former, hub, "libzmq/1", "libzmq/2", relay, "nats", "mosquitto"}
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
		if o.sides != nil && !slices.Contains(o.sides, name) || o.sides == nil && name == hub || name == former && o.old == "" {
			return
		}
		s, err := find()
		if err != nil {
			fmt.Fprintf(log, "left out: %s: %v\n", name, err)
			return
		}
		s.name = name
		sides = append(sides, s)
	}
	build := func() (string, error) { return o.program(ctx, work) }
	add(ours, func() (side, error) { return busSide(build, false) })
	add(former, func() (side, error) { return busSide(func() (string, error) { return filepath.Abs(o.old) }, false) })
	add(hub, func() (side, error) { return busSide(build, true) })
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

func raw(r row) bool { return r.kind != zmqFlood && r.kind != zmqFlow }

func busSide(find func() (string, error), whole bool) (side, error) {
	path, err := find()
	if err == nil {
		_, err = os.Stat(path)
	}
	return side{protocol: bench.ZMTP, path: path, part: 2, can: always, args: func(_ row, front, back string) []string {
		args := []string{"proxy", "forwarder"}
		if whole {
			args = []string{"serve", "--scenes", ""}
		}
		return append(args, "--log-level", "error", "--frontend", "tcp://127.0.0.1:"+front, "--backend", "tcp://127.0.0.1:"+back)
	}}, err
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
			return raw(r) && r.kind != idleCrowds && r.run.Pubs == 1 && r.run.Subs <= mostRelayed
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
	ctx, cancel := context.WithTimeout(ctx, patience)
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
		err = errors.Join(listens(ctx, front), listens(ctx, v.back))
	}
	if err != nil {
		v.stop()
		return nil, fmt.Errorf("%s does not listen: %w", s.name, err)
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

// freePorts returns two ports at which nobody listens.
func freePorts() (front, back string, err error) {
	var ports [2]string
	for i := range ports {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return "", "", err
		}
		defer l.Close() // only at the end, so that they differ
		_, ports[i], err = net.SplitHostPort(l.Addr().String())
		if err != nil {
			return "", "", err
		}
	}
	return ports[0], ports[1], nil
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
