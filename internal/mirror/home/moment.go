package home

import "time"

// Moment is one instant by both clocks. What happens in the house has the
// house's time; what happens on the network has the wall's, also when the house
// runs faster.
type Moment struct {
	Wall, House time.Time
}
