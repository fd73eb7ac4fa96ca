package main

import (
	"encoding/json"
	"testing"

	"homebus/internal/message"
)

func TestParseRequest(t *testing.T) {
	tests := []struct {
		args    []string
		topic   string
		payload string
		err     string
	}{
		{args: []string{"kitchen/toaster", "start", "browning=4"}, topic: "command/kitchen/toaster", payload: `{"browning":4,"do":"start"}`},
		{args: []string{"kitchen/toaster", "stop"}, topic: "command/kitchen/toaster", payload: `{"do":"stop"}`},
		{args: []string{"scene/morning", "run"}, topic: "command/scene/morning", payload: `{"do":"run"}`},
		{args: []string{"kitchen/coffee", "fault", "kind=offline", "for=2m"}, topic: "fault/kitchen/coffee", payload: `{"for":"2m","kind":"offline"}`},
		{args: []string{"kitchen/coffee", "fault", "clear=true"}, topic: "fault/kitchen/coffee", payload: `{"clear":true}`},
		{args: []string{"a/b", "do", "x=", "y=a=b", "z=1e3", "n=04"}, topic: "command/a/b", payload: `{"do":"do","n":"04","x":"","y":"a=b","z":1e3}`},
		{args: []string{"a/b", "do", "t=true", "f=false", "s=True", "q=\"4\"", "m=-1.5", "i=Inf", "u=null"}, topic: "command/a/b",
			payload: `{"do":"do","f":false,"i":"Inf","m":-1.5,"q":"\"4\"","s":"True","t":true,"u":"null"}`},
		{args: []string{"toaster", "start"}, err: `"toaster" is no id; want area/name of small letters, digits and hyphens, such as kitchen/toaster`},
		{args: []string{"Kitchen/Toaster", "start"}, err: `"Kitchen/Toaster" is no id; want area/name of small letters, digits and hyphens, such as kitchen/toaster`},
		{args: []string{"a/b", "do", "fast"}, err: `"fast" is no parameter; want key=value, such as browning=4`},
		{args: []string{"a/b", "do", "=4"}, err: `"=4" is no parameter; want key=value, such as browning=4`},
		{args: []string{"a/b", "do", "x=1", "x=2"}, err: `"x" is given twice`},
		{args: []string{"a/b", "do", "do=off"}, err: `"do" is given twice`},
		{args: []string{"a/b", "fault"}, err: `which fault? want kind=NAME, or clear=true`},
		{args: []string{"a/b", "fault", "clear=false"}, err: `which fault? want kind=NAME, or clear=true`},
	}
	for _, tt := range tests {
		r, err := parseRequest(tt.args[0], tt.args[1], tt.args[2:])
		if err != nil {
			if err.Error() != tt.err {
				t.Errorf("%q: error %q, want %q", tt.args, err, tt.err)
			}
			continue
		}
		if payload, _ := json.Marshal(r.payload); r.topic() != tt.topic || string(payload) != tt.payload || tt.err != "" {
			t.Errorf("%q: %s %s, want %s %s%s", tt.args, r.topic(), payload, tt.topic, tt.payload, tt.err)
		}
	}
}

func TestPresenceIn(t *testing.T) {
	tests := []struct {
		topic, payload string
		id, gone       string
		ok             bool
	}{
		{"online/kitchen/toaster", `{"online":true}`, "kitchen/toaster", "", true},
		{"online/kitchen/toaster", `{"online":false,"reason":"connection lost"}`, "kitchen/toaster", "connection lost", true},
		{"online/kitchen/toaster", `{"online":false}`, "kitchen/toaster", "no reason given", true},
		{"online/kitchen/toaster", ``, "", "", false},
		{"online/kitchen/toaster", `[]`, "", "", false},
		{"scene/morning", `{"state":"idle"}`, "scene/morning", "", true},
		{"state/kitchen/toaster", `{"state":"idle"}`, "", "", false},
		{"light", "ON", "", "", false},
	}
	for _, tt := range tests {
		id, p, ok := presenceIn(message.Message{Topic: tt.topic, Payload: []byte(tt.payload)})
		if id != tt.id || p.gone != tt.gone || ok != tt.ok {
			t.Errorf("%s %s: %q, %q, %v; want %q, %q, %v", tt.topic, tt.payload, id, p.gone, ok, tt.id, tt.gone, tt.ok)
		}
	}
}

func FuzzParseValue(f *testing.F) {
	for _, s := range []string{"", "4", "1e400", "-0", "true", "\"4\"", " 4", "0x10", "NaN"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if _, err := json.Marshal(parseValue(s)); err != nil {
			t.Errorf("%q cannot be sent: %v", s, err)
		}
	})
}
