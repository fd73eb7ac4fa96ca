package mirror

import (
	"fmt"
	"strings"
	"time"

	"homebus/internal/mirror/home"
)

func (s *screen) houseTime() time.Time { return s.at.House.In(s.home.Zone) }

// header draws the top: home, greeting, bus, clock, the answer, the date.
func (s *screen) header(large bool) []string {
	now := s.houseTime()
	clock := smallClock(now.Format("15:04"))
	if large {
		clock = largeClock(now.Format("15:04"))
	}
	name := s.home.Name
	if name == "" {
		name = "homebus"
	}
	lines := []string{s.titleLine(name, home.Greeting(now))}
	if large {
		lines = append(lines, "")
	}
	indent := 1 + width(clock[0]) + 4
	answer := s.answerLines(s.w - indent - 1)
	answer = answer[:min(len(answer), len(clock)-1)]
	if s.w >= hugeWidth && large {
		if lines, ok := s.largeAnswer(s.w - indent - 1); ok {
			answer = lines
		}
	}
	first := (len(clock) - len(answer)) / 2
	right := s.today(len(clock))
	for i, row := range clock {
		left := " " + s.p.strong.Render(row) + "    "
		if j := i - first; j >= 0 && j < len(answer) {
			left += answer[j]
		}
		if width(left)+2+width(right[i]) > s.w {
			right[i] = ""
		}
		lines = append(lines, spread(left, right[i], s.w))
	}
	if large {
		lines = append(lines, "")
	}
	return lines
}

// today is what stands at the right of the clock's h lines: the date, and the sun. A
// heart that does not beat as it should is more than the sun.
func (s *screen) today(h int) []string {
	lines := make([]string, h)
	lines[0] = s.p.dim.Render(s.houseTime().Format("Mon 2 January 2006")) + " "
	lines[h-1] = s.beatWords() + " "
	if age, ok := s.home.Bus.Silence(s.at); ok && age < beatOK {
		if sun := s.home.Daylight(s.at); sun != "" {
			lines[h-1] = s.p.dim.Render(sun) + " "
		}
	}
	return lines
}

func (s *screen) titleLine(name, greet string) string {
	bus := s.busWords() + " "
	left := " " + s.p.strong.Render(name)
	middle := s.p.plain.Render(greet)
	gap := (s.w-width(greet))/2 - width(left)
	if gap < 2 || s.w/2+width(greet)/2+width(bus)+2 > s.w {
		return spread(left, bus, s.w)
	}
	return spread(left+strings.Repeat(" ", gap)+middle, bus, s.w)
}

// busWords says whether the bus is there and how much is said on it.
func (s *screen) busWords() string {
	b := &s.home.Bus
	if b.Live(s.at) {
		return s.p.accent.Render("●") + s.p.dim.Render(fmt.Sprintf(" bus  %s msg/s", home.RateWords(b.Rate(s.at))))
	}
	if b.Up {
		return s.p.alarm.Render("◌ bus is silent")
	}
	if b.Since.IsZero() {
		return s.p.dim.Render("◌ no bus yet")
	}
	return s.p.alarm.Render("◌ no bus")
}

// beatOK is up to what age a heartbeat, which comes every second, is no news.
const beatOK = 2 * time.Second

// beatWords speaks of the heartbeat, or of why there is no connection.
func (s *screen) beatWords() string {
	b := &s.home.Bus
	age, ok := b.Silence(s.at)
	switch {
	case !b.Up && b.Reason != "":
		return s.p.alarm.Render(b.Reason)
	case !ok:
		return ""
	case age < beatOK:
		return s.p.dim.Render("heartbeat ok")
	case b.Live(s.at):
		return s.p.dim.Render(fmt.Sprintf("heartbeat %.0f s ago", age.Seconds()))
	}
	return s.p.alarm.Render(fmt.Sprintf("no heartbeat for %.0f s", age.Seconds()))
}

// answerLines breaks the answer into lines, whole sentences together where they
// fit.
func (s *screen) answerLines(w int) []string {
	var lines []string
	for _, sentence := range s.home.Answer(s.at) {
		style := s.p.tone(sentence.Tone).Bold(sentence.Tone != home.ToneQuiet)
		if n := len(lines) - 1; n >= 0 && width(lines[n])+2+width(sentence.Text) <= w {
			lines[n] += "  " + style.Render(sentence.Text)
			continue
		}
		for _, l := range wrap(sentence.Text, w) {
			lines = append(lines, style.Render(l))
		}
	}
	return lines
}
