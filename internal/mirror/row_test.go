package mirror

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

// A narrow row keeps the name and the word, and as many details as fit.
func TestNarrowRow(t *testing.T) {
	s := newStory(t, 80, 24).open()
	s.deliver(said("state/living/heater", `{"state":"heating","temperature_c":19.4,"target_c":21,"power_w":2000}`))
	a, _ := s.screen.home.Appliance("living/heater")
	for w := range 60 {
		if got := width(s.screen.row(a, a.Name, leastName, w)); got != w {
			t.Errorf("a row of %d cells has %d", w, got)
		}
	}
	for w, want := range map[int]string{
		30: "heating", 38: "heating   19.4 °C → 21", 50: "heating      19.4 °C → 21  2.00 kW",
	} {
		got := strings.TrimRight(ansi.Strip(s.screen.row(a, a.Name, leastName, w)), " ")
		if !strings.HasSuffix(got, "heater      "+want) {
			t.Errorf("in %d cells: %q, want %q", w, got, want)
		}
	}
}
