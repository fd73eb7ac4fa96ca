package tty

import (
	"strings"
	"testing"
)

const dark, light, attributes = "\x1b]11;rgb:1e1e/1e1e/2e2e\x1b\\", "\x1b]11;rgb:ff/ff/f0\x07", "\x1b[?64;1;2c"

func TestAnswersAreTakenOut(t *testing.T) {
	tests := []struct {
		name, sent, keys string
		known, dark      bool
		settled          bool
	}{
		{"a dark terminal", dark + attributes, "", true, true, true},
		{"a light one", light + attributes, "", true, false, true},
		{"one that knows no colours", attributes, "", false, false, true},
		{"keys before, between and after", "a" + dark + "b" + attributes + "c\x1b[A", "abc\x1b[A", true, true, true},
		{"after the answers nothing is held", dark + attributes + "\x1b", "\x1b", true, true, true},
		{"arrows", "\x1b[A\x1b[B\x1bOP", "\x1b[A\x1b[B\x1bOP", false, false, false},
		{"escape twice", "\x1b\x1b[A", "\x1b\x1b[A", false, false, false},
		{"alt with what answers begin with", "\x1b]1x\x1b[[A\x1b]a", "\x1b]1x\x1b[[A\x1b]a", false, false, false},
		{"a paste", "\x1b[200~a]11;b\x1b[201~", "\x1b[200~a]11;b\x1b[201~", false, false, false},
		{"an answer that is cut off", "\x1b]11;rgb:1e\x1b[Ax", "\x1b[Ax", false, false, false},
		{"one that is cut off by the next", "\x1b]11;rg" + dark + "\x1b[?6" + attributes, "", true, true, true},
		{"an endless one", "\x1b]11;" + strings.Repeat("a", 1000) + "\ax", "x", false, false, false},
		{"another report", "\x1b[?2026;2$yx", "x", false, false, false},
		{"no colour", "\x1b]11;?\x1b\\x", "x", false, false, false},
	}
	for _, tt := range tests {
		for size := 1; size <= len(tt.sent); size++ {
			var a answers
			var keys []byte
			for rest := []byte(tt.sent); len(rest) > 0; {
				n := min(size, len(rest))
				keys = append(keys, a.take(rest[:n])...)
				rest = rest[n:]
			}
			keys = append(keys, a.release()...)
			if string(keys) != tt.keys || a.known != tt.known || a.dark != tt.dark || a.settled != tt.settled {
				t.Errorf("%s, in pieces of %d: keys %q, known %t, dark %t, settled %t; want %q, %t, %t, %t",
					tt.name, size, keys, a.known, a.dark, a.settled, tt.keys, tt.known, tt.dark, tt.settled)
			}
		}
	}
}

func TestEscapeAloneIsHeldAndReleased(t *testing.T) {
	var a answers
	if keys := a.take([]byte("x\x1b")); string(keys) != "x" || !a.unsure() {
		t.Errorf("keys %q, unsure %t", keys, a.unsure())
	}
	if keys := a.release(); string(keys) != "\x1b" || a.unsure() {
		t.Errorf("released %q, unsure %t", keys, a.unsure())
	}
	a.take([]byte("\x1b]11;rgb:00/"))
	if a.unsure() {
		t.Error("no key begins like this, and yet it would be released")
	}
}

func TestIsDark(t *testing.T) {
	tests := []struct {
		colour   string
		dark, ok bool
	}{
		{"rgb:0000/0000/0000", true, true},
		{"rgb:ffff/ffff/ffff", false, true},
		{"rgb:f/f/f", false, true},
		{"rgb:28/2c/34", true, true},
		{"rgb:fdf6/f6e3/e3e3", false, true},
		{"rgba:0000/0000/0000/8000", true, true},
		{"rgb:0000/0000", false, false},
		{"rgb:00000/0/0", false, false},
		{"rgb:-1/0/0", false, false},
		{"rgb:/0/0", false, false},
		{"#000000", false, false},
		{"", false, false},
	}
	for _, tt := range tests {
		if dark, ok := isDark(tt.colour); dark != tt.dark || ok != tt.ok {
			t.Errorf("%q: dark %t, %t; want %t, %t", tt.colour, dark, ok, tt.dark, tt.ok)
		}
	}
}

func TestDarkByEnv(t *testing.T) {
	tests := []struct {
		value    string
		dark, ok bool
	}{
		{"15;0", true, true}, {"0;15", false, true}, {"15;default;0", true, true}, {"0;7", false, true},
		{"12;8", true, true}, {"15", false, false}, {"", false, false}, {"15;default", false, false}, {"0;-1", false, false}, {"0;99", false, false},
	}
	for _, tt := range tests {
		if dark, ok := DarkByEnv(tt.value); dark != tt.dark || ok != tt.ok {
			t.Errorf("%q: dark %t, %t; want %t, %t", tt.value, dark, ok, tt.dark, tt.ok)
		}
	}
}

// FuzzAnswers types anything, in two pieces, with both answers at any place: the
// answers never come out, nothing is invented, and pieces make no difference.
func FuzzAnswers(f *testing.F) {
	for _, s := range []string{"", "q", "\x1b", "\x1b[", "\x1b]", "\x1b]1", "\x1b[?", "\x1b]11;", dark, light, "\x1b[1;5A\x1b[<0;3;4M", attributes} {
		f.Add([]byte(s), []byte("jk"), uint(1))
	}
	f.Fuzz(func(t *testing.T, before, after []byte, cut uint) {
		var first answers
		if first.take(before); first.settled {
			return // an answer by hand: there is no other to wait for
		}
		sent := append(append([]byte(nil), before...), dark+attributes...)
		sent = append(sent, after...)
		cut %= uint(len(sent) + 1)
		var whole, pieces answers
		want := append(whole.take(append([]byte(nil), sent...)), whole.release()...)
		got := append([]byte(nil), pieces.take(append([]byte(nil), sent[:cut]...))...)
		got = append(append(got, pieces.take(append([]byte(nil), sent[cut:]...))...), pieces.release()...)
		if string(got) != string(want) {
			t.Errorf("%q cut at %d: %q, in one piece %q", sent, cut, got, want)
		}
		if !whole.settled {
			t.Errorf("%q: the answer was not found", sent)
		}
		const trace = "]11;rgb:1e1e"
		if strings.Count(string(got), trace) > strings.Count(string(before)+string(after), trace) {
			t.Errorf("%q: an answer came out as keys: %q", sent, got)
		}
		if !strings.HasSuffix(string(got), string(after)) {
			t.Errorf("%q: the keys after the answers are %q", sent, got)
		}
	})
}
