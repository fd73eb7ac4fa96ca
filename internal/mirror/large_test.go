package mirror

import (
	"strings"
	"testing"
	"time"

	"homebus/internal/link"
	"homebus/internal/mirror/home"
)

// Every letter has three rows of the same width.
func TestLetters(t *testing.T) {
	for r, rows := range letters {
		if width(rows[0]) != width(rows[1]) || width(rows[1]) != width(rows[2]) || width(rows[0]) == 0 {
			t.Errorf("%c is %q", r, rows)
		}
	}
	if rows, ok := writeLarge("Is 3:11."); !ok || rows != [3]string{"╻ ┏━╸   ╺━┓   ╺┓  ╺┓   ", "┃ ┗━┓    ━┫ :  ┃   ┃   ", "╹ ╺━┛   ╺━┛   ╺┻╸ ╺┻╸ ."} {
		t.Errorf("written large:\n%s", strings.Join(rows[:], "\n"))
	}
	if _, ok := writeLarge("Tür"); ok {
		t.Error("a letter that nobody drew was written")
	}
}

// The answer is large where it fits in one line, and else in the usual letters.
func TestLargeAnswer(t *testing.T) {
	s := newStory(t, 200, 60).open()
	s.wantsNot("All is quiet.")
	s.wants("┏━┓ ╻   ╻     ╻ ┏━╸   ┏━┓ ╻ ╻ ╻ ┏━╸ ╺┳╸")
	s.say(s.screen.home.SetFault(s.moment(), "kitchen/toaster", "offline", nil))
	s.script("hall/long-name-of-the-door-behind-the-stairs", map[string]any{"state": "alarm"})
	s.settle()
	s.wants("Alarm: hall long-name-of-the-door-behind-the-stairs!")
	s = newStory(t, 120, 40).open()
	s.wants("All is quiet.")
	s.screen.resize(200, 30)
	s.wants("All is quiet.")
}

// The chart has its peak at the top, nothing at the bottom, and says since when.
func TestPowerChart(t *testing.T) {
	s := newStory(t, 200, 60).open()
	s.wants("POWER  2 W", "  100 W ", "      0 ▁", "        07:30 ")
	s.press("enter").pass(10 * time.Minute)
	s.wants("1.82 kW ███", "        07:30 ")
	s.pass(100 * time.Minute)
	s.wants("        08:39 ") // as much as fits
	s.status(link.Status{Reason: "gone"})
	s.wants("POWER  –")
}

func TestSpark(t *testing.T) {
	tests := []struct {
		values []float64
		w, h   int
		lines  string
	}{
		{nil, 4, 1, ""},
		{[]float64{0, 50, 100}, 4, 1, "▁▄█"},
		{[]float64{0, 1, 1000, 500}, 2, 1, "█▄"},
		{[]float64{0, 400, 800}, 4, 2, "  █|▁██"},
		{[]float64{0, 300, 800}, 4, 4, "  █|  █| ▄█|▁██"},
		{[]float64{-5}, 4, 2, " |▁"},
		{[]float64{1}, 0, 2, "|"},
	}
	for _, tt := range tests {
		if got := strings.Join(spark(tt.values, tt.w, tt.h), "|"); got != tt.lines {
			t.Errorf("%v in %d×%d: %q, want %q", tt.values, tt.w, tt.h, got, tt.lines)
		}
	}
}

func BenchmarkChart(b *testing.B) {
	s := newScreen(home.New(home.Plan{}, nil), palette{})
	p := &home.Power{History: make([]float64, 120)}
	for i := range p.History {
		p.History[i] = float64(i * 37 % 1800)
	}
	b.ReportAllocs()
	for b.Loop() {
		s.chart(p, 52, highestChart)
	}
}
