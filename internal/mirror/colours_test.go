package mirror

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"
)

// profiles are what terminals can show, and how each is told a colour of the
// foreground (ECMA-48, SGR 30 to 37; aixterm's 90 to 97; ISO 8613-6, SGR 38).
var profiles = map[termenv.Profile]struct{ name, colour string }{
	termenv.Ascii:     {"none", `[^\s\S]`},
	termenv.ANSI:      {"16", `3[0-7]|9[0-7]`},
	termenv.ANSI256:   {"256", `38;5;\d+`},
	termenv.TrueColor: {"24 bits", `38;2;\d+;\d+;\d+`},
}

// Every terminal is told the same words, in colours that it knows, and never a
// background: that is the terminal's own.
func TestColourProfiles(t *testing.T) {
	for _, size := range sizes {
		s := newStory(t, size.w, size.h).open().pass(5 * time.Second).press("enter").pass(2*time.Minute + 15*time.Second)
		words := s.text()
		for profile, p := range profiles {
			known := regexp.MustCompile(`^(0|1|(1;)?(` + p.colour + `))$`)
			for _, dark := range []bool{true, false} {
				name := fmt.Sprintf("%d×%d, colours: %s, dark: %t", size.w, size.h, p.name, dark)
				s.screen.p = testPalette(dark, profile)
				frame := s.screen.view()
				if got := ansi.Strip(frame); got != words {
					t.Errorf("%s: other words:\n%s\nwant\n%s", name, got, words)
				}
				codes := ownStyle.FindAllString(frame, -1)
				if profile == termenv.Ascii && strings.Contains(frame, "\x1b") || profile != termenv.Ascii && len(codes) == 0 {
					t.Errorf("%s: %d changes of the style", name, len(codes))
				}
				for _, c := range slices.Compact(slices.Sorted(slices.Values(codes))) {
					if code := strings.TrimSuffix(strings.TrimPrefix(c, "\x1b["), "m"); !known.MatchString(code) {
						t.Errorf("%s: style %q", name, code)
					}
				}
			}
		}
	}
}

// leastContrast is how much text must differ from its background (WCAG 2.2, 1.4.3).
const leastContrast = 4.5

// Against black and white, and against the backgrounds of schemes that people have. (Dim
// text in 256 colours is short of it on Solarized's dark one, #002B36: 4.35.)
// What the sixteen colours look like is for each terminal to say, and cannot be known:
// there are schemes in which colour 8, that of dim text, is the background itself.
func TestContrast(t *testing.T) {
	colours := map[string]lipgloss.CompleteAdaptiveColor{"accent": accentColor, "alarm": alarmColor, "dim": dimColor}
	dark := []string{"#000000", "#1E1E1E", "#1E1E2E", "#0C0C0C"}
	light := []string{"#FFFFFF", "#FAFAFA", "#FDF6E3", "#EFF1F5"}
	for name, c := range colours {
		for _, on := range []struct {
			grounds []string
			c       lipgloss.CompleteColor
		}{{dark, c.Dark}, {light, c.Light}} {
			for _, colour := range []string{on.c.TrueColor, on.c.ANSI256} {
				for _, ground := range on.grounds {
					if got := contrast(t, colour, ground); got < leastContrast {
						t.Errorf("%s, %s on %s: contrast %.2f, want %.1f", name, colour, ground, got, leastContrast)
					}
				}
			}
		}
	}
}

// contrast returns the contrast ratio of two colours, 1 to 21 (WCAG 2.2, "contrast
// ratio").
func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	x, y := luminance(t, a), luminance(t, b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// luminance returns the relative luminance of a colour, 0 to 1 (WCAG 2.2, "relative
// luminance"): of one of 24 bits, or one of 256 from 16 on, which are a cube of six
// steps and a ramp of greys that all terminals have alike (XTerm, 256colres.h).
func luminance(t *testing.T, colour string) float64 {
	t.Helper()
	var rgb [3]int
	if _, err := fmt.Sscanf(colour, "#%02X%02X%02X", &rgb[0], &rgb[1], &rgb[2]); err != nil {
		n := 0
		if _, err := fmt.Sscan(colour, &n); err != nil || n < 16 || n > 255 {
			t.Fatalf("%q is no colour that is the same everywhere", colour)
		}
		rgb = ofCube(n - 16)
	}
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		c := float64(rgb[i]) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}

func ofCube(n int) [3]int {
	if grey := n - 216; grey >= 0 {
		return [3]int{8 + 10*grey, 8 + 10*grey, 8 + 10*grey}
	}
	steps := [6]int{0, 95, 135, 175, 215, 255}
	return [3]int{steps[n/36], steps[n/6%6], steps[n%6]}
}
