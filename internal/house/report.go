package house

import (
	"time"

	"homebus/internal/jsonline"
	"homebus/internal/scene"
)

// Report is what `bus test --json` prints of a test, one object a line.
type Report struct {
	Test string `json:"test"`
	File string `json:"file"`
	Line int    `json:"line"`
	OK   bool   `json:"ok"`
	// Seed is what everything random was made of.
	Seed uint64 `json:"seed"`
	// VirtualS is how much virtual time passed, in seconds.
	VirtualS float64 `json:"virtual_s"`
	// Messages is how many were delivered.
	Messages int             `json:"messages"`
	Failures []FailureReport `json:"failures"`
	// Last and Decisions are there if the test failed.
	Last      []MessageReport  `json:"last,omitempty"`
	Decisions []DecisionReport `json:"decisions,omitempty"`
	// Again, of a test that failed, is the command that plays it alone once more, for
	// a POSIX shell.
	Again string `json:"again,omitempty"`
}

// FailureReport is one line of a test that does not hold.
type FailureReport struct {
	Line   int `json:"line"`
	Column int `json:"column"`
	// When is the line's time as the file has it: "by 13m".
	When string `json:"when,omitempty"`
	// At is when it was found out, in virtual time.
	At    time.Time `json:"at"`
	Want  string    `json:"want"`
	Found string    `json:"found"`
	// Chain is what led to what was found, the nearest first.
	Chain []LinkReport `json:"chain,omitempty"`
	// Decisions is what was decided last about the scenes that could have brought
	// about what is wanted.
	Decisions []DecisionReport `json:"decisions,omitempty"`
}

// LinkReport is one link of a chain of causes. Topic and ID are those of the message,
// and missing where it is none; Line is there for a line of the test.
type LinkReport struct {
	At    time.Time `json:"at"`
	Text  string    `json:"text"`
	Topic string    `json:"topic,omitempty"`
	ID    string    `json:"id,omitempty"`
	Line  int       `json:"line,omitempty"`
}

// MessageReport is a message of the story. ID, From and Cause are those of its
// meta, and missing where it has none.
type MessageReport struct {
	At      time.Time `json:"at"`
	Topic   string    `json:"topic"`
	Payload string    `json:"payload"`
	ID      string    `json:"id,omitempty"`
	From    string    `json:"from,omitempty"`
	Cause   string    `json:"cause,omitempty"`
}

// DecisionReport is what a scene decided.
type DecisionReport struct {
	At    time.Time `json:"at"`
	Scene string    `json:"scene,omitempty"`
	Text  string    `json:"text"`
	// Cause is the id of the message that led to it.
	Cause string `json:"cause,omitempty"`
}

// report makes a Report of a result.
func report(path string, r *Result) Report {
	rep := Report{
		Test: r.Test.Name, File: path, Line: r.Test.Pos.Line, OK: r.Passed(), Seed: r.Test.Seed,
		VirtualS: r.Virtual.Seconds(), Messages: r.Messages, Failures: []FailureReport{},
	}
	for _, f := range r.Failures {
		rep.Failures = append(rep.Failures, failureReport(f))
	}
	for _, e := range r.Last {
		m := MessageReport{At: e.At, Topic: e.Message.Topic, Payload: string(e.Message.Payload), ID: e.Message.ID()}
		if meta := e.Message.Meta; meta != nil {
			m.From, m.Cause = meta.From, meta.Cause
		}
		rep.Last = append(rep.Last, m)
	}
	rep.Decisions = decisionReports(r.Decisions)
	return rep
}

func failureReport(f Failure) FailureReport {
	rep := FailureReport{
		Line: f.Pos.Line, Column: f.Pos.Column, When: f.When, At: f.At, Want: f.Want, Found: f.Found,
		Decisions: decisionReports(f.Decisions),
	}
	for _, l := range f.Chain {
		rep.Chain = append(rep.Chain, LinkReport(l))
	}
	return rep
}

func decisionReports(decisions []scene.Decision) (reps []DecisionReport) {
	for _, d := range decisions {
		reps = append(reps, DecisionReport{d.At, d.Scene, d.Text(), d.Cause})
	}
	return reps
}

func (p *printer) json(r *Result) {
	rep := report(p.path, r)
	if !rep.OK {
		rep.Again = p.again(r)
	}
	b, err := jsonline.Marshal(rep)
	if err != nil && p.err == nil {
		p.err = err
		return
	}
	p.printf("%s\n", b)
}
