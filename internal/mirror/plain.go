package mirror

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"homebus/devices"
	"homebus/internal/link"
	"homebus/internal/message"
	"homebus/internal/mirror/gather"
	"homebus/internal/mirror/home"
	"homebus/internal/mirror/safetext"
	"homebus/topics"
)

// plainStep is the percent between two lines of one course.
const plainStep = 10

// printer tells the house in lines: each appliance once, and then one line per
// change, in the order in which they became known:
//
//	kitchen/toaster  toasting  62 %  1:02 left
//	scene/morning  running  4/6  until coffee is warming
//	notice/home  Coffee is ready
//	bus  lost: connection refused
//
// A change is another word of the state, another of the details beside it (but
// not power and brightness while a light fades), each tenth of a course, going
// offline and coming back, a moment such as a press, a refused command, and
// another state or step of a scene. Measured values alone make no line.
type printer struct {
	out  io.Writer
	home *home.Home
	said map[string]string // by topic, what was last printed of it
	err  error
}

func newPrinter(out io.Writer, h *home.Home) *printer {
	return &printer{out: out, home: h, said: make(map[string]string)}
}

// take prints what a batch changes.
func (p *printer) take(at home.Moment, b gather.Batch) {
	p.home.Bus.Received(at, b.Received)
	for _, ev := range b.Events {
		if ev.Status != nil {
			p.home.Connection(at, *ev.Status)
			p.connection(*ev.Status)
			continue
		}
		p.home.Apply(at, ev.Message)
		p.message(at, ev.Message)
	}
	if b.Lost > 0 {
		p.print(fmt.Sprintf("bus  %d messages came too fast to be shown", b.Lost))
	}
	p.silence(at)
}

func (p *printer) print(line string) {
	if p.err == nil {
		_, p.err = fmt.Fprintln(p.out, line)
	}
}

// change prints a line if it is not what was last printed under the key.
func (p *printer) change(key, line string) {
	if p.said[key] != line {
		p.said[key] = line
		p.print(line)
	}
}

func (p *printer) connection(s link.Status) {
	switch {
	case !s.Up:
		p.change("bus", strings.TrimSuffix("bus  lost: "+safetext.Clean(s.Reason, 100), ": "))
	default:
		p.change("bus", "bus  connected")
	}
}

// silence says once that a hub that is connected sends no heartbeat.
func (p *printer) silence(at home.Moment) {
	b := &p.home.Bus
	switch {
	case b.Up && !b.Live(at):
		p.change("bus", "bus  silent")
	case b.Up && p.said["bus"] == "bus  silent":
		p.change("bus", "bus  connected")
	}
}

func (p *printer) message(at home.Moment, m message.Message) {
	t, ok := topics.Parse(m.Topic)
	if !ok {
		return
	}
	switch t.Kind {
	case topics.KindState, topics.KindOnline:
		p.appliance(at, t.ID())
	case topics.KindScene:
		p.scene(t.Name)
	case topics.KindNotice:
		if text, level, ok := home.Notice(m); ok {
			if level != "info" {
				text = level + ": " + text
			}
			p.print(m.Topic + "  " + text)
		}
	case topics.KindEvent:
		if word, ok := home.EventName(m); ok {
			p.print(t.ID() + "  " + word)
		}
	case topics.KindAck:
		if reason, refused := home.Refusal(m); refused {
			p.print(t.ID() + "  refused  " + reason)
		}
	}
}

// appliance prints an appliance if its line says something new.
func (p *printer) appliance(at home.Moment, id string) {
	a, ok := p.home.Appliance(id)
	if id == devices.HouseMeter {
		a, ok = p.home.Meter(), true
	}
	if !ok || !a.Known && !a.Offline {
		return
	}
	mark, line := plainLine(at, a)
	if id == devices.HouseMeter && p.said[id] == "" && a.Phase() == home.PhaseResting {
		p.said[id] = mark // not worth a line at the start
	}
	if p.said[id] != mark {
		p.said[id] = mark
		p.print(id + "  " + line)
	}
}

// plainLine returns the line of an appliance, and a mark that changes when the
// line is worth printing again.
func plainLine(at home.Moment, a *home.Appliance) (mark, line string) {
	if a.Offline {
		line = "offline"
		if a.OfflineReason != "" {
			line += "  " + a.OfflineReason
		}
		return line, line
	}
	line, mark = a.Word(), a.Word()
	if progress, ok := a.Progress(); ok && a.Phase() == home.PhaseWorking {
		line += fmt.Sprintf("  %d %%", home.Percent(progress))
		mark += fmt.Sprintf(" %d", home.Percent(progress)/plainStep)
	}
	if left, ok := a.Remaining(at); ok && a.Phase() == home.PhaseWorking {
		return mark, line + "  " + home.Span(left) + " left"
	}
	for _, d := range a.Details() {
		line += "  " + d
	}
	return mark + a.Settings(), line
}

func (p *printer) scene(name string) {
	for _, sc := range p.home.Scenes() {
		if sc.Name != name || !sc.Known {
			continue
		}
		line := "scene/" + name + "  " + sc.State
		switch sc.State {
		case home.SceneIdle:
			if p.said[topics.Scene(name)] == "" {
				p.said[topics.Scene(name)] = line // not worth a line at the start
				return
			}
		case home.SceneRunning:
			if sc.Of > 0 {
				line += fmt.Sprintf("  %d/%d", sc.Step, sc.Of)
			}
			if sc.Doing != "" {
				line += "  " + sc.Doing
			}
		case home.SceneFailed:
			line += "  " + sc.Error
		}
		p.change(topics.Scene(name), strings.TrimRight(line, " "))
	}
}

// lines prints the house until ctx ends or nobody reads any more, and touches
// an appliance once if the Config says so.
func lines(ctx context.Context, cfg *Config, h *home.Home, batches <-chan gather.Batch) error {
	p := newPrinter(cfg.Out, h)
	timer := time.NewTimer(time.Hour)
	timer.Stop()
	defer timer.Stop()
	waiting, due := cfg.Touch != "", false
	for p.err == nil {
		select {
		case <-ctx.Done():
			return nil
		case b := <-batches:
			at := cfg.moment(b.Wall)
			p.take(at, b)
			resend(cfg, h, at, h.Tick(at))
			if waiting && h.Bus.Up {
				timer.Reset(cfg.TouchAfter)
				waiting = false
			}
			due = due && !touch(cfg, h, at)
		case now := <-timer.C:
			due = !touch(cfg, h, cfg.moment(now))
		}
	}
	return fmt.Errorf("print the house: %w", p.err)
}

// touch does the natural action of the Config's appliance. It reports false as
// long as that has not said what it is at.
func touch(cfg *Config, h *home.Home, at home.Moment) bool {
	a, ok := h.Appliance(cfg.Touch)
	if !ok {
		return false
	}
	act, ok := a.Natural()
	if !ok {
		return false
	}
	resend(cfg, h, at, []message.Message{h.Ask(at, a.ID, act.Name, nil)})
	return true
}

// resend publishes commands and notes the ones that could not be sent.
func resend(cfg *Config, h *home.Home, at home.Moment, list []message.Message) {
	for _, m := range list {
		if err := cfg.Link.Publish(m); err != nil {
			h.Failed(at, m, err)
		}
	}
}
