package scene

import (
	"strings"
	"time"
)

// maxDuration bounds every duration of the file: a year.
const maxDuration = 366 * 24 * time.Hour

// parseDuration reads "20s", "1m30s", "1.5h": a number with a unit of ms, s, m
// or h, as often as wanted, and no sign (time.ParseDuration without signs).
func parseDuration(s string) (time.Duration, bool) {
	if strings.ContainsAny(s, "+-") {
		return 0, false
	}
	d, err := time.ParseDuration(s)
	return d, err == nil && d >= 0 && d <= maxDuration
}

// tooLong reports whether s is a duration but for being longer than maxDuration.
func tooLong(s string) bool {
	d, err := time.ParseDuration(s)
	return err == nil && d > maxDuration
}

// parseOffset reads a duration with a sign, "-20m" or "+1h", of at most maxOffset
// either way; without one it is positive.
func parseOffset(s string) (time.Duration, bool) {
	sign := time.Duration(1)
	if rest, negative := strings.CutPrefix(s, "-"); negative {
		s, sign = rest, -1
	} else {
		s = strings.TrimPrefix(s, "+")
	}
	d, ok := parseDuration(s)
	if !ok || d > maxOffset {
		return 0, false
	}
	return sign * d, true
}

// likelyDuration guesses what was meant by a text that is no duration: "20" is
// "20s", "5 min" is "5m".
func likelyDuration(s string) (string, bool) {
	compact := strings.ToLower(strings.ReplaceAll(s, " ", ""))
	number := strings.TrimRight(compact, "abcdefghijklmnopqrstuvwxyz")
	unit, known := map[string]string{
		"": "s", "sec": "s", "secs": "s", "second": "s", "seconds": "s", "s": "s",
		"min": "m", "mins": "m", "minute": "m", "minutes": "m", "m": "m",
		"hour": "h", "hours": "h", "hr": "h", "hrs": "h", "h": "h", "ms": "ms",
	}[compact[len(number):]]
	guess := number + unit
	_, valid := parseDuration(guess)
	return guess, known && valid && guess != s
}
