package house

import (
	"context"
	"fmt"
	"strings"
	"time"

	"homebus/devices"
	"homebus/internal/message"
	"homebus/internal/scene"
	"homebus/topics"
)

// How much of what happened a failed test tells.
const (
	lastMessages  = 12
	lastDecisions = 8
)

// RunTest plays one test of a file. What goes wrong is in the Result; a line that
// fails does not stop those after it.
//
// The lines are taken in the order of the file, which is the order of time. "at"
// acts or looks when everything of that instant has happened. "by" and "until"
// look at every message, so that they see a state of no duration, from the line
// before the first line of their own time on: lines of one time share a window.
func RunTest(f *scene.File, t *scene.Test) Result {
	r, _ := runTest(context.Background(), f, t) // which has no end
	return r
}

// runTest is RunTest until ctx ends, whose error it then returns.
func runTest(ctx context.Context, f *scene.File, t *scene.Test) (Result, error) {
	p := newPlay(f, t)
	err := p.run(ctx)
	return p.result, err
}

// play is a test while it is being played.
type play struct {
	// brief ends it with the first failure.
	brief   bool
	test    *scene.Test
	house   *House
	file    *scene.File
	watches []*watch // as many as lines, nil for a line that only acts
	about   map[subject][]*watch
	history history
	acting  origin // of what happens now and names no cause
	result  Result
}

func newPlay(f *scene.File, t *scene.Test) *play {
	return &play{file: f, test: t, acting: theStart, about: make(map[subject][]*watch), result: Result{Test: t}}
}

// run plays the test to its end, or until ctx ends, whose error it then returns.
func (p *play) run(ctx context.Context) error {
	t := p.test
	h, err := New(p.file, Options{Start: t.Start, Seed: t.Seed, Occupancy: t.Occupancy, Heard: p.hear, Stepped: p.history.stepped})
	if err != nil {
		p.fail(Failure{Pos: t.Pos, Want: "a house", Found: err.Error()})
		return nil
	}
	p.house = h
	if p.begin() {
		err = p.tell(ctx)
	}
	p.result.Virtual, p.result.Messages = h.now.Sub(t.Start), h.Messages()
	return err
}

// begin sets the house up; false if that failed, and there is nothing to tell.
func (p *play) begin() bool {
	for i := range p.test.Timeline {
		w := newWatch(&p.test.Timeline[i])
		p.watches = append(p.watches, w)
		if w != nil {
			p.about[w.subject()] = append(p.about[w.subject()], w)
		}
	}
	for _, g := range p.test.Given {
		if err := p.house.Give(g.Device, g.Attrs); err != nil {
			p.fail(Failure{Pos: g.Pos, Want: "given " + g.Device, Found: err.Error()})
		}
	}
	if !p.result.Passed() {
		return false
	}
	p.open(0)
	err := p.house.Begin()
	p.acting = 0
	return p.alive(p.test.Pos, err)
}

// tell plays the timeline, the lines of one time after those of another. The error is of
// ctx.
func (p *play) tell(ctx context.Context) error {
	lines := p.test.Timeline
	for i := 0; i < len(lines) && !(p.brief && !p.result.Passed()); {
		end := p.group(i)
		err := p.house.advance(p.test.Start.Add(lines[i].Time), ctx.Err)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if !p.alive(lines[i].Pos, err) {
			return nil
		}
		for ; i < end; i++ {
			if i == end-1 {
				p.open(end)
			}
			if !p.play(i) {
				return nil
			}
		}
		p.lookAt(end)
	}
	return nil
}

// group returns the end of the lines that have the time of line i.
func (p *play) group(i int) int {
	at := p.test.Timeline[i].Time
	for i < len(p.watches) && p.test.Timeline[i].Time == at {
		i++
	}
	return i
}

// open opens the windows of the group that begins at line i.
func (p *play) open(i int) {
	if i < len(p.watches) {
		for _, w := range p.watches[i:p.group(i)] {
			if w != nil {
				w.begin()
			}
		}
	}
}

// lookAt lets the group that begins at line i see the state as it is now, after
// all that the line before has brought about.
func (p *play) lookAt(i int) {
	if i < len(p.watches) {
		for _, w := range p.watches[i:p.group(i)] {
			if w != nil {
				w.look(&p.house.view, p.elapsed())
				p.tellNever(w)
			}
		}
	}
}

// play acts or judges as line i says; false if the house came to a standstill.
func (p *play) play(i int) bool {
	line := &p.test.Timeline[i]
	p.acting = origin(line.Pos.Line)
	defer func() { p.acting = 0 }()
	switch act := line.Act.(type) {
	case *scene.Do:
		return p.alive(line.Pos, p.house.Do(act))
	case *scene.Fault:
		return p.alive(line.Pos, p.house.Act(faultMessage(act)))
	case *scene.Publish:
		return p.alive(line.Pos, p.house.Publish(anyMessage(act)))
	case *scene.Run:
		return p.alive(line.Pos, p.house.Act(askScene(act.Scene, "run")))
	case *scene.Stop:
		return p.alive(line.Pos, p.house.Act(askScene(act.Scene, "stop")))
	}
	p.judge(p.watches[i])
	return true
}

// judge finds out whether a line that demands something holds.
func (p *play) judge(w *watch) {
	w.look(&p.house.view, p.elapsed())
	p.tellNever(w)
	w.open = false
	ok := w.met
	switch w.line.When {
	case scene.At:
		ok = w.met && w.last == w.line.Time // said at that very instant
		if w.on != nil {
			ok = p.house.view.Holds(w.on)
		}
	case scene.UntilThen:
		return // told of when it happened
	}
	if !ok {
		p.failed(w)
	}
}

// failed fails the line of a watch.
func (p *play) failed(w *watch) {
	f := Failure{Pos: w.line.Pos, When: when(w.line), Want: w.want(), Found: w.found(&p.house.view)}
	if w.teller != nil {
		f.Chain = chain(w.teller, w.foundWords())
	}
	if w.line.When != scene.UntilThen { // it did not happen
		f.Decisions = lastWords(whoCan(p.file, w.line), p.house)
	}
	p.fail(f)
}

// tellNever fails a line that says "never", at the moment when it is broken.
func (p *play) tellNever(w *watch) {
	if w.line.When == scene.UntilThen && w.met && !w.told {
		w.told = true
		p.failed(w)
	}
}

// hear lets the watches see a message.
func (p *play) hear(e Entry) {
	m := p.history.add(e, p.acting)
	for _, about := range [...]subject{subjectOf(e.Message.Topic), {topic: e.Message.Topic}} {
		for _, w := range p.about[about] {
			w.hear(&p.house.view, m, p.elapsed())
			p.tellNever(w)
		}
	}
}

func (p *play) elapsed() time.Duration { return p.house.now.Sub(p.test.Start) }

// alive reports whether the house came to rest, and fails the test if not.
func (p *play) alive(pos scene.Pos, err error) bool {
	if err != nil {
		p.fail(Failure{Pos: pos, Want: "a house that comes to rest", Found: err.Error()})
	}
	return err == nil
}

// fail notes a failure; the first one with what led to it.
func (p *play) fail(f Failure) {
	f.At = p.test.Start
	if p.house != nil {
		f.At = p.house.now
		if p.result.Passed() {
			p.result.Last = p.house.Journal(lastMessages)
			all := p.house.Decisions()
			p.result.Decisions = all[max(len(all)-lastDecisions, 0):]
		}
	}
	p.result.Failures = append(p.result.Failures, f)
}

// when says when a line is, as the file does: "by 13m".
func when(l *scene.Line) string { return fmt.Sprintf("%s %s", l.When, devices.DurationText(l.Time)) }

// anyMessage builds the message of a publish: two frames, or the one frame "light ON"
// of old programs, which alone has a space in its topic and no payload.
func anyMessage(p *scene.Publish) message.Message {
	m := message.Message{Topic: p.Topic, Payload: []byte(p.Payload)}
	if p.Payload == "" && strings.Contains(p.Topic, " ") {
		m.Payload = nil
	}
	return m
}

// askScene builds what a person asks of a scene.
func askScene(name, do string) message.Message {
	return message.New(topics.SceneCommand(name), map[string]string{"do": do})
}

// faultMessage builds the message that sets or clears a fault.
func faultMessage(f *scene.Fault) message.Message {
	payload := struct {
		Kind  string `json:"kind,omitempty"`
		For   string `json:"for,omitempty"`
		Clear bool   `json:"clear,omitempty"`
	}{Kind: f.Kind, Clear: f.Clear}
	if f.For > 0 {
		payload.For = f.For.String()
	}
	return message.New(topics.Of(topics.KindFault, f.Device), payload)
}
