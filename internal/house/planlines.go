package house

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// planLine is a line of a plan: what one run does at one time, or, folded, what
// runs of one scene do again and again.
type planLine struct {
	at, last time.Time
	scene    string
	why      string   // "(07:30)"
	what     []string // one after another
	times    int
	// goesOn says that the run began before, so that why is not the same for lines
	// that can be folded into one.
	goesOn bool
	// folded is what they say then, where they differ in what; nil is what.
	folded []string
}

// foldFrom is how many lines of a day that say the same become one.
const foldFrom = 5

// planLines returns the lines of a day, in the order of time.
func planLines(entries []*planEntry, zone *time.Location) []*planLine {
	var lines []*planLine
	for _, e := range entries {
		switch {
		case e.notRun != "":
			l := &planLine{at: e.at, scene: e.scene, why: inBrackets(e.reason), what: []string{"not run: " + e.notRun}}
			l.folded = []string{"not run: " + withoutFound(e.notRun)}
			lines = append(lines, l)
		case e.note != "":
			lines = append(lines, &planLine{at: e.at, scene: e.scene, what: []string{e.note}})
		default:
			lines = append(lines, runLines(e, zone)...)
		}
	}
	lines = fold(lines)
	slices.SortStableFunc(lines, func(a, b *planLine) int { return a.at.Compare(b.at) })
	return lines
}

// runLines returns the lines of a run: one for each second in which it does
// something.
func runLines(e *planEntry, zone *time.Location) []*planLine {
	first := &planLine{at: e.at, scene: e.scene, why: inBrackets(e.reason)}
	since := inBrackets("since " + clockOf(e.at, zone))
	if !e.since.IsZero() {
		since = inBrackets("since " + e.since.In(zone).Format("Mon ") + clockOf(e.since, zone))
		first.why, first.goesOn = since, true
	}
	lines := []*planLine{first}
	for _, a := range e.acts {
		l := lines[len(lines)-1]
		if a.at.Truncate(time.Second).After(l.at.Truncate(time.Second)) {
			l = &planLine{at: a.at, scene: e.scene, why: since, goesOn: true}
			lines = append(lines, l)
		}
		l.what = append(l.what, actText(a.text))
	}
	if len(first.what) == 0 {
		first.what = []string{"nothing to do"}
		if e.doing != "" {
			first.what = []string{e.doing}
		}
	}
	for _, l := range lines {
		l.what = counted(l.what)
	}
	return lines
}

// fold makes one line of those that say the same.
func fold(lines []*planLine) []*planLine {
	same := make(map[string][]*planLine)
	for _, l := range lines {
		same[l.key()] = append(same[l.key()], l)
	}
	return slices.DeleteFunc(lines, func(l *planLine) bool {
		all := same[l.key()]
		switch {
		case len(all) < foldFrom:
			return false
		case l != all[0]:
			return true
		}
		if l.folded != nil && slices.ContainsFunc(all, func(other *planLine) bool { return !slices.Equal(other.what, l.what) }) {
			l.what = l.folded
		}
		l.times, l.last = len(all), all[len(all)-1].at
		return false
	})
}

// key is the same for lines that say the same.
func (l *planLine) key() string {
	key := []string{l.scene, l.why}
	if l.goesOn {
		key[1] = ""
	}
	if l.folded != nil {
		return strings.Join(append(key, l.folded...), "\x00")
	}
	return strings.Join(append(key, l.what...), "\x00")
}

// counted makes one of texts that follow one another and say the same.
func counted(texts []string) []string {
	var some []string
	for i := 0; i < len(texts); {
		n := 1
		for i+n < len(texts) && texts[i+n] == texts[i] {
			n++
		}
		text := texts[i]
		if n > 1 {
			text = fmt.Sprintf("%s (%d times)", text, n)
		}
		some = append(some, text)
		i += n
	}
	return some
}

// actText says what a step did as one reads it in a plan.
func actText(did string) string {
	if said, ok := strings.CutPrefix(did, "said "); ok {
		return fmt.Sprintf("say “%s”", said)
	}
	return did
}

// withoutFound cuts off what was found in place of what a condition demands: that
// differs from time to time.
func withoutFound(why string) string {
	const untrue = " does not hold"
	if i := strings.LastIndex(why, untrue+" ("); i > 0 {
		return why[:i] + untrue
	}
	return why
}

func inBrackets(s string) string {
	if s == "" {
		return ""
	}
	return "(" + s + ")"
}

// clockOf prints a time by the clock on the wall at home: "07:30", with seconds if
// there are any, and with the zone if the clocks show it twice that day.
func clockOf(at time.Time, zone *time.Location) string {
	at = at.In(zone)
	layout := "15:04"
	if at.Second() != 0 {
		layout = time.TimeOnly
	}
	if twice(at) {
		layout += " MST"
	}
	return at.Format(layout)
}

// twice reports whether the clocks show the time of at twice, for they are put
// back.
func twice(at time.Time) bool {
	_, offset := at.Zone()
	start, end := at.ZoneBounds()
	if !start.IsZero() {
		_, before := start.Add(-1).Zone()
		if at.Sub(start) < time.Duration(before-offset)*time.Second {
			return true
		}
	}
	if end.IsZero() {
		return false
	}
	_, after := end.Zone()
	return end.Sub(at) <= time.Duration(offset-after)*time.Second
}

// wrapped joins texts to lines of at most so many characters, as far as the texts
// allow it.
func wrapped(texts []string, wide int) []string {
	var lines []string
	for i, text := range texts {
		if i < len(texts)-1 {
			text += ";"
		}
		last := len(lines) - 1
		if last >= 0 && utf8.RuneCountInString(lines[last])+1+utf8.RuneCountInString(text) <= wide {
			lines[last] += " " + text
		} else {
			lines = append(lines, text)
		}
	}
	return lines
}
