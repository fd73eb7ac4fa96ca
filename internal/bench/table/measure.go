package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"runtime"
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
				if !t.measures(r, s) {
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
	for _, f := range figures {
		if v, ok := s.Figures[f]; ok {
			text += fmt.Sprintf("%s %s  ", short(v), f)
		}
	}
	return text
}

// measure makes one run of a row.
func (s side) measure(ctx context.Context, r row, scale float64, zmqClient string) (map[figure]float64, error) {
	r.run.Protocol = s.protocol
	if r.kind == idleTopics {
		return s.topics(ctx, r)
	}
	v, err := s.start(ctx, r)
	if err != nil {
		return nil, err
	}
	defer v.stop()
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
		return v.load(func(look func()) (outcome, error) {
			look()
			defer look()
			return v.runZMQ(ctx, zmqClient, c)
		})
	}
	return v.load(func(look func()) (outcome, error) { return runRaw(ctx, c, look) })
}

// outcome is what clients say of a run.
type outcome struct {
	sent      int64
	perSecond float64
	delivered float64
	latency   *bench.Latency
}

// runRaw calls look, as soon as all is ready for the first time, and at last before anybody
// leaves.
func runRaw(ctx context.Context, c bench.Config, look func()) (outcome, error) {
	res, err := bench.Run(ctx, c, func(bench.Progress) { look() })
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

// load runs clients, and takes the server's processor time from when they first look until
// they last do.
func (v *server) load(clients func(look func()) (outcome, error)) (map[figure]float64, error) {
	var looks []time.Duration
	var blind error
	o, err := clients(func() {
		if len(looks) == 0 {
			runtime.GC() // what connecting and former runs have left here, not meanwhile
		}
		now, err := cpuTime(v.cmd.Process.Pid)
		looks, blind = append(looks, now), errors.Join(blind, err)
	})
	if err = errors.Join(err, blind); err != nil {
		return nil, err
	}
	if o.delivered < leastDelivered {
		return nil, fmt.Errorf("%.2f %% delivered", o.delivered*100)
	}
	took := looks[len(looks)-1] - looks[0]
	figures := map[figure]float64{cpu: took.Seconds() / float64(o.sent) * 1e6}
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

// topics takes what a subscription takes: what idle subscribers with many hold more than
// as many with none but one of all, each in a fresh process.
func (s side) topics(ctx context.Context, r row) (map[figure]float64, error) {
	many, err := s.holds(ctx, r)
	if err != nil {
		return nil, err
	}
	n := r.run.Connections * r.run.IdleTopics
	r.run.IdleTopics = 0
	none, err := s.holds(ctx, r)
	if err != nil {
		return nil, err
	}
	return map[figure]float64{each: float64(many-none) / float64(n)}, nil
}

// holds is the resident memory of a fresh process with idle subscribers at rest.
func (s side) holds(ctx context.Context, r row) (bytes int64, err error) {
	v, err := s.start(ctx, r)
	if err != nil {
		return 0, err
	}
	defer v.stop()
	c := v.at(r.run)
	c.Timeout = time.Minute
	err = bench.Hold(ctx, c, func(ctx context.Context) error {
		if err := pause(ctx, rest); err != nil {
			return err
		}
		bytes, err = resident(v.cmd.Process.Pid)
		return err
	})
	return bytes, err
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
