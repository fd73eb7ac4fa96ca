package devices

import (
	"errors"
	"math"
	"time"
)

// Blinds go up and down on a motor, at a constant speed. Their 25 s from end to end
// and 120 W while moving are design choices, those of a usual tubular motor.
//
// They stop by themselves at the ends, where they know where they are. In between
// their position is a count, and the fault position-drift makes that count wrong: by
// 2 % more with each motion, until it is 20 %. Told to go to a position, they go to
// where their count says that it is. Once the fault has cleared, the next end sets
// the count right.
var _ = register(&Type{
	Name: "blinds",
	Doc:  "Blinds at a window, driven by a motor.",
	Attributes: []Attribute{
		{
			Value: Value{Name: "state", Kind: Word, Values: []string{"open", "closing", "closed", "opening", "stopped"}, Doc: "stopped anywhere between the ends"},
			Setters: []Setter{
				{Action: "open", When: "open"},
				{Action: "close", When: "closed"},
				{Action: "stop", When: "stopped"},
			},
			Given: true,
		},
		{
			Value:   Value{Name: "position", Kind: Int, Unit: "%", Max: fullyOpen, Doc: "how far open they are, by their own count"},
			Setters: []Setter{{Action: "set", Param: "position"}},
			Given:   true,
			Step:    1,
		},
		{Value: Value{Name: "target_position", Kind: Int, Unit: "%", Max: fullyOpen, Doc: "where they are going, by their own count; where they are if they rest"}},
		powerAttribute(1000),
		energyAttribute(),
	},
	Actions: []Action{
		{Name: "open", Doc: "go up, to the end"},
		{Name: "close", Doc: "go down, to the end"},
		{Name: "stop", Doc: "stop where they are"},
		{Name: "set", Doc: "go to a position", Params: []Value{
			{Name: "position", Kind: Int, Unit: "%", Max: fullyOpen, Required: true, Doc: "100 is open, 0 is closed"},
		}},
	},
	Faults: []Fault{
		{Name: "obstruction", Doc: "something is in the way: they stop where they are, or half-way when they move next, and go no further that way"},
		{Name: "position-drift", Doc: "the position that they report goes wrong by 2 % with each motion; at an end it is right again once this has cleared"},
	},
	Config: []Value{
		{Name: "travel_time", Kind: Duration, Min: 1, Max: 600, Default: "25s", Doc: "how long they take from end to end"},
		{Name: "position", Kind: Int, Unit: "%", Max: fullyOpen, Default: fullyOpen, Doc: "how far open they are at the start"},
		{Name: "watts", Kind: Number, Unit: "W", Min: 1, Max: 1000, Default: 120.0, Doc: "power while moving"},
	},
	Natural:  map[string]string{"open": "close", "closing": "stop", "closed": "open", "opening": "stop", "stopped": "open"},
	Phases:   map[string]Phase{"open": Lasting, "closing": Working, "closed": Resting, "opening": Working, "stopped": Resting},
	Restores: "their position, or the one that they were on their way to",
	restore:  restoreBlinds,
	build:    newBlinds,
})

// The blinds' figures, all in % of the way.
const (
	fullyOpen      = 100
	fullyClosed    = 0
	driftPerMotion = 2.0
	mostDrift      = 20.0
)

type blindsModel struct {
	meter
	speed float64 // %/s
	watts float64

	position curve   // %, where they really are
	drift    float64 // how much more they count, %
	goal     float64 // where they were told to go, really
	stop     float64 // where they will get to
	end      time.Time
	// the faults
	drifting, obstructed bool
	obstacle             *obstacle // what is in the way, once it is known where
}

// obstacle is something in the way of blinds that go one way.
type obstacle struct {
	at float64
	up bool // in the way of going up, not down
}

func newBlinds(s setup) model {
	return &blindsModel{
		speed:    fullyOpen / s.config.duration("travel_time").Seconds(),
		watts:    s.config.number("watts"),
		position: constant(float64(s.config.whole("position"))),
	}
}

func (b *blindsModel) act(now time.Time, action string, args values, _ *effects) error {
	switch action {
	case "open":
		return b.send(now, fullyOpen)
	case "close":
		return b.send(now, fullyClosed)
	case "set":
		return b.send(now, b.real(args.whole("position")))
	default:
		b.rest(now, b.at(now))
		return nil
	}
}

// at returns where they really are, in %.
func (b *blindsModel) at(now time.Time) float64 {
	if due(b.end, now) {
		return b.stop
	}
	return b.position.at(now)
}

// real returns where a position is that they were told; an end is where it is.
func (b *blindsModel) real(told int) float64 {
	if told == fullyOpen || told == fullyClosed {
		return float64(told)
	}
	return min(max(float64(told)-b.drift, fullyClosed), fullyOpen)
}

// told returns what position a place is by their count, the contrary of real.
func (b *blindsModel) told(place float64) float64 {
	if place == fullyOpen || place == fullyClosed {
		return place
	}
	return place + b.drift
}

// send goes to a place, or says why not.
func (b *blindsModel) send(now time.Time, goal float64) error {
	at := b.at(now)
	if o := b.obstacle; o != nil && at == o.at && goal != at && o.up == (goal > at) {
		if o.up {
			return errors.New("something is in the way; they cannot go further up")
		}
		return errors.New("something is in the way; they cannot go further down")
	}
	b.move(now, goal)
	return nil
}

// move goes from where they are to a place, as far as nothing is in the way.
func (b *blindsModel) move(now time.Time, goal float64) {
	at := b.at(now)
	b.goal, b.stop = goal, goal
	if goal == at {
		b.rest(now, at)
		return
	}
	up := goal > at
	if b.obstructed && b.obstacle == nil {
		b.obstacle = &obstacle{(at + goal) / 2, up}
	}
	if o := b.obstacle; o != nil && o.up == up && min(at, goal) <= o.at && o.at < max(at, goal) {
		b.stop = o.at
	}
	rate := b.speed
	if !up {
		rate = -rate
	}
	b.position = line(now, at, rate)
	b.end = now.Add(seconds((b.stop - at) / rate))
	b.draw(now, b.watts, 0)
}

// rest ends a motion, if there is one, at a place.
func (b *blindsModel) rest(now time.Time, at float64) {
	if !b.end.IsZero() && b.drifting {
		b.drift = min(b.drift+driftPerMotion, mostDrift)
	}
	if !b.drifting && (at == fullyOpen || at == fullyClosed) {
		b.drift = 0
	}
	b.position, b.end = constant(at), time.Time{}
	b.draw(now, 0, 0)
}

func (b *blindsModel) due() time.Time { return b.end }

func (b *blindsModel) step(now time.Time, _ *effects) { b.rest(now, b.stop) }

func (b *blindsModel) give(now time.Time, attribute string, value any) {
	if position, ok := value.(int); ok && attribute == "position" {
		b.rest(now, float64(position))
		b.drift = 0
		return
	}
	switch value {
	case "open":
		b.rest(now, fullyOpen)
	case "closed":
		b.rest(now, fullyClosed)
	case "opening":
		b.move(now, fullyOpen)
	case "closing":
		b.move(now, fullyClosed)
	case "stopped":
		at := b.at(now)
		if at == fullyOpen || at == fullyClosed {
			at = fullyOpen / 2
		}
		b.rest(now, at)
	}
}

func (b *blindsModel) fail(now time.Time, fault string, on bool) {
	switch {
	case fault == "position-drift":
		b.drifting = on
	case !on:
		b.obstructed, b.obstacle = false, nil
		if !b.end.IsZero() {
			b.move(now, b.goal)
		}
	default:
		b.obstructed = true
		if !b.end.IsZero() {
			at := b.at(now)
			b.obstacle = &obstacle{at, b.position.rate > 0}
			b.rest(now, at)
		}
	}
}

// restoreBlinds sends them to where they were, or were going: nobody leaves blinds
// half-way because something came in between.
func restoreBlinds(was values, age time.Duration, t *Type) []Order {
	position, word := was["position"], was.text("state")
	switch word {
	case "opening":
		position, was["state"] = was["target_position"], "open"
	case "closing":
		position, was["state"] = was["target_position"], "closed"
	case "stopped":
		delete(was, "state") // where that was, only a position says
	}
	if position != nil {
		return []Order{order("set", "position", position)}
	}
	return restoreWord(was, age, t)
}

// word says what they do.
func (b *blindsModel) word() string {
	switch {
	case !b.end.IsZero() && b.position.rate > 0:
		return "opening"
	case !b.end.IsZero():
		return "closing"
	case b.position.value == fullyOpen:
		return "open"
	case b.position.value == fullyClosed:
		return "closed"
	}
	return "stopped"
}

func (b *blindsModel) read() []any {
	counted := b.position
	counted.value += b.drift
	target := counted.value
	if !b.end.IsZero() {
		target = b.told(b.goal)
	}
	return []any{b.word(), counted, wholePercent(target), b.power, b.energy}
}

// wholePercent rounds what may lie a little out of the range.
func wholePercent(x float64) int { return int(math.Round(min(max(x, 0), 100))) }
