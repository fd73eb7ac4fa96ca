package devices

import (
	"math"
	"testing"
	"time"
)

func TestCheck(t *testing.T) {
	whole := Value{Name: "n", Kind: Int, Min: 1, Max: 6}
	number := Value{Name: "f", Kind: Number, Unit: "W", Min: 0.5, Max: 2}
	free := Value{Name: "f", Kind: Number}
	span := Value{Name: "d", Kind: Duration, Max: 90}
	word := Value{Name: "w", Kind: Word, Values: []string{"on", "off"}}
	flag := Value{Name: "b", Kind: Bool}
	text := Value{Name: "t", Kind: Text}
	device := Value{Name: "id", Kind: DeviceID}
	tests := []struct {
		value Value
		x     any
		want  any // nil for a refusal
	}{
		{whole, 4.0, 4}, {whole, int64(6), 6}, {whole, 1, 1}, {whole, 0, nil}, {whole, 7, nil}, {whole, 2.5, nil}, {whole, "4", nil}, {whole, true, nil},
		{number, 0.5, 0.5}, {number, int64(2), 2.0}, {number, 2.1, nil}, {number, math.NaN(), nil},
		{free, -1e9, -1e9}, {free, math.Inf(1), nil}, {free, 1e300, nil},
		{span, "90s", 90 * time.Second}, {span, time.Minute, time.Minute}, {span, "91s", nil}, {span, "-1s", nil}, {span, "soon", nil}, {span, 5, nil},
		{word, "on", "on"}, {word, "ON", nil}, {word, 1, nil},
		{flag, true, true}, {flag, "true", nil}, {flag, 1, nil},
		{text, "x", "x"}, {text, nil, nil},
		{device, "kitchen/toaster", "kitchen/toaster"}, {device, "toaster", nil}, {device, "a/b/c", nil},
	}
	for _, tt := range tests {
		got, err := tt.value.Check(tt.x)
		if got != tt.want || (err == nil) != (tt.want != nil) {
			t.Errorf("%s.Check(%v) = %v, %v; want %v", tt.value.Name, tt.x, got, err, tt.want)
		}
	}
}

func TestCheckSaysWhatIsRight(t *testing.T) {
	tests := []struct {
		value Value
		x     any
		want  string
	}{
		{Value{Name: "browning", Kind: Int, Min: 1, Max: 6}, 9.0, "browning is 9; want a whole number from 1 to 6"},
		{Value{Name: "watts", Kind: Number, Unit: "W", Max: 1e6}, "x", `watts is "x"; want a number from 0 to 1000000 W`},
		{Value{Name: "over", Kind: Duration, Max: 5400}, "2h", `over is "2h"; want a duration such as "10s" or "5m" from 0s to 1h30m`},
		{Value{Name: "state", Kind: Word, Values: []string{"on", "off"}}, nil, "state is null; want one of on, off"},
		{Value{Name: "controls", Kind: DeviceID}, []any{1.0}, `controls is [1]; want a device such as "kitchen/toaster"`},
	}
	for _, tt := range tests {
		if _, err := tt.value.Check(tt.x); err == nil || err.Error() != tt.want {
			t.Errorf("got %v, want %s", err, tt.want)
		}
	}
}

func TestShorten(t *testing.T) {
	long := ""
	for range 40 {
		long += "äö"
	}
	if got := shorten(long); len(got) > 70 || got[len(got)-len("…"):] != "…" {
		t.Errorf("shorten = %q", got)
	}
	if got := shorten("short"); got != "short" {
		t.Errorf("shorten = %q", got)
	}
}

func TestDurationText(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0s", time.Minute: "1m", 10 * time.Minute: "10m", time.Hour: "1h", 90 * time.Minute: "1h30m", 61 * time.Second: "1m1s", 20 * time.Hour: "20h",
		time.Hour + time.Second: "1h0m1s",
	} {
		if got := DurationText(d); got != want {
			t.Errorf("%v is shown as %s, want %s", time.Duration(d), got, want)
		}
	}
}

func TestRound(t *testing.T) {
	for _, tt := range []struct {
		attr Attribute
		v    float64
		want string
	}{
		{Attribute{Digits: 2}, 0.125, "0.13"},
		{Attribute{Digits: 2}, -0.001, "0"}, // no negative zero
		{Attribute{RoundUp: true}, -0.5, "0"},
		{Attribute{RoundUp: true}, 0.01, "1"},
		{Attribute{RoundUp: true}, 1 + 1e-9, "1"},
		{Attribute{Value: Value{Max: 1}, Digits: 2}, 1.0001, "1"},
		{Attribute{Value: Value{Max: 1}, Digits: 2}, -7, "0"},
	} {
		if got := string(appendValue(nil, &tt.attr, tt.v)); got != tt.want {
			t.Errorf("%v with %+v is %s, want %s", tt.v, tt.attr, got, tt.want)
		}
	}
}
