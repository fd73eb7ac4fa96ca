package scene

import (
	"strings"
	"testing"
	"time"

	"homebus/devices"
	"homebus/internal/daytime"
)

func TestParseDuration(t *testing.T) {
	for s, want := range map[string]time.Duration{
		"20s": 20 * time.Second, "1m30s": 90 * time.Second, "1.5h": 90 * time.Minute, "0s": 0, "0": 0,
		"250ms": 250 * time.Millisecond, "8784h": maxDuration,
	} {
		if got, ok := parseDuration(s); !ok || got != want {
			t.Errorf("%q is %v, %v; want %v", s, got, ok, want)
		}
	}
	for _, s := range []string{"", "20", "-5m", "+5m", "5 m", "5min", "1d", "8785h", "s", "1e3s", "９s"} {
		if got, ok := parseDuration(s); ok {
			t.Errorf("%q is %v; want none", s, got)
		}
	}
}

func TestLikelyDuration(t *testing.T) {
	for s, want := range map[string]string{
		"20": "20s", "5 min": "5m", "2 Hours": "2h", "1.5": "1.5s", "-5m": "", "soon": "", "20s": "", "": "",
	} {
		if got, ok := likelyDuration(s); ok != (want != "") || ok && got != want {
			t.Errorf("%q may be %q, %v; want %q", s, got, ok, want)
		}
	}
}

func TestLikelyTimeOfDay(t *testing.T) {
	for s, want := range map[string]string{
		"7:30": "07:30", "7.30": "07:30", "7": "07:00", "7 pm": "19:00", "12 am": "00:00", "12:15pm": "12:15",
		"24:00": "00:00", "07:30:00": "", "25:00": "", "13 pm": "", "0 am": "", "noon": "", "": "",
	} {
		if got, ok := likelyTimeOfDay(s); ok != (want != "") || ok && got != want {
			t.Errorf("%q may be %q, %v; want %q", s, got, ok, want)
		}
	}
}

func TestLikelyDay(t *testing.T) {
	for s, want := range map[string]string{"Monday": "mon", "SUN": "sun", "mno": "mon", "": "", "x": "", "holiday": ""} {
		if got, ok := likelyDay(s); ok != (want != "") || got != want {
			t.Errorf("%q may be %q, %v; want %q", s, got, ok, want)
		}
	}
}

func TestZones(t *testing.T) {
	for _, name := range zoneNames() {
		if _, err := time.LoadLocation(name); err != nil {
			t.Error(err)
		}
	}
	for s, want := range map[string]string{
		"Berlin": "Europe/Berlin", "europe/berlin": "Europe/Berlin", "New York": "America/New_York",
		"Europe/Berln": "Europe/Berlin", "utc": "UTC", "Mars/Olympus_Mons": "",
	} {
		if got, ok := likelyZone(s); ok != (want != "") || got != want {
			t.Errorf("%q may be %q, %v; want %q", s, got, ok, want)
		}
	}
}

// textSource writes a text as the file would have it.
func textSource(t Text) string {
	var b strings.Builder
	for _, p := range t {
		if p.Device != "" {
			b.WriteString("{" + p.Device + "." + p.Attr + "}")
			continue
		}
		b.WriteString(strings.NewReplacer("{", "{{", "}", "}}").Replace(p.Plain))
	}
	return b.String()
}

func TestParseText(t *testing.T) {
	for s, want := range map[string]string{
		"":                              "",
		"Ready":                         "Ready",
		"{a/b.c}":                       "{a/b.c}",
		"{a/b}":                         "{a/b.state}",
		"x{a/b.c}y{d/e.f}z":             "x{a/b.c}y{d/e.f}z",
		"{{ and }}":                     "{{ and }}",
		"{{{a/b.c}}}":                   "{{{a/b.c}}}",
		"grün {a/b.c} €":                "grün {a/b.c} €",
		"{scene/coffee-failed.reason}.": "{scene/coffee-failed.reason}.",
	} {
		got, err := parseText(s)
		if err != nil || textSource(got) != want {
			t.Errorf("%q is %q, %v; want %q", s, textSource(got), err, want)
		}
	}
	for _, s := range []string{"{", "}", "a } b", "{a/b", "{}", "{.c}", "{a/b.}", "{ a/b.c }", "{a/b.c", "{a{b}"} {
		if got, err := parseText(s); err == nil {
			t.Errorf("%q is %q; want an error", s, textSource(got))
		}
	}
}

// FuzzWords holds the small parsers to what they promise: what they take is in
// range, what they show is taken again, what they guess is right.
func FuzzWords(f *testing.F) {
	for _, s := range []string{"20s", "5 min", "07:30", "7:30 pm", "Monday", "{a/b.c} {{x}}", "1h30m", "}", "24:00", "1.5h", "-20m", "+1h", "-12h", "--1s", "mon, tue"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if d, ok := parseDuration(s); ok {
			if again, ok := parseDuration(devices.DurationText(d)); d < 0 || d > maxDuration || !ok || again != d {
				t.Errorf("%q is %v, shown as %s", s, d, devices.DurationText(d))
			}
		}
		if d, ok := parseOffset(s); ok {
			if again, ok := parseOffset(d.String()); d.Abs() > maxOffset || !ok || again != d {
				t.Errorf("%q is %v as an offset, and that %v", s, d, again)
			}
		}
		if guess, ok := likelyDuration(s); ok {
			if _, ok := parseDuration(guess); !ok {
				t.Errorf("%q may be %q, which is no duration", s, guess)
			}
		}
		if at, ok := daytime.Parse(s); ok {
			if again, ok := daytime.Parse(at.String()); at < 0 || at > 86399 || !ok || again != at {
				t.Errorf("%q is %v", s, at)
			}
		}
		if guess, ok := likelyTimeOfDay(s); ok {
			if _, ok := daytime.Parse(guess); !ok {
				t.Errorf("%q may be %q, which is no time of day", s, guess)
			}
		}
		if guess, ok := likelyDay(s); ok {
			if _, ok := daytime.ParseDay(guess); !ok {
				t.Errorf("%q may be %q, which is no day", s, guess)
			}
		}
		if text, err := parseText(s); err == nil {
			if again, err := parseText(textSource(text)); err != nil || textSource(again) != textSource(text) {
				t.Errorf("%q is %q, then %q (%v)", s, textSource(text), textSource(again), err)
			}
		}
	})
}
