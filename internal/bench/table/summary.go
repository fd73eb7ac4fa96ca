package main

import (
	"fmt"
	"slices"
	"strings"
)

// table is what was measured.
type table struct {
	rows    []row
	sides   []side
	samples []sample
}

// values are a side's figures of a row by round; a round that does not count is missing.
func (t *table) values(row, side string, f figure) map[int]float64 {
	all := map[int]float64{}
	for _, s := range t.samples {
		if v, ok := s.Figures[f]; ok && s.Row == row && s.Side == side {
			all[s.Round] = v
		}
	}
	return all
}

func medianOf(values map[int]float64) float64 {
	var all []float64
	for _, v := range values {
		all = append(all, v)
	}
	return median(all)
}

// lessIsBetter is true of all figures but the rate.
func lessIsBetter(f figure) bool { return f != rate }

// measures reports whether a side is measured at a row.
func (t *table) measures(r row, s side) bool {
	if r.parts {
		return s.isWhole() || s.name == ours && slices.ContainsFunc(t.sides, side.isWhole)
	}
	return s.can(r)
}

// reference is the side that others are compared with at a figure of a row: that of
// libzmq which is better, or our forwarder for the parts of the hub; "" if it was not
// measured.
func (t *table) reference(r row, f figure) string {
	if r.parts {
		if len(t.values(r.name, ours, f)) == 0 {
			return ""
		}
		return ours
	}
	best, name := 0.0, ""
	for _, s := range t.sides {
		if !s.isLibzmq() {
			continue
		}
		m := medianOf(t.values(r.name, s.name, f))
		if m > 0 && (name == "" || (m < best) == lessIsBetter(f) && m != best) {
			best, name = m, s.name
		}
	}
	return name
}

// ratio is the median over the rounds of one side's figure by another's; 0 if there is
// none.
func (t *table) ratio(row, side, by string, f figure) float64 {
	return quotient(t.values(row, side, f), t.values(row, by, f))
}

// quotient is the median over the rounds that both have; 0 if there is none.
func quotient(values, others map[int]float64) float64 {
	var all []float64
	for round, v := range values {
		if w := others[round]; w > 0 {
			all = append(all, v/w)
		}
	}
	return median(all)
}

// String is the tables, in Markdown, one for each figure and one more for what the hub's
// parts cost, and how many runs did not count.
func (t *table) String() string {
	var b strings.Builder
	for _, parts := range []bool{false, true} {
		for _, f := range figures {
			t.write(&b, f, parts)
		}
	}
	bad := map[string]int{}
	var kinds []string
	for _, s := range t.samples {
		if s.Error == "" {
			continue
		}
		kind := fmt.Sprintf("%s, %s: %s", s.Row, s.Side, s.Error)
		if bad[kind]++; bad[kind] == 1 {
			kinds = append(kinds, kind)
		}
	}
	for _, kind := range kinds {
		fmt.Fprintf(&b, "does not count (%d): %s\n", bad[kind], kind)
	}
	return b.String()
}

// write writes the table of a figure: the median of libzmq, or of our forwarder where the
// hub's parts are measured, and how many times that the others have; without the former
// all medians.
func (t *table) write(b *strings.Builder, f figure, parts bool) {
	var lines []string
	for _, r := range t.rows {
		if r.parts != parts {
			continue
		}
		if line := t.line(r, f); line != "" {
			lines = append(lines, line)
		}
	}
	if len(lines) == 0 {
		return
	}
	head := []string{string(f), "libzmq"}
	if parts {
		head[1] = ours
	}
	for _, s := range t.others(parts) {
		head = append(head, s.name)
	}
	if !parts && t.hasFormer() {
		head = append(head, ours+" by "+former)
	}
	if parts {
		head = append(head, "goal")
	} else {
		head = append(head, "goal for "+ours)
	}
	fmt.Fprintf(b, "| %s |\n|%s\n%s\n\n", strings.Join(head, " | "), strings.Repeat("---|", len(head)), strings.Join(lines, "\n"))
}

// others are the sides that are compared with libzmq, or with our forwarder, and are
// measured at any of those rows.
func (t *table) others(parts bool) []side {
	var some []side
	for _, s := range t.sides {
		if s.isLibzmq() || parts && s.name == ours {
			continue
		}
		if slices.ContainsFunc(t.rows, func(r row) bool { return r.parts == parts && t.measures(r, s) }) {
			some = append(some, s)
		}
	}
	return some
}

// hasFormer reports whether another build of ours is compared with.
func (t *table) hasFormer() bool {
	return slices.ContainsFunc(t.sides, func(s side) bool { return s.name == former })
}

func (t *table) line(r row, f figure) string {
	by := t.reference(r, f)
	cells := []string{r.name, "–"}
	if by != "" {
		cells[1] = short(medianOf(t.values(r.name, by, f)))
		if threads, ok := strings.CutPrefix(by, "libzmq/"); ok {
			cells[1] += " (" + threads + ")"
		}
	}
	any := by != ""
	for _, s := range t.others(r.parts) {
		m := medianOf(t.values(r.name, s.name, f))
		measured := len(t.values(r.name, s.name, f)) > 0
		any = any || measured
		switch ratio := t.ratio(r.name, s.name, by, f); {
		case !measured:
			cells = append(cells, "–")
		case by == "" || f == held || f == busy || f == each:
			cells = append(cells, short(m))
		default:
			cells = append(cells, fmt.Sprintf("%s × (%s)", times(ratio), short(m)))
		}
	}
	if !any {
		return ""
	}
	if !r.parts && t.hasFormer() {
		cells = append(cells, dash(t.ratio(r.name, ours, former, f)))
	}
	return "| " + strings.Join(append(cells, t.verdict(r, f, by)), " | ") + " |"
}

// verdict is the goal of a row, and whether it is reached.
func (t *table) verdict(r row, f figure, by string) string {
	g, ok := r.goals[f]
	if !ok {
		return ""
	}
	our := t.values(r.name, ours, f)
	switch g.than {
	case thanRelay:
		return g.judge(" of the relay", t.ratio(r.name, ours, relay, f))
	case thanNothing:
		return g.judge("", medianOf(our))
	case thanOtherRow:
		return g.judge(fmt.Sprintf(" of %q", g.row), quotient(our, t.values(g.row, ours, f)))
	case thanPlain:
		var all []string
		for _, s := range t.others(true) {
			all = append(all, s.name+" "+g.judge("", t.ratio(r.name, s.name, ours, f)))
		}
		return strings.Join(all, "; ")
	}
	return g.judge("", t.ratio(r.name, ours, by, f))
}

// judge says what the goal is, and whether a ratio reaches it; 0 is none.
func (g goal) judge(of string, ratio float64) string {
	sign, reached := "≥", ratio >= g.ratio
	if g.most {
		sign, reached = "≤", ratio <= g.ratio
	}
	text := fmt.Sprintf("%s %.3g%s", sign, g.ratio, of)
	switch {
	case ratio == 0:
		return text
	case reached:
		return text + ": yes, " + times(ratio)
	case times(ratio) == times(g.ratio):
		return fmt.Sprintf("%s: no, %.4f", text, ratio)
	}
	return text + ": no, " + times(ratio)
}

// dash is times, or – if nothing was compared.
func dash(ratio float64) string {
	if ratio == 0 {
		return "–"
	}
	return times(ratio)
}

// times writes a ratio with two digits or so.
func times(ratio float64) string {
	if ratio >= 100 {
		return fmt.Sprintf("%.0f", ratio)
	}
	return fmt.Sprintf("%.2g", ratio)
}

// short writes a figure with three digits or so.
func short(n float64) string {
	switch {
	case n >= 1e6:
		return fmt.Sprintf("%.3g M", n/1e6)
	case n >= 1e4:
		return fmt.Sprintf("%.3g k", n/1e3)
	case n >= 1000:
		return fmt.Sprintf("%.0f", n)
	}
	return fmt.Sprintf("%.3g", n)
}
