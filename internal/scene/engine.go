package scene

import (
	"strings"
	"time"

	"homebus/devices"
	"homebus/internal/message"
	"homebus/internal/sun"
	"homebus/topics"
)

// Engine runs the scenes of a file. One owner; not safe for concurrent use. All
// messages that it returns are complete, in the order in which they are to be
// published.
//
// Its driver calls Handle with every message that the Prefixes cover, in the
// order of the bus, and Tick when Next is reached. Durations are counted on a
// clock of the engine's own, which follows now but not a jump of it: a now that
// goes back, or that comes more than fifteen minutes after something was due,
// moves no wait. Times of day go by now itself.
type Engine struct {
	zone     *time.Location
	place    sun.Place
	hasPlace bool
	sky      sky
	types    map[string]*devices.Type // of the devices, by id
	players  []*player                // in the file's order
	byName   map[string]*player
	stamp    message.Stamper

	now     time.Time     // as it was given last
	wall    time.Time     // now without its monotonic part
	elapsed time.Duration // the engine's own clock
	origin  time.Time     // when elapsed was 0, by the clock on the wall as it was last looked at

	view    View
	sources map[string]*source        // by topic
	targets map[string]*target        // by device, or "scene/NAME"
	held    map[*StateCondition]*held // of the conditions with a For

	alarms   alarms // due on the engine's own clock, in ns
	daily    alarms // due by the clock on the wall, in s since 1970; timed triggers fire at whole ones
	starters []*trigger
	lastRank uint64

	unconfirmed map[string]*strand // by the id of the command
	sent        sentCommands
	links       links
	trace       trace
	misread     func(topic string, why error) // nil for nobody
	decided     func(Decision)                // nil for nobody
	stepped     func(id, step string)         // nil for nobody

	work []work
	out  []message.Message
}

// EngineOptions are what an Engine needs besides the file.
type EngineOptions struct {
	// IDs gives the messages their ids.
	IDs message.IDs
	// From is the client's name in the meta of the messages; "bus" if empty.
	From string
	// NotUnderstood is told of a message that something in the file waits for, and
	// why its payload cannot be understood; nil is told nothing. It must not call
	// the engine.
	NotUnderstood func(topic string, why error)
	// Decided is told of every decision when it is made, before the messages that
	// come of it are out; nil is told nothing. It must not call the engine.
	Decided func(Decision)
	// Stepped is told of each message of a step of a scene, by its id, and which step
	// that is: "step 2". It must not call the engine. nil is told nothing.
	Stepped func(id, step string)
}

// tolerance is how late a driver may be. What is later than that has been
// skipped by a jump of the clock, or by a computer that slept.
const tolerance = 15 * time.Minute

// work is one thing to be done before a call of Handle or Tick ends. Exactly one
// of trigger, strand and next is set.
type work struct {
	trigger *trigger // has fired, because of cause
	cause   message.Meta
	strand  *strand // what it waits for has come
	next    *player // the next in its queue may begin
}

// NewEngine returns an engine that begins at now: "for" counts from then.
func NewEngine(f *File, now time.Time, opts EngineOptions) *Engine {
	if opts.From == "" {
		opts.From = "bus"
	}
	e := &Engine{
		byName:      make(map[string]*player, len(f.Scenes)),
		stamp:       message.Stamper{From: opts.From, IDs: opts.IDs},
		now:         now,
		wall:        now.Round(0),
		origin:      now.Round(0),
		sources:     make(map[string]*source),
		targets:     make(map[string]*target),
		held:        make(map[*StateCondition]*held),
		unconfirmed: make(map[string]*strand),
		misread:     opts.NotUnderstood,
		decided:     opts.Decided,
		stepped:     opts.Stepped,
	}
	e.settleIn(f)
	for _, s := range f.Scenes {
		p := newPlayer(s)
		e.players = append(e.players, p)
		e.byName[s.Name] = p
	}
	e.index()
	return e
}

// settleIn takes from a file where the home is, and of what types its devices are.
func (e *Engine) settleIn(f *File) {
	e.zone, e.place, e.hasPlace = f.Home.Zone, f.Home.place(), f.Home.HasPlace
	if e.zone == nil {
		e.zone = time.UTC
	}
	e.sky = sky{}
	if e.hasPlace {
		e.sky = sky{place: e.place, zone: e.zone}
	}
	e.types = make(map[string]*devices.Type, len(f.Devices))
	for _, d := range f.Devices {
		e.types[d.ID] = d.Type
	}
}

// Start returns what the engine says first: the state of each scene, and what comes
// of the start itself.
func (e *Engine) Start(now time.Time) []message.Message {
	e.arrive(now)
	for _, p := range e.players {
		e.tell(p, nil)
	}
	for _, t := range e.starters {
		e.work = append(e.work, work{trigger: t})
	}
	e.settle()
	return e.flush()
}

// Handle takes one message of the bus. The engine's own messages may come back
// to it: what they say of its scenes it knows already and does not take again.
func (e *Engine) Handle(now time.Time, m message.Message) []message.Message {
	e.arrive(now)
	e.ring(false) // what was due before now comes before m
	e.hear(m)
	e.settle()
	return e.flush()
}

// Tick does what is due at now.
func (e *Engine) Tick(now time.Time) []message.Message {
	e.arrive(now)
	e.ring(true)
	return e.flush()
}

// Next returns when Tick is due; false if nothing is.
func (e *Engine) Next() (time.Time, bool) {
	a, d := e.alarms.first(), e.daily.first()
	switch {
	case a == nil && d == nil:
		return time.Time{}, false
	case d == nil:
		return e.now.Add(time.Duration(a.due) - e.elapsed), true
	case a == nil:
		return time.Unix(d.due, 0).In(e.now.Location()), true
	}
	at, day := e.now.Add(time.Duration(a.due)-e.elapsed), time.Unix(d.due, 0).In(e.now.Location())
	if day.Before(at) {
		return day, true
	}
	return at, true
}

// Decisions returns the last decisions, the oldest first: at most 512, older
// ones are forgotten.
func (e *Engine) Decisions() []Decision { return e.trace.decisions() }

// arrive moves the engine's clock on to now.
func (e *Engine) arrive(now time.Time) {
	passed := max(now.Sub(e.now), 0)
	if a := e.alarms.first(); a != nil && e.elapsed+passed > time.Duration(a.due)+tolerance {
		passed = 0
		e.note(nil, "", "the clock jumped: what was waiting goes on waiting")
	}
	e.elapsed += passed
	back := now.Round(0).Before(e.wall)
	e.now, e.wall = now, now.Round(0)
	if back {
		for _, a := range append(alarms(nil), e.daily...) {
			e.arm(a.trigger)
		}
	}
	if origin := e.wall.Add(-e.elapsed); origin.Sub(e.origin).Abs() >= drift {
		e.reckon(origin)
	}
}

// drift is by how much the clock on the wall and the engine's own may come to differ
// before all that was reckoned from one to the other is reckoned anew.
const drift = time.Second

// reckon takes note that the clock on the wall was set: what waits for the time that
// it shows looks again, and what says until when it waits says so anew.
func (e *Engine) reckon(origin time.Time) {
	by := origin.Sub(e.origin)
	e.origin = origin
	for _, p := range e.players {
		for _, r := range p.active {
			for _, s := range r.Strands {
				if !s.Until.IsZero() {
					s.Until = s.Until.Add(by)
				}
				if s.Phase == watching && byClock(s.step().Action.(*Until).Condition) {
					e.sleep(s, watching, e.elapsed)
				}
			}
		}
		if n := len(p.active); n > 0 {
			e.tell(p, &p.active[n-1].Announced)
		}
	}
}

// ring does what is due, in the order of time; what is due at this very instant
// only if inclusive.
func (e *Engine) ring(inclusive bool) {
	for {
		a, late := e.firstDue()
		if a == nil || late == 0 && !inclusive {
			return
		}
		switch {
		case a.trigger != nil:
			e.triggerDue(a.trigger, late)
		case a.strand != nil:
			e.alarms.clear(a)
			e.due(a.strand)
		default:
			e.alarms.clear(a)
			a.player.skipTold = e.elapsed
			e.tell(a.player, &a.player.skipCause)
		}
		e.settle()
	}
}

// firstDue returns what has been due for longest, and for how long; nil if
// nothing is due.
func (e *Engine) firstDue() (*alarm, time.Duration) {
	a, d := e.alarms.first(), e.daily.first()
	var aLate, dLate time.Duration
	if a != nil {
		if aLate = e.elapsed - time.Duration(a.due); aLate < 0 {
			a = nil
		}
	}
	if d != nil {
		if dLate = e.wall.Sub(time.Unix(d.due, 0)); dLate < 0 {
			d = nil
		}
	}
	if d == nil || a != nil && (aLate > dLate || aLate == dLate && a.rank < d.rank) {
		return a, aLate
	}
	return d, dLate
}

// settle does the work that the last event made, and what comes of that.
func (e *Engine) settle() {
	for len(e.work) > 0 {
		w := e.work[0]
		e.work = e.work[1:]
		switch {
		case w.trigger != nil:
			e.triggered(w)
		case w.next != nil:
			e.next(w.next)
		case w.strand.Phase == ready:
			e.proceed(w.strand)
		}
	}
	e.work = nil
}

// publish stamps a message with its cause, which may be nil, and returns its
// meta.
func (e *Engine) publish(m message.Message, cause *message.Meta) message.Meta {
	m = e.stamp.Stamp(e.now, m, cause)
	e.out = append(e.out, m)
	e.links.sent(m.Meta.Hops, e.elapsed)
	return *m.Meta
}

func (e *Engine) flush() []message.Message {
	out := e.out
	e.out = nil
	return out
}

// hear takes a message to whoever waits for it.
func (e *Engine) hear(m message.Message) {
	s := e.sources[m.Topic]
	switch {
	case s != nil:
		e.deliver(s, m)
	case strings.HasPrefix(m.Topic, sceneCommands):
		e.sceneCommand(m)
	case m.Payload == nil && len(m.More) == 0:
		topic, data, ok := strings.Cut(m.Topic, " ")
		if s = e.sources[topic]; ok && s != nil {
			e.deliverRaw(s, message.Message{Topic: topic, Payload: []byte(data)})
		}
	}
}

// sceneCommands is the prefix of requests to run or stop a scene.
var sceneCommands = topics.SceneCommand("")
