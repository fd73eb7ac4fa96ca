//go:build unix

package hub

import (
	"context"
	"fmt"
	"log/slog"
	"runtime"
	"sync"
	"syscall"
	"testing"
	"time"

	"homebus/internal/proxy"
	"homebus/internal/scene"
	"homebus/internal/scene/town"
	"homebus/internal/zmtp"
	"homebus/internal/zmtp/zmtptest"
)

// stream is what a benchmark of the parts sends: messages of 64 B on topics in turn.
type stream struct {
	name    string
	topic   func(i int) string
	topics  int
	prefix  string // what the subscriber asks for
	payload string
}

func same(topic string) func(int) string { return func(int) string { return topic } }

// streams are one topic of each kind that a part of the hub knows, one that none does, and
// some of them in turn with 9,999 others.
var streams = []stream{
	{"bench", same("bench/kitchen/toaster"), 1, "bench/", `{"state":"toasting"}`},
	{"event", same("event/kitchen/toaster"), 1, "event/", `{"event":"press"}`},
	{"command", same("command/kitchen/toast"), 1, "command/", `{"do":"start"}`},
	{"state", same("state/kitchen/toaster"), 1, "state/kitchen/", `{"state":"toasting","power_w":900}`},
	{"online", same("online/kitchen/toaste"), 1, "online/", `{"online":true}`},
	{"bench-in-turn", room("bench"), many, "bench/", `{"state":"toasting"}`},
	{"command-in-turn", room("command"), many, "command/", `{"do":"start"}`},
	{"state-in-turn", room("state"), many, "state/room-", `{"state":"toasting","power_w":900}`},
	{"online-in-turn", room("online"), many, "online/room-", `{"online":true}`},
}

// bytes returns many messages in wire form, each topic as often as the others, and the
// length of each.
func (s *stream) bytes() (wire []byte, size int) {
	for i := range many {
		wire = append(wire, zmtptest.Wire(s.topic(i%s.topics), fmt.Sprintf("%-64s", s.payload))...)
	}
	return wire, len(wire) / many
}

// besides are what there is in the hub beside the traffic.
type beside struct {
	name     string
	retained int  // topics with a last value
	scenes   int  // with ten devices each
	monitor  bool // that nobody listens to
}

var besides = []beside{
	{name: "nothing"},
	{name: "retained", retained: many},
	{name: "scenes", scenes: 1000},
	{name: "monitor", monitor: true},
	{name: "all", retained: many, scenes: 1000, monitor: true},
}

// BenchmarkParts says what the hub's own parts cost: it relays messages from one raw
// publisher, 64 KiB a write, to one raw subscriber, through a forwarder without a tap and
// through a hub, in turn, in seven rounds. Each iteration is one message through either.
// It reports the medians: the rate as a multiple of the forwarder's ("x-plain"), the times
// of a message, the processor time of this whole process, clients and all, and what a
// message allocates in the hub. Heartbeat and statistics run as always.
//
// A topic that no part wants is tried beside each of the besides, all others beside
// nothing and beside all.
func BenchmarkParts(b *testing.B) {
	for _, s := range streams {
		for _, there := range besides {
			if s.name == "bench" || there.name == "nothing" || there.name == "all" {
				b.Run(s.name+"/beside="+there.name, func(b *testing.B) { s.compare(b, there) })
			}
		}
	}
}

// compare measures s through a forwarder and through a hub.
func (s *stream) compare(b *testing.B, there beside) {
	const rounds = 7
	plain, hub := s.through(b, startPlain(b)), s.through(b, startBeside(b, there))
	for _, p := range []*passage{plain, hub} {
		p.pass(2 * many) // so that every topic has been seen twice
	}
	var times, cpus [2][]float64
	var allocs, ratios []float64
	b.ResetTimer()
	for range rounds {
		for i, p := range []*passage{plain, hub} {
			took := p.pass(max(b.N/rounds, 1))
			times[i], cpus[i] = append(times[i], took.ns), append(cpus[i], took.cpu)
			if p == hub {
				allocs = append(allocs, took.allocs)
			}
		}
		last := len(times[0]) - 1
		ratios = append(ratios, times[0][last]/times[1][last])
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(median(ratios), "x-plain")
	b.ReportMetric(median(times[0]), "plain-ns")
	b.ReportMetric(median(times[1]), "hub-ns")
	b.ReportMetric(median(cpus[0]), "plain-cpu-ns")
	b.ReportMetric(median(cpus[1]), "hub-cpu-ns")
	b.ReportMetric(median(allocs), "allocs/message")
}

// startPlain starts a forwarder that knows nothing of our topics.
func startPlain(b *testing.B) proxy.Addrs {
	f, err := proxy.New(proxy.Config{
		Frontend: []string{"tcp://127.0.0.1:0"}, Backend: []string{"tcp://127.0.0.1:0"}, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); _ = f.Run(ctx) }()
	b.Cleanup(func() { cancel(); <-done })
	return f.Addrs()
}

// startBeside starts a hub.
func startBeside(b *testing.B, there beside) proxy.Addrs {
	var cfg Config
	if there.monitor {
		cfg.Monitor = []string{"tcp://127.0.0.1:0"}
	}
	if there.scenes > 0 {
		f, err := scene.Load("town.toml", town.File(there.scenes))
		if err != nil {
			b.Fatal(err)
		}
		cfg.Scenes = f
	}
	h := start(b, cfg)
	<-h.started
	for i := range there.retained {
		if err := h.own.Publish([][]byte{fmt.Appendf(nil, "state/beside/thing-%05d", i), []byte(`{"state":"on"}`)}); err != nil {
			b.Fatal(err)
		}
	}
	return h.Addrs()
}

// passage is a way for messages, from a raw publisher to a raw subscriber.
type passage struct {
	b        *testing.B
	from, to *zmtptest.Peer
	// wire is what is sent again and again, messages of size bytes each.
	wire []byte
	size int
	// next is where in wire the next message begins.
	next int
	// room has a token for each write that the publisher may be ahead.
	room chan struct{}
}

const (
	perWrite = 64 << 10
	// ahead is how many writes a publisher is ahead at most: less than waits for a
	// subscriber before anything is lost.
	ahead = 200
)

// through connects s to a forwarder.
func (s *stream) through(b *testing.B, at proxy.Addrs) *passage {
	p := &passage{b: b, to: zmtptest.Connect(b, at.Backend[0], zmtp.SUB, 0), from: zmtptest.Connect(b, at.Frontend[0], zmtp.PUB, 0)}
	p.to.Subscribe(s.prefix)
	p.wire, p.size = s.bytes()
	p.room = make(chan struct{}, ahead)
	for _, peer := range []*zmtptest.Peer{p.from, p.to} {
		_ = peer.SetDeadline(time.Time{})
	}
	return p
}

// cost is what a message has cost.
type cost struct{ ns, cpu, allocs float64 }

// pass sends n messages and waits until all have come.
func (p *passage) pass(n int) cost {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	cpu, begun := processorTime(p.b), time.Now()
	var reader sync.WaitGroup
	reader.Go(func() { p.read(n * p.size) })
	p.write(n * p.size)
	reader.Wait()
	took := time.Since(begun)
	used := processorTime(p.b) - cpu
	runtime.ReadMemStats(&after)
	each := func(all int64) float64 { return float64(all) / float64(n) }
	return cost{ns: each(took.Nanoseconds()), cpu: each(used.Nanoseconds()), allocs: each(int64(after.Mallocs - before.Mallocs))}
}

// write sends whole messages of so many bytes together.
func (p *passage) write(bytes int) {
	for bytes > 0 {
		n := min(perWrite/p.size*p.size, bytes, len(p.wire)-p.next)
		p.room <- struct{}{}
		if _, err := p.from.Write(p.wire[p.next:][:n]); err != nil {
			p.b.Error(err)
			return
		}
		p.next = (p.next + n) % len(p.wire)
		bytes -= n
	}
}

// read takes so many bytes in; each 64 KiB of them make room for a write.
func (p *passage) read(bytes int) {
	buf := make([]byte, 256<<10)
	for got, told := 0, 0; got < bytes; {
		n, err := p.to.Read(buf)
		if err != nil {
			p.b.Error(err)
			return
		}
		for got += n; told < got/perWrite || got == bytes && len(p.room) > 0; told++ {
			<-p.room
		}
	}
}

// processorTime is what this process has used so far.
func processorTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
