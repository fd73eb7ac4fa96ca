package scene

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"homebus/devices"
)

// holds compares a value that was found. What is unknown makes every comparison
// false but IsNot; a value that is no number is neither above nor below nor
// between.
func (c *Comparison) holds(found any, known bool) bool {
	if c.IsNot != nil {
		return !known || !same(found, c.IsNot)
	}
	if !known {
		return false
	}
	if c.Is != nil {
		return same(found, c.Is)
	}
	f, ok := asNumber(found)
	switch {
	case !ok:
		return false
	case c.Above != nil:
		return f > *c.Above
	case c.Below != nil:
		return f < *c.Below
	case c.Between != nil:
		return c.Between[0] <= f && f <= c.Between[1]
	}
	return false
}

// same compares values of JSON, TOML and our own types: numbers by their size
// whatever their type, everything else by type and value.
func same(a, b any) bool {
	if x, ok := asNumber(a); ok {
		y, ok := asNumber(b)
		return ok && x == y
	}
	switch x := a.(type) {
	case string:
		y, ok := b.(string)
		return ok && x == y
	case bool:
		y, ok := b.(bool)
		return ok && x == y
	}
	return false
}

func asNumber(v any) (float64, bool) {
	switch n := v.(type) {
	case float64:
		return n, true
	case int:
		return float64(n), true
	case int64:
		return float64(n), true
	case uint64:
		return float64(n), true
	}
	return 0, false
}

// String returns the comparison in words: `is warming`, "above 30".
func (c *Comparison) String() string {
	switch {
	case c.Is != nil:
		return "is " + ValueText(c.Is)
	case c.IsNot != nil:
		return "is not " + ValueText(c.IsNot)
	case c.Above != nil:
		return "above " + ValueText(*c.Above)
	case c.Below != nil:
		return "below " + ValueText(*c.Below)
	case c.Between != nil:
		return "between " + ValueText(c.Between[0]) + " and " + ValueText(c.Between[1])
	}
	return "is anything"
}

// maxValueText bounds how much of a foreign value enters a sentence, in bytes.
const maxValueText = 80

// ValueText prints a value for people: numbers with at most two decimals.
func ValueText(v any) string {
	if f, ok := asNumber(v); ok {
		return numberText(f)
	}
	switch x := v.(type) {
	case nil:
		return "unknown"
	case time.Duration:
		return devices.DurationText(x)
	case string:
		return shorten(x)
	}
	return shorten(fmt.Sprint(v))
}

func numberText(f float64) string {
	const noDecimals = 1e15 // from there on there are no hundredths to round to
	if math.Abs(f) >= noDecimals {
		return strconv.FormatFloat(f, 'g', -1, 64)
	}
	return strconv.FormatFloat(math.Round(f*100)/100+0, 'f', -1, 64) // +0: no negative zero
}

// shorten cuts a foreign text at a bound, never inside a character.
func shorten(s string) string {
	if len(s) <= maxValueText {
		return s
	}
	return strings.ToValidUTF8(s[:maxValueText], "") + "…"
}
