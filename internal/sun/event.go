package sun

// Event is one of the things that the sun does once in most days.
type Event int

const (
	Sunrise Event = iota // the upper edge appears
	Sunset               // the upper edge vanishes
	Dawn                 // civil twilight begins, 6° below the horizon
	Dusk                 // civil twilight ends
	Noon                 // the sun is highest
)

// Words are the words for the events, in their order.
var Words = [...]string{"sunrise", "sunset", "dawn", "dusk", "noon"}

// Parse reads "sunrise".
func Parse(word string) (Event, bool) {
	for i, w := range Words {
		if word == w {
			return Event(i), true
		}
	}
	return 0, false
}

// String returns the word.
func (e Event) String() string {
	if e < 0 || int(e) >= len(Words) {
		return "no event of the sun"
	}
	return Words[e]
}
