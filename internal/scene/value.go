package scene

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"homebus/internal/daytime"
	"homebus/internal/scene/tomltree"
)

func (f *fields) text(key, example string) (string, bool) {
	n := f.get(key)
	if n == nil {
		return "", false
	}
	s, ok := n.Scalar.(string)
	if !ok || s == "" {
		f.wrong(key, fmt.Sprintf("a text such as %q", example))
		return "", false
	}
	return s, true
}

// word reads one of a few words.
func (f *fields) word(key string, words ...string) (string, bool) {
	n := f.get(key)
	if n == nil {
		return "", false
	}
	s, ok := n.Scalar.(string)
	if !ok || !slices.Contains(words, s) {
		f.wrong(key, "one of "+strings.Join(words, ", ")+f.didYouMean(s, words))
		return "", false
	}
	return s, true
}

// truth reads a key that, if it is there at all, must be true.
func (f *fields) truth(key string) bool {
	n := f.get(key)
	if n == nil {
		return false
	}
	if n.Scalar != true {
		f.wrong(key, "true, or leave it out")
	}
	return true
}

// whole reads a whole number from least to most.
func (f *fields) whole(key string, least, most int64) int64 {
	n := f.get(key)
	if n == nil {
		return 0
	}
	i, ok := n.Scalar.(int64)
	if !ok || i < least || i > most {
		f.wrong(key, fmt.Sprintf("a whole number from %d to %d", least, most))
	}
	return i
}

// number reads a number from least to most.
func (f *fields) number(key string, least, most float64, unit string) (float64, bool) {
	n := f.get(key)
	if n == nil {
		return 0, false
	}
	x, ok := n.Number()
	if !ok || !(least <= x && x <= most) {
		f.wrong(key, fmt.Sprintf("a number from %v to %v%s", least, most, unit))
		return 0, false
	}
	return x, true
}

// duration reads a duration; one of 0 is only taken if zero is true.
func (f *fields) duration(key string, zero bool) (time.Duration, bool) {
	n := f.get(key)
	if n == nil {
		return 0, false
	}
	s, _ := n.Scalar.(string)
	d, ok := parseDuration(s)
	switch {
	case !ok && tooLong(s):
		f.wrong(key, fmt.Sprintf("a duration of at most %vh, a year", maxDuration.Hours()))
		return 0, false
	case !ok:
		f.wrong(key, `a duration such as "20s", "5m" or "1h30m"`+durationHint(n))
		return 0, false
	case d == 0 && !zero:
		f.wrong(key, `a duration above 0 such as "20s" or "5m"`)
		return 0, false
	}
	return d, true
}

func durationHint(n *tomltree.Node) string {
	text := n.String()
	if s, ok := n.Scalar.(string); ok {
		text = s
	}
	if guess, ok := likelyDuration(text); ok {
		return fmt.Sprintf(" (did you mean %q?)", guess)
	}
	return ""
}

// timeOfDay reads n, the value of key or an entry of it.
func (f *fields) timeOfDay(key string, n *tomltree.Node) (TimeOfDay, bool) {
	s, _ := n.Scalar.(string)
	t, ok := daytime.Parse(s)
	if ok {
		return t, true
	}
	if s == "" {
		s = n.String()
	}
	guess := ""
	if g, ok := likelyTimeOfDay(s); ok {
		guess = fmt.Sprintf(" (did you mean %q?)", g)
	}
	f.fail(n.Pos, f.where, `%s is %s; want a time of day such as "07:30"%s`, key, n.String(), guess)
	return 0, false
}

// days reads a list of days of the week.
func (f *fields) days(key string) Days {
	n := f.get(key)
	if n == nil {
		return 0
	}
	if !n.IsList || len(n.List) == 0 {
		f.wrong(key, `a list of days such as ["sat", "sun"]`)
	}
	var set Days
	for _, item := range n.List {
		s, _ := item.Scalar.(string)
		day, ok := daytime.ParseDay(s)
		if !ok {
			guess := ""
			if g, ok := likelyDay(s); ok {
				guess = fmt.Sprintf(" (did you mean %q?)", g)
			}
			f.fail(item.Pos, f.where, "%s has %s; want mon, tue, wed, thu, fri, sat or sun%s", key, item.String(), guess)
		}
		set |= 1 << day
	}
	return set
}

// list reads a list; want says what it holds.
func (f *fields) list(key, want string) []*tomltree.Node {
	n := f.get(key)
	if n == nil {
		return nil
	}
	if !n.IsList {
		f.wrong(key, want)
	}
	return n.List
}
