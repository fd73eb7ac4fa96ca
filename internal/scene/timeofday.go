package scene

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"homebus/devices"
)

// parseTimeOfDay reads "07:30" or "07:30:15".
func parseTimeOfDay(s string) (TimeOfDay, bool) {
	layout := "15:04"
	if len(s) == len("15:04:05") {
		layout = "15:04:05"
	}
	t, err := time.Parse(layout, s)
	if err != nil || len(s) != len(layout) { // Parse takes "7:30" and fractions
		return 0, false
	}
	return TimeOfDay(t.Hour()*3600 + t.Minute()*60 + t.Second()), true
}

// likelyTimeOfDay guesses what was meant by a text that is no time of day:
// "7:30" is "07:30", "7:30 pm" is "19:30", "24:00" is "00:00".
func likelyTimeOfDay(s string) (string, bool) {
	s = strings.ToLower(strings.ReplaceAll(s, " ", ""))
	clock, add, twelve := s, 0, false
	if c, ok := strings.CutSuffix(s, "pm"); ok {
		clock, add, twelve = c, 12, true
	} else if c, ok := strings.CutSuffix(s, "am"); ok {
		clock, twelve = c, true
	}
	hours, minutes, ok := strings.Cut(strings.ReplaceAll(clock, ".", ":"), ":")
	if !ok {
		minutes = "00"
	}
	h, err := strconv.ParseUint(hours, 10, 8)
	if err != nil || h > 24 || twelve && (h < 1 || h > 12) {
		return "", false
	}
	if twelve {
		h %= 12
	}
	guess := fmt.Sprintf("%02d:%s", (int(h)+add)%24, minutes)
	_, valid := parseTimeOfDay(guess)
	return guess, valid && guess != s
}

// dayNames are the days in the order of time.Weekday.
var dayNames = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// parseDay reads "mon".
func parseDay(s string) (time.Weekday, bool) {
	for i, name := range dayNames {
		if s == name {
			return time.Weekday(i), true
		}
	}
	return 0, false
}

// likelyDay guesses what was meant by a word that is no day: "Monday" is "mon".
func likelyDay(s string) (string, bool) {
	lower := strings.ToLower(s)
	for _, name := range dayNames {
		if strings.HasPrefix(lower, name) {
			return name, true
		}
	}
	return devices.Nearest(lower, dayNames)
}

// periods are the words of once_per.
var periods = []string{string(Hour), string(Day), string(Week), string(Month)}
