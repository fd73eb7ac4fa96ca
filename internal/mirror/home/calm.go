package home

import (
	"fmt"
	"slices"
	"strings"

	"homebus/devices"
)

// census is who is what while nothing presses.
type census struct {
	// lasting are those that go on until somebody ends it, by their word, in the
	// order of the rooms.
	lasting [][]*Appliance
	// low have a battery that is nearly flat.
	low              []*Appliance
	offline, unheard []*Appliance
	heard            int
}

func (h *Home) census() census {
	var c census
	for _, a := range h.Appliances() {
		switch {
		case a.Offline:
			c.offline = append(c.offline, a)
			continue
		case !a.Live():
			c.unheard = append(c.unheard, a)
			continue
		}
		c.heard++
		if a.worthSaying() {
			c.last(a)
		}
		if a.BatteryLow() {
			c.low = append(c.low, a)
		}
	}
	return c
}

func (c *census) last(a *Appliance) {
	i := slices.IndexFunc(c.lasting, func(l []*Appliance) bool { return l[0].Word() == a.Word() })
	if i < 0 {
		i, c.lasting = len(c.lasting), append(c.lasting, nil)
	}
	c.lasting[i] = append(c.lasting[i], a)
}

// worthSaying reports whether somebody would want to know that it is as it is: a
// lamp that is on, a door that is open. That a switch is up says nothing, nor does
// the plug of something that speaks for itself: being on counts for what has a
// plug and feeds nobody. It is asked of those that are live.
func (a *Appliance) worthSaying() bool {
	if a.means != devices.Lasting && a.means != devices.Working {
		return false
	}
	return a.Word() != "on" || a.Type == nil || a.Type.MainsPlug && !a.feeds
}

// calm says what lasts and who is absent, when nothing else is to be said.
func (h *Home) calm() []Sentence {
	c := h.census()
	var all []Sentence
	if len(c.low) > 0 {
		all = append(all, Sentence{"Battery low: " + h.count(c.low, "appliances") + ".", TonePlain})
	}
	if len(c.offline) > 0 {
		all = append(all, Sentence{h.absent(c.offline), TonePlain})
	}
	if s := h.unheard(&c); s != "" {
		all = append(all, Sentence{s, ToneQuiet})
	}
	var lasting []Sentence
	for _, l := range c.lasting[:min(len(c.lasting), maxSentences-len(all))] {
		lasting = append(lasting, Sentence{h.lasts(l), ToneQuiet})
	}
	if all = append(lasting, all...); len(all) == 0 {
		all = append(all, Sentence{"All is quiet.", ToneQuiet})
	}
	return all
}

// unheard says that not everything was heard; "" if it was.
func (h *Home) unheard(c *census) string {
	switch n := len(c.unheard); {
	case len(h.appliances) == 0:
		return "Nobody has reported yet."
	case n > 0 && c.heard == 0:
		return "Waiting for the house to report."
	case n == 1:
		return sentenceCase(h.count(c.unheard, "appliances")) + " has not reported yet."
	case n > 1:
		return sentenceCase(h.count(c.unheard, "appliances")) + " have not reported yet."
	}
	return ""
}

// lasts says of appliances that share a word that they are so: "Light and lamp are
// on.", "Hall sensor: motion."
func (h *Home) lasts(list []*Appliance) string {
	word, who := list[0].Word(), sentenceCase(h.count(list, "things"))
	if !isPredicate(word) {
		return who + ": " + word + "."
	}
	return who + areIf(list, who) + word + "."
}

// isPredicate reports whether one can say "it is" before a word.
func isPredicate(word string) bool {
	return word == "on" || word == "open" || strings.HasSuffix(word, "ed") || strings.HasSuffix(word, "ing")
}

// count names one or two appliances, and counts more.
func (h *Home) count(list []*Appliance, things string) string {
	switch len(list) {
	case 1:
		return h.Label(list[0].ID)
	case 2:
		return h.Label(list[0].ID) + " and " + h.Label(list[1].ID)
	}
	return fmt.Sprintf("%d %s", len(list), things)
}

// areIf is the verb between several, or one with that label, and what they are.
func areIf(list []*Appliance, label string) string {
	if len(list) == 1 {
		return isAre(label)
	}
	return " are "
}

// isAre is the same for one. "blinds" are many, "glass" is one.
func isAre(label string) string {
	if strings.HasSuffix(label, "s") && !strings.HasSuffix(label, "ss") {
		return " are "
	}
	return " is "
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
	who := sentenceCase(h.count(offline, "appliances"))
	return who + areIf(offline, who) + "offline."
}

func (h *Home) roomSize(area string) int {
	for _, r := range h.rooms {
		if r.area == area {
			return len(r.planned) + len(r.strangers)
		}
	}
	return 0
}
