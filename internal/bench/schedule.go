package bench

import "time"

// schedule says when messages are due, as times since the run's beginning. The publishers
// take turns: message n of publisher p is number n·pubs + p of all.
type schedule struct {
	interval float64 // between two messages of all publishers, in nanoseconds
	pubs     int64
}

func newSchedule(c Config) schedule {
	s := schedule{pubs: int64(c.Pubs)}
	if c.Rate > 0 {
		s.interval = 1e9 / c.Rate
	}
	return s
}

// due is when message n of publisher p is.
func (s schedule) due(p int, n int64) time.Duration {
	return time.Duration(float64(n*s.pubs+int64(p)) * s.interval)
}

// upTo is how many messages of publisher p are due by now.
func (s schedule) upTo(p int, now time.Duration) int64 {
	all := int64(float64(now)/s.interval) + 1 // the first is due at 0
	if now < 0 || all <= int64(p) {
		return 0
	}
	return (all-int64(p)-1)/s.pubs + 1
}
