package bench

import (
	"slices"
	"time"
)

// Ending is why a run is over.
type Ending string

// The endings.
const (
	AllHeard    Ending = "all heard"
	Quiet       Ending = "quiet"           // nothing came any more
	Interrupted Ending = "interrupted"     // the context's end
	Lost        Ending = "connection lost" // or something was said that is not the protocol
)

// Result is what a run was and what came of it. "Messages" are what publishers send;
// "deliveries" are what subscribers hear, of which a message has as many as there are
// subscribers for its topic.
type Result struct {
	Protocol    Protocol `json:"protocol"`
	Pubs        int      `json:"pubs"`
	Subs        int      `json:"subs"`
	Topic       string   `json:"topic"`
	Distinct    int      `json:"distinct"`
	Own         bool     `json:"own"`
	Size        int      `json:"size"`
	Rate        float64  `json:"rate"`
	Batch       int      `json:"batch"`
	PerWrite    int64    `json:"messages_per_write"`
	Payload     string   `json:"payload,omitempty"`
	Connections int      `json:"connections"`
	IdleTopics  int      `json:"idle_topics,omitempty"`

	Ended Ending `json:"ended"`
	// Seconds is from the beginning to the last delivery.
	Seconds float64 `json:"seconds"`
	Sent    int64   `json:"sent"`
	// SentPerSecond and HeardPerSecond are messages and deliveries by those seconds.
	SentPerSecond  float64 `json:"sent_per_second"`
	Expected       int64   `json:"expected"` // deliveries
	Heard          int64   `json:"heard"`
	HeardPerSecond float64 `json:"heard_per_second"`
	// Numbered says that the payloads had numbers: otherwise Duplicated and Reordered
	// are not known, and a delivery too many hides one that was lost.
	Numbered   bool  `json:"numbered"`
	Lost       int64 `json:"lost"`
	Duplicated int64 `json:"duplicated"`
	Reordered  int64 `json:"reordered"`
	// Strange counts what subscribers heard that is not of this run.
	Strange int64 `json:"strange"`
	// LostBy is what each subscriber has lost, in the order of their numbers; nil if none
	// has lost anything.
	LostBy  []int64  `json:"lost_by_subscriber,omitempty"`
	Latency *Latency `json:"latency,omitempty"`
}

// Delivered is the part of the expected deliveries that were heard, 0 to 1.
func (r *Result) Delivered() float64 {
	if r.Expected == 0 {
		return 1
	}
	return 1 - float64(r.Lost)/float64(r.Expected)
}

// result sums up. The readers have ended.
func (r *run) result(ended Ending) *Result {
	c := r.cfg
	res := &Result{Protocol: c.Protocol, Pubs: c.Pubs, Subs: c.Subs, Topic: c.Topic, Distinct: c.Distinct, Own: c.Own,
		Size: c.Size, Rate: c.Rate, Batch: c.Batch, PerWrite: r.publishers[0].perWrite, Connections: c.Connections,
		Payload: c.Payload, IdleTopics: c.IdleTopics, Ended: ended, Numbered: c.numbered()}
	for _, p := range r.publishers {
		res.Sent += p.next
	}
	var last time.Duration
	lost := make([]int64, len(r.intakes))
	for i, in := range r.intakes {
		expected, heard := r.expected(in.share), in.heard.Load()
		lost[i] = max(0, expected-heard)
		res.Expected += expected
		res.Heard += heard
		res.Lost += lost[i]
		res.Strange += in.strange
		for _, s := range in.streams {
			res.Duplicated += s.duplicated
			res.Reordered += s.reordered
		}
		last = max(last, time.Duration(in.last.Load()))
	}
	if slices.Max(lost) > 0 {
		res.LostBy = lost
	}
	if res.Seconds = last.Seconds(); res.Seconds > 0 && res.Heard > 0 {
		res.SentPerSecond = float64(res.Sent) / res.Seconds
		res.HeardPerSecond = float64(res.Heard) / res.Seconds
	}
	if r.latencies != nil && res.Heard > 0 {
		res.Latency = r.latencies.summary()
	}
	return res
}
