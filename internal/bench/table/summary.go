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

// reference is the side of libzmq that is better at a figure of a row; "" if none was
// measured.
func (t *table) reference(row string, f figure) string {
	best, name := 0.0, ""
	for _, s := range t.sides {
		if !s.isLibzmq() {
			continue
		}
		m := medianOf(t.values(row, s.name, f))
		if m > 0 && (name == "" || (m < best) == lessIsBetter(f) && m != best) {
			best, name = m, s.name
		}
	}
	return name
}

// ratio is the median over the rounds of one side's figure by another's; 0 if there is
// none.
func (t *table) ratio(row, side, by string, f figure) float64 {
	other := t.values(row, by, f)
	var all []float64
	for round, v := range t.values(row, side, f) {
		if w := other[round]; w > 0 {
			all = append(all, v/w)
		}
	}
	return median(all)
}

// String is the tables, in Markdown, one for each figure, and how many runs did not count.
func (t *table) String() string {
	var b strings.Builder
	for _, f := range []figure{rate, cpu, p50, p99, held, busy} {
		t.write(&b, f)
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

// write writes the table of a figure: libzmq's median, and how many times that the others
// have; without libzmq all medians.
func (t *table) write(b *strings.Builder, f figure) {
	var lines []string
	for _, r := range t.rows {
		if line := t.line(r, f); line != "" {
			lines = append(lines, line)
		}
	}
	if len(lines) == 0 {
		return
	}
	head := []string{string(f), "libzmq"}
	for _, s := range t.others() {
		head = append(head, s.name)
	}
	if t.hasFormer() {
		head = append(head, ours+" by "+former)
	}
	head = append(head, "goal for "+ours)
	fmt.Fprintf(b, "| %s |\n|%s\n%s\n\n", strings.Join(head, " | "), strings.Repeat("---|", len(head)), strings.Join(lines, "\n"))
}

// others are the sides that are compared with libzmq.
func (t *table) others() []side {
	return slices.DeleteFunc(slices.Clone(t.sides), side.isLibzmq)
}

// hasFormer reports whether another build of ours is compared with.
func (t *table) hasFormer() bool {
	return slices.ContainsFunc(t.sides, func(s side) bool { return s.name == former })
}

func (t *table) line(r row, f figure) string {
	by := t.reference(r.name, f)
	cells := []string{r.name, "–"}
	if by != "" {
		cells[1] = fmt.Sprintf("%s (%s)", short(medianOf(t.values(r.name, by, f))), strings.TrimPrefix(by, "libzmq/"))
	}
	any := by != ""
	for _, s := range t.others() {
		m := medianOf(t.values(r.name, s.name, f))
		measured := len(t.values(r.name, s.name, f)) > 0
		any = any || measured
		switch ratio := t.ratio(r.name, s.name, by, f); {
		case !measured:
			cells = append(cells, "–")
		case by == "" || f == held || f == busy:
			cells = append(cells, short(m))
		default:
			cells = append(cells, fmt.Sprintf("%s × (%s)", times(ratio), short(m)))
		}
	}
	if !any {
		return ""
	}
	if t.hasFormer() {
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
	text := fmt.Sprintf("≥ %.2g", g.ratio)
	if g.most {
		text = fmt.Sprintf("≤ %.2g", g.ratio)
	}
	if g.relay {
		text, by = text+" of the relay", relay
	}
	ratio := t.ratio(r.name, ours, by, f)
	if g.alone {
		ratio = medianOf(t.values(r.name, ours, f))
	}
	switch {
	case ratio == 0:
		return text
	case g.most && ratio <= g.ratio, !g.most && ratio >= g.ratio:
		return fmt.Sprintf("%s: yes, %s", text, times(ratio))
	}
	return fmt.Sprintf("%s: no, %s", text, times(ratio))
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
