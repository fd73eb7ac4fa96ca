package wall

import (
	"fmt"
	"math"
	"strconv"

	"homebus/internal/mirror/home"
)

// maxEntries is how many of the newest entries of what happened pages are shown.
const maxEntries = 100

// top is what stands above all.
type top struct {
	Name     string `json:"name"`
	Time     string `json:"time"`
	Date     string `json:"date"`
	Greeting string `json:"greeting"`
	// Sun is when it next rises or sets.
	Sun string `json:"sun,omitempty"`
}

func topOf(h *home.Home, at home.Moment) top {
	now := at.House.In(h.Zone)
	return top{
		Name: h.Name, Time: now.Format("15:04"), Date: now.Format("Mon 2 January 2006"),
		Greeting: home.Greeting(now), Sun: h.Daylight(at),
	}
}

// bus says whether what is shown can be believed.
type bus struct {
	Live  bool   `json:"live"`
	Words string `json:"words"`
	Since string `json:"since,omitempty"`
}

func busOf(h *home.Home, at home.Moment, passes bool) bus {
	b := &h.Bus
	switch {
	case b.Live(at) && !passes:
		return bus{Words: "paused"}
	case b.Live(at):
		return bus{Live: true, Words: home.RateWords(b.Rate(at)) + " msg/s"}
	case b.Up:
		return bus{Words: "silent", Since: h.WallTime(b.LostSince())}
	case b.Since.IsZero():
		return bus{Words: "no bus yet"}
	}
	return bus{Words: "no bus", Since: h.WallTime(b.LostSince())}
}

// tones are the names of the tones, by their number.
var tones = [...]string{home.ToneQuiet: "quiet", home.TonePlain: "plain", home.ToneGood: "good", home.ToneAlarm: "alarm"}

func answerOf(h *home.Home, at home.Moment) list {
	type sentence struct {
		Text string `json:"text"`
		Tone string `json:"tone"`
	}
	var all []sentence
	for _, s := range h.Answer(at) {
		all = append(all, sentence{s.Text, tones[s.Tone]})
	}
	return listOf(all)
}

// power is what the home draws and has used.
type power struct {
	Now     string `json:"now"`
	Over    bool   `json:"over,omitempty"`
	Today   string `json:"today"`
	History list   `json:"history"` // W a minute, the newest last
}

func powerOf(h *home.Home, at home.Moment) power {
	p := &h.Power
	watts := make([]int64, len(p.History))
	for i, w := range p.History {
		watts[i] = int64(math.Round(min(max(w, 0), math.MaxInt32)))
	}
	now := "–"
	if h.Bus.Live(at) {
		now = home.Watts(p.Watts)
	}
	return power{Now: now, Over: p.Over(), Today: fmt.Sprintf("%.2f kWh", p.TodayWh/1000), History: listOf(watts)}
}

// plan is the order of things.
type plan struct {
	Rooms  list `json:"rooms"`
	Scenes list `json:"scenes"`
}

func planOf(h *home.Home) plan {
	type room struct {
		Area string   `json:"area"`
		IDs  []string `json:"ids"`
	}
	var rooms []room
	for _, a := range h.Appliances() {
		if n := len(rooms); n == 0 || rooms[n-1].Area != a.Area {
			rooms = append(rooms, room{Area: a.Area})
		}
		last := &rooms[len(rooms)-1]
		last.IDs = append(last.IDs, a.ID)
	}
	var scenes []string
	for _, sc := range h.Scenes() {
		scenes = append(scenes, sc.Name)
	}
	return plan{Rooms: listOf(rooms), Scenes: listOf(scenes)}
}

// entry is one thing that happened, with what it led to at once.
type entry struct {
	N      int    `json:"n"`
	At     string `json:"at"`
	Levels list   `json:"levels"`
	Tone   string `json:"tone"`
}

func newest(entries []*home.Entry) []*home.Entry { return entries[max(len(entries)-maxEntries, 0):] }

func entryKey(e *home.Entry) string { return "e:" + strconv.Itoa(e.N) }

func entryOf(h *home.Home, e *home.Entry) entry {
	return entry{N: e.N, At: e.At.In(h.Zone).Format("15:04:05"), Levels: listOf(e.Levels()), Tone: tones[e.Tone]}
}
