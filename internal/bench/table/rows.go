package main

import (
	"fmt"
	"regexp"
	"slices"
	"time"

	"homebus/internal/bench"
	"homebus/topics"
)

// kind is what a row measures, and who loads.
type kind int

const (
	flood      kind = iota // messages a second in, by raw clients
	flow                   // latency at a rate, by raw clients
	zmqFlood               // the same two by libzmq's own clients
	zmqFlow                //
	idleCrowds             // what an idle subscriber takes
	idleTopics             // what a subscription of an idle subscriber takes
)

// than is what a goal compares with.
type than int

const (
	thanLibzmq   than = iota // our figure with libzmq's
	thanRelay                // with the blind relay's
	thanNothing              // our figure itself
	thanOtherRow             // our figure of another row
	thanPlain                // those of whole hubs with our forwarder's
)

// goal is what a figure divided by another is to be.
type goal struct {
	ratio float64
	// most says that it is to be the ratio or less; otherwise that or more.
	most bool
	than than
	row  string // the other one
}

// row is a line of the table.
type row struct {
	name string
	kind kind
	// parts says that the row is about what the hub's own parts cost: it is measured at
	// our forwarder and at whole hubs.
	parts bool
	run   bench.Config
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
	each figure = "bytes a subscription"
)

// figures are all, in the order of their tables.
var figures = []figure{rate, cpu, p50, p99, held, busy, each}

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
	rows[10].goals[rate] = goal{ratio: 0.9, than: thanRelay}
	rows = append(rows,
		zmqRow("64 B, 1 → 1, libzmq's clients", 1, 400_000, 0, rate, goal{ratio: 1.4}),
		zmqRow("64 B, 1 → 8, libzmq's clients", 8, 150_000, 0, rate, goal{ratio: 1.25}),
		paced("64 B at 10,000/s", 10_000, 0.65),
		paced("64 B at 50,000/s", 50_000, 1),
		zmqRow("64 B at 10,000/s, libzmq's clients", 1, 20_000, 10_000, p50, goal{ratio: 0.6, most: true}),
	)
	idle := row{name: "10,000 idle subscribers", kind: idleCrowds, run: bench.Defaults(), goals: map[figure]goal{held: {ratio: 10, most: true, than: thanNothing}}}
	idle.run.Connections = 9_500 // of the 10,000 that fit beside the other end's into 20,000 descriptors
	return slices.Concat(rows, []row{idle}, subscriptionRows(), partRows())
}

// subscriptionRows are those of a million subscriptions of 1,000 connections: what they
// cost messages on ten topics, and on all of theirs, in turn, of which none comes again;
// and what they hold.
func subscriptionRows() []row {
	const connections, topics = 1000, 1000
	own := func(name string, subs, distinct int, count int64) row {
		r := rowOf(name, 1, subs, 64, batched, count, 0)
		r.run.Own, r.run.Distinct, r.run.Timeout, r.goals = true, distinct, time.Minute, nil
		return r
	}
	ten := own("64 B, 1 → 10, its own topic each", 10, 10, 3_000_000)
	million := own("64 B, 1 → 10, beside a million subscriptions", 10, 10, 3_000_000)
	million.run.Connections, million.run.IdleTopics = connections, topics
	thousand := own("64 B, 1 → 1000, its own topic each", connections, connections, 500_000)
	all := own("64 B, 1 → 1000, a thousand of its own each", connections, connections*topics, 500_000)
	for _, r := range []struct{ many, few *row }{{&million, &ten}, {&all, &thousand}} {
		r.many.goals = map[figure]goal{
			rate: {ratio: 0.5, than: thanOtherRow, row: r.few.name},
			cpu:  {ratio: 2, most: true, than: thanOtherRow, row: r.few.name},
		}
	}
	holds := row{name: "a million subscriptions of 1,000 connections", kind: idleTopics, run: bench.Defaults(),
		goals: map[figure]goal{each: {ratio: 250, most: true, than: thanNothing}}}
	holds.run.Connections, holds.run.IdleTopics = connections, topics
	return []row{ten, million, thousand, all, holds}
}

// partRows are those of what last values, wills and scenes cost: topics that no part of
// the hub wants, and one of each kind that a part does, with 64 bytes of JSON as such
// topics carry.
func partRows() []row {
	const retained, other = 0.6, 0.98
	part := func(name, topic, payload string, least float64) row {
		r := rowOf(name, 1, 1, 64, batched, 2_500_000, 0)
		r.parts, r.run.Topic, r.run.Payload = true, topic, fmt.Sprintf("%-64s", payload)
		r.goals = map[figure]goal{rate: {ratio: least, than: thanPlain}}
		return r
	}
	const area, name = "kitchen", "toaster"
	const state = `{"state":"toasting","browning":4,"progress":0.37,"power_w":900}`
	turns := part("state/, 10,000 topics in turn", topics.State(area, name), state, retained)
	turns.run.Distinct = retainedBeside
	return []row{
		part("bench/, which no part wants", bench.DefaultTopic, state, other),
		part("event/", topics.Event(area, name), `{"event":"press"}`, other),
		part("command/", topics.Command(area, name), `{"do":"start","browning":4}`, other),
		part("state/", topics.State(area, name), state, retained),
		part("online/", topics.Online(area, name), `{"online":true}`, retained),
		turns,
	}
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
