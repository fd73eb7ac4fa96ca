package home

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"homebus/devices"
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
// them, it says what is on and who does not answer; that all is quiet it says
// only of a house of which everything was heard. While the bus cannot be trusted,
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
	if h.Power.Over() {
		all = append(all, ranked{Sentence: Sentence{h.meter.Cry() + ": " + Watts(h.Power.Watts) + "!", ToneAlarm}, rank: 1})
	}
	slices.SortStableFunc(all, func(x, y ranked) int {
		return cmp.Or(cmp.Compare(x.rank, y.rank), cmp.Compare(x.left, y.left))
	})
	var answer []Sentence
	for _, r := range all[:min(len(all), maxSentences)] {
		answer = append(answer, r.Sentence)
	}
	if len(answer) == 0 {
		return h.calm()
	}
	return answer
}

func (h *Home) busSentence(at Moment) Sentence {
	switch {
	case !h.Bus.known:
		return Sentence{"Looking for the bus.", ToneQuiet}
	case !h.Bus.found:
		return Sentence{"No bus yet.", ToneAlarm}
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
	label := sentenceCase(h.Label(a.ID))
	switch {
	case phase == PhaseOffline && a.Known && a.meaning() == devices.Alarm:
		return Sentence{fmt.Sprintf("%s: %s, offline now!", a.cry(), a.FullName()), ToneAlarm}, 1
	case phase == PhaseOffline && a.Known && a.meaning() == devices.Working:
		while := " went offline while "
		if !strings.HasSuffix(a.Word(), "ing") {
			while = " went offline in the middle of: "
		}
		return Sentence{label + while + a.Word() + ".", ToneAlarm}, 2
	case phase == PhaseAlarm:
		return Sentence{fmt.Sprintf("%s: %s!", a.cry(), a.FullName()), ToneAlarm}, 1
	case phase == PhaseReady:
		return Sentence{cmp.Or(a.makes(), label) + " is ready.", ToneGood}, 3
	case phase == PhaseWorking:
		return workingSentence(at, a, label)
	}
	return Sentence{}, 0
}

// workingSentence speaks of what makes something or takes a while; a light that
// fades is no news.
func workingSentence(at Moment, a *Appliance, label string) (Sentence, int) {
	left, ok := a.Remaining(at)
	switch {
	case a.makes() != "" && ok:
		return Sentence{a.makes() + " in " + Span(left) + ".", TonePlain}, 4
	case a.makes() != "":
		return Sentence{label + isAre(label) + a.Word() + ".", TonePlain}, 5
	case ok:
		return Sentence{label + isAre(label) + a.Word() + ", " + Span(left) + " left.", TonePlain}, 5
	}
	return Sentence{}, 0
}

// makes returns what a person gets from it; "" if it makes nothing, or nobody
// knows.
func (a *Appliance) makes() string {
	if a.Type == nil {
		return ""
	}
	return a.Type.Makes
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
