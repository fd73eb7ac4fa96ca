package mirror

import (
	"testing"

	"homebus/devices"
)

func TestTypedValues(t *testing.T) {
	number := devices.Value{Name: "n", Kind: devices.Number, Min: 0, Max: 100, Unit: "%"}
	whole := devices.Value{Name: "i", Kind: devices.Int, Min: 1, Max: 6, Required: true}
	lasting := devices.Value{Name: "d", Kind: devices.Duration}
	word := devices.Value{Name: "w", Kind: devices.Word, Values: []string{"red", "blue"}}
	flag := devices.Value{Name: "b", Kind: devices.Bool}
	tests := []struct {
		declared *devices.Value
		text     string
		want     any
		problem  string
	}{
		{&number, "12.5", 12.5, ""},
		{&number, "12,5", 12.5, ""},
		{&number, "", nil, ""},
		{&number, "101", "old", "n is 101; want a number from 0 to 100 %"},
		{&number, "much", "old", `n is "much"; want a number from 0 to 100 %`},
		{&number, "NaN", "old", "n is NaN; want a number from 0 to 100 %"},
		{&whole, "3", 3, ""},
		{&whole, "3.5", "old", "i is 3.5; want a whole number from 1 to 6"},
		{&whole, "", "old", `i is ""; want a whole number from 1 to 6`},
		{&lasting, "90s", "90s", ""},
		{&lasting, "soon", "old", `d is "soon"; want a duration such as "10s" or "5m"`},
		{&word, "blue", "blue", ""},
		{&word, "green", "old", `w is "green"; want one of red, blue`},
		{&flag, "true", true, ""},
		{&flag, "yes", "old", `b is "yes"; want true or false`},
	}
	for _, tt := range tests {
		p := param{Value: tt.declared, value: "old"}
		problem := ""
		if err := p.set(tt.text); err != nil {
			problem = err.Error()
		}
		if problem != tt.problem || p.value != tt.want {
			t.Errorf("%s %q: %v, %q; want %v, %q", tt.declared.Name, tt.text, p.value, problem, tt.want, tt.problem)
		}
	}
}

// What may not reach a terminal cannot be typed, nor too much of it.
func TestTypedTextIsClean(t *testing.T) {
	s := newStory(t, 80, 24).open().press("/", "a", "\u202e", "b\u0007", "\x1b[2J", "c")
	if s.screen.filter != "ab[2Jc" { // without the direction mark, the bell and the escape
		t.Errorf("the filter is %q", s.screen.filter)
	}
	for range 100 {
		s.press("ä")
	}
	if n := len([]rune(s.screen.filter)); n != maxEntry {
		t.Errorf("the filter has %d characters, want %d", n, maxEntry)
	}
	checkSize(t, s.screen.view(), 80, 24)
}
