package sim

import (
	"bytes"
	"fmt"
	"log/slog"
	"math"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"homebus/devices"
	"homebus/internal/link"
	"homebus/internal/message"
	"homebus/topics"
)

// journal is a log that a test reads. Safe for concurrent use.
type journal struct {
	mu      sync.Mutex
	written bytes.Buffer
}

func (j *journal) Write(b []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.written.Write(b)
}

func (j *journal) log() *slog.Logger { return slog.New(slog.NewTextHandler(j, nil)) }

// lines returns what has been logged that matches the pattern.
func (j *journal) lines(pattern string) []string {
	j.mu.Lock()
	defer j.mu.Unlock()
	re := regexp.MustCompile(pattern)
	var found []string
	for line := range strings.Lines(j.written.String()) {
		if re.MatchString(line) {
			found = append(found, strings.TrimSuffix(line, "\n"))
		}
	}
	return found
}

// dialled counts the connections that a house makes.
type dialled struct {
	bus       *link.Bus
	plain     int
	appliance []string
}

func (d *dialled) config(cfg Config) Config {
	cfg.Dial = func(name string) link.Link { d.plain++; return d.bus.Link(name) }
	cfg.DialOwn = func(name string) link.Link {
		d.appliance = append(d.appliance, name)
		return d.bus.Link(name)
	}
	return cfg
}

func TestHowAppliancesAreConnected(t *testing.T) {
	for _, tt := range []struct {
		specs       []devices.Spec
		connections Connections
		own         bool
	}{
		{kitchen, ByNumber, true},
		{many(), ByNumber, false},
		{kitchen, Shared, false},
		{many(), PerDevice, true},
		{append(homeMode, many()[1:]...), ByNumber, true}, // the hub's needs none
	} {
		synctest.Test(t, func(t *testing.T) {
			d := &dialled{bus: link.NewBus()}
			cfg := d.config(Config{Specs: tt.specs, Connections: tt.connections})
			h := newHouseOn(t, d.bus, cfg)
			h.rest(time.Second)
			plain, own := 2, 0
			if tt.own {
				simulated, _ := cfg.split()
				plain, own = 1, len(simulated)
			}
			if d.plain != plain || len(d.appliance) != own || cfg.Links() != plain+own {
				t.Errorf("%d appliances, %v: %d connections and %d of appliances, Links says %d",
					len(tt.specs), tt.connections, d.plain, len(d.appliance), cfg.Links())
			}
			id := tt.specs[len(tt.specs)-1].ID
			h.publish(topics.Of(topics.KindFault, id), map[string]any{"kind": "offline", "for": "10s"})
			h.awaitOnline(id, false)
			h.awaitOnline(id, true)
			if tt.own {
				own++ // it comes back on another
			} else {
				own += 2 // it moves to one of its own before
			}
			if d.plain != plain || len(d.appliance) != own {
				t.Errorf("%d appliances, %v, after a fault: %d connections and %d of appliances",
					len(tt.specs), tt.connections, d.plain, len(d.appliance))
			}
		})
	}
}

func TestTheStartIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		bus, j := link.NewBus(), &journal{}
		dial := func(name string) link.Link { return &narrow{Link: bus.Link(name)} }
		h := newHouseOn(t, bus, Config{Specs: many(), Dial: dial, Log: j.log()})
		h.rest(time.Minute)
		progress := j.lines("msg=starting ")
		if len(progress) < 3 {
			t.Fatalf("a slow start is told so: %q", progress)
		}
		last := -1
		for _, line := range progress {
			var started, of int
			if _, err := fmt.Sscanf(line[strings.Index(line, "started="):], "started=%d of=%d", &started, &of); err != nil || of != maxOwnLinks+1 {
				t.Errorf("%q: %v", line, err)
			}
			if started < last || started >= of {
				t.Errorf("%d have started, and before that %d", started, last)
			}
			last = started
		}
		if got := j.lines(fmt.Sprintf(`msg="all are there" appliances=%d took=\d`, maxOwnLinks+1)); len(got) != 1 {
			t.Errorf("the end of the start is told so: %q", got)
		}
	})
}

func TestAReturnToTheBusIsToldOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := &journal{}
		h := newHouse(t, Config{Specs: kitchen, Log: j.log(), Faults: []Fault{{Device: coffee, Kind: "offline"}}})
		for round := range 3 {
			h.rest(time.Minute)
			if got := j.lines(`msg="all are there" appliances=1 took=0s`); len(got) != round+1 {
				t.Fatalf("round %d: %q", round, got)
			}
			h.bus.Stop()
			h.rest(10 * time.Second)
			h.bus.Start()
		}
		if got := j.lines("msg=starting"); len(got) > 0 {
			t.Errorf("there was nothing to wait for: %q", got)
		}
	})
}

// An hour and a minute of the house, in a line a minute.
func TestTheSummary(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := &journal{}
		h := newHouse(t, Config{Specs: kitchen, Log: j.log(), Rate: 0.5})
		h.awaitOnline(coffee, true)
		h.rest(59 * time.Second)
		for range 30 {
			h.publish(topics.Of(topics.KindCommand, toaster), map[string]any{"do": "fly"})
		}
		h.rest(2 * time.Second)
		h.publish(topics.Of(topics.KindFault, coffee), map[string]any{"kind": "flapping", "for": "25s"}) // 5 s without, 10 s with it
		h.rest(time.Hour)
		lines := j.lines(`msg="the last minute"`)
		if len(lines) != 61 {
			t.Fatalf("%d lines in an hour and a minute", len(lines))
		}
		for i, want := range map[int]string{
			0:  `alive=2 appliances=2 messages_per_s=[\d.]+ heard_per_s=0\.5 reconnects=0 lost=0 acts_per_s=0\.[45] refused=\d+ missed=0$`,
			1:  ` heard_per_s=0 reconnects=2 lost=0 acts_per_s=0\.5 `,
			59: `alive=2 appliances=2 .* reconnects=0 `,
		} {
			if !regexp.MustCompile(want).MatchString(lines[i]) {
				t.Errorf("minute %d: %q, want %s", i, lines[i], want)
			}
		}
	})
}

// actsOf returns what a lively house does in ten minutes, a topic and a payload a
// line.
func actsOf(t *testing.T, specs []devices.Spec, seed uint64, rate float64) (said []string) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, Config{Specs: specs, Seed: seed, Rate: rate, IDs: &message.Counted{Seed: seed}})
		h.rest(10 * time.Minute)
		for _, m := range h.seen {
			said = append(said, string(slices.Concat([]byte(m.Topic+" "), m.Payload)))
		}
	})
	return said
}

func TestALivelyHouseIsTheSameForTheSameSeed(t *testing.T) {
	house, err := Replicate(wired, 100)
	if err != nil {
		t.Fatal(err)
	}
	first := actsOf(t, house, 1, 2)
	touched := map[string]bool{}
	for _, line := range first {
		touched[strings.Fields(line)[0]] = true
	}
	if len(first) < 1200 || len(touched) < 150 {
		t.Errorf("1,200 acts led to %d messages on %d topics", len(first), len(touched))
	}
	if again := actsOf(t, house, 1, 2); !slices.Equal(first, again) {
		t.Error("the same seed leads to other acts")
	}
	if other := actsOf(t, house, 2, 2); slices.Equal(first, other) {
		t.Error("another seed leads to the same acts")
	}
	if quiet := actsOf(t, house, 1, 0); len(quiet) != 2*len(house) {
		t.Errorf("in a quiet house there are %d messages, want %d", len(quiet), 2*len(house))
	}
}

func TestActsThatAreTooLateAreLeftOut(t *testing.T) {
	begin := time.Unix(1000, 0)
	a := newActs(begin, 100, 0)
	if missed := a.skip(begin.Add(time.Second)); missed != 0 {
		t.Errorf("%d are too late after a second", missed)
	}
	if missed := a.skip(begin.Add(5 * time.Second)); missed != 400 {
		t.Errorf("%d of 100 a second are too late after 5 s, want 400", missed)
	}
	if next := a.next(); next != begin.Add(4010*time.Millisecond) {
		t.Errorf("the next is %v after the beginning", next.Sub(begin))
	}
}

func TestAFaultFromTheStartForAWhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		h := newHouse(t, Config{Specs: kitchen, Faults: []Fault{{Device: coffee, Kind: "offline", For: "2m"}, {Device: toaster, Kind: "deaf", For: "1m"}}})
		h.awaitOnline(toaster, true)
		h.publish(topics.Of(topics.KindCommand, toaster), map[string]any{"do": "start"})
		h.awaitOnline(coffee, true)
		if took := time.Since(begin); took < 2*time.Minute || took > 2*time.Minute+10*time.Second {
			t.Errorf("it came after %v", took)
		}
		if h.count("ack/"+toaster) > 0 {
			t.Error("a deaf toaster has heard")
		}
		id := h.publish(topics.Of(topics.KindCommand, toaster), map[string]any{"do": "start"})
		h.await(topics.Of(topics.KindAck, toaster), map[string]any{"id": id, "ok": true})
	})
}

// An appliance that is back before the house connects has one connection.
func TestAFaultThatIsOverAtTheStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &dialled{bus: link.NewBus()}
		h := newHouseOn(t, d.bus, d.config(Config{Specs: kitchen, Faults: []Fault{{Device: coffee, Kind: "offline", For: "0s"}}}))
		h.rest(time.Second)
		if slices.Sort(d.appliance); !slices.Equal(d.appliance, []string{coffee, toaster}) {
			t.Errorf("connections of %q", d.appliance)
		}
	})
}

// What clears a fault drops nobody: no connection is made for it.
func TestNobodyMovesForAFaultThatIsCleared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &dialled{bus: link.NewBus()}
		h := newHouseOn(t, d.bus, d.config(Config{Specs: kitchen, Connections: Shared}))
		h.rest(time.Second)
		id := h.publish(topics.Of(topics.KindFault, coffee), map[string]any{"kind": "offline", "clear": true})
		h.rest(time.Second)
		h.acked(coffee, id)
		if len(d.appliance) > 0 {
			t.Errorf("connections of %q", d.appliance)
		}
	})
}

func TestValidateAFleet(t *testing.T) {
	crowd, err := Replicate(wired, MaxOwnLinks+1)
	if err != nil {
		t.Fatal(err)
	}
	fault := func(kind, duration string) Config {
		return Config{Specs: kitchen, Faults: []Fault{{Device: toaster, Kind: kind, For: duration}}}
	}
	for want, cfg := range map[string]Config{
		"4001 appliances with a connection each; want at most 4000, or let them share one":       {Specs: crowd, Connections: PerDevice},
		"-1 acts a second; want 0, or 1e-06 to 1000000":                                          {Specs: kitchen, Rate: -1},
		"NaN acts a second; want 0, or 1e-06 to 1000000":                                         {Specs: kitchen, Rate: math.NaN()},
		"+Inf acts a second; want 0, or 1e-06 to 1000000":                                        {Specs: kitchen, Rate: math.Inf(1)},
		"1e-10 acts a second; want 0, or 1e-06 to 1000000":                                       {Specs: kitchen, Rate: 1e-10}, // the time to the next would overflow
		`kitchen/toaster: for is "soon"; want a duration such as "10s" or "5m" from 0s to 8784h`: fault("offline", "soon"),
		`kitchen/toaster: for is "-1m"; want a duration such as "10s" or "5m" from 0s to 8784h`:  fault("offline", "-1m"),
	} {
		if err := cfg.Validate(); err == nil || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
	for _, cfg := range []Config{
		{Specs: crowd, Connections: Shared}, {Specs: crowd}, {Specs: crowd[:MaxOwnLinks], Connections: PerDevice},
		fault("offline", "2m"), fault("jam", ""),
		{Specs: wired, Faults: []Fault{{Device: "hall/switch", Kind: "mute", For: "1h"}}},
	} {
		if err := cfg.Validate(); err != nil {
			t.Error(err)
		}
	}
}
