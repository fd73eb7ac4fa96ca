package presence

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestRead(t *testing.T) {
	for payload, want := range map[string]struct {
		word   Word
		reason string
	}{
		`{"online":true}`:                                    {Online, ""},
		`{"online":true,"reason":"not looked at"}`:           {Online, ""},
		`{"online":false}`:                                   {Offline, ""},
		`{"online":false,"reason":"battery empty","more":1}`: {Offline, "battery empty"},
		"":                            {Forgotten, ""},
		`{nonsense`:                   {Nothing, ""},
		`{"online":"perhaps"}`:        {Nothing, ""},
		`{"online":null}`:             {Nothing, ""},
		`{"online":false,"reason":3}`: {Offline, ""},
		`{"state":"on"}`:              {Nothing, ""},
		`[]`:                          {Nothing, ""},
		`{"online":true,"more":"` + strings.Repeat("x", maxPayload) + `"}`: {Nothing, ""},
	} {
		if word, reason := Read([]byte(payload)); word != want.word || reason != want.reason {
			t.Errorf("%.60s: %v, %q; want %v, %q", payload, word, reason, want.word, want.reason)
		}
	}
}

func TestTheLastWillIsOffline(t *testing.T) {
	b, err := json.Marshal(Lost)
	if err != nil || string(b) != `{"online":false,"reason":"connection lost"}` {
		t.Fatalf("%s, %v", b, err)
	}
	if word, reason := Read(b); word != Offline || reason != Lost.Reason {
		t.Errorf("%v, %q", word, reason)
	}
}

func TestRefusal(t *testing.T) {
	for _, tt := range []struct{ reason, id, want string }{
		{"connection lost", "a", `{"id":"a","ok":false,"error":"kitchen/coffee is offline (connection lost)"}`},
		{"", "", `{"ok":false,"error":"kitchen/coffee is offline"}`},
		{strings.Repeat("ä", 150), "a", `{"id":"a","ok":false,"error":"kitchen/coffee is offline (` + strings.Repeat("ä", 100) + `…)"}`},
		{"x" + strings.Repeat("ä", 150), "a", `{"id":"a","ok":false,"error":"kitchen/coffee is offline (x` + strings.Repeat("ä", 99) + `…)"}`},
	} {
		b, err := json.Marshal(Refusal("kitchen/coffee", tt.reason, tt.id))
		if err != nil || string(b) != tt.want {
			t.Errorf("%s, %v; want %s", b, err, tt.want)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"online":false,"reason":"battery empty"}`))
	f.Add([]byte(`{"online":true}`))
	f.Fuzz(func(t *testing.T, payload []byte) {
		word, reason := Read(payload)
		if word != Offline && reason != "" {
			t.Fatalf("%v, %q", word, reason)
		}
		if a := Refusal("a/b", reason, ""); !utf8.ValidString(a.Error) || len(a.Error) > maxReason+100 {
			t.Fatalf("%q", a.Error)
		}
	})
}
