package mirror

import (
	"cmp"
	"fmt"
	"math"
	"strings"

	"homebus/internal/mirror/home"
)

// Names take as many cells as the longest one shown needs, within bounds.
const leastName = 11

// row draws one appliance in w cells: mark, sign, name, state in words, and at
// the right what else is worth knowing.
func (s *screen) row(a *home.Appliance, name string, nameWidth, w int) string {
	mark := "  "
	if s.selected == a.ID {
		mark = s.markOf(paneRooms) + " "
	}
	style := s.p.plain
	if s.old(a) || a.Phase() <= home.PhaseResting || a.Offline {
		style = s.p.dim
	}
	if s.selected == a.ID && s.focus == paneRooms {
		style = style.Bold(true)
	}
	left := mark + s.sign(a) + " " + fit(style.Render(name), nameWidth) + " "
	rest := w - width(left)
	if rest < 4 {
		return fit(left, w)
	}
	return left + s.says(a, rest)
}

// markOf is the mark of what is selected in a pane, dim where no key goes.
func (s *screen) markOf(p pane) string {
	if s.focus == p {
		return s.p.accent.Render("▌")
	}
	return s.p.dim.Render("▏")
}

// old reports whether what is known of the appliance may not be so any more.
func (s *screen) old(a *home.Appliance) bool {
	return a.Known && (!a.Fresh || !s.home.Bus.Live(s.at))
}

func (s *screen) sign(a *home.Appliance) string {
	if s.old(a) {
		return s.p.dim.Render("◌")
	}
	switch a.Phase() {
	case home.PhaseAlarm:
		return s.p.alarm.Render("▲")
	case home.PhaseOffline:
		return s.p.alarm.Render("◌")
	case home.PhaseReady:
		return s.p.accent.Render("●")
	case home.PhaseWorking:
		return s.p.accent.Render("◐")
	case home.PhaseOn:
		return s.p.plain.Render("●")
	case home.PhaseUnknown:
		return s.p.dim.Render("◌")
	}
	return s.p.dim.Render("○")
}

// says is the part of a row after the name: what was asked and not confirmed,
// or what is reported.
func (s *screen) says(a *home.Appliance, w int) string {
	if r := cmp.Or(s.home.Request(a.ID), s.home.FaultRequest(a.ID)); r != nil {
		return s.requested(a, r, w)
	}
	if words := s.faulty(a, w); words != "" {
		return fit(s.reported(a, w-width(words)), w-width(words)) + s.p.dim.Render(words)
	}
	return s.reported(a, w)
}

// roomForTime is how many cells what stands behind the word of an appliance needs at
// least, such as the time left.
const roomForTime = 7

// faulty says which faults an appliance has, as the end of a row, as much as leaves
// room for what it reports; "" if it has none.
func (s *screen) faulty(a *home.Appliance, w int) string {
	faults := s.home.Faults(s.at, a.ID)
	if len(faults) == 0 {
		return ""
	}
	long := "  fault " + faults[0].Kind
	if len(faults) > 1 {
		long = fmt.Sprintf("  %d faults", len(faults))
	}
	for _, words := range []string{long, "  fault"} {
		if w-width(words) >= width(a.Word())+roomForTime {
			return words
		}
	}
	return ""
}

// reported is what the appliance reports, in w cells.
func (s *screen) reported(a *home.Appliance, w int) string {
	switch {
	case a.Offline:
		return fit(s.p.alarm.Render("offline")+s.p.dim.Render(" since "+s.home.When(s.at, a.OfflineSince)), w)
	case !a.Known:
		return fit(s.p.dim.Render("not heard yet"), w)
	case s.old(a):
		return spread(s.p.dim.Render(a.Word()), s.p.dim.Render("old"), w)
	case a.Phase() == home.PhaseWorking:
		return s.course(a, w)
	case a.Phase() == home.PhaseReady:
		return spread(s.p.accent.Bold(true).Render(a.Word()), s.p.accent.Render(a.Take()), w)
	case a.Phase() == home.PhaseAlarm:
		return s.alarmed(a, w)
	case a.Phase() == home.PhaseResting:
		return s.withDetails(s.p.dim.Render(a.Word()), a.Details(), w)
	}
	return s.withDetails(s.p.plain.Render(a.Word()), a.Details(), w)
}

// requested shows what was asked beside what is reported.
func (s *screen) requested(a *home.Appliance, r *home.Request, w int) string {
	from, to, failed := a.Asked(r)
	switch {
	case failed != "" && width(from)+2+width(failed) > w:
		return fit(s.p.alarm.Render(failed), w)
	case failed != "":
		return fit(s.p.plain.Render(from)+"  "+s.p.alarm.Render(failed), w)
	}
	return fit(s.p.dim.Render(from)+s.p.accent.Render(" → "+to+" …"), w)
}

// alarmed says the word of an appliance in alarm, and what is the matter.
func (s *screen) alarmed(a *home.Appliance, w int) string {
	word := s.p.alarm.Bold(true).Render(a.Word())
	if cry := a.Cry(); !strings.Contains(strings.ToLower(cry), a.Word()) && width(word)+2+width(cry) <= w {
		return spread(word, s.p.alarm.Render(cry), w)
	}
	return s.withDetails(word, a.Details(), w)
}

// course draws how far an appliance is: word, bar, percent, time left. The bar
// gives way first, then the percent.
func (s *screen) course(a *home.Appliance, w int) string {
	word := a.Word()
	progress, ok := a.Progress()
	left, hasEnd := a.Remaining(s.at)
	if !ok {
		list := a.Details()
		if hasEnd {
			list = append([]string{home.Span(left)}, list...)
		}
		return s.withDetails(s.p.plain.Render(word), list, w)
	}
	right := fmt.Sprintf("%3d %%", home.Percent(progress))
	if hasEnd {
		right += fmt.Sprintf("  %5s", home.Span(left))
	}
	wordWidth := max(width(word), 8)
	barWidth := min(w-wordWidth-width(right)-2, 40)
	if barWidth < 8 {
		if hasEnd {
			right = home.Span(left)
		}
		barWidth = w - wordWidth - width(right) - 2
	}
	if barWidth < 4 {
		return spread(s.p.plain.Render(word), right, w)
	}
	return fit(fit(s.p.plain.Render(word), wordWidth)+" "+s.bar(progress, barWidth)+" "+right, w)
}

// bar draws a progress of 0 to 1 in w cells, rounded down to half a cell, so that only what is done is full.
func (s *screen) bar(progress float64, w int) string {
	halves := int(math.Floor(min(max(progress, 0), 1) * float64(2*w)))
	full := strings.Repeat("━", halves/2)
	rest := w - halves/2
	if halves%2 == 1 {
		full += "╸"
		rest--
	}
	return s.p.accent.Render(full) + s.p.dim.Render(strings.Repeat("─", rest))
}

// withDetails puts as many details behind the word as there is room for.
func (s *screen) withDetails(word string, list []string, w int) string {
	right := ""
	for _, d := range list {
		next := d
		if right != "" {
			next = right + "  " + d
		}
		if width(word)+2+width(next) > w {
			break
		}
		right = next
	}
	return spread(word, s.p.dim.Render(right), w)
}
