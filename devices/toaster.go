package devices

import (
	"errors"
	"fmt"
	"math"
	"time"
)

// A toaster toasts. Browning 1 to 6 takes a cold one 1 to 3 minutes, its power is
// 600 to 1200 W (iFixit, "Toaster": ifixit.com/Wiki/Toaster), and so 900 W for
// 150 s are 37.5 Wh. The rest are design choices.
//
// The slots warm up by Newton's law, to 380 °C and with a time constant of
// 100 s. Bread browns above 120 °C (where the Maillard reaction becomes quick),
// in proportion to how far above: its shade is a function of the heat over time,
// in kelvin-seconds. The toaster pops when the bread has got the heat that a
// cold toaster gives in the time of that browning, so that a warm one is
// quicker, and one with a dead element slower.
var _ = register(&Type{
	Name: "toaster",
	Doc:  "A toaster. A simulated person takes the toast out and loads it again.",
	Attributes: []Attribute{
		{
			Value: Value{Name: "state", Kind: Word, Values: []string{"idle", "toasting", "popped", "jammed"}, Doc: "popped until the toast is taken out"},
			Setters: []Setter{
				{Action: "start", When: "toasting"},
				{Action: "stop", When: "idle"},
			},
		},
		{
			Value:   Value{Name: "loaded", Kind: Bool, Doc: "whether bread is in it"},
			Setters: []Setter{{Action: "load", When: true}, {Action: "unload", When: false}},
			Given:   true,
			Says:    map[bool]string{true: "loaded", false: "empty"},
		},
		{Value: Value{Name: "browning", Kind: Int, Min: 1, Max: 6, Doc: "how brown it was asked to toast"}, Given: true},
		{Value: Value{Name: "shade", Kind: Number, Max: darkest, Doc: "how brown the bread is, as the browning; black from about 8 on"}, Digits: 1},
		progressAttribute(),
		remainingAttribute(),
		powerAttribute(1200),
		energyAttribute(),
	},
	Actions: []Action{
		{Name: "start", Doc: "push the lever down", Params: []Value{
			{Name: "browning", Kind: Int, Min: 1, Max: 6, Doc: "1 is light, 6 is dark; as it stands if not given"},
		}},
		{Name: "stop", Doc: "cancel: the bread comes up as it is"},
		{Name: "load", Doc: "put fresh bread in", ByHand: true, Params: []Value{
			{Name: "slices", Kind: Int, Min: 1, Max: 2, Default: 2, Doc: "how many; that makes no difference to the time"},
		}},
		{Name: "unload", Doc: "take the bread out", ByHand: true},
	},
	Faults: []Fault{
		{Name: "jam", Doc: "the bread does not come up; it burns until the thermal cut-out opens"},
		{Name: "no-bread", Doc: "the bread is gone, and there is none to load"},
		{Name: "dead-element", Doc: "half of the heating is dead: half the power, paler toast, later"},
	},
	Config: []Value{
		{Name: "watts", Kind: Number, Unit: "W", Min: 600, Max: 1200, Default: 900.0, Doc: "power while toasting"},
		{Name: "browning", Kind: Int, Min: 1, Max: 6, Default: 4, Doc: "where its dial stands"},
		{Name: "loaded", Kind: Bool, Default: true, Doc: "whether it starts with bread in it"},
		{Name: "reload_after", Kind: Duration, Max: 24 * 3600, Default: "1m", Doc: "when the simulated person takes the toast and loads again; 0s for never"},
	},
	Natural:   map[string]string{"idle": "start", "toasting": "stop", "popped": "unload", "jammed": "unload"},
	Phases:    map[string]Phase{"idle": Resting, "toasting": Working, "popped": Ready, "jammed": Alarm},
	Makes:     "Toast",
	Take:      "take it",
	Cry:       "Toaster jammed",
	MainsPlug: true,
	build:     newToaster,
})

// The toaster's figures.
const (
	slotLimit   = 380.0 // °C, where full power ends
	slotTau     = 100.0 // s
	brownsFrom  = 120.0 // °C
	lightest    = 60.0  // s, browning 1 from cold
	perBrowning = 24.0  // s, each browning more
	darkest     = 20.0  // shade; it cannot be blacker
	// the timer raises the bread then, however pale it is
	longestToasting = 240.0            // s
	shortestToast   = 5.0              // s
	cutOutAfter     = 90 * time.Second // that long after a missed pop
)

type toasterModel struct {
	config values
	meter
	course course

	state    string
	loaded   bool
	browning int
	slots    curve     // °C
	since    time.Time // of the heat that the bread gets
	heat     float64   // K·s that the bread had got then

	begun  time.Time
	pop    time.Time // when the bread should come up
	cutOut time.Time // when the thermal cut-out will open
	reload time.Time // when the simulated person comes
	// the faults
	jam, deadElement, noBread bool
}

func newToaster(s setup) model {
	return &toasterModel{
		config: s.config, state: "idle", loaded: s.config.flag("loaded"),
		browning: s.config.whole("browning"), slots: constant(roomTemperature),
	}
}

func (t *toasterModel) act(now time.Time, action string, args values, _ *effects) error {
	switch action {
	case "start":
		return t.start(now, args)
	case "stop":
		return t.stop(now)
	case "load":
		return t.load()
	default:
		return t.unload(now)
	}
}

func (t *toasterModel) start(now time.Time, args values) error {
	browning := t.browning
	if args.has("browning") {
		browning = args.whole("browning")
	}
	switch {
	case t.state == "toasting":
		return errors.New("already toasting")
	case t.state == "jammed":
		return errors.New("the bread is jammed")
	case !t.loaded:
		return errors.New("no bread in the toaster")
	case t.state == "popped":
		return errors.New("the toast is still in the toaster; take it out first")
	case t.heat >= heatFor(browning):
		return fmt.Errorf("the bread is already as brown as %d", browning)
	}
	t.turnHeat(now, true)
	t.state, t.browning, t.begun = "toasting", browning, now
	t.course.clear()
	t.foreseePop(now)
	return nil
}

func (t *toasterModel) stop(now time.Time) error {
	switch {
	case t.state != "toasting":
	case t.jam:
		t.end(now, "jammed")
	default:
		t.end(now, "idle")
	}
	return nil
}

func (t *toasterModel) load() error {
	switch {
	case t.loaded:
		return errors.New("there is bread in the toaster already")
	case t.noBread:
		return errors.New("there is no bread in the house")
	}
	t.loaded, t.heat = true, 0
	return nil
}

func (t *toasterModel) unload(now time.Time) error {
	switch {
	case !t.loaded:
		return errors.New("no bread in the toaster")
	case t.state == "toasting":
		return errors.New("it is toasting; stop it first")
	case t.jam && t.state == "jammed":
		return errors.New("the bread is jammed")
	}
	t.state, t.loaded, t.heat = "idle", false, 0
	t.course.clear()
	return nil
}

// turnHeat turns the elements on or off; the bread gets their heat from then on.
func (t *toasterModel) turnHeat(now time.Time, on bool) {
	t.heat, t.since = t.heatAt(now), now
	power := 0.0
	switch {
	case on && t.deadElement:
		power = 0.5
	case on:
		power = 1
	}
	t.slots = approach(now, t.slots.at(now), roomTemperature+power*(slotLimit-roomTemperature), slotTau)
	t.meter.draw(now, power*t.config.number("watts"), 0)
}

// foreseePop finds when the bread will have got its heat.
func (t *toasterModel) foreseePop(now time.Time) {
	wanted := heatFor(t.browning) - t.heat
	longest := longestToasting - now.Sub(t.begun).Seconds()
	s := rising(func(s float64) float64 { return t.slots.area(brownsFrom, s) }, wanted, longest)
	s = math.Max(s, shortestToast-now.Sub(t.begun).Seconds())
	t.pop = now.Add(seconds(s))
	t.course.run(now, s)
}

// heatAt returns the heat that the bread has got by now.
func (t *toasterModel) heatAt(now time.Time) float64 {
	if t.state != "toasting" {
		return t.heat
	}
	return t.heat + t.slots.area(brownsFrom, now.Sub(t.since).Seconds())
}

// end ends the toasting in the state given.
func (t *toasterModel) end(now time.Time, state string) {
	t.turnHeat(now, false)
	t.pop, t.cutOut = time.Time{}, time.Time{}
	t.state = state
	if state == "idle" {
		t.course.clear()
		return
	}
	t.course.finish()
	if wait := t.config.duration("reload_after"); state == "popped" && wait > 0 {
		t.reload = now.Add(wait)
	}
}

// supply: what holds the bread down is a magnet, so that without power it comes
// up as it is.
func (t *toasterModel) supply(now time.Time, on bool) {
	if !on {
		_ = t.stop(now) // is never refused
	}
}

func (t *toasterModel) due() time.Time { return earlier(earlier(t.pop, t.cutOut), t.reload) }

func (t *toasterModel) step(now time.Time, _ *effects) {
	switch {
	case due(t.pop, now) && t.jam:
		t.pop, t.cutOut = time.Time{}, now.Add(cutOutAfter)
		t.course.finish()
	case due(t.pop, now):
		t.end(now, "popped")
	case due(t.cutOut, now):
		t.end(now, "jammed")
	default:
		t.reload = time.Time{}
		if t.state == "popped" {
			_ = t.unload(now) // cannot be refused when it has popped
		}
		_ = t.load() // refused if somebody has done so
	}
}

func (t *toasterModel) give(now time.Time, attribute string, value any) {
	switch attribute {
	case "loaded":
		t.putBread(now, value.(bool))
	case "browning":
		t.browning = value.(int)
	}
}

// putBread puts fresh bread in or takes what there is away, whatever it is doing.
func (t *toasterModel) putBread(now time.Time, loaded bool) {
	if t.state != "idle" {
		t.end(now, "idle")
	}
	t.loaded, t.heat = loaded, 0
}

func (t *toasterModel) fail(now time.Time, fault string, on bool) {
	switch fault {
	case "no-bread":
		t.noBread = on
		t.putBread(now, !on)
	case "dead-element":
		t.deadElement = on
		if t.state == "toasting" {
			t.turnHeat(now, true)
		}
		if !t.pop.IsZero() {
			t.foreseePop(now)
		}
	case "jam":
		t.jam = on
		if !on && (t.state == "jammed" || !t.cutOut.IsZero()) {
			t.end(now, "popped")
		}
	}
}

func (t *toasterModel) read() []any {
	return []any{
		t.state, t.loaded, t.browning, breadShade{t},
		t.course.progress, t.course.remaining, t.meter.power, t.meter.energy,
	}
}

// breadShade is how brown the bread is, on the scale of the browning.
type breadShade struct{ *toasterModel }

func (b breadShade) at(now time.Time) float64 {
	heat := b.heatAt(now)
	s := rising(heatFromCold, heat, lightest+perBrowning*(darkest-1))
	return math.Max(0, 1+(s-lightest)/perBrowning)
}

// heatFromCold returns the heat that bread gets in s seconds in a toaster that
// warms up from cold, in K·s.
func heatFromCold(s float64) float64 {
	return approach(time.Time{}, roomTemperature, slotLimit, slotTau).area(brownsFrom, s)
}

// heatFor returns the heat that a browning takes, in K·s.
func heatFor(browning int) float64 {
	return heatFromCold(lightest + perBrowning*float64(browning-1))
}

// rising finds the argument from 0 to most at which a function that never falls
// reaches a value, to a nanosecond; most if it does not.
func rising(f func(float64) float64, value, most float64) float64 {
	low, high := 0.0, most
	for high-low > 1e-9 {
		if middle := (low + high) / 2; f(middle) < value {
			low = middle
		} else {
			high = middle
		}
	}
	return high
}
