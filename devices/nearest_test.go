package devices

import (
	"strings"
	"testing"
)

func TestNearest(t *testing.T) {
	actions := []string{"start", "stop", "load", "unload"}
	for name, want := range map[string]string{
		"strat": "start", "start": "start", "sotp": "stop", "lod": "load", "unlaod": "unload",
		"undload": "unload", "unloaded!": "unload", "unloaded!!": "", // three of nine characters, four of ten
		"fly": "", "x": "", "": "", "dishwasher": "", strings.Repeat("start", 100): "",
	} {
		if got, ok := Nearest(name, actions); got != want || ok != (want != "") {
			t.Errorf("Nearest(%q) = %q, %v; want %q", name, got, ok, want)
		}
	}
}

func TestNearestKnowsUnits(t *testing.T) {
	keys := []string{"watts", "water_ml", "keep_warm"}
	for name, want := range map[string]string{"water": "water_ml", "wats": "watts", "keep": "keep_warm", "wat": "watts"} {
		if got, _ := Nearest(name, keys); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestNearestKnowsWords(t *testing.T) {
	types := []string{"dimmable-light", "light-switch", "motion-sensor", "contact-sensor", "lock"}
	for name, want := range map[string]string{
		"light": "dimmable-light", "switch": "light-switch", "motion": "motion-sensor", "sensor": "motion-sensor", "look": "lock", "-": "", "on": "",
	} {
		if got, _ := Nearest(name, types); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestEditDistance(t *testing.T) {
	tests := []struct {
		a, b string
		want int
	}{
		{"", "abc", 3}, {"abc", "", 3}, {"kitten", "sitting", 3}, {"ab", "ba", 1}, {"abcd", "acbd", 1}, {"same", "same", 0}, {"grün", "gruen", 2},
	}
	for _, tt := range tests {
		if got := editDistance([]rune(tt.a), []rune(tt.b)); got != tt.want {
			t.Errorf("editDistance(%q, %q) = %d, want %d", tt.a, tt.b, got, tt.want)
		}
	}
}
