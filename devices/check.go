package devices

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"homebus/topics"
)

// Check makes of x, a value from JSON or TOML, the Go value that the
// declaration stands for: bool, int, float64, string or time.Duration. The
// error says what would be right and names the value: "browning is 9; want a
// whole number from 1 to 6".
func (v *Value) Check(x any) (any, error) {
	refuse := func() (any, error) {
		return nil, fmt.Errorf("%s is %s; want %s", v.Name, show(x), v.Wants())
	}
	switch v.Kind {
	case Bool:
		if b, ok := x.(bool); ok {
			return b, nil
		}
	case Int:
		if f, ok := number(x); ok && f == math.Trunc(f) && v.inRange(f) {
			return int(f), nil
		}
	case Number:
		if f, ok := number(x); ok && v.inRange(f) {
			return f, nil
		}
	case Duration:
		if d, ok := duration(x); ok && d >= 0 && v.inRange(d.Seconds()) {
			return d, nil
		}
	case Word:
		if s, ok := x.(string); ok && v.hasWord(s) {
			return s, nil
		}
	case Text:
		if s, ok := x.(string); ok {
			return s, nil
		}
	case DeviceID:
		if s, ok := x.(string); ok {
			if _, _, valid := topics.SplitID(s); valid {
				return s, nil
			}
		}
	case Words:
		if list, ok := wordList(x); ok {
			return list, nil
		}
	}
	return refuse()
}

// Wants says in words what the declaration takes.
func (v *Value) Wants() string {
	switch v.Kind {
	case Bool:
		return "true or false"
	case Int:
		return "a whole number" + v.rangeWords()
	case Number:
		return "a number" + v.rangeWords()
	case Duration:
		return `a duration such as "10s" or "5m"` + v.rangeWords()
	case Word:
		if len(v.Values) == 0 {
			return "one of its words"
		}
		return "one of " + strings.Join(v.Values, ", ")
	case DeviceID:
		if v.Feeds {
			return `a device with a mains plug, such as "kitchen/toaster"`
		}
		return `a device such as "kitchen/toaster"`
	case Words:
		return fmt.Sprintf(`a list of at most %d different words of a-z, 0-9, "-" and "_", none of them "offline", such as ["home", "away"]`, maxWords)
	}
	return "a text"
}

// bounded reports whether the declaration has a range at all.
func (v *Value) bounded() bool { return v.Min != 0 || v.Max != 0 }

func (v *Value) inRange(f float64) bool {
	if math.IsNaN(f) || math.IsInf(f, 0) || math.Abs(f) > 1<<53 {
		return false
	}
	return !v.bounded() || v.Min <= f && f <= v.Max
}

func (v *Value) rangeWords() string {
	if !v.bounded() {
		return ""
	}
	if v.Kind == Duration {
		return fmt.Sprintf(" from %s to %s", DurationText(seconds(v.Min)), DurationText(seconds(v.Max)))
	}
	words := fmt.Sprintf(" from %s to %s", plain(v.Min), plain(v.Max))
	if v.Unit != "" {
		words += " " + v.Unit
	}
	return words
}

// plain writes a number without an exponent, if it has at most 15 digits before
// the point.
func plain(f float64) string {
	if math.Abs(f) >= 1e15 {
		return strconv.FormatFloat(f, 'g', -1, 64)
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}

// DurationText writes a duration as people do, without the parts that are nothing:
// "24h", not "24h0m0s".
func DurationText(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

// hasWord reports whether s can be what a Word is. Before an appliance is
// configured, its words may not be known: then any is taken.
func (v *Value) hasWord(s string) bool {
	if len(v.Values) == 0 {
		return validWord(s)
	}
	for _, w := range v.Values {
		if w == s {
			return true
		}
	}
	return false
}

// number takes the number types of encoding/json, of TOML and of our own.
func number(x any) (float64, bool) {
	switch n := x.(type) {
	case float64:
		return n, true
	case int64:
		return float64(n), true
	case int:
		return float64(n), true
	}
	return 0, false
}

// validWord reports whether s can be a word of somebody's own: it needs no escapes
// in JSON.
func validWord(s string) bool {
	return s != "" && len(s) <= maxWord && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789_-") == ""
}

// The bounds of a list of words.
const (
	maxWord  = 40 // bytes
	maxWords = 64
)

// offline is what everybody takes the state of an appliance to be that cannot be
// reached.
const offline = "offline"

// wordList takes a list from JSON or TOML, and our own type.
func wordList(x any) ([]string, bool) {
	list, ok := x.([]string)
	if raw, isRaw := x.([]any); isRaw {
		ok = true
		for _, e := range raw {
			word, _ := e.(string)
			list = append(list, word)
		}
	}
	if !ok || len(list) == 0 || len(list) > maxWords {
		return nil, false
	}
	for i, word := range list {
		if !validWord(word) || word == offline || slices.Contains(list[:i], word) {
			return nil, false
		}
	}
	return list, true
}

// checkTarget says whether an appliance of type t can be what a DeviceID names.
func (v *Value) checkTarget(t *Type) error {
	for _, action := range v.Needs {
		if _, ok := t.Action(action); !ok {
			return fmt.Errorf("a %s cannot be what %s names: it has no action %q", t.Name, v.Name, action)
		}
	}
	if v.Feeds && !t.MainsPlug {
		return fmt.Errorf("a %s cannot be what %s names: it has no mains plug", t.Name, v.Name)
	}
	return nil
}

// duration takes the text of JSON and TOML, and our own type.
func duration(x any) (time.Duration, bool) {
	switch d := x.(type) {
	case time.Duration:
		return d, true
	case string:
		parsed, err := time.ParseDuration(d)
		return parsed, err == nil
	}
	return 0, false
}

// show prints a foreign value short enough for one line.
func show(x any) string {
	switch v := x.(type) {
	case nil:
		return "null"
	case string:
		return strconv.Quote(shorten(v))
	case float64:
		return shorten(plain(v))
	}
	b, err := json.Marshal(x)
	if err != nil {
		return shorten(fmt.Sprintf("%v", x))
	}
	return shorten(string(b))
}

// shorten cuts a foreign text to what fits into a line.
func shorten(s string) string {
	const most = 60
	if len(s) <= most {
		return s
	}
	for i := range s {
		if i > most {
			return s[:i] + "…"
		}
	}
	return s
}
