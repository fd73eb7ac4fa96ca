package jsonline

import (
	"encoding/json"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestMarshal(t *testing.T) {
	for text, want := range map[string]string{
		"Küche, 21 °C → “on” 💡": `"Küche, 21 °C → “on” 💡"`,
		"\x1b[31m\r\n\t":        `"\u001b[31m\r\n\t"`,
		"\u009b2J\x7f":          `"\u009b2J\u007f"`,
		"\u202eevil\u200b":      `"\u202eevil\u200b"`,
		"\U000e0041":            `"\udb40\udc41"`,
		"\xff":                  `"\ufffd"`,
	} {
		if got, err := Marshal(text); err != nil || string(got) != want {
			t.Errorf("Marshal(%q) = %s, %v; want %s", text, got, err, want)
		}
	}
	if _, err := Marshal(make(chan int)); err == nil {
		t.Error("a channel is no JSON, and nothing was said of that")
	}
}

func TestEscapeForeignBytes(t *testing.T) {
	if got, want := string(Escape([]byte("{\"a\":\"\x9b\x1b\"}\n"))), `{"a":"\ufffd\u001b"}\u000a`; got != want {
		t.Errorf("Escape = %s, want %s", got, want)
	}
}

func FuzzMarshal(f *testing.F) {
	f.Add("\x1b]0;owned\a \u202e \U000e0041 \xff Küche")
	f.Fuzz(func(t *testing.T, text string) {
		line, err := Marshal(text)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range string(line) {
			if r == utf8.RuneError || unicode.IsGraphic(r) {
				continue
			}
			t.Fatalf("%q has %U as it is", line, r)
		}
		var got, want string
		plain, _ := json.Marshal(text)
		if json.Unmarshal(plain, &want) != nil || json.Unmarshal(line, &got) != nil || got != want {
			t.Fatalf("%s says %q, want %q", line, got, want)
		}
	})
}
