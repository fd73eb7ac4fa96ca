package occupancy

import (
	"math/rand/v2"
	"time"
)

// What people do at sensors.
const (
	doTrigger = "trigger"
	doOpen    = "open"
	doClose   = "close"
)

// walk is one person on one day, written down in the order of time.
type walk struct {
	rooms  []room
	random *rand.Rand
	acts   []act
	person int
	// in is where the person is; nil where nothing notices that.
	in *room
	// ahead is where the next movements are; then anywhere.
	ahead []*room
}

// strayTo is how often another room is drawn: at one movement of so many.
const strayTo = 3

// rise has the day begin in the bedroom, then for a while in the bathroom, then in
// the kitchen, as far as there are.
func (w *walk) rise() {
	for _, words := range [][]string{sleepAreas, washAreas, washAreas, washAreas, kitchenAreas, kitchenAreas, kitchenAreas} {
		if r := w.room(words); r != nil {
			w.ahead = append(w.ahead, r)
		}
	}
}

// room returns the first room that is called like that, nil if there is none.
func (w *walk) room(words []string) *room {
	for i := range w.rooms {
		if like(w.rooms[i].area, words) {
			return &w.rooms[i]
		}
	}
	return nil
}

// stay has the person move about every few minutes.
func (w *walk) stay(from, to time.Time) {
	for at := from; at.Before(to) && len(w.rooms) > 0; at = at.Add(w.seconds(60, 8*60)) {
		switch {
		case len(w.ahead) > 0:
			w.in, w.ahead = w.ahead[0], w.ahead[1:]
		case w.in == nil || w.random.IntN(strayTo) == 0:
			w.in = &w.rooms[w.random.IntN(len(w.rooms))]
		}
		w.noticed(at)
	}
}

// goOut takes the person through the door.
func (w *walk) goOut(at time.Time, door string) {
	w.in = w.hall(door)
	w.noticed(at)
	opened := at.Add(w.seconds(2, 5))
	w.do(opened, door, doOpen)
	w.do(opened.Add(w.seconds(4, 12)), door, doClose)
	w.in = nil
}

// comeIn brings the person back, and returns when that is done.
func (w *walk) comeIn(at time.Time, door string) time.Time {
	w.do(at, door, doOpen)
	w.in, w.ahead = w.hall(door), nil
	inside := at.Add(w.seconds(2, 5))
	w.noticed(inside)
	closed := inside.Add(w.seconds(2, 8))
	w.do(closed, door, doClose)
	return closed
}

// hall returns the room of a door, nil if nothing notices people there.
func (w *walk) hall(door string) *room {
	for i := range w.rooms {
		if area := w.rooms[i].area; len(door) > len(area) && door[:len(area)+1] == area+"/" {
			return &w.rooms[i]
		}
	}
	return nil
}

// goToBed is the last that is noticed of a day.
func (w *walk) goToBed(at time.Time) {
	if bedroom := w.room(sleepAreas); bedroom != nil {
		w.in = bedroom
		w.noticed(at)
	}
}

// noticed has all sensors notice the person, where it is.
func (w *walk) noticed(at time.Time) {
	if w.in != nil {
		w.acts = append(w.acts, act{Touch: Touch{At: at, Do: doTrigger}, person: w.person, by: w.in.sensors})
	}
}

func (w *walk) do(at time.Time, device, do string) {
	if device != "" {
		w.acts = append(w.acts, act{Touch: Touch{At: at, Device: device, Do: do}, person: w.person})
	}
}

// seconds draws from least to most.
func (w *walk) seconds(least, most int) time.Duration {
	return time.Duration(least+w.random.IntN(most-least+1)) * time.Second
}
