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

// calm says what is on and who is absent, when nothing else is to be said.
func (h *Home) calm() []Sentence {
	var on, offline, unheard []*Appliance
	known := 0
	for _, a := range h.Appliances() {
		switch {
		case a.Offline:
			offline = append(offline, a)
		case !a.Known || !a.Fresh:
			unheard = append(unheard, a)
		case a.Phase() == PhaseOn && (a.Type == nil || a.Type.Name != "light-switch"):
			known++
			on = append(on, a)
		default:
			known++
		}
	}
	var all []Sentence
	if len(on) > 0 {
		all = append(all, Sentence{h.count(on, "things") + isAre(on) + " on.", ToneQuiet})
	}
	if len(offline) > 0 {
		all = append(all, Sentence{h.absent(offline), TonePlain})
	}
	switch {
	case len(h.appliances) == 0:
		all = append(all, Sentence{"Nobody has reported yet.", ToneQuiet})
	case len(unheard) > 0 && known == 0:
		all = append(all, Sentence{"Waiting for the house to report.", ToneQuiet})
	case len(unheard) > 0:
		have := " have"
		if len(unheard) == 1 {
			have = " has"
		}
		all = append(all, Sentence{h.count(unheard, "appliances") + have + " not reported yet.", ToneQuiet})
	case len(all) == 0:
		all = append(all, Sentence{"All is quiet.", ToneQuiet})
	}
	return all
}

// count names one or two appliances, and counts more.
func (h *Home) count(list []*Appliance, things string) string {
	switch len(list) {
	case 1:
		return sentenceCase(h.Label(list[0].ID))
	case 2:
		return sentenceCase(h.Label(list[0].ID)) + " and " + h.Label(list[1].ID)
	}
	return fmt.Sprintf("%d %s", len(list), things)
}

func isAre(list []*Appliance) string {
	if len(list) == 1 {
		return " is"
	}
	return " are"
}

// absent says who is offline: the house or a room, if that is all of it, and
// otherwise the appliances.
func (h *Home) absent(offline []*Appliance) string {
	area := offline[0].Area
	oneRoom := !slices.ContainsFunc(offline, func(a *Appliance) bool { return a.Area != area })
	switch {
	case len(offline) == 1:
	case len(offline) == len(h.appliances):
		return "The house does not answer."
	case oneRoom && len(offline) == h.roomSize(area):
		return sentenceCase(area) + " does not answer."
	}
	return h.count(offline, "appliances") + isAre(offline) + " offline."
}

func (h *Home) roomSize(area string) int {
	for _, r := range h.rooms {
		if r.area == area {
			return len(r.planned) + len(r.strangers)
		}
	}
	return 0
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
