package scenetest

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"homebus/internal/scene"
)

// TOML writes a house as a scenes.toml says it. Not all that a file can say: devices
// have no configuration, there are no people and no tests.
func TOML(f *scene.File) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "schema = 1\n[home]\ntimezone = %q\nlatitude = %s\nlongitude = %s\n",
		f.Home.Zone, number(f.Home.Latitude), number(f.Home.Longitude))
	for _, d := range f.Devices {
		fmt.Fprintf(&b, "[device.%s]\ntype = %s\n", strings.Replace(d.ID, "/", ".", 1), quote(d.Type.Name))
	}
	for _, s := range f.Scenes {
		fmt.Fprintf(&b, "\n[scene.%s]\nmode = %s\n", s.Name, quote(s.Mode.String()))
		if s.Mode == scene.Queued || s.Mode == scene.Parallel {
			fmt.Fprintf(&b, "max = %d\n", s.Max)
		}
		fmt.Fprintf(&b, "when = [%s]\n", lines(s.When, trigger))
		fmt.Fprintf(&b, "only_if = [%s]\n", lines(s.OnlyIf, condition))
		fmt.Fprintf(&b, "do = [%s]\n", lines(s.Do, step))
	}
	return []byte(b.String())
}

// lines writes the entries of a list, each on a line.
func lines[T any](list []T, write func(T) string) string {
	var b strings.Builder
	for _, x := range list {
		b.WriteString("\n  " + write(x) + ",")
	}
	return b.String() + "\n"
}

func list[T any](of []T, write func(T) string) string {
	var all []string
	for _, x := range of {
		all = append(all, write(x))
	}
	return "[" + strings.Join(all, ", ") + "]"
}

// pairs is an inline table in the making.
type pairs []string

func (p *pairs) add(key, value string) { *p = append(*p, key+" = "+value) }

// some adds a text or duration that is not empty.
func (p *pairs) some(key, text string) {
	if text != "" {
		p.add(key, quote(text))
	}
}

func (p pairs) String() string { return "{ " + strings.Join(p, ", ") + " }" }

// quote writes a basic string of TOML.
func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(s) + `"`
}

// number writes a whole number as a file of a person would, and others as they are.
func number(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

func value(x any) string {
	switch x := x.(type) {
	case string:
		return quote(x)
	case float64:
		return number(x)
	}
	return fmt.Sprint(x)
}

// duration writes "" for none.
func duration(d time.Duration) string {
	if d == 0 {
		return ""
	}
	return d.String()
}

func days(d scene.Days) string {
	return list(strings.Split(d.String(), ", "), quote)
}

func trigger(t scene.Trigger) string {
	var p pairs
	switch t := t.(type) {
	case *scene.EventTrigger:
		p.some("event", t.Device)
		p.some("is", t.Event)
	case *scene.StateTrigger:
		p.some("device", t.Device)
		p.some("attr", t.Attr)
		p.compare(scene.Comparison{Above: t.Above, Below: t.Below})
		if t.Becomes != nil {
			p.add("becomes", value(t.Becomes))
		}
		if t.From != nil {
			p.add("from", value(t.From))
		}
		p.some("for", duration(t.For))
	case *scene.TimeTrigger:
		p.some("time", t.At.String())
		p.days(t.Days)
	case *scene.SunTrigger:
		p.sun(t)
	case *scene.EveryTrigger:
		p.some("every", duration(t.Period))
	case *scene.StartTrigger:
		p.add("start", "true")
	case *scene.NoticeTrigger:
		if t.Text == "" {
			p.add("notice", "true")
		}
		p.some("notice", t.Text)
		p.some("level", t.Level)
	case *scene.TopicTrigger:
		p.some("topic", t.Topic)
		if t.Payload != nil {
			p.add("payload", quote(*t.Payload))
		}
	}
	return p.String()
}

func (p *pairs) sun(t *scene.SunTrigger) {
	p.some("sun", t.Event.String())
	p.some("offset", duration(t.Offset))
	if t.NotBefore != nil {
		p.some("not_before", t.NotBefore.String())
	}
	if t.NotAfter != nil {
		p.some("not_after", t.NotAfter.String())
	}
	p.days(t.Days)
}

// days adds days that are not every day.
func (p *pairs) days(d scene.Days) {
	if d != 0 {
		p.add("days", days(d))
	}
}

func (p *pairs) compare(c scene.Comparison) {
	switch {
	case c.Is != nil:
		p.add("is", value(c.Is))
	case c.IsNot != nil:
		p.add("is_not", value(c.IsNot))
	case c.Above != nil:
		p.add("above", number(*c.Above))
	case c.Below != nil:
		p.add("below", number(*c.Below))
	case c.Between != nil:
		p.add("between", list(c.Between[:], number))
	}
}

func condition(c scene.Condition) string {
	var p pairs
	switch c := c.(type) {
	case *scene.StateCondition:
		p.some("device", c.Device)
		p.some("attr", c.Attr)
		p.compare(c.Test)
		p.some("for", duration(c.For))
	case *scene.BetweenCondition:
		p.add("between", list([]string{c.From.String(), c.To.String()}, quote))
	case *scene.DaysCondition:
		p.days(c.Days)
	case *scene.SunCondition:
		p.some("sun", map[bool]string{true: "up", false: "down"}[c.Up])
	case *scene.OncePerCondition:
		p.some("once_per", string(c.Period))
	case *scene.AnyCondition:
		p.add("any", list(c.Of, condition))
	case *scene.AllCondition:
		p.add("all", list(c.Of, condition))
	case *scene.NotCondition:
		p.add("not", condition(c.Condition))
	}
	return p.String()
}

func step(s scene.Step) string {
	var p pairs
	p.action(s.Action)
	if s.If != nil {
		p.add("if", condition(s.If))
	}
	return p.String()
}

func (p *pairs) action(a scene.Action) {
	switch a := a.(type) {
	case *scene.Command:
		p.command(a)
	case *scene.Wait:
		p.add("wait", quote(a.For.String()))
	case *scene.Until:
		p.add("until", condition(a.Condition))
		p.some("timeout", duration(a.Timeout))
		p.some("on_timeout", a.OnTimeout)
	case *scene.Say:
		p.some("say", text(a.Text))
		p.some("level", a.Level)
	case *scene.Run:
		p.some("run", a.Scene)
	case *scene.Stop:
		p.some("stop", a.Scene)
	case *scene.Publish:
		p.some("publish", a.Topic)
		p.add("payload", quote(a.Payload))
	case *scene.Snapshot:
		p.add("snapshot", list(a.Devices, quote))
	case *scene.Restore:
		p.add("restore", "true")
	case *scene.Repeat:
		p.add("repeat", fmt.Sprint(a.Times))
		p.add("do", list(a.Do, step))
	case *scene.Choose:
		p.add("choose", list(a.Options, func(o scene.Option) string {
			return pairs{"if = " + condition(o.If), "do = " + list(o.Do, step)}.String()
		}))
		p.add("else", list(a.Else, step))
	case *scene.Together:
		p.add("together", list(a.Strands, func(s []scene.Step) string { return list(s, step) }))
	}
}

func (p *pairs) command(c *scene.Command) {
	p.some("device", c.Device)
	p.some("do", c.Do)
	for _, name := range slices.Sorted(maps.Keys(c.Params)) {
		p.add(name, value(c.Params[name]))
	}
	p.some("confirm", duration(c.Confirm))
	if c.Retry > 0 {
		p.add("retry", fmt.Sprint(c.Retry))
	}
}

func text(t scene.Text) string {
	var b strings.Builder
	for _, part := range t {
		if part.Device != "" {
			b.WriteString("{" + part.Device + "." + part.Attr + "}")
			continue
		}
		b.WriteString(strings.NewReplacer("{", "{{", "}", "}}").Replace(part.Plain))
	}
	return b.String()
}
