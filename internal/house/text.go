package house

import (
	"strings"
	"time"
	"unicode"
)

// maxLine bounds how much of a foreign text is printed on a line, in characters.
const maxLine = 240

// shown returns a text such as the name of a file with U+FFFD for what is not printable.
func shown(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return unicode.ReplacementChar
		}
		return r
	}, s)
}

// oneLine makes a foreign text fit for a line of a terminal: what is not
// printable is shown as U+FFFD, and what is too long is cut.
func oneLine(s string) string {
	var b strings.Builder
	n := 0
	for _, r := range s {
		if n++; n > maxLine {
			b.WriteRune('…')
			break
		}
		if !unicode.IsPrint(r) {
			r = unicode.ReplacementChar
		}
		b.WriteRune(r)
	}
	return b.String()
}

// clock prints a time by the clock on the wall at home, with the date if it is
// not the day on which the test began.
func clock(r *Result, at time.Time) string {
	at = at.In(r.Test.Start.Location())
	layout := "15:04:05.000"
	if at.Nanosecond()/int(time.Millisecond) == 0 {
		layout = "15:04:05"
	}
	if at.YearDay() != r.Test.Start.YearDay() || at.Year() != r.Test.Start.Year() {
		layout = "2006-01-02 " + layout
	}
	return at.Format(layout)
}

// widest returns how wide the times of the story of r are, some of which have
// milliseconds, so that they make a column.
func widest(r *Result) int {
	wide := 0
	for _, e := range r.Last {
		wide = max(wide, len(clock(r, e.At)))
	}
	for _, d := range r.Decisions {
		wide = max(wide, len(clock(r, d.At)))
	}
	return wide
}

// cause names the message that led to an entry, if it is among the last ones:
// "  < event/bathroom/switch".
func cause(r *Result, e Entry) string {
	if e.Message.Meta == nil || e.Message.Meta.Cause == "" {
		return ""
	}
	for _, other := range r.Last {
		if other.Message.ID() == e.Message.Meta.Cause {
			return "  < " + oneLine(other.Message.Topic)
		}
	}
	return ""
}
