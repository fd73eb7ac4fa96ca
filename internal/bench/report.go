package bench

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// mostLosers is of how many subscribers is said what each lost.
const mostLosers = 10

// Print writes the result for a person.
func (r *Result) Print(w io.Writer) error {
	var b strings.Builder
	line := func(name, format string, args ...any) {
		fmt.Fprintf(&b, "%-10s  %s\n", name, fmt.Sprintf(format, args...))
	}
	line("run", "%s", r.what())
	line("sent", "%d in %.3f s, %s a second", r.Sent, r.Seconds, short(r.SentPerSecond))
	line("heard", "%d of %d, %.2f %%, %s a second", r.Heard, r.Expected, percent(r.Delivered()), short(r.HeardPerSecond))
	switch {
	case r.Numbered:
		line("lost", "%d; duplicated %d, reordered %d", r.Lost, r.Duplicated, r.Reordered)
	case r.Payload != "":
		line("lost", "%d, by count alone: a payload that is given has no number", r.Lost)
	default:
		line("lost", "%d, by count alone: a payload of less than %d bytes has no number", r.Lost, numberedSize)
	}
	for _, loser := range losers(r.LostBy) {
		line("", "subscriber %d lost %d", loser.number, loser.lost)
	}
	if r.Strange > 0 {
		line("strange", "%d that are not of this run", r.Strange)
	}
	if l := r.Latency; l != nil {
		line("latency", "p50 %s, p90 %s, p99 %s, p99.9 %s, max %s", micros(l.P50), micros(l.P90), micros(l.P99), micros(l.P999), micros(l.Max))
	}
	if r.Ended != AllHeard {
		line("ended", "%s", r.Ended)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// what says what the run was.
func (r *Result) what() string {
	s := fmt.Sprintf("%s, %d → %d, %d B on %s", r.Protocol, r.Pubs, r.Subs, r.Size, r.Topic)
	if r.Distinct > 1 {
		s += fmt.Sprintf(" and %d more", r.Distinct-1)
	}
	if r.Own {
		s += ", to each its own"
	}
	if r.PerWrite == 1 {
		s += ", a message a write"
	} else {
		s += fmt.Sprintf(", %d messages a write", r.PerWrite)
	}
	if r.Rate > 0 {
		s += fmt.Sprintf(", %s a second due", short(r.Rate))
	}
	if r.Connections > 0 {
		s += fmt.Sprintf(", beside %d idle", r.Connections)
	}
	if r.IdleTopics > 0 {
		s += fmt.Sprintf(" with %d topics each", r.IdleTopics)
	}
	return s
}

type loser struct {
	number int
	lost   int64
}

// losers are those who lost most, at most mostLosers.
func losers(lost []int64) []loser {
	var all []loser
	for i, n := range lost {
		if n > 0 {
			all = append(all, loser{i + 1, n})
		}
	}
	slices.SortStableFunc(all, func(a, b loser) int { return int(min(1, max(-1, b.lost-a.lost))) })
	return all[:min(len(all), mostLosers)]
}

// percent never rounds up to all.
func percent(part float64) float64 {
	if part < 1 {
		return min(part*100, 99.99)
	}
	return 100
}

// short writes a number of messages with three digits or so: 8.03 M, 412 k, 75.
func short(n float64) string {
	switch {
	case n >= 1e6:
		return fmt.Sprintf("%.3g M", n/1e6)
	case n >= 1e4:
		return fmt.Sprintf("%.3g k", n/1e3)
	}
	return fmt.Sprintf("%.0f", n)
}

func micros(us float64) string {
	switch {
	case us >= 1e6:
		return fmt.Sprintf("%.3g s", us/1e6)
	case us >= 1e3:
		return fmt.Sprintf("%.3g ms", us/1e3)
	}
	return fmt.Sprintf("%.3g µs", us)
}
