package safetext_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
	"unsafe"

	"github.com/charmbracelet/x/ansi"

	"homebus/internal/mirror/safetext"
	"homebus/internal/naughty"
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
		{"marks on nothing", "\u0301\u0301a \u0336\u0336b", 40, "a b"},
		{"flags and skins come apart", "🇩🇪 👍🏽 👩🏽‍🚒", 40, "DE 👍 👩🚒"},
		{"a heart without its colour", "❤️ 1️⃣", 40, "❤ 1\u20e3"},
		{"vowel signs with a cell of their own", "कॉफ़ी हिन्दी", 40, "कफ़ हनद"},
		{"a virama joins no more", "क्ष", 40, "कष"},
		{"Thai and Lao AM", "น้ำ ນ້ຳ", 40, "น้\u0e4dา ນ້\u0ecdາ"},
		{"halfwidth sound marks", "ｶﾞﾊﾟ", 40, "ｶ゛ﾊ゜"},
		{"Korean, and in its letters", "한 \u1112\u1161", 40, "한 \ufffd\ufffd"},
		{"what some terminals do not know", "🫨 ☰ \u0378", 40, "\ufffd \ufffd \ufffd"},
		{"from the right", "אור 40 %", 40, "אור 40 %"},
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

// A word of a message is not to keep all of it in memory.
func TestNothingLongIsHeld(t *testing.T) {
	long := "on" + strings.Repeat(" ", 10_000)
	if got := safetext.Clean(long, 40); got != "on" || unsafe.StringData(got) == unsafe.StringData(long) {
		t.Errorf("%q is a part of what it was cut from", got)
	}
}

// check fails if what Clean returned may not reach a terminal.
func check(t *testing.T, in, got string, cells int) {
	t.Helper()
	if !utf8.ValidString(got) {
		t.Fatalf("Clean(%q) = %q, no UTF-8", in, got)
	}
	if w := ansi.StringWidth(got); w > max(cells, 0) {
		t.Errorf("Clean(%q, %d) = %q, %d cells wide", in, cells, got, w)
	}
	if grouped, single := ansi.StringWidth(got), sumOf(got); grouped != single {
		t.Errorf("Clean(%q) = %q is %d cells wide, and its characters %d", in, got, grouped, single)
	}
	if w := ansi.StringWidth("a" + got + "b"); w != ansi.StringWidth(got)+2 {
		t.Errorf("Clean(%q) = %q joins what stands beside it", in, got)
	}
	for _, r := range got {
		switch {
		case unicode.IsControl(r), unicode.In(r, unicode.Cf, unicode.Bidi_Control, unicode.Zl, unicode.Zp, unicode.Co, unicode.Mc),
			unicode.Is(unicode.Variation_Selector, r), !unicode.In(r, unicode.L, unicode.M, unicode.N, unicode.P, unicode.S, unicode.Zs):
			t.Errorf("Clean(%q) = %q lets %U through", in, got, r)
		}
	}
}

func sumOf(s string) int {
	w := 0
	for _, r := range s {
		w += ansi.StringWidth(string(r))
	}
	return w
}

func TestNaughtyStrings(t *testing.T) {
	for _, s := range naughty.Strings() {
		for _, cells := range []int{1, 2, 7, 60, 500} {
			check(t, s, safetext.Clean(s, cells), cells)
		}
	}
}

// Every character there is, alone at an end and between others; of the planes in
// which there is nothing, or which are private, some.
func TestEveryCharacter(t *testing.T) {
	const cells, assigned, tags = 20, 0x32400, 0xE0000
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if r > assigned && r < tags || r > tags+0x200 {
			r += 996
		}
		s := "a" + string(r) + "b क" + string(r) + "क" + string(r)
		check(t, s, safetext.Clean(s, cells), cells)
	}
}

func FuzzClean(f *testing.F) {
	for _, s := range []string{"Coffee", "\x1b[31mred", "\u202ex", "咖啡", "\x9b5A", "e\u0301\u0301", "\x1bP1;2q\x1b\\", "👩‍👩‍👧"} {
		f.Add(s, 10)
	}
	for _, s := range naughty.Strings() {
		f.Add(s, 60)
	}
	f.Fuzz(func(t *testing.T, s string, cells int) {
		cells = min(max(cells, -5), 500)
		got := safetext.Clean(s, cells)
		check(t, s, got, cells)
		if again := safetext.Clean(got, cells); again != got {
			t.Errorf("Clean(%q) = %q, cleaned again %q", s, got, again)
		}
	})
}
