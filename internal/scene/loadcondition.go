package scene

import "homebus/devices"

// onlyIf reads one entry of "only_if".
func (f *fields) onlyIf() (Condition, bool) {
	return pick(f, "condition", append(momentForms(),
		form[Condition]{key: "once_per", read: (*fields).oncePer}))
}

// moment reads a condition that can stand inside a step: any but once_per, which
// is about the start of the run.
func (f *fields) moment() (Condition, bool) {
	if f.has("once_per") {
		f.failKey("once_per", `"once_per" belongs in only_if`)
		return nil, false
	}
	return pick(f, "condition", momentForms())
}

func momentForms() []form[Condition] {
	return []form[Condition]{
		{key: "device", read: (*fields).stateCondition},
		{key: "between", unless: "device", read: (*fields).betweenCondition},
		{key: "days", read: (*fields).daysCondition},
		{key: "any"}, {key: "not"}, {key: "sun"},
	}
}

func (f *fields) stateCondition() (Condition, bool) {
	f.only(append([]string{"device", "attr", "for"}, comparisons...)...)
	c, ok := f.comparisonOf("device")
	if !ok {
		return nil, false
	}
	c.For, _ = f.duration("for", true)
	return c, true
}

func (f *fields) betweenCondition() (Condition, bool) {
	f.only("between")
	n := f.get("between")
	if len(n.list) != 2 {
		f.wrong("between", `two times of day such as ["05:30", "10:00"]`)
		return nil, false
	}
	from, okFrom := f.timeOfDay("between", n.list[0])
	to, okTo := f.timeOfDay("between", n.list[1])
	if okFrom && okTo && from == to {
		f.fail(n.list[1].pos, f.where, "between begins and ends at %v; leave it out for the whole day", to)
	}
	return &BetweenCondition{From: from, To: to}, okFrom && okTo
}

func (f *fields) daysCondition() (Condition, bool) {
	f.only("days")
	days, ok := f.days("days")
	return &DaysCondition{Days: days}, ok
}

func (f *fields) oncePer() (Condition, bool) {
	f.only("once_per")
	word, ok := f.word("once_per", periods...)
	return &OncePerCondition{Period: Period(word)}, ok
}

// comparisons are the keys of which a comparison has one.
var comparisons = []string{"is", "is_not", "above", "below", "between"}

// comparisonOf reads { key = "kitchen/toaster", attr = …, is = … }.
func (f *fields) comparisonOf(key string) (*StateCondition, bool) {
	s, ok := f.subject(key)
	if !ok {
		return nil, false
	}
	attr, a, ok := f.attribute("attr", s)
	if !ok {
		return nil, false
	}
	test, ok := f.comparison(a)
	return &StateCondition{Device: s.id, Attr: attr, Test: test}, ok
}

// comparison reads the one key of comparisons that is there. a is nil if nothing
// is known of the attribute.
func (f *fields) comparison(a *devices.Attribute) (c Comparison, ok bool) {
	forms := make([]form[Comparison], len(comparisons))
	for i, key := range comparisons {
		forms[i] = form[Comparison]{key: key, read: func(f *fields) (Comparison, bool) { return f.compare(key, a) }}
	}
	return pick(f, "comparison", forms)
}

func (f *fields) compare(key string, a *devices.Attribute) (c Comparison, ok bool) {
	switch key {
	case "is":
		c.Is, ok = f.stateValue(key, a)
	case "is_not":
		c.IsNot, ok = f.stateValue(key, a)
	case "above":
		c.Above, ok = f.limit(key, f.get(key), a)
	case "below":
		c.Below, ok = f.limit(key, f.get(key), a)
	case "between":
		c.Between, ok = f.limits(key, a)
	}
	return c, ok
}

// stateValue reads a value that the attribute can have; "offline" is one of
// "state".
func (f *fields) stateValue(key string, a *devices.Attribute) (any, bool) {
	n := f.get(key)
	if n == nil {
		return nil, false
	}
	if a == nil {
		return f.check(n, key, nil)
	}
	if a.Name != attrState {
		return f.check(n, a.Name, &a.Value)
	}
	v := a.Value
	v.Values = append(append([]string(nil), v.Values...), offline)
	return f.check(n, a.Name, &v)
}

// limit reads a number that the attribute is compared with.
func (f *fields) limit(key string, n *node, a *devices.Attribute) (*float64, bool) {
	number := devices.Value{Name: key, Kind: devices.Number}
	if a != nil {
		if a.Kind != devices.Int && a.Kind != devices.Number {
			f.failKey(key, "%s is %s; %q compares numbers", a.Name, a.Wants(), key)
			return nil, false
		}
		number.Unit, number.Min, number.Max = a.Unit, a.Min, a.Max
	}
	x, ok := f.check(n, key, &number)
	if !ok {
		return nil, false
	}
	limit := x.(float64)
	return &limit, true
}

func (f *fields) limits(key string, a *devices.Attribute) (*[2]float64, bool) {
	n := f.get(key)
	if len(n.list) != 2 {
		f.wrong(key, "two numbers such as [25, 60]")
		return nil, false
	}
	low, ok := f.limit(key, n.list[0], a)
	if !ok {
		return nil, false
	}
	high, ok := f.limit(key, n.list[1], a)
	if !ok {
		return nil, false
	}
	if *low > *high {
		f.failAt(key, "between has its ends the wrong way round; want [%v, %v]", *high, *low)
		return nil, false
	}
	return &[2]float64{*low, *high}, true
}
