package house

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"homebus/devices"
	"homebus/internal/scene"
	"homebus/internal/sun"
)

// planPrinter prints a plan, for people or as JSON.
type planPrinter struct {
	printer
	home scene.Home
	zone *time.Location // of home
	json bool
}

// planWidth is how many characters a line of a plan should have at most.
const planWidth = 100

// begin prints what the plan takes for granted.
func (p *planPrinter) begin(plan *Plan) {
	if p.json {
		p.write(&PlanReport{Kind: "plan", File: p.path, Days: plan.opts.Days, Assumes: plan.assumptions()})
		return
	}
	if len(plan.file.Scenes) == 0 {
		p.printf("%s has no scenes: nothing happens by itself\n", shown(p.path))
		return
	}
	what := p.path
	if plan.opts.Scene != "" {
		what += ", scene " + plan.opts.Scene
	}
	for _, line := range wrapped(append([]string{what + ": " + plan.livesThere()}, plan.assumptions()[1:]...), planWidth) {
		p.printf("%s\n", oneLine(line))
	}
}

// day prints a day.
func (p *planPrinter) day(d *planDay) {
	if p.json {
		p.writeDay(d)
		return
	}
	p.printf("\n%s%s%s\n", d.date.Format("Mon 2 January 2006"), p.sunRemark(d), dayRemark(d, p.zone))
	lines := planLines(d.entries, p.zone)
	if len(lines) == 0 && d.end.After(d.start) {
		p.printf("  nothing happens by itself\n")
	}
	p.lines(lines)
	for _, c := range d.clashes {
		p.warning(c)
	}
}

// sunRemark says when the sun rises and sets on a day, if it is known where the home
// is: ", sun 07:33 to 16:03".
func (p *planPrinter) sunRemark(d *planDay) string {
	if !p.home.HasPlace || !d.end.After(d.start) {
		return ""
	}
	rise, rises := p.sun(d, sun.Sunrise)
	set, sets := p.sun(d, sun.Sunset)
	const minute = "15:04"
	switch {
	case rises && sets && set.Before(rise):
		return ", sun until " + set.Format(minute) + " and from " + rise.Format(minute)
	case rises && sets:
		return ", sun " + rise.Format(minute) + " to " + set.Format(minute)
	case rises:
		return ", sun from " + rise.Format(minute)
	case sets:
		return ", sun until " + set.Format(minute)
	case p.place().Up(d.start):
		return ", sun all day"
	}
	return ", no sun"
}

// sun returns when something happens to the sun on a day.
func (p *planPrinter) sun(d *planDay, e sun.Event) (time.Time, bool) {
	year, month, day := d.date.Date()
	return p.place().On(e, year, month, day, p.zone)
}

func (p *planPrinter) place() sun.Place {
	return sun.Place{Latitude: p.home.Latitude, Longitude: p.home.Longitude}
}

// dayRemark says how long a day is on which the clocks are changed.
func dayRemark(d *planDay, zone *time.Location) string {
	long := d.end.Sub(d.start)
	switch long {
	case 24 * time.Hour:
		return ""
	case 0:
		return " (there is no such day in " + zone.String() + ")"
	}
	hours := strings.TrimSuffix(devices.DurationText(long), "h") + " hours"
	if long%time.Hour != 0 {
		hours = devices.DurationText(long)
	}
	_, change := d.start.Add(-1).In(zone).ZoneBounds()
	if change.IsZero() || !change.Before(d.end) {
		return " (" + hours + ")"
	}
	_, before := change.Add(-1).Zone()
	old := change.In(time.FixedZone("", before))
	return fmt.Sprintf(" (%s: at %s the clocks show %s)", hours, old.Format("15:04"), change.In(zone).Format("15:04"))
}

// lines prints lines in columns.
func (p *planPrinter) lines(lines []*planLine) {
	var clock, name, why int
	for _, l := range lines {
		clock = max(clock, utf8.RuneCountInString(clockOf(l.at, p.zone)))
		name = max(name, utf8.RuneCountInString(l.scene))
		why = max(why, utf8.RuneCountInString(oneLine(l.why)))
	}
	left := 2 + clock + 2 + name + 2 + why + 2
	for _, l := range lines {
		what := make([]string, len(l.what))
		for i, text := range l.what {
			what[i] = oneLine(text)
		}
		text := wrapped(what, max(planWidth-left, 40))
		if l.times > 1 {
			text = append(text, fmt.Sprintf("%d times, %s … %s", l.times, clockOf(l.at, p.zone), clockOf(l.last, p.zone)))
		}
		p.printf("  %-*s  %-*s  %-*s  %s\n", clock, clockOf(l.at, p.zone), name, l.scene, why, oneLine(l.why), text[0])
		for _, more := range text[1:] {
			p.printf("%*s%s\n", left, "", more)
		}
	}
}

// warning prints a clash.
func (p *planPrinter) warning(c *clash) {
	first, second := p.second(c.first.at), p.second(c.second.at)
	when := "at " + first + " and " + second
	if first == second {
		when = "both at " + first
	}
	if c.times > 1 {
		when += fmt.Sprintf("; %d times that day", c.times)
	}
	p.printf("  warning: %s is set by %s (%s) and by %s (%s), %s\n", c.device,
		c.first.run.scene, oneLine(c.first.do), c.second.run.scene, oneLine(c.second.do), when)
}

// second prints a time with its second, and what is below if there is any.
func (p *planPrinter) second(at time.Time) string {
	at = at.In(p.zone)
	layout := time.TimeOnly
	if at.Nanosecond()/int(time.Millisecond) != 0 {
		layout = "15:04:05.000"
	}
	if twice(at) {
		layout += " MST"
	}
	return at.Format(layout)
}

// open prints the runs that go on at the end.
func (p *planPrinter) open(runs []*planRun) {
	for i, r := range runs {
		if p.json {
			p.writeOpen(r)
			continue
		}
		if i == 0 {
			p.printf("\nStill running at the end\n")
		}
		p.printf("  %s, since %s%s\n", r.scene, r.at.In(p.zone).Format("Mon ")+clockOf(r.at, p.zone), withComma(oneLine(r.doing)))
	}
}

func withComma(s string) string {
	if s == "" {
		return ""
	}
	return ": " + s
}
