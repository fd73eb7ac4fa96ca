package scene

import (
	"fmt"
	"slices"

	"homebus/devices"
	"homebus/internal/scene/tomltree"
)

// onlyIf reads one entry of "only_if".
func (f *fields) onlyIf() Condition {
	return pick(f, "condition", append(conditionForms((*fields).onlyIf),
		form[Condition]{key: "once_per", read: (*fields).oncePer}))
}

// moment reads a condition that can stand inside a step: any but once_per, which
// is about the start of the run.
func (f *fields) moment() Condition {
	if f.has("once_per") {
		f.failKey("once_per", `"once_per" belongs in only_if`)
		return nil
	}
	return pick(f, "condition", conditionForms((*fields).moment))
}

// conditionForms are the forms of a condition of whose parts inner reads each.
func conditionForms(inner func(*fields) Condition) []form[Condition] {
	return []form[Condition]{
		{key: "device", read: (*fields).stateCondition},
		{key: "between", unless: "device", read: (*fields).betweenCondition},
		{key: "days", read: (*fields).daysCondition},
		{key: "sun", read: (*fields).sunCondition},
		{key: "any", read: func(f *fields) Condition { return &AnyCondition{f.several("any", inner)} }},
		{key: "all", read: func(f *fields) Condition { return &AllCondition{f.several("all", inner)} }},
		{key: "not", read: func(f *fields) Condition { return f.negated(inner) }},
	}
}

// several reads the conditions in a list.
func (f *fields) several(key string, inner func(*fields) Condition) []Condition {
	f.only(key)
	var all []Condition
	list := f.list(key, "a list of conditions, "+key+" = [ … ]")
	if f.get(key).IsList && len(list) == 0 {
		f.wrong(key, "one or more conditions")
	}
	for i, n := range list {
		if sub, ok := f.fields(n, fmt.Sprintf("%s, %s %d", f.where, key, i+1), "a condition in { }"); ok {
			all = append(all, inner(sub))
		}
	}
	return all
}

// negated reads { not = { … } }.
func (f *fields) negated(inner func(*fields) Condition) Condition {
	f.only("not")
	n := f.get("not")
	if n.Table == nil {
		f.wrong("not", aCondition)
		return nil
	}
	return &NotCondition{inner(&fields{loader: f.loader, table: n.Table, where: f.where + ", not", pos: n.Pos})}
}

// aCondition is what stands where one is wanted.
const aCondition = `a condition such as { device = "kitchen/toaster", is = "idle" }`

func (f *fields) sunCondition() Condition {
	f.only("sun")
	word, _ := f.word("sun", "up", "down")
	f.placed("sun")
	return &SunCondition{Up: word == "up"}
}

func (f *fields) stateCondition() Condition {
	f.only(slices.Concat([]string{"device", "attr", "for"}, comparisons)...)
	c := f.comparisonOf("device", "condition")
	c.For, _ = f.duration("for", true)
	return c
}

func (f *fields) betweenCondition() Condition {
	f.only("between")
	n := f.get("between")
	if len(n.List) != 2 {
		f.wrong("between", `two times of day such as ["05:30", "10:00"]`)
		return nil
	}
	from, okFrom := f.timeOfDay("between", n.List[0])
	to, okTo := f.timeOfDay("between", n.List[1])
	if okFrom && okTo && from == to {
		f.fail(n.List[1].Pos, f.where, "between begins and ends at %v; leave it out for the whole day", to)
	}
	return &BetweenCondition{From: from, To: to}
}

func (f *fields) daysCondition() Condition {
	f.only("days")
	return &DaysCondition{Days: f.days("days")}
}

func (f *fields) oncePer() Condition {
	f.only("once_per")
	word, _ := f.word("once_per", periods...)
	return &OncePerCondition{Period: Period(word)}
}

// comparisons are the keys of which a comparison has one.
var comparisons = []string{"is", "is_not", "above", "below", "between"}

// comparisonOf reads { key = "kitchen/toaster", attr = …, is = … }; what names
// the table in messages.
func (f *fields) comparisonOf(key, what string) *StateCondition {
	s := f.subject(key)
	attr, a := f.attribute("attr", s)
	forms := make([]form[Comparison], len(comparisons))
	for i, key := range comparisons {
		forms[i] = form[Comparison]{key: key, read: func(f *fields) Comparison { return f.compare(key, a) }}
	}
	return &StateCondition{Device: s.id, Attr: attr, Test: pick(f, what, forms)}
}

// compare reads one key of comparisons. a is nil if nothing is known of the
// attribute.
func (f *fields) compare(key string, a *devices.Attribute) (c Comparison) {
	counts := a == nil || a.Kind == devices.Int || a.Kind == devices.Number
	if !counts && key != "is" && key != "is_not" {
		f.failKey(key, "%s is %s; %q compares numbers", a.Name, a.Wants(), key)
		return c
	}
	switch key {
	case "is":
		c.Is = f.stateValue(key, a)
	case "is_not":
		c.IsNot = f.stateValue(key, a)
	case "above":
		c.Above = f.limit(key, f.get(key), a)
	case "below":
		c.Below = f.limit(key, f.get(key), a)
	case "between":
		c.Between = f.limits(key, a)
	}
	return c
}

// stateValue reads a value that the attribute can have, nil if there is none;
// "offline" is one of the state of a device. A word of which nobody can say what it
// can be, because the device's own table is wrong, may be any.
func (f *fields) stateValue(key string, a *devices.Attribute) any {
	n := f.get(key)
	if n == nil {
		return nil
	}
	if a == nil || a.Kind == devices.Word && len(a.Values) == 0 {
		return f.check(n, key, nil)
	}
	v := a.Value
	if v.Name == attrState && a != &sceneType.Attributes[0] {
		v.Values = append(slices.Clone(v.Values), offline)
	}
	return f.check(n, v.Name, &v)
}

// limit reads a number that the attribute is compared with.
func (f *fields) limit(key string, n *tomltree.Node, a *devices.Attribute) *float64 {
	number := devices.Value{Name: key, Kind: devices.Number}
	if a != nil {
		number.Unit, number.Min, number.Max = a.Unit, a.Min, a.Max
	}
	x, ok := f.check(n, key, &number).(float64)
	if !ok {
		return nil
	}
	return &x
}

func (f *fields) limits(key string, a *devices.Attribute) *[2]float64 {
	n := f.get(key)
	if len(n.List) != 2 {
		f.wrong(key, "two numbers such as [25, 60]")
		return nil
	}
	low, high := f.limit(key, n.List[0], a), f.limit(key, n.List[1], a)
	if low == nil || high == nil {
		return nil
	}
	if *low > *high {
		f.failAt(key, "between has its ends the wrong way round; want [%v, %v]", *high, *low)
	}
	return &[2]float64{*low, *high}
}
