package home

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Sentence is a part of the answer.
type Sentence struct {
	Text string
	Tone Tone
}

// maxSentences is how many things the answer names.
const maxSentences = 3

// Answer says in words what matters now, the most important first: "Toast is
// ready." "Coffee in 3:40." It always says something.
//
// Alarms come first, then what became unreachable in the middle of something,
// what is ready, and what is under way, the soonest first. If there is none of
// them, a calm sentence says what is on. While the bus cannot be trusted,
// nothing else is said.
func (h *Home) Answer(at Moment) []Sentence {
	if !h.Bus.Live(at) {
		return []Sentence{h.busSentence(at)}
	}
	type ranked struct {
		Sentence
		rank int
		left time.Duration
	}
	var all []ranked
	for _, a := range h.Appliances() {
		s, rank := h.sentence(at, a)
		if rank == 0 {
			continue
		}
		left, _ := a.Remaining(at)
		all = append(all, ranked{s, rank, left})
	}
	slices.SortStableFunc(all, func(x, y ranked) int {
		return cmp.Or(cmp.Compare(x.rank, y.rank), cmp.Compare(x.left, y.left))
	})
	var answer []Sentence
	for _, r := range all[:min(len(all), maxSentences)] {
		answer = append(answer, r.Sentence)
	}
	if len(answer) == 0 {
		return []Sentence{{h.calm(), ToneQuiet}}
	}
	return answer
}

func (h *Home) busSentence(at Moment) Sentence {
	switch {
	case !h.Bus.known:
		return Sentence{"Looking for the bus.", ToneQuiet}
	case !h.Bus.Up:
		return Sentence{"No bus since " + h.WallTime(h.Bus.LostSince()) + ".", ToneAlarm}
	}
	return Sentence{"The bus is silent since " + h.WallTime(h.Bus.LostSince()) + ".", ToneAlarm}
}

// WallTime prints a wall time in the home's zone.
func (h *Home) WallTime(t time.Time) string { return t.In(h.Zone).Format("15:04:05") }

// sentence returns what is to be said of an appliance, and how important it is
// (1 the most); 0 is nothing.
func (h *Home) sentence(at Moment, a *Appliance) (Sentence, int) {
	phase := a.Phase()
	if phase < PhaseWorking || !a.Fresh && phase != PhaseOffline {
		return Sentence{}, 0
	}
	m, label := a.manner(), sentenceCase(h.Label(a.ID))
	switch {
	case phase == PhaseOffline && a.busy():
		return Sentence{fmt.Sprintf("%s went offline while %s.", label, a.Word()), ToneAlarm}, 2
	case phase == PhaseAlarm:
		return Sentence{fmt.Sprintf("%s: %s!", m.cry, label), ToneAlarm}, 1
	case phase == PhaseReady:
		return Sentence{cmp.Or(m.makes, label) + " is ready.", ToneGood}, 3
	case phase == PhaseWorking:
		return workingSentence(at, a, m, label)
	}
	return Sentence{}, 0
}

// workingSentence speaks of what makes something or takes a while; a light that
// fades is no news.
func workingSentence(at Moment, a *Appliance, m manner, label string) (Sentence, int) {
	left, ok := a.Remaining(at)
	switch {
	case m.makes != "" && ok:
		return Sentence{m.makes + " in " + Span(left) + ".", TonePlain}, 4
	case m.makes != "":
		return Sentence{label + " is " + a.Word() + ".", TonePlain}, 5
	case ok:
		return Sentence{label + " is " + a.Word() + ", " + Span(left) + " left.", TonePlain}, 5
	}
	return Sentence{}, 0
}

// busy reports whether the last report was of being under way, whatever came
// after it.
func (a *Appliance) busy() bool {
	return a.Known && working[a.Word()]
}

// calm says what is on, when nothing else is to be said.
func (h *Home) calm() string {
	known, on := 0, []*Appliance(nil)
	for _, a := range h.Appliances() {
		if !a.Known || !a.Fresh {
			continue
		}
		known++
		if a.Phase() == PhaseOn && (a.Type == nil || a.Type.Name != "light-switch") {
			on = append(on, a)
		}
	}
	switch {
	case known == 0 && len(h.appliances) == 0:
		return "Nobody has reported yet."
	case known == 0:
		return "Waiting for the house to report."
	case len(on) == 0:
		return "All is quiet."
	case len(on) == 1:
		return sentenceCase(h.Label(on[0].ID)) + " is on."
	case len(on) == 2:
		return sentenceCase(h.Label(on[0].ID)) + " and " + h.Label(on[1].ID) + " are on."
	}
	return fmt.Sprintf("%d things are on.", len(on))
}

// sentenceCase makes the first letter of an ASCII word great.
func sentenceCase(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// Span prints how long something lasts: "1:20", "12:05", "1 h 05".
func Span(d time.Duration) string {
	s := int((d + time.Second - 1) / time.Second)
	switch {
	case s < 0:
		return "0:00"
	case s < 3600:
		return fmt.Sprintf("%d:%02d", s/60, s%60)
	}
	return fmt.Sprintf("%d h %02d", s/3600, s/60%60)
}
