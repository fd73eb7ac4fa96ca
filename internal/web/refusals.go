package web

import "sync/atomic"

// refusals counts the requests that the guard has refused, by its reason. Safe for
// concurrent use.
type refusals struct{ host, origin atomic.Uint64 }

func (r *refusals) count(reason string) {
	if reason == "host" {
		r.host.Add(1)
		return
	}
	r.origin.Add(1)
}
