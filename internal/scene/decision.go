package scene

import "strings"

// DecisionKind says what a decision is about.
type DecisionKind int

// The kinds of decisions. Name and Text are those of a DecisionReading.
const (
	// DecidedOther is all else; Text is the whole text.
	DecidedOther DecisionKind = iota
	// DecidedStart: a run begins. Name is the reason.
	DecidedStart
	// DecidedQueue: a start waits for its turn. Name is the reason.
	DecidedQueue
	// DecidedNotRun: a start was not allowed, or a condition did not hold. Name is
	// the reason, Text says why not.
	DecidedNotRun
	// DecidedRestart: a run is over because the next begins. Name is its number.
	DecidedRestart
	// DecidedStop: the scene was stopped. Text says by whom.
	DecidedStop
	// DecidedStep: a step was done. Name is "step 2", Text says what was done.
	DecidedStep
	// DecidedEnd: a run is over. Name is its state, such as StateDone; Text says why
	// it failed.
	DecidedEnd
)

// DecisionReading is a decision taken apart.
type DecisionReading struct {
	Kind       DecisionKind
	Name, Text string
}

// Read takes the text of a decision apart, for those who arrange it anew.
func (d Decision) Read() DecisionReading {
	if rest, ok := strings.CutPrefix(d.Text, "not run ("); ok {
		reason, why, _ := strings.Cut(rest, "): ")
		return DecisionReading{DecidedNotRun, reason, why}
	}
	if rest, ok := strings.CutPrefix(d.Text, "queued ("); ok {
		return DecisionReading{DecidedQueue, strings.TrimSuffix(rest, ")"), ""}
	}
	head, text, more := strings.Cut(d.Text, ": ")
	verb, name, _ := strings.Cut(head, " ")
	number, restarted := strings.CutSuffix(name, " ended by a restart")
	switch {
	case head == "started":
		return DecisionReading{DecidedStart, text, ""}
	case head == "stopped":
		return DecisionReading{DecidedStop, "", text}
	case verb == "run" && restarted:
		return DecisionReading{DecidedRestart, number, ""}
	case verb == "run" && (name == StateDone || name == StateFailed || name == StateStopped):
		return DecisionReading{DecidedEnd, name, text}
	case verb == "step" && more && !strings.Contains(name, " "):
		return DecisionReading{DecidedStep, head, text}
	}
	return DecisionReading{DecidedOther, "", d.Text}
}
