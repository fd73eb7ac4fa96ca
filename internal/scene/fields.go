package scene

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"homebus/devices"
)

// fields reads the keys of one table. Its readers report a value of the wrong
// type at its place, and then return a zero value: after a mistake nobody gets
// the file to see. Where the reader's caller has to know, the second result is
// false for that and for a key that is not there.
type fields struct {
	*loader
	table *table
	// where is what the messages call the table.
	where string
	pos   Pos
	// known are the keys that it can have; nil as long as its form is not clear.
	known []string
	// strange are the keys that have been reported as unknown.
	strange map[string]bool
}

// fields returns a reader of n, or reports that n is no table.
func (l *loader) fields(n *node, where, want string) (*fields, bool) {
	if n.table == nil {
		l.fail(n.pos, where, "%s stands here; want %s", n.show(), want)
		return nil, false
	}
	return &fields{loader: l, table: n.table, where: where, pos: n.pos}, true
}

// failAt reports a mistake at the value of key, or at the table if it is not
// there.
func (f *fields) failAt(key, format string, args ...any) {
	pos := f.pos
	if n := f.get(key); n != nil {
		pos = n.pos
	}
	f.fail(pos, f.where, format, args...)
}

// failKey reports a mistake at the key itself, or at the table if it is not
// there.
func (f *fields) failKey(key, format string, args ...any) {
	pos := f.pos
	if e := f.table.get(key); e != nil {
		pos = e.pos
	}
	f.fail(pos, f.where, format, args...)
}

// wrong reports that the value of key is not what is wanted.
func (f *fields) wrong(key, want string) {
	f.failAt(key, "%s is %s; want %s", key, f.get(key).show(), want)
}

func (f *fields) get(key string) *node {
	if e := f.table.get(key); e != nil {
		return e.value
	}
	return nil
}

func (f *fields) has(key string) bool { return f.table.get(key) != nil }

// only says which keys the table can have, and reports every other one.
func (f *fields) only(keys ...string) {
	f.known = keys
	for _, e := range f.table.entries {
		if !slices.Contains(keys, e.name) {
			f.unknownKey(e, f.absent(keys))
		}
	}
}

// absent returns those of keys that the table does not have: what a misspelt key
// can have been meant to be.
func (f *fields) absent(keys []string) []string {
	return slices.DeleteFunc(slices.Clone(keys), f.has)
}

// unknownKey reports the key of e, which may have been meant to be one of meant.
func (f *fields) unknownKey(e *entry, meant []string) {
	hint := f.didYouMean(e.name, meant)
	switch {
	case hint != "" || f.known == nil:
	case len(f.known) == 1:
		hint = "; the only key is " + f.known[0]
	default:
		hint = "; there are " + strings.Join(f.known, ", ")
	}
	f.failUnknown(e, "unknown key %q%s", e.name, hint)
}

// failUnknown reports a key that should not be there, once.
func (f *fields) failUnknown(e *entry, format string, args ...any) {
	if f.strange[e.name] {
		return
	}
	if f.strange == nil {
		f.strange = make(map[string]bool)
	}
	f.strange[e.name] = true
	f.fail(e.pos, f.where, format, args...)
}

// modifiers are the keys that do not tell the form of a table.
var modifiers = []string{
	"above", "at", "attr", "becomes", "below", "between", "by", "confirm", "days", "device", "do",
	"for", "from", "if", "is", "is_not", "level", "on_timeout", "payload", "retry", "timeout", "until",
}

// misspelt reports whether key is not there but one is that was probably meant
// to be it; then it says so.
func (f *fields) misspelt(key string) bool {
	known := f.known
	if known == nil {
		known = modifiers
	}
	if f.has(key) {
		return false
	}
	for _, e := range f.table.entries {
		if _, near := devices.Nearest(e.name, []string{key}); near && !slices.Contains(known, e.name) {
			f.failUnknown(e, "unknown key %q (did you mean %q?)", e.name, key)
			return true
		}
	}
	return false
}

// missing reports whether key is neither there nor misspelt.
func (f *fields) missing(key string) bool { return !f.has(key) && !f.misspelt(key) }

// need reports it if key is not there.
func (f *fields) need(key, example string) {
	if f.missing(key) {
		f.fail(f.pos, f.where, "%q is missing; want such as %s", key, example)
	}
}

func (f *fields) text(key, example string) (string, bool) {
	n := f.get(key)
	if n == nil {
		return "", false
	}
	s, ok := n.scalar.(string)
	if !ok || s == "" {
		f.wrong(key, fmt.Sprintf("a text such as %q", example))
		return "", false
	}
	return s, true
}

// word reads one of a few words.
func (f *fields) word(key string, words ...string) (string, bool) {
	n := f.get(key)
	if n == nil {
		return "", false
	}
	s, ok := n.scalar.(string)
	if !ok || !slices.Contains(words, s) {
		f.wrong(key, "one of "+strings.Join(words, ", ")+f.didYouMean(s, words))
		return "", false
	}
	return s, true
}

// truth reads a key that, if it is there at all, must be true.
func (f *fields) truth(key string) bool {
	n := f.get(key)
	if n == nil {
		return false
	}
	if n.scalar != true {
		f.wrong(key, "true, or leave it out")
	}
	return true
}

// whole reads a whole number from least to most.
func (f *fields) whole(key string, least, most int64) int64 {
	n := f.get(key)
	if n == nil {
		return 0
	}
	i, ok := n.scalar.(int64)
	if !ok || i < least || i > most {
		f.wrong(key, fmt.Sprintf("a whole number from %d to %d", least, most))
	}
	return i
}

// number reads a number from least to most.
func (f *fields) number(key string, least, most float64, unit string) (float64, bool) {
	n := f.get(key)
	if n == nil {
		return 0, false
	}
	x, ok := n.number()
	if !ok || !(least <= x && x <= most) {
		f.wrong(key, fmt.Sprintf("a number from %v to %v%s", least, most, unit))
		return 0, false
	}
	return x, true
}

// duration reads a duration; one of 0 is only taken if zero is true.
func (f *fields) duration(key string, zero bool) (time.Duration, bool) {
	n := f.get(key)
	if n == nil {
		return 0, false
	}
	s, _ := n.scalar.(string)
	d, ok := parseDuration(s)
	switch {
	case !ok:
		f.wrong(key, `a duration such as "20s", "5m" or "1h30m"`+durationHint(n))
		return 0, false
	case d == 0 && !zero:
		f.wrong(key, `a duration above 0 such as "20s" or "5m"`)
		return 0, false
	}
	return d, true
}

func durationHint(n *node) string {
	text := n.show()
	if s, ok := n.scalar.(string); ok {
		text = s
	}
	if guess, ok := likelyDuration(text); ok {
		return fmt.Sprintf(" (did you mean %q?)", guess)
	}
	return ""
}

// timeOfDay reads n, the value of key or an entry of it.
func (f *fields) timeOfDay(key string, n *node) (TimeOfDay, bool) {
	s, _ := n.scalar.(string)
	t, ok := parseTimeOfDay(s)
	if ok {
		return t, true
	}
	if s == "" {
		s = n.show()
	}
	guess := ""
	if g, ok := likelyTimeOfDay(s); ok {
		guess = fmt.Sprintf(" (did you mean %q?)", g)
	}
	f.fail(n.pos, f.where, `%s is %s; want a time of day such as "07:30"%s`, key, n.show(), guess)
	return 0, false
}

// days reads a list of days of the week.
func (f *fields) days(key string) Days {
	n := f.get(key)
	if n == nil {
		return 0
	}
	if !n.isList || len(n.list) == 0 {
		f.wrong(key, `a list of days such as ["sat", "sun"]`)
	}
	var set Days
	for _, item := range n.list {
		s, _ := item.scalar.(string)
		day, ok := parseDay(s)
		if !ok {
			guess := ""
			if g, ok := likelyDay(s); ok {
				guess = fmt.Sprintf(" (did you mean %q?)", g)
			}
			f.fail(item.pos, f.where, "%s has %s; want mon, tue, wed, thu, fri, sat or sun%s", key, item.show(), guess)
		}
		set |= 1 << day
	}
	return set
}

// list reads a list; want says what it holds.
func (f *fields) list(key, want string) []*node {
	n := f.get(key)
	if n == nil {
		return nil
	}
	if !n.isList {
		f.wrong(key, want)
	}
	return n.list
}

func (n *node) number() (float64, bool) {
	switch x := n.scalar.(type) {
	case int64:
		return float64(x), true
	case float64:
		return x, !math.IsNaN(x) && !math.IsInf(x, 0)
	}
	return 0, false
}

// show returns the value as a message names it, on one line.
func (n *node) show() string {
	switch x := n.scalar.(type) {
	case nil:
		switch {
		case !n.isList:
			return "a table"
		case len(n.list) == 0:
			return "an empty list"
		}
		return fmt.Sprintf("a list of %d", len(n.list))
	case string:
		if utf8.RuneCountInString(x) > 60 {
			x = string([]rune(x)[:59]) + "…"
		}
		return fmt.Sprintf("%q", x)
	case time.Time:
		return showTime(x)
	}
	return fmt.Sprint(n.scalar)
}
