package mirror

import (
	"fmt"
	"math"
	"strings"
	"time"

	"homebus/internal/mirror/home"
)

// The chart of the power is this high, in lines, where there is room for it; below
// leastChart it is a single line without a scale.
const leastChart, highestChart = 3, 6

// power draws what the home draws now, has used today, and the last hour or so, at the
// bottom of h lines of w cells of which the scenes need theirs.
func (s *screen) power(w, h int) []string {
	p := &s.home.Power
	style := s.p.plain
	now, today := home.Watts(p.Watts), fmt.Sprintf("%.2f kWh today", p.TodayWh/1000)
	switch {
	case !s.home.Bus.Live(s.at):
		style, now = s.p.dim, "–"
	case p.Over():
		style, now = s.p.alarm.Bold(true), now+"  over"
	}
	title := s.p.dim.Bold(true).Render(" POWER")
	lines := []string{spread(title+"  "+style.Render(now), s.p.dim.Render(today), w)}
	_, scenes := s.sceneBlocks(w, true)
	if room := min(h-scenes-5, highestChart); room >= leastChart { // two titles, the time, and two lines between
		return append(lines, s.chart(p, w, room)...)
	}
	return append(lines, " "+s.p.dim.Render(spark(p.History, w-2, 1)[0]))
}

// scaleWidth is how wide what stands before the bars of a chart is, in cells.
const scaleWidth = len(" 1.81 kW ")

// chart draws the power of the last minutes in h lines, with a scale and when it begins.
func (s *screen) chart(p *home.Power, w, h int) []string {
	lines := spark(p.History, w-scaleWidth-1, h)
	for i, l := range lines {
		scale := ""
		switch i {
		case 0:
			scale = home.Watts(peak(p.History, w-scaleWidth-1))
		case h - 1:
			scale = "0"
		}
		lines[i] = s.p.dim.Render(fmt.Sprintf(" %*s ", scaleWidth-2, scale)) + s.p.plain.Render(l)
	}
	shown := min(len(p.History), w-scaleWidth-1)
	since := s.houseTime().Add(-time.Duration(max(shown-1, 0)) * time.Minute)
	return append(lines, s.p.dim.Render(strings.Repeat(" ", scaleWidth)+since.Format("15:04")))
}

// bars are the eighths of a cell, from the bottom.
var bars = []rune(" ▁▂▃▄▅▆▇█")

// leastPeak is the power in W that fills the height at least: a house that rests is
// not to look busy.
const leastPeak = 100

// peak is the highest of the newest values of which there are n, at least leastPeak.
func peak(values []float64, n int) float64 {
	most := float64(leastPeak)
	for _, v := range values[max(0, len(values)-max(n, 0)):] {
		most = max(most, v)
	}
	return most
}

// spark draws the newest values as bars in w cells of h lines, the newest at the right;
// the peak fills the height. Nothing is still a line.
func spark(values []float64, w, h int) []string {
	most := peak(values, w)
	values = values[max(0, len(values)-max(w, 0)):]
	lines := make([]string, h)
	for i := range lines {
		var b strings.Builder
		for _, v := range values {
			eighths := max(int(math.Round(max(v, 0)/most*float64(8*h))), 1) - 8*(h-1-i)
			b.WriteRune(bars[max(min(eighths, 8), 0)])
		}
		lines[i] = b.String()
	}
	return lines
}
