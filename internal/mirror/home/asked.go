package home

import (
	"cmp"
	"strings"
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
		return "no answer to " + r.Do
	case Unconfirmed:
		return "agreed, did not " + r.Do
	case Unsent:
		return "not sent: " + r.Reason
	}
	return ""
}
