package house

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"homebus/internal/daytime"
	"homebus/internal/scene"
)

// Plan tells what the scenes of a house do by themselves on some days: the house
// is played in virtual time, and nothing is sent anywhere.
type Plan struct {
	file  *scene.File
	opts  PlanOptions
	house *House
	acts  *agenda
}

// PlanOptions say what is to be planned.
type PlanOptions struct {
	// From is the first day: its date, in whatever zone it is.
	From time.Time
	// Days is how many there are, at least 1.
	Days int
	// Seed is of everything random.
	Seed uint64
	// Occupancy has the people of the file live there; else nobody does.
	Occupancy bool
	// Given is how appliances are at the beginning, where that is not as the file
	// has them.
	Given []scene.Given
	// Scene has only one scene told of; all if "".
	Scene string
	// JSON prints one object a line instead of words; see PlanReport.
	JSON bool
}

// NewPlan builds the house as it is at the first midnight. The error is of what
// is given.
func NewPlan(f *scene.File, o PlanOptions) (*Plan, error) {
	p := &Plan{file: f, opts: o, acts: newAgenda()}
	start, _ := p.bounds(0)
	h, err := New(f, Options{Start: start, Seed: o.Seed, Occupancy: o.Occupancy, Journal: 1, Heard: p.acts.heard, Decided: p.acts.decided})
	if err != nil {
		return nil, err
	}
	p.house = h
	for _, g := range o.Given {
		if err := h.Give(g.Device, g.Attrs); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// Play plays the days and prints each when it is over. It can be called once. The
// error is of writing to w, of a house that does not come to rest, or of ctx.
func (p *Plan) Play(ctx context.Context, w io.Writer) error {
	out := &planPrinter{printer: printer{w: w, path: p.file.Path}, home: p.file.Home, zone: p.file.Home.Zone, json: p.opts.JSON}
	out.begin(p)
	if len(p.file.Scenes) == 0 {
		return out.err
	}
	if err := p.house.Begin(); err != nil {
		return err
	}
	for i := range p.opts.Days {
		start, end := p.bounds(i)
		if err := p.pass(ctx, end); err != nil {
			return err
		}
		day := &planDay{start: start, end: end, date: p.date(i)}
		if end.After(start) { // a zone can leave out a day; what happens at its end is of the next
			entries, met := p.acts.day()
			day.entries, day.clashes = p.wanted(entries), p.wantedClashes(met)
		}
		if out.day(day); out.err != nil {
			return out.err
		}
	}
	out.open(p.stillOpen())
	return out.err
}

// pass lets time pass until just before end. ctx can end it, and so can a house in which
// more happens than can be told.
func (p *Plan) pass(ctx context.Context, end time.Time) error {
	last := end.Add(-1)
	if !p.house.Now().Before(last) {
		return nil
	}
	if err := p.house.advance(last, func() error { return cmp.Or(ctx.Err(), p.acts.err()) }); err != nil {
		return err
	}
	return p.acts.err()
}

// date returns the date of day i, as midnight in UTC.
func (p *Plan) date(i int) time.Time {
	year, month, day := p.opts.From.Date()
	return time.Date(year, month, day+i, 0, 0, 0, 0, time.UTC)
}

// bounds returns when day i begins and when the next one does.
func (p *Plan) bounds(i int) (start, end time.Time) {
	midnight := func(i int) time.Time {
		d := p.date(i)
		return daytime.TimeOfDay(0).On(d.Year(), d.Month(), d.Day(), p.file.Home.Zone)
	}
	return midnight(i), midnight(i + 1)
}

// planDay is what happens on a day.
type planDay struct {
	start, end time.Time
	date       time.Time // midnight in UTC
	entries    []*planEntry
	clashes    []*clash
}

// wanted returns what is to be told of.
func (p *Plan) wanted(entries []*planEntry) []*planEntry {
	if p.opts.Scene == "" {
		return entries
	}
	var some []*planEntry
	for _, e := range entries {
		if e.scene == p.opts.Scene {
			some = append(some, e)
		}
	}
	return some
}

func (p *Plan) wantedClashes(met []*clash) []*clash {
	if p.opts.Scene == "" {
		return met
	}
	var some []*clash
	for _, c := range met {
		if c.first.run.scene == p.opts.Scene || c.second.run.scene == p.opts.Scene {
			some = append(some, c)
		}
	}
	return some
}

// stillOpen returns the runs that are not over at the end.
func (p *Plan) stillOpen() []*planRun {
	var some []*planRun
	for _, r := range p.acts.order {
		if p.opts.Scene == "" || r.scene == p.opts.Scene {
			some = append(some, r)
		}
	}
	return some
}

// typeMode is the type of a mode of the home, which begins with its first value.
const typeMode = "mode"

// assumptions says in words what the plan takes for granted.
func (p *Plan) assumptions() []string {
	words := []string{p.livesThere(), "appliances as the file has them"}
	given := make(map[string]bool)
	for _, g := range p.opts.Given {
		for _, attr := range slices.Sorted(maps.Keys(g.Attrs)) {
			given[g.Device+" "+attr] = true
			words = append(words, valueIs(g.Device, attr, g.Attrs[attr]))
		}
	}
	for _, d := range p.file.Devices {
		if d.Type.Name != typeMode || given[d.ID+" state"] {
			continue
		}
		if values, _ := d.Config["values"].([]any); len(values) > 0 {
			words = append(words, valueIs(d.ID, "state", values[0]))
		}
	}
	return words
}

func (p *Plan) livesThere() string {
	if !p.opts.Occupancy || len(p.file.People) == 0 {
		return "nobody at home"
	}
	var names []string
	for _, person := range p.file.People {
		names = append(names, cmp.Or(person.Name, "somebody"))
	}
	return strings.Join(names, ", ") + " at home as the file says"
}

// valueIs says in words what is given: "kitchen/coffee water_ml is 800".
func valueIs(id, attr string, value any) string {
	if attr == "state" {
		return fmt.Sprintf("%s is %s", id, scene.ValueText(value))
	}
	return fmt.Sprintf("%s %s is %s", id, attr, scene.ValueText(value))
}
