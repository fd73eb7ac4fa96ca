package devices

import (
	"errors"
	"time"
)

// alarm is the model of a sensor that calls for help: of leak-sensor and
// smoke-sensor, which differ in what they sense. The alarm is latched: it lasts
// until somebody resets it, also when its cause has gone. Hushed it is silent for
// some minutes, and calls again if the cause is still there.
//
// Kidde's smoke alarms hush for 8 minutes (kidde.com, "What to do if you have a
// nuisance or false alarm"). The other figures are design choices.
type alarm struct {
	config  values
	battery battery
	// stillThere refuses a reset.
	stillThere error

	state string
	ends  time.Time // when a test or a hush does; zero in the other states

	there  bool      // the cause is, whether noticed or not
	gone   time.Time // when it will have gone; zero if nobody knows
	sensed bool      // the sensor notices something, whether there or not
	// the faults
	dead, falsely bool
}

// selfTest is how long one takes.
const selfTest = 10 * time.Second

// alarmState declares the state of every alarm.
var alarmState = Attribute{
	Value: Value{
		Name: "state", Kind: Word, Values: []string{"ok", "test", "alarm", "hushed"},
		Doc: "alarm until it is reset; hushed is an alarm that is silent for a while, and is over if its cause has gone by then",
	},
	Setters: []Setter{
		{Action: "reset", When: "ok"},
		{Action: "test", When: "test"},
		{Action: "trigger", When: "alarm"},
		{Action: "hush", When: "hushed"},
	},
	Given: true,
}

// alarmActions declares what can be done to an alarm whose cause is named.
func alarmActions(cause string) []Action {
	return []Action{
		{Name: "trigger", Doc: "bring " + cause + " to it", ByHand: true, Params: []Value{
			{Name: "for", Kind: Duration, Max: 30 * 24 * 3600, Default: "5m", Doc: "how long it is there from now on; 0s takes away what is there"},
		}},
		{Name: "test", Doc: "have it test itself for 10 s"},
		{Name: "hush", Doc: "silence the alarm for a while"},
		{Name: "reset", Doc: "end the alarm, once its cause has gone, or the test"},
		changeBattery,
	}
}

var alarmEvents = []Event{
	{Name: "test_passed", Doc: "a test has ended, and all is well"},
	{Name: "test_failed", Doc: "a test has ended, and the sensor does not work"},
}

// alarmFaults declares how an alarm fails whose cause is named.
func alarmFaults(cause string) []Fault {
	return []Fault{
		{Name: "low-battery", Doc: "the battery is nearly empty; it works on until that is flat"},
		{Name: "silent-death", Doc: "it senses nothing more and says nothing of that; only a test tells"},
		{Name: "false-alarm", Doc: "it senses " + cause + " where there is none"},
	}
}

var alarmConfig = []Value{
	{Name: "hush_for", Kind: Duration, Min: 60, Max: 15 * 60, Default: "8m", Doc: "how long it can be hushed"},
	batteryLife,
}

var (
	alarmNatural = map[string]string{"ok": "test", "test": "reset", "alarm": "hush", "hushed": "reset"}
	alarmPhases  = map[string]Phase{"ok": Resting, "test": Working, "alarm": Alarm, "hushed": Resting}
)

// newAlarm returns what builds an alarm; stillThere says why it cannot be reset.
func newAlarm(stillThere string) func(setup) model {
	reason := errors.New(stillThere)
	return func(s setup) model {
		return &alarm{
			config: s.config, battery: newBattery(s.now, s.config.duration("battery_life")),
			stillThere: reason, state: "ok",
		}
	}
}

func (a *alarm) act(now time.Time, action string, args values, _ *effects) error {
	switch action {
	case "trigger":
		a.there, a.gone = true, now.Add(args.duration("for"))
	case changeBattery.Name:
		a.battery.change(now)
	default:
		if a.battery.flat(now) {
			return errFlat
		}
		return a.press(now, action)
	}
	a.sense(now)
	return nil
}

// press is what the button on the sensor does.
func (a *alarm) press(now time.Time, action string) error {
	calls := a.state == "alarm" || a.state == "hushed"
	switch {
	case action == "test" && calls:
		return errors.New("there is an alarm; reset it first")
	case action == "test" && a.state == "test":
		return errors.New("it is testing itself already")
	case action == "test":
		a.enter("test", now.Add(selfTest))
	case action == "hush" && a.state == "hushed":
		return errors.New("it is hushed already")
	case action == "hush" && !calls:
		return errors.New("there is no alarm to hush")
	case action == "hush":
		a.enter("hushed", now.Add(a.config.duration("hush_for")))
	case a.sensed:
		return a.stillThere
	default:
		a.enter("ok", time.Time{})
	}
	return nil
}

func (a *alarm) enter(state string, ends time.Time) { a.state, a.ends = state, ends }

// sense notes what there is to notice, and calls for help. A flat battery leaves
// everything as it was.
func (a *alarm) sense(now time.Time) {
	if a.battery.flat(now) {
		return
	}
	a.sensed = !a.dead && (a.there || a.falsely)
	if a.sensed && a.state != "hushed" {
		a.enter("alarm", time.Time{})
	}
}

func (a *alarm) due() time.Time { return earlier(a.gone, a.ends) }

func (a *alarm) step(now time.Time, fx *effects) {
	if due(a.gone, now) {
		a.there, a.gone = false, time.Time{}
		a.sense(now)
	}
	if !due(a.ends, now) {
		return
	}
	switch {
	case a.sensed: // and hushed
		a.enter("alarm", time.Time{})
		return
	case a.state == "test" && (a.dead || a.battery.flat(now)):
		fx.event("test_failed")
	case a.state == "test":
		fx.event("test_passed")
	}
	a.enter("ok", time.Time{})
}

func (a *alarm) give(now time.Time, attribute string, value any) {
	switch {
	case attribute != alarmState.Name:
		a.there, a.gone = value.(bool), time.Time{}
	case value == "ok":
		a.there, a.gone = false, time.Time{}
		a.enter("ok", time.Time{})
	case value == "alarm":
		a.enter("alarm", time.Time{})
	case value == "test":
		a.enter("test", now.Add(selfTest))
	case value == "hushed":
		a.enter("hushed", now.Add(a.config.duration("hush_for")))
	}
	a.sense(now)
}

func (a *alarm) fail(now time.Time, fault string, on bool) {
	switch fault {
	case "low-battery":
		a.battery.setLow(now, on)
	case "silent-death":
		a.dead = on
	case "false-alarm":
		a.falsely = on
	}
	a.sense(now)
}

func (a *alarm) read() []any { return []any{a.state, a.sensed, a.battery.charge()} }
