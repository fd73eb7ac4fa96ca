package main

import (
	"bytes"
	"testing"
	"time"
	"unicode"

	"homebus/internal/message"
)

func TestPrinter(t *testing.T) {
	meta := &message.Meta{ID: "0199", At: time.Date(2026, 11, 20, 6, 30, 0, 0, time.UTC), From: "kitchen/toaster", Seq: 3}
	messages := []message.Message{
		{Topic: "event/bathroom/switch", Payload: []byte(`{"event":"press"}`), Meta: meta},
		{Topic: "light ON"},
		{Topic: "empty", Payload: []byte{}},
		{Topic: "odd\x1b[2J", Payload: []byte("a\nb\t\u202e\\\xff\u00fc")},
		{Topic: "c1\u009b2J", Payload: []byte("\u202ex")},
		{Topic: "bin\xfe", Payload: []byte{0, 0xff}, More: [][]byte{[]byte("more"), {}}},
	}
	tests := []struct {
		name string
		as   printer
		want string
	}{
		{"pipe", printer{}, "event/bathroom/switch {\"event\":\"press\"}\n" +
			"light ON\n" + "empty\n" + "odd\x1b[2J a\nb\t\u202e\\\xff\u00fc\n" + "c1\u009b2J \u202ex\n" + "bin\xfe \x00\xff\n"},
		{"terminal", printer{careful: true}, "event/bathroom/switch {\"event\":\"press\"}\n" +
			"light ON\n" + "empty\n" + `odd\x1b[2J a\nb\t\u202e\\xffü` + "\n" + `c1\u009b2J \u202ex` + "\n" + `bin\xfe \x00\xff` + "\n"},
		{"json", printer{json: true}, `{"topic":"event/bathroom/switch","payload":"{\"event\":\"press\"}",` +
			`"meta":{"id":"0199","at":"2026-11-20T06:30:00Z","from":"kitchen/toaster","seq":3,"hops":0}}` + "\n" +
			`{"topic":"light ON"}` + "\n" + `{"topic":"empty","payload":""}` + "\n" +
			`{"topic":"odd\u001b[2J","payload_base64":"YQpiCeKArlz/w7w="}` + "\n" +
			`{"topic":"c1\u009b2J","payload":"\u202ex"}` + "\n" +
			`{"topic_base64":"Ymlu/g==","payload_base64":"AP8=","more":["bW9yZQ==",""]}` + "\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var out bytes.Buffer
			p := newPrinter(&out, tt.as.json)
			p.careful = tt.as.careful
			for _, m := range messages {
				if err := p.print(m, true); err != nil {
					t.Fatal(err)
				}
			}
			if out.String() != tt.want {
				t.Errorf("printed\n%q\nwant\n%q", &out, tt.want)
			}
		})
	}
}

func FuzzVisible(f *testing.F) {
	for _, s := range []string{"", "plain", "\x1b]0;title\a", "\u202e\u200b\ufffd", "\xff\xed\xa0\x80", "é\u0301"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, r := range visible(s) {
			if !unicode.IsGraphic(r) {
				t.Fatalf("visible(%q) has %U", s, r)
			}
		}
	})
}
