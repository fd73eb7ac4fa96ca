package safetext_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"

	"homebus/internal/mirror/safetext"
)

func TestClean(t *testing.T) {
	tests := []struct {
		name, in string
		cells    int
		want     string
	}{
		{"plain", "Coffee is ready", 40, "Coffee is ready"},
		{"accents and wide characters stay", "Café 咖啡 ☕", 40, "Café 咖啡 ☕"},
		{"colour", "\x1b[31mred\x1b[0m", 40, "red"},
		{"title", "a\x1b]0;owned\ab", 40, "ab"},
		{"unfinished sequence", "a\x1b[31", 40, "a"},
		{"C1 as UTF-8 loses its power", "a\u009b31mb", 40, "a31mb"},
		{"newline and tab", "a\nb\tc\rd", 40, "a b c d"},
		{"backspace and bell", "a\b\ab", 40, "ab"},
		{"right-to-left override", "a\u202egpj.exe", 40, "agpj.exe"},
		{"isolates", "\u2066a\u2069", 40, "a"},
		{"zero width", "to\u200bas\u200dt\ufeff", 40, "toast"},
		{"soft hyphen, tag, variation selector", "a\u00adb\U000e0041c\ufe0f", 40, "abc"},
		{"filler that looks empty", "a\u3164\u115fb", 40, "ab"},
		{"no UTF-8", "a\xff\xfeb", 40, "a\ufffdb"},
		{"marks pile up", "e" + strings.Repeat("\u0301", 50), 40, "e\u0301\u0301\u0301"},
		{"overlong", strings.Repeat("x", 10_000), 5, "xxxx…"},
		{"wide at the cut", "咖啡咖啡", 5, "咖啡…"},
		{"no room", "abc", 0, ""},
		{"less than no room", "abc", -3, ""},
	}
	for _, tt := range tests {
		if got := safetext.Clean(tt.in, tt.cells); got != tt.want {
			t.Errorf("%s: Clean(%q, %d) = %q, want %q", tt.name, tt.in, tt.cells, got, tt.want)
		}
	}
}

func FuzzClean(f *testing.F) {
	for _, s := range []string{"Coffee", "\x1b[31mred", "\u202ex", "咖啡", "\x9b5A", "e\u0301\u0301", "\x1bP1;2q\x1b\\", "👩‍👩‍👧"} {
		f.Add(s, 10)
	}
	f.Fuzz(func(t *testing.T, s string, cells int) {
		cells = min(max(cells, -5), 500)
		got := safetext.Clean(s, cells)
		if !utf8.ValidString(got) {
			t.Fatalf("Clean(%q) = %q, no UTF-8", s, got)
		}
		if w := ansi.StringWidth(got); w > max(cells, 0) {
			t.Errorf("Clean(%q, %d) = %q, %d cells wide", s, cells, got, w)
		}
		for _, r := range got {
			if unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Bidi_Control, unicode.Zl, unicode.Zp) {
				t.Errorf("Clean(%q) = %q lets %U through", s, got, r)
			}
		}
		if again := safetext.Clean(got, cells); again != got {
			t.Errorf("Clean(%q) = %q, cleaned again %q", s, got, again)
		}
	})
}
