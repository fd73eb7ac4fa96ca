package main

import (
	"regexp"

	"homebus/internal/bench"
)

// kind is what a row measures, and who loads.
type kind int

const (
	flood      kind = iota // messages a second in, by raw clients
	flow                   // latency at a rate, by raw clients
	zmqFlood               // the same two by libzmq's own clients
	zmqFlow                //
	idleCrowds             // what an idle subscriber takes
)

// goal is what the figure of our side divided by that of another is to be.
type goal struct {
	ratio float64
	// most says that it is to be the ratio or less; otherwise that or more.
	most bool
	// relay says that the other side is the blind relay, alone that there is none and the
	// figure itself is meant; otherwise it is libzmq.
	relay, alone bool
}

// row is a line of the table.
type row struct {
	name string
	kind kind
	run  bench.Config
	// goals are by figure; a figure that is not in it has none.
	goals map[figure]goal
}

// figure is one of the things that are measured.
type figure string

const (
	rate figure = "messages/s"
	cpu  figure = "CPU s/million"
	p50  figure = "p50 µs"
	p99  figure = "p99 µs"
	held figure = "KiB a connection"
	busy figure = "% of a core"
)

// rowOf is a row of raw clients that send as fast as they can.
func rowOf(name string, pubs, subs, size, batch int, count int64, least float64) row {
	c := bench.Defaults()
	c.Pubs, c.Subs, c.Size, c.Batch, c.Count = pubs, subs, size, batch, count
	return row{name: name, run: c, goals: map[figure]goal{rate: {ratio: least}}}
}

// batched is how many bytes the publishers of the first table write at once.
const batched = 64 << 10

// allRows are those of GOALS, "Speed of the forwarder". The counts take libzmq about a
// second on two cores.
func allRows() []row {
	rows := []row{
		rowOf("16 B, 1 → 1", 1, 1, 16, batched, 3_000_000, 9.5),
		rowOf("64 B, 1 → 1", 1, 1, 64, batched, 2_500_000, 7),
		rowOf("256 B, 1 → 1", 1, 1, 256, batched, 1_500_000, 4),
		rowOf("1 KiB, 1 → 1", 1, 1, 1<<10, batched, 500_000, 3.6),
		rowOf("16 KiB, 1 → 1", 1, 1, 16<<10, batched, 40_000, 2.8),
		rowOf("64 B, 4 → 1", 4, 1, 64, batched, 2_500_000, 7),
		rowOf("64 B, 1 → 8", 1, 8, 64, batched, 700_000, 6.5),
		rowOf("64 B, 4 → 4", 4, 4, 64, batched, 1_000_000, 8),
		rowOf("64 B, 1 → 100, its own topic each", 1, 100, 64, batched, 700_000, 10),
		rowOf("64 B, 1 → 1000", 1, 1000, 64, batched, 6_000, 7),
		rowOf("64 B, 1 → 1, a message a write", 1, 1, 64, 0, 500_000, 0.9),
		rowOf("64 B, 1 → 8, a message a write", 1, 8, 64, 0, 500_000, 1.3),
		rowOf("64 B, 4 → 4, a message a write", 4, 4, 64, 0, 700_000, 2.2),
	}
	rows[1].goals[cpu] = goal{ratio: 1.0 / 9, most: true}
	rows[8].run.Own, rows[8].run.Distinct = true, 100
	rows[10].goals[rate] = goal{ratio: 0.9, relay: true}
	rows = append(rows,
		zmqRow("64 B, 1 → 1, libzmq's clients", 1, 400_000, 0, rate, goal{ratio: 1.4}),
		zmqRow("64 B, 1 → 8, libzmq's clients", 8, 150_000, 0, rate, goal{ratio: 1.25}),
		paced("64 B at 10,000/s", 10_000, 0.65),
		paced("64 B at 50,000/s", 50_000, 1),
		zmqRow("64 B at 10,000/s, libzmq's clients", 1, 20_000, 10_000, p50, goal{ratio: 0.6, most: true}),
	)
	idle := row{name: "10,000 idle subscribers", kind: idleCrowds, run: bench.Defaults(), goals: map[figure]goal{held: {ratio: 10, most: true, alone: true}}}
	idle.run.Connections = 9_500 // of the 10,000 that fit beside the other end's into 20,000 descriptors
	return append(rows, idle)
}

// zmqRow is a row of libzmq's own clients.
func zmqRow(name string, subs int, count int64, perSecond float64, f figure, g goal) row {
	r := rowOf(name, 1, subs, 64, 0, count, 0)
	r.kind, r.run.Rate, r.goals = zmqFlood, perSecond, map[figure]goal{f: g}
	if perSecond > 0 {
		r.kind = zmqFlow
	}
	return r
}

// paced is a row of latencies: two seconds of messages, each written by itself.
func paced(name string, perSecond float64, most float64) row {
	r := rowOf(name, 1, 1, 64, 0, int64(2*perSecond), 0)
	r.kind, r.run.Rate, r.run.Latency = flow, perSecond, true
	r.goals = map[figure]goal{p50: {ratio: most, most: true}, p99: {ratio: 1, most: true}}
	return r
}

func matching(rows []row, name *regexp.Regexp) []row {
	var some []row
	for _, r := range rows {
		if name.MatchString(r.name) {
			some = append(some, r)
		}
	}
	return some
}
