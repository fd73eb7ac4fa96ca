package devices

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"homebus/internal/message"
)

// The faults of every appliance.
const (
	faultOffline   = "offline"
	faultFlapping  = "flapping"
	faultSlow      = "slow"
	faultDeaf      = "deaf"
	faultMute      = "mute"
	faultDuplicate = "duplicate"
	faultFrozen    = "frozen"
	faultClockSkew = "clock-skew"
)

// The amounts of the common faults; design choices.
const (
	slowBy    = 3 * time.Second
	flapDown  = 5 * time.Second
	flapUp    = 10 * time.Second
	clockSkew = 10 * time.Minute
)

// CommonFaults returns the faults that every appliance can have.
func CommonFaults() []Fault {
	return []Fault{
		{Name: faultOffline, Doc: "the connection is lost; the appliance itself works on", CutsOff: true},
		{Name: faultFlapping, Doc: fmt.Sprintf("the connection is lost for %s and back for %s, in turn", DurationText(flapDown), DurationText(flapUp)), CutsOff: true},
		{Name: faultSlow, Doc: fmt.Sprintf("each command is done and acked %s late", DurationText(slowBy))},
		{Name: faultDeaf, Doc: "commands are not heard and not acked"},
		{Name: faultMute, Doc: "commands are done, but nothing is said but online: no state, event or ack"},
		{Name: faultDuplicate, Doc: "each message is sent twice"},
		{Name: faultFrozen, Doc: "each report repeats the last one from before the fault"},
		{Name: faultClockSkew, Doc: fmt.Sprintf("the appliance's clock, seen in the meta of its messages, is %s ahead", DurationText(clockSkew))},
	}
}

// activeFault is a fault that an appliance has.
type activeFault struct {
	name  string
	until time.Time // zero for until cleared
	cause *message.Meta
	// flip is when a flapping connection changes next; down says that it is lost.
	flip time.Time
	down bool
}

// faultRequest is the payload of a fault message.
var faultRequest = []Value{
	{Name: "kind", Kind: Text, Doc: "the fault"},
	{Name: "for", Kind: Duration, Min: 0, Max: 366 * 24 * 3600, Doc: "how long; until cleared if not given"},
	{Name: "clear", Kind: Bool, Default: false, Doc: "clear the fault, or all if no kind is given"},
}

// fault takes a message on the fault topic, which the appliance itself does not
// hear: the simulator does it and acks it.
func (a *appliance) fault(now time.Time, m message.Message) {
	if a.typ.InHub { // and no simulator is there to answer
		err := fmt.Errorf("%s lives in the hub; it has no faults", a.id)
		a.publish(now, a.ackMessage(m.ID(), err), m.Meta)
		return
	}
	_, why, known := a.answered.find(m.ID())
	if !known {
		why = a.decideFault(now, m)
		a.answered.keep(m.ID(), why)
	}
	reply := a.out.control.Stamp(now, a.ackMessage(m.ID(), why), m.Meta)
	a.out.outputs = append(a.out.outputs, Output{Device: a.id, Message: reply, Control: true})
}

func (a *appliance) decideFault(now time.Time, m message.Message) error {
	object, err := decodeObject(m, `{"kind":"offline","for":"2m"} or {"clear":true}`)
	if err != nil {
		return err
	}
	args, err := checkAll("key of a fault", faultRequest, object)
	if err != nil {
		return oneLine(err)
	}
	kind := args.text("kind")
	if kind != "" || !args.flag("clear") {
		if _, ok := a.typ.Fault(kind); !ok {
			return a.unknownFault(kind)
		}
	}
	if args.flag("clear") {
		a.clear(now, causeOf(m.Meta), func(f activeFault) bool { return kind == "" || kind == f.name })
		return nil
	}
	f := activeFault{name: kind, cause: causeOf(m.Meta)}
	if args.has("for") {
		f.until = now.Add(args.duration("for"))
	}
	a.set(now, f)
	return nil
}

func (a *appliance) unknownFault(kind string) error {
	names := a.typ.faultNames()
	if kind == "" {
		return errors.New(`"kind" is missing; want one of ` + joinWords(names))
	}
	return fmt.Errorf("a %s has no fault %q%s; want one of %s", a.typ.Name, shorten(kind), didYouMean(kind, names), joinWords(names))
}

// set begins a fault, or gives one that is there already a new end.
func (a *appliance) set(now time.Time, f activeFault) {
	if i := a.faultIndex(f.name); i >= 0 {
		a.faults[i].until, a.faults[i].cause = f.until, f.cause
		return
	}
	if f.name == faultFlapping {
		f.down, f.flip = true, now.Add(flapDown)
	}
	a.change(now, func() {
		a.faults = append(a.faults, f)
		a.tellModel(now, f, true, f.cause)
	})
	if due(a.reportAt, now) {
		a.report(now)
	}
}

// clear ends the faults that match. An appliance that was cut off is announced
// by whoever connects it again; any other reports.
func (a *appliance) clear(now time.Time, cause *message.Meta, match func(activeFault) bool) {
	if !slices.ContainsFunc(a.faults, match) {
		return
	}
	wasCut := a.cut()
	a.change(now, func() {
		ended := slices.Clone(a.faults)
		a.faults = slices.DeleteFunc(a.faults, match)
		for _, f := range ended {
			if match(f) {
				a.tellModel(now, f, false, cause)
			}
		}
	})
	if !wasCut {
		a.report(now)
	}
	if !a.failing(faultSlow) { // what waits is done before what comes
		a.catchUp(now, func(lateCommand) bool { return true })
	}
}

// change does something to the faults and says what that does to the connection.
func (a *appliance) change(now time.Time, do func()) {
	was := a.cut()
	do()
	switch is := a.cut(); {
	case is && !was:
		a.link(LinkLost)
	case was && !is:
		a.link(LinkBack)
		a.last.at, a.last.values = now, resolve(a.model.read(), now) // announced by the driver
	}
	a.schedule(now)
}

// tellModel passes a fault of the type's own on. What the appliance does then is
// caused by it, and by the message that set it if it ends by itself.
func (a *appliance) tellModel(now time.Time, f activeFault, on bool, cause *message.Meta) {
	if _, own := byName(a.typ.Faults, f.name, faultName); !own {
		return
	}
	if cause == nil {
		cause = f.cause
	}
	a.cause = cause
	a.model.fail(now, f.name, on)
}

// stepFaults ends faults whose time is over and flips flapping connections.
func (a *appliance) stepFaults(now time.Time) {
	a.clear(now, nil, func(f activeFault) bool { return due(f.until, now) })
	i := a.faultIndex(faultFlapping)
	if i < 0 || !due(a.faults[i].flip, now) {
		return
	}
	a.change(now, func() {
		f := &a.faults[i]
		f.down = !f.down
		f.flip = now.Add(flapUp)
		if f.down {
			f.flip = now.Add(flapDown)
		}
	})
}

func (a *appliance) faultIndex(name string) int {
	return slices.IndexFunc(a.faults, func(f activeFault) bool { return f.name == name })
}

func (a *appliance) failing(name string) bool { return a.faultIndex(name) >= 0 }

// cut reports whether the connection is lost.
func (a *appliance) cut() bool {
	return slices.ContainsFunc(a.faults, func(f activeFault) bool { return f.name == faultOffline || f.down })
}

// hears reports whether commands reach the appliance.
func (a *appliance) hears() bool { return !a.cut() && !a.failing(faultDeaf) }

// silent reports whether the appliance can say nothing.
func (a *appliance) silent() bool { return a.cut() || a.failing(faultMute) }

func joinWords(words []string) string { return strings.Join(words, ", ") }
