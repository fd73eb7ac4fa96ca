package page

import (
	"fmt"
	"math"
	"os"
	"regexp"
	"strconv"
	"testing"
)

// TestContrast: each colour of words can be read on whatever it stands on, by the formula
// of WCAG 2.2 (relative luminance, contrast ratio): 4.5 to 1, the answer 7 to 1, and 3 to
// 1 for the edges of controls.
func TestContrast(t *testing.T) {
	light, dark := colours(t, "style.css"), colours(t, "dark.css")
	kiosk := map[string]string{}
	for name, c := range dark {
		kiosk[name] = c
	}
	m := regexp.MustCompile(`data-kiosk\] \{([^}]*)\}`).FindSubmatch(read(t, "dark.css"))
	for name, c := range declared(m[1]) {
		kiosk[name] = c
	}
	for name, scheme := range map[string]map[string]string{"light": light, "dark": dark, "kiosk": kiosk} {
		if len(scheme) < 12 {
			t.Fatalf("%s has only the colours %v", name, scheme)
		}
		need := func(least float64, above string, grounds ...string) {
			t.Helper()
			for _, ground := range grounds {
				if got := contrast(scheme[above], scheme[ground]); got < least {
					t.Errorf("%s: --%s on --%s is %.2f to 1, want %v", name, above, ground, got, least)
				}
			}
		}
		for _, words := range []string{"text", "dim", "old", "accent", "alarm"} {
			need(4.5, words, "ground", "card")
		}
		for _, words := range []string{"text", "dim", "old", "accent"} {
			need(4.5, words, "hover")
		}
		need(4.5, "alarm", "alarm-ground")
		need(4.5, "text", "alarm-ground")
		need(4.5, "on-accent", "accent")
		need(4.5, "ground", "text") // a notice
		need(3, "edge", "ground", "card")
		need(3, "accent", "line") // how far a slider is
		for _, answer := range []string{"text", "accent"} {
			need(7, answer, "ground")
		}
	}
	for name, scheme := range map[string]map[string]string{"light": light, "dark": dark} {
		if got := contrast(scheme["alarm"], scheme["ground"]); got < 7 {
			t.Errorf("%s: the answer in alarm is %.2f to 1, want 7", name, got)
		}
	}
}

func read(t *testing.T, file string) []byte {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// colours returns the colours that the first rule for :root in a file declares.
func colours(t *testing.T, file string) map[string]string {
	t.Helper()
	return declared(regexp.MustCompile(`:root \{([^}]*)\}`).FindSubmatch(read(t, file))[1])
}

func declared(rule []byte) map[string]string {
	all := map[string]string{}
	for _, m := range regexp.MustCompile(`--([a-z-]+): (#[0-9a-f]+);`).FindAllSubmatch(rule, -1) {
		all[string(m[1])] = string(m[2])
	}
	return all
}

func contrast(a, b string) float64 {
	la, lb := luminance(a), luminance(b)
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

func luminance(hex string) float64 {
	if len(hex) == 4 {
		hex = fmt.Sprintf("#%c%c%c%c%c%c", hex[1], hex[1], hex[2], hex[2], hex[3], hex[3])
	}
	sum := 0.0
	for i, share := range []float64{0.2126, 0.7152, 0.0722} {
		n, err := strconv.ParseUint(hex[1+2*i:3+2*i], 16, 8)
		if err != nil {
			return math.NaN()
		}
		c := float64(n) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += share * c
	}
	return sum
}
