package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strconv"
	"time"

	"homebus/internal/bench"
)

// leastDelivered is the part that must be delivered for a run to count.
const leastDelivered = 0.99

// sample is what one run gave.
type sample struct {
	Row     string             `json:"row"`
	Side    string             `json:"side"`
	Round   int                `json:"round"` // from 0 on
	Figures map[figure]float64 `json:"figures,omitempty"`
	Error   string             `json:"error,omitempty"`
}

// measure goes through all rounds, rows and sides. Which side begins changes with the round.
func (t *table) measure(ctx context.Context, o options, zmqClient string, raw, log io.Writer) error {
	out := json.NewEncoder(raw)
	for round := range o.rounds {
		for _, r := range t.rows {
			for i := range t.sides {
				s := t.sides[(i+round)%len(t.sides)]
				if !s.can(r) {
					continue
				}
				figures, err := s.measure(ctx, r, o.scale, zmqClient)
				if ctx.Err() != nil {
					return errors.New("interrupted")
				}
				one := sample{Row: r.name, Side: s.name, Round: round, Figures: figures}
				if err != nil {
					one.Figures, one.Error = nil, err.Error()
				}
				t.samples = append(t.samples, one)
				fmt.Fprintf(log, "round %d of %d  %-36s %-10s %s\n", round+1, o.rounds, r.name, s.name, one)
				if err := out.Encode(one); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// String is the sample's figures, for the log.
func (s sample) String() string {
	if s.Error != "" {
		return "does not count: " + s.Error
	}
	text := ""
	for _, f := range []figure{rate, cpu, p50, p99, held, busy} {
		if v, ok := s.Figures[f]; ok {
			text += fmt.Sprintf("%s %s  ", short(v), f)
		}
	}
	return text
}

// measure makes one run of a row.
func (s side) measure(ctx context.Context, r row, scale float64, zmqClient string) (map[figure]float64, error) {
	v, err := s.start(ctx, r)
	if err != nil {
		return nil, err
	}
	defer v.stop()
	r.run.Protocol = s.protocol
	if r.run.Rate == 0 {
		scale *= s.part
	}
	r.run.Count = max(int64(r.run.Pubs), int64(float64(r.run.Count)*scale))
	c := v.at(r.run)
	c.Window = bench.DefaultWindow(c)
	switch r.kind {
	case idleCrowds:
		return v.idle(ctx, c)
	case zmqFlood, zmqFlow:
		return v.load(func() (outcome, error) { return v.runZMQ(ctx, zmqClient, c) })
	}
	return v.load(func() (outcome, error) { return runRaw(ctx, c) })
}

// outcome is what clients say of a run.
type outcome struct {
	sent      int64
	perSecond float64
	delivered float64
	latency   *bench.Latency
}

func runRaw(ctx context.Context, c bench.Config) (outcome, error) {
	res, err := bench.Run(ctx, c, nil)
	if err != nil {
		return outcome{}, err
	}
	return outcome{res.Sent, res.SentPerSecond, res.Delivered(), res.Latency}, nil
}

func (v *server) runZMQ(ctx context.Context, client string, c bench.Config) (outcome, error) {
	text, err := exec.CommandContext(ctx, client, v.front, v.back, strconv.Itoa(c.Subs), strconv.Itoa(c.Size),
		strconv.FormatInt(c.Count, 10), strconv.Itoa(int(c.Rate))).Output()
	if err != nil {
		return outcome{}, fmt.Errorf("libzmq's clients: %w", err)
	}
	var seconds float64
	var heard int64
	var l bench.Latency
	if _, err := fmt.Sscan(string(text), &seconds, &heard, &l.P50, &l.P99); err != nil {
		return outcome{}, fmt.Errorf("libzmq's clients say %q: %w", text, err)
	}
	o := outcome{sent: c.Count, perSecond: float64(c.Count) / seconds, delivered: float64(heard) / float64(c.Count*int64(c.Subs))}
	if c.Rate > 0 {
		o.latency = &l
	}
	return o, nil
}

// load runs clients, and takes the server's processor time.
func (v *server) load(clients func() (outcome, error)) (map[figure]float64, error) {
	before, err := cpuTime(v.cmd.Process.Pid)
	if err != nil {
		return nil, err
	}
	o, err := clients()
	if err != nil {
		return nil, err
	}
	if o.delivered < leastDelivered {
		return nil, fmt.Errorf("%.2f %% delivered", o.delivered*100)
	}
	after, err := cpuTime(v.cmd.Process.Pid)
	if err != nil {
		return nil, err
	}
	figures := map[figure]float64{cpu: (after - before).Seconds() / float64(o.sent) * 1e6}
	if o.latency != nil {
		figures[p50], figures[p99] = o.latency.P50, o.latency.P99
	} else {
		figures[rate] = o.perSecond
	}
	return figures, nil
}

// How long idle subscribers are given to come to rest, and how long they are then looked at.
const (
	rest = 2 * time.Second
	view = 5 * time.Second
)

// idle connects a crowd, and takes what it takes.
func (v *server) idle(ctx context.Context, c bench.Config) (map[figure]float64, error) {
	pid := v.cmd.Process.Pid
	before, err := resident(pid)
	if err != nil {
		return nil, err
	}
	c.Timeout = time.Minute
	figures := map[figure]float64{}
	err = bench.Hold(ctx, c, func(ctx context.Context) error {
		if err := pause(ctx, rest); err != nil {
			return err
		}
		from, err := cpuTime(pid)
		if err != nil {
			return err
		}
		if err := pause(ctx, view); err != nil {
			return err
		}
		to, err := cpuTime(pid)
		if err != nil {
			return err
		}
		after, err := resident(pid)
		figures[held] = float64(after-before) / 1024 / float64(c.Connections)
		figures[busy] = (to - from).Seconds() / view.Seconds() * 100
		return err
	})
	return figures, err
}

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// median of an odd or even number of values; 0 of none.
func median(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	values = slices.Sorted(slices.Values(values))
	n := len(values)
	return (values[(n-1)/2] + values[n/2]) / 2
}
