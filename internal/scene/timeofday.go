package scene

import (
	"fmt"
	"strconv"
	"strings"

	"homebus/devices"
	"homebus/internal/daytime"
)

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
	_, valid := daytime.Parse(guess)
	return guess, valid && guess != s
}

// likelyDay guesses what was meant by a word that is no day: "Monday" is "mon".
func likelyDay(s string) (string, bool) {
	lower := strings.ToLower(s)
	for _, name := range daytime.DayNames {
		if strings.HasPrefix(lower, name) {
			return name, true
		}
	}
	return devices.Nearest(lower, daytime.DayNames[:])
}

// periods are the words of once_per.
var periods = []string{string(Hour), string(Day), string(Week), string(Month)}
