package house

import (
	"time"

	"homebus/internal/jsonline"
	"homebus/internal/sun"
)

// PlanReport is what `bus plan --json` prints, one object a line: first one of the
// kind "plan", then for each day one of the kind "day" and what happens on it, in
// the order of time.
type PlanReport struct {
	// Kind is "plan", "day", "run", "not run", "note", "warning", or "open" for a
	// run that goes on at the end.
	Kind string `json:"kind"`

	// File, Days and Assumes are of the plan: what it takes for granted.
	File    string   `json:"file,omitempty"`
	Days    int      `json:"days,omitempty"`
	Assumes []string `json:"assumes,omitempty"`

	// Day is the date of a day, and Hours how long it is. Sunrise and Sunset are
	// there if it is known where the home is, and if they happen.
	Day     string     `json:"day,omitempty"`
	Hours   *float64   `json:"hours,omitempty"`
	Sunrise *time.Time `json:"sunrise,omitempty"`
	Sunset  *time.Time `json:"sunset,omitempty"`

	// At is when it begins, home time; of a run, on that day.
	At *time.Time `json:"at,omitempty"`
	// Scene and Reason are of a run, and of one that there is not.
	Scene  string `json:"scene,omitempty"`
	Reason string `json:"reason,omitempty"`
	// Since is when a run began, if that was on an earlier day.
	Since *time.Time `json:"since,omitempty"`
	// Acts are what a run does on that day.
	Acts []ActReport `json:"acts,omitempty"`
	// Doing is what a run first waits for; of one that is open, what it waits for.
	Doing string `json:"doing,omitempty"`
	// Text says why there was no run, or what else the scenes decided.
	Text string `json:"text,omitempty"`

	// Device is what two scenes set within a second, Set how, and Times how often
	// that day.
	Device string      `json:"device,omitempty"`
	Set    []SetReport `json:"set,omitempty"`
	Times  int         `json:"times,omitempty"`
}

// ActReport is one thing that a run does.
type ActReport struct {
	At   time.Time `json:"at"`
	Text string    `json:"text"`
}

// SetReport is one of the two commands of a warning.
type SetReport struct {
	At    time.Time `json:"at"`
	Scene string    `json:"scene"`
	Do    string    `json:"do"`
}

// write prints a report.
func (p *planPrinter) write(r *PlanReport) {
	b, err := jsonline.Marshal(r)
	if err != nil && p.err == nil {
		p.err = err
		return
	}
	p.printf("%s\n", b)
}

func (p *planPrinter) writeDay(d *planDay) {
	hours := d.end.Sub(d.start).Hours()
	day := &PlanReport{Kind: "day", Day: d.date.Format(time.DateOnly), Hours: &hours}
	if p.home.HasPlace {
		if at, ok := p.sun(d, sun.Sunrise); ok {
			day.Sunrise = &at
		}
		if at, ok := p.sun(d, sun.Sunset); ok {
			day.Sunset = &at
		}
	}
	p.write(day)
	for _, e := range d.entries {
		p.write(p.entry(e))
	}
	for _, c := range d.clashes {
		at := c.second.at.In(p.zone)
		p.write(&PlanReport{Kind: "warning", At: &at, Device: c.device, Set: []SetReport{p.set(c.first), p.set(c.second)}, Times: c.times})
	}
}

func (p *planPrinter) entry(e *planEntry) *PlanReport {
	at := e.at.In(p.zone)
	r := &PlanReport{Kind: "run", At: &at, Scene: e.scene, Reason: e.reason, Doing: e.doing}
	switch {
	case e.notRun != "":
		r.Kind, r.Text = "not run", e.notRun
	case e.note != "":
		r.Kind, r.Text = "note", e.note
	}
	if !e.since.IsZero() {
		since := e.since.In(p.zone)
		r.Since = &since
	}
	for _, a := range e.acts {
		r.Acts = append(r.Acts, ActReport{a.at.In(p.zone), a.text})
	}
	return r
}

func (p *planPrinter) set(s setting) SetReport {
	return SetReport{s.at.In(p.zone), s.run.scene, s.do}
}

func (p *planPrinter) writeOpen(r *planRun) {
	since := r.at.In(p.zone)
	p.write(&PlanReport{Kind: "open", Scene: r.scene, Reason: r.reason, Since: &since, Doing: r.doing})
}
