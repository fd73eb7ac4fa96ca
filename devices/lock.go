package devices

import (
	"errors"
	"time"
)

// A lock drives a bolt with a motor. Its 2.5 s from end to end are a design choice,
// and so is what a motion takes of its battery: 0.005 %, or 20,000 motions.
//
// A bolt that is jammed half-way can be driven back to where it came from, but no
// further; freed, it does what it is told next. A lock that knows that its door is
// ajar does not throw the bolt, and draws back one that is on its way. A motion
// that is told to turn round does so where it is.
var _ = register(&Type{
	Name: "lock",
	Doc:  "The lock of a door, driven by a motor and a battery.",
	Attributes: []Attribute{
		{
			Value:   Value{Name: "state", Kind: Word, Values: []string{"locked", "unlocking", "unlocked", "locking", "jammed"}, Doc: "jammed when the bolt has stopped half-way"},
			Setters: []Setter{{Action: "lock", When: "locked"}, {Action: "unlock", When: "unlocked"}},
			Given:   true,
		},
		{Value: Value{Name: "door", Kind: Word, Values: []string{"closed", "ajar"}, Doc: "whether it could be locked"}},
		batteryAttribute(),
	},
	Actions: []Action{
		{Name: "lock", Doc: "throw the bolt"},
		{Name: "unlock", Doc: "draw the bolt back"},
		changeBattery,
	},
	Faults: []Fault{
		{Name: "jam", Doc: "the bolt does not get past the middle: the lock is jammed until it is told again after that"},
		{Name: "door-ajar", Doc: "the door is not closed: it does not lock, and draws back a bolt on its way"},
		{Name: "low-battery", Doc: "5 % of the battery are left; when it clears, there is a new one"},
	},
	Config: []Value{
		{Name: "travel_time", Kind: Duration, Min: 0.1, Max: 60, Default: "2.5s", Doc: "how long the bolt takes"},
		{Name: "locked", Kind: Bool, Default: true, Doc: "whether it is locked at the start"},
		batteryLife,
	},
	Natural:  map[string]string{"locked": "unlock", "unlocking": "lock", "unlocked": "lock", "locking": "unlock", "jammed": "unlock"},
	Phases:   map[string]Phase{"locked": Resting, "unlocking": Working, "unlocked": Lasting, "locking": Working, "jammed": Alarm},
	Cry:      "Lock jammed",
	Restores: "whether it is locked, or was on its way to be; one that was jammed stays as it is",
	restore:  restoreLock,
	build:    newLock,
})

// Where a bolt can be, and what a motion takes of the battery.
const (
	drawn        = 0.0
	halfWay      = 0.5
	thrown       = 1.0
	lockingDrain = 0.005 // %
)

type lockModel struct {
	battery battery
	travel  time.Duration // from end to end

	state string
	bolt  curve   // from drawn to thrown
	goal  float64 // where the bolt was last told to go
	stop  float64 // where it will get to
	end   time.Time
	// the faults
	jam, ajar bool
}

func newLock(s setup) model {
	l := &lockModel{
		battery: newBattery(s.now, s.config.duration("battery_life")),
		travel:  s.config.duration("travel_time"),
	}
	l.goal = drawn
	if s.config.flag("locked") {
		l.goal = thrown
	}
	l.rest(l.goal)
	return l
}

func (l *lockModel) act(now time.Time, action string, _ values, _ *effects) error {
	switch action {
	case "lock":
		return l.turn(now, thrown)
	case "unlock":
		return l.turn(now, drawn)
	default:
		l.battery.change(now)
		return nil
	}
}

// turn does as told, or says why not.
func (l *lockModel) turn(now time.Time, goal float64) error {
	switch {
	case goal == l.goal && l.state != "jammed":
		return nil // it is there, or on its way
	case goal == thrown && l.ajar:
		return errors.New("the door is ajar; close it first")
	case goal == l.goal && l.jam:
		return errors.New("the bolt is jammed")
	case l.battery.flat(now):
		return errFlat
	}
	l.battery.drain(now, lockingDrain)
	l.move(now, goal)
	return nil
}

// move drives the bolt from where it is, as far as it gets.
func (l *lockModel) move(now time.Time, goal float64) {
	at := l.bolt.at(now)
	l.goal, l.stop = goal, goal
	if l.jam && min(at, goal) < halfWay && halfWay < max(at, goal) {
		l.stop = halfWay
	}
	rate := 1 / l.travel.Seconds()
	l.state = "locking"
	if goal == drawn {
		rate, l.state = -rate, "unlocking"
	}
	l.bolt = line(now, at, rate)
	l.end = now.Add(seconds((l.stop - at) / rate))
}

// rest leaves the bolt where it has stopped.
func (l *lockModel) rest(at float64) {
	l.bolt, l.end = constant(at), time.Time{}
	switch at {
	case thrown:
		l.state = "locked"
	case drawn:
		l.state = "unlocked"
	default:
		l.state = "jammed"
	}
}

func (l *lockModel) due() time.Time { return l.end }

func (l *lockModel) step(time.Time, *effects) { l.rest(l.stop) }

func (l *lockModel) give(now time.Time, _ string, value any) {
	switch value {
	case "locked":
		l.goal = thrown
		l.rest(thrown)
	case "unlocked":
		l.goal = drawn
		l.rest(drawn)
	case "jammed":
		l.rest(halfWay)
	case "locking":
		l.move(now, thrown)
	case "unlocking":
		l.move(now, drawn)
	}
}

func (l *lockModel) fail(now time.Time, fault string, on bool) {
	switch fault {
	case "jam":
		l.jam = on
		if !l.end.IsZero() {
			l.move(now, l.goal)
		}
	case "door-ajar":
		l.ajar = on
		if on && l.state == "locking" {
			l.move(now, drawn)
		}
	case "low-battery":
		l.battery.setLow(now, on)
	}
}

// restoreLock drives the bolt to where it was, or was going.
func restoreLock(was values, age time.Duration, t *Type) []Order {
	switch was.text("state") {
	case "locking":
		was["state"] = "locked"
	case "unlocking":
		was["state"] = "unlocked"
	}
	return restoreWord(was, age, t)
}

func (l *lockModel) read() []any {
	door := "closed"
	if l.ajar {
		door = "ajar"
	}
	return []any{l.state, door, l.battery.charge()}
}
