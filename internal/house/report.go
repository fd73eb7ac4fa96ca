package house

import (
	"encoding/json"
	"time"
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
		rep.Failures = append(rep.Failures, FailureReport{f.Pos.Line, f.Pos.Column, f.When, f.At, f.Want, f.Found})
	}
	for _, e := range r.Last {
		m := MessageReport{At: e.At, Topic: e.Message.Topic, Payload: string(e.Message.Payload), ID: e.Message.ID()}
		if meta := e.Message.Meta; meta != nil {
			m.From, m.Cause = meta.From, meta.Cause
		}
		rep.Last = append(rep.Last, m)
	}
	for _, d := range r.Decisions {
		rep.Decisions = append(rep.Decisions, DecisionReport{d.At, d.Scene, d.Text, d.Cause})
	}
	return rep
}

func (p *printer) json(r *Result) {
	rep := report(p.path, r)
	if !rep.OK {
		rep.Again = p.again(r)
	}
	b, err := json.Marshal(rep)
	if err != nil && p.err == nil {
		p.err = err
		return
	}
	p.printf("%s\n", b)
}
