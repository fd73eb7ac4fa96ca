package sim

import (
	"math"
	"time"
)

// summaryEvery is how often the log sums up.
const summaryEvery = time.Minute

// tally counts what happens between two summaries.
type tally struct {
	since      time.Time
	sent       int // messages given to the links
	heard      int // commands and faults
	reconnects int // connections that were there again
	lost       int // events and acks for which the queue to the bus had no room
	acts       int // things that people did at the appliances
	refused    int // of them, what the appliance did not do
	missed     int // acts for which there was no time
}

// sumUp logs the tally and begins the next, if it is time.
func (s *simulator) sumUp(now time.Time) {
	t := &s.tally
	if now.Sub(t.since) < summaryEvery {
		return
	}
	perSecond := func(n int) float64 { return math.Round(10*float64(n)/now.Sub(t.since).Seconds()) / 10 }
	fields := []any{"alive", s.present, "appliances", len(s.cfg.Specs), "messages_per_s", perSecond(t.sent),
		"heard_per_s", perSecond(t.heard), "reconnects", t.reconnects, "lost", t.lost}
	if s.cfg.Rate > 0 {
		fields = append(fields, "acts_per_s", perSecond(t.acts), "refused", t.refused, "missed", t.missed)
	}
	s.log.Info("the last minute", fields...)
	s.tally = tally{since: now}
}
