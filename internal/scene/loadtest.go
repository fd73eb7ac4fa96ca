package scene

import (
	"fmt"
	"math"
	"time"

	"homebus/devices"
	"homebus/internal/scene/tomltree"
)

// tests reads every [[test]].
func (l *loader) tests(root *fields) {
	list := root.list("test", "tables [[test]]")
	seen := make(map[string]Pos)
	for i, n := range list {
		where := fmt.Sprintf("test %d", i+1)
		f, ok := l.fields(n, where, "a table [[test]]")
		if !ok {
			continue
		}
		t := &Test{Pos: f.pos}
		if name, ok := f.text("name", "the switch starts breakfast"); ok {
			t.Name, f.where = name, fmt.Sprintf("test %q", name)
			if first, twice := seen[name]; twice {
				f.failAt("name", "there is a test of this name at %v", first)
			} else {
				seen[name] = f.get("name").Pos
			}
		}
		f.test(t)
		l.file.Tests = append(l.file.Tests, t)
	}
}

func (f *fields) test(t *Test) {
	f.only("name", "start", "seed", "occupancy", "given", "timeline")
	f.need("name", `name = "the switch starts breakfast"`)
	t.Start = f.start("start")
	t.Seed = uint64(f.whole("seed", 0, math.MaxInt64))
	t.Occupancy = f.lives("occupancy")
	t.Given = each(f, "given", "given", (*fields).given)
	f.need("timeline", `timeline = [ { at = "1m", expect = "kitchen/toaster", is = "toasting" } ]`)
	story := &timeline{}
	t.Timeline = each(f, "timeline", "line", story.line)
}

// start reads a time of the home.
func (f *fields) start(key string) time.Time {
	f.need(key, "start = 2026-11-20T06:29:00")
	if !f.has(key) {
		return time.Time{}
	}
	t, ok := f.get(key).Scalar.(time.Time)
	if !ok || !tomltree.IsLocalDateTime(t) {
		f.wrong(key, "a day and time of the home, without quotes and zone, such as 2026-11-20T06:29:00")
		return t
	}
	if y := t.Year(); y < FirstYear || y > LastYear {
		f.failAt(key, "%s is of the year %d; want one from %d to %d", tomltree.ShowTime(t), y, FirstYear, LastYear)
		return t
	}
	at, ok := inZone(t, f.file.Home.Zone)
	if !ok {
		f.failAt(key, "%s does not exist in %v: the clocks are put forward then", tomltree.ShowTime(t), f.file.Home.Zone)
	}
	return at
}

func (f *fields) given() Given {
	f.need("device", `device = "kitchen/toaster"`)
	s := f.device("device")
	g := Given{Device: s.id, Attrs: make(map[string]any), Pos: f.pos}
	for _, e := range f.table.Entries {
		if e.Name != "device" {
			g.Attrs[e.Name] = f.givenAttr(s, e)
		}
	}
	if len(g.Attrs) == 0 {
		f.fail(f.pos, f.where, "nothing is given; want such as { device = %q, loaded = true }", s.id)
	}
	return g
}

func (f *fields) givenAttr(s subject, e *tomltree.Entry) any {
	a, problem := f.attributeOf(s, e.Name)
	switch {
	case problem != "":
		f.fail(e.Pos, f.where, "%s", problem)
		return nil
	case a == nil:
		return f.check(e.Value, e.Name, nil)
	case !a.Given:
		f.fail(e.Pos, f.where, "%s of %s cannot be given; %s", a.Name, s.a(),
			s.those(func(a devices.Attribute) bool { return a.Given }))
		return nil
	}
	return f.check(e.Value, e.Name, &a.Value)
}
