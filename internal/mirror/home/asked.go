package home

import (
	"cmp"
	"strings"

	"homebus/internal/message"
	"homebus/topics"
)

// Asked says a request to the appliance in words: what it reports and what it is to
// become, or why that will not be.
func (a *Appliance) Asked(r *Request) (from, to, failed string) {
	from = cmp.Or(a.Word(), "?")
	if failed = r.Failure(); failed != "" {
		return from, "", failed
	}
	if r.Sets != "" && (r.Wants == "" || r.Wants == a.Word()) {
		from, to = changeWords(a, r.Sets, r.To)
		return from, to, ""
	}
	return from, cmp.Or(r.Wants, r.Do), ""
}

// Failure says why what was asked will not be; "" while it may.
func (r *Request) Failure() string {
	switch r.Outcome {
	case Refused:
		if strings.HasPrefix(r.Reason, "no ") {
			return r.Reason
		}
		return "no: " + r.Reason
	case Unanswered:
		if r.isFault() {
			return "no simulator answered"
		}
		return "no answer to " + r.Do
	case Unconfirmed:
		return "agreed, did not " + r.Do
	case Unsent:
		return "not sent: " + r.Reason
	}
	return ""
}

// isFault reports whether it is the simulator that was asked.
func (r *Request) isFault() bool { return strings.HasPrefix(r.target, topics.KindFault.Prefix()) }

// tellFailure puts into the stream what came to nothing without anybody saying so: a
// refusal comes by the bus, and stands there already.
func (h *Home) tellFailure(at Moment, r *Request) {
	id := strings.TrimPrefix(r.target, topics.KindFault.Prefix())
	who := h.Label(id)
	if name, ok := strings.CutPrefix(id, topics.AreaScene+"/"); ok {
		who = h.sceneTitle(name)
	}
	text := who + ": " + r.Failure()
	if r.isFault() && r.Outcome == Unanswered {
		text += ": faults are for simulated appliances"
	}
	h.Stream.link(at, message.Message{Meta: &message.Meta{Cause: r.message.ID()}}, nodeOther, id, text, ToneAlarm)
}
