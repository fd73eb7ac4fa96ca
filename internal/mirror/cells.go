package mirror

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// width returns how many cells a styled text takes.
func width(s string) int { return ansi.StringWidth(s) }

// fit makes a styled text exactly w cells wide: cut with "…" or filled up.
func fit(s string, w int) string {
	if w <= 0 {
		return ""
	}
	have := width(s)
	if have > w {
		s = ansi.Truncate(s, w, "…")
		have = width(s) // a wide character at the cut leaves a cell
	}
	return s + strings.Repeat(" ", w-have)
}

// spread puts left and right at the two ends of w cells. Where there is no room
// for both, left gives way, down to a third of the room.
func spread(left, right string, w int) string {
	if w <= 0 {
		return ""
	}
	r := min(width(right), w-w/3)
	if width(left)+1+width(right) <= w {
		r = width(right)
	}
	if r == 0 {
		return fit(left, w)
	}
	return fit(left, w-r-1) + " " + fit(right, r)
}

// exactly makes lines h lines of w cells.
func exactly(lines []string, w, h int) []string {
	out := make([]string, h)
	for i := range out {
		s := ""
		if i < len(lines) {
			s = lines[i]
		}
		out[i] = fit(s, w)
	}
	return out
}

// beside puts blocks of lines of their own widths next to each other.
func beside(between string, blocks ...[]string) []string {
	lines := make([]string, len(blocks[0]))
	for i := range lines {
		parts := make([]string, len(blocks))
		for j, b := range blocks {
			parts[j] = b[i]
		}
		lines[i] = strings.Join(parts, between)
	}
	return lines
}

// wrap breaks sentences into lines of at most w cells, between words where that
// is possible.
func wrap(s string, w int) []string {
	if w < 1 {
		return nil
	}
	return strings.Split(ansi.Wrap(s, w, ""), "\n")
}
