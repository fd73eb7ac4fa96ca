package devices

import (
	"math"
	"time"
)

// A dimmable light is a lamp that fades. Its 9 W are a design choice, those of a
// common LED bulb; its power is in proportion to its brightness.
var _ = register(&Type{
	Name: "dimmable-light",
	Doc:  "A lamp that can be dimmed.",
	Attributes: []Attribute{
		{
			Value:   Value{Name: "state", Kind: Word, Values: []string{"off", "on"}, Doc: "on as soon as it shall shine, off when it is dark"},
			Setters: []Setter{{Action: "on", When: "on"}, {Action: "off", When: "off"}},
			Given:   true,
		},
		{
			Value:   Value{Name: "brightness", Kind: Int, Unit: "%", Max: 100, Doc: "how bright it is"},
			Setters: []Setter{{Action: "on", Param: "brightness"}},
			Given:   true,
			Step:    1,
			RoundUp: true,
		},
		{Value: Value{Name: "target_brightness", Kind: Int, Unit: "%", Max: 100, Doc: "how bright it is to become"}},
		{Value: Value{Name: "on_brightness", Kind: Int, Unit: "%", Min: 1, Max: 100, Doc: "how bright it is made by an on that does not say"}},
		{Value: Value{Name: "fading", Kind: Bool, Doc: "whether the brightness is changing"}},
		{Value: Value{Name: "remaining_s", Kind: Number, Unit: "s", Max: 24 * 3600, Doc: "how long the fade still takes"}, Digits: 3},
		powerAttribute(100),
		energyAttribute(),
	},
	Actions: []Action{
		{Name: "on", Doc: "shine", Params: []Value{
			{Name: "brightness", Kind: Int, Unit: "%", Max: 100, Doc: "how bright; as bright as it last was if not given"},
			fadeOver,
		}},
		{Name: "off", Doc: "go dark", Params: []Value{
			fadeOver,
			{Name: "on_brightness", Kind: Int, Unit: "%", Min: 1, Max: 100, Doc: "how bright the next on shall make it; as bright as it last was if not given"},
		}},
		{Name: "toggle", Doc: "off if it shines, otherwise on, as bright as it last was"},
	},
	Faults: []Fault{
		{Name: "fade-stuck", Doc: "a fade stops half-way"},
		{Name: "false-done", Doc: "it says, in its state too, that it has done what it was told, and stays as it is; only its power tells"},
	},
	Config: []Value{
		{Name: "watts", Kind: Number, Unit: "W", Min: 0.1, Max: 100, Default: 9.0, Doc: "power at 100 %"},
	},
	Natural:   map[string]string{"off": "toggle", "on": "toggle"},
	Phases:    map[string]Phase{"off": Resting, "on": Lasting},
	Restores:  "its brightness, the rest of a fade, and how bright it is made when turned on next",
	MainsPlug: true,
	restore:   restoreLamp,
	build:     newLamp,
})

var fadeOver = Value{Name: "over", Kind: Duration, Max: 24 * 3600, Default: "0s", Doc: "how long the fade takes"}

const fullBrightness = 100

type lamp struct {
	watts float64
	meter

	brightness curve   // %, what it really is
	target     float64 // %, what it was told
	remembered float64 // %, what it last was told that was not dark
	goal       float64 // where the fade that runs goes, %; half-way if it will get stuck
	end        time.Time
	remaining  curve // s, until end
	// the faults
	fadeStuck, falseDone bool
	dead                 bool // no power
}

func newLamp(s setup) model {
	return &lamp{watts: s.config.number("watts"), remembered: fullBrightness}
}

func (l *lamp) act(now time.Time, action string, args values, _ *effects) error {
	target, over := 0.0, time.Duration(0)
	switch {
	case action == "on" && args.has("brightness"):
		target = float64(args.whole("brightness"))
	case action == "on", action == "toggle" && l.target == 0:
		target = l.remembered
	}
	if args.has("over") {
		over = args.duration("over")
	}
	l.turn(now, target, over)
	if args.has("on_brightness") {
		l.remembered = float64(args.whole("on_brightness"))
	}
	return nil
}

// turn begins a fade to target.
func (l *lamp) turn(now time.Time, target float64, over time.Duration) {
	l.target = target
	if target > 0 {
		l.remembered = target
	}
	l.goal = target
	switch {
	case l.dead:
		l.goal = 0
		over = 0
	case l.falseDone:
		l.fade(now, l.brightness.at(now), 0)
		return
	case l.fadeStuck && over > 0:
		l.goal = (l.brightness.at(now) + target) / 2
		over /= 2
	}
	l.fade(now, l.goal, over)
}

// fade changes the brightness and the power with it.
func (l *lamp) fade(now time.Time, goal float64, over time.Duration) {
	from, rate := l.brightness.at(now), 0.0
	l.end, l.remaining = time.Time{}, constant(0)
	if over > 0 && goal != from {
		rate = (goal - from) / over.Seconds()
		l.end, l.remaining = now.Add(over), line(now, over.Seconds(), -1)
	} else {
		from = goal
	}
	l.brightness = line(now, from, rate)
	perPercent := l.watts / fullBrightness
	l.meter.draw(now, from*perPercent, rate*perPercent)
}

// supply: it comes back as it was told to be last, as the bulbs do that remember.
func (l *lamp) supply(now time.Time, on bool) {
	l.dead = !on
	l.turn(now, l.target, 0)
}

func (l *lamp) due() time.Time { return l.end }

func (l *lamp) step(now time.Time, _ *effects) { l.fade(now, l.goal, 0) }

func (l *lamp) give(now time.Time, attribute string, value any) {
	switch v := value.(type) {
	case int:
		l.turn(now, float64(v), 0)
	case string:
		target := 0.0
		if v == "on" {
			target = l.remembered
		}
		l.turn(now, target, 0)
	}
}

// fail sets a fault; when one clears, the lamp does what it was last told.
func (l *lamp) fail(now time.Time, fault string, on bool) {
	switch fault {
	case "fade-stuck":
		l.fadeStuck = on
	case "false-done":
		l.falseDone = on
	}
	left := time.Duration(0)
	if !l.end.IsZero() {
		left = l.end.Sub(now)
	}
	if !on || left > 0 {
		l.turn(now, l.target, left)
	}
}

func (l *lamp) read() []any {
	told, fading := l.brightness, !l.end.IsZero()
	remembered := wholePercent(l.remembered)
	if l.dead {
		return []any{onOff(false), constant(0), 0, remembered, false, constant(0), l.meter.power, l.meter.energy}
	}
	if l.falseDone {
		told = constant(l.target)
	}
	shines := l.target > 0 || told.rate != 0 || told.value > 0
	return []any{onOff(shines), told, wholePercent(l.target), remembered, fading, l.remaining, l.meter.power, l.meter.energy}
}

// restoreLamp brings back what shone, what was fading as it was at that moment, and
// what a dark lamp remembers.
func restoreLamp(was values, age time.Duration, _ *Type) []Order {
	if was.has("fading") && was.flag("fading") && was.has("brightness") && was.has("target_brightness") && was.has("remaining_s") {
		return restoreFade(was, age)
	}
	brightness := was["brightness"]
	switch {
	case was.text("state") == "off", !was.has("state") && brightness == 0:
		return []Order{order("off", "on_brightness", was["on_brightness"])}
	case was.has("state"), brightness != nil:
		return []Order{order("on", "brightness", brightness)}
	}
	return nil
}

// restoreFade brings back a fade that went on for age after the report.
func restoreFade(was values, age time.Duration) []Order {
	from, target := float64(was.whole("brightness")), float64(was.whole("target_brightness"))
	left := time.Duration(math.Round(was.number("remaining_s")*1000)) * time.Millisecond
	end := order("on", "brightness", was["target_brightness"])
	if target == 0 {
		end = order("off", "on_brightness", was["on_brightness"])
	}
	rest := left - age
	if rest <= 0 {
		return []Order{end}
	}
	end.Params["over"] = rest.String()
	at := target + (from-target)*rest.Seconds()/left.Seconds()
	if at == 0 {
		return []Order{order("off"), end} // it was just about to brighten
	}
	// What was reported had been rounded up, so down is nearest to what it was.
	return []Order{order("on", "brightness", max(wholePercent(math.Floor(at+1e-6)), 1)), end}
}
