package gateway

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestParseOp(t *testing.T) {
	for _, tt := range []struct {
		text string
		want op
	}{
		{`{"op":"sub","prefix":"state/"}`, op{name: "sub", prefix: "state/"}},
		{` { "prefix" : "" , "op" : "unsub" } `, op{name: "unsub"}},
		{`{"op":"s\u0075b","\u0070refix":"k\u00fcche/\n"}`, op{name: "sub", prefix: "küche/\n"}},
		{`{"op":"sub","prefix_base64":"/w=="}`, op{name: "sub", prefix: "\xff"}},
		{`{"op":"auth","token":"secret"}`, op{name: "auth", token: "secret"}},
		{`{"op":"pub","topic":"t"}`, op{name: "pub", frames: frames("t")}},
		{`{"op":"pub","topic":"","payload":null}`, op{name: "pub", frames: frames("", "null")}},
		{`{"op":"pub","topic":"t","payload":{"b" : 1.50, "a": "x y"}}`, op{name: "pub", frames: frames("t", `{"b":1.50,"a":"x y"}`)}},
		{`{"op":"pub","topic":"t","payload_base64":""}`, op{name: "pub", frames: frames("t", "")}},
		{`{"op":"pub","topic_base64":"/w==","payload_base64":"AP8=","meta":{ "id": "a" },"more":["eA==",""]}`,
			op{name: "pub", frames: frames("\xff", "\x00\xff", `{ "id": "a" }`, "x", "")}},
		{`{"op":"pub","topic":"t","payload":1,"more":["WzFd"]}`, op{name: "pub", frames: frames("t", "1", "[1]")}},
		{`{"op":"pub","topic":"t","payload":1,"more":[]}`, op{name: "pub", frames: frames("t", "1")}},
	} {
		got, err := parseOp([]byte(tt.text))
		if err != nil {
			t.Errorf("%s: %v", tt.text, err)
			continue
		}
		if got.name != tt.want.name || got.prefix != tt.want.prefix || got.token != tt.want.token || !equal(got.frames, tt.want.frames) {
			t.Errorf("%s: %q, want %q", tt.text, got, tt.want)
		}
	}
}

func TestWhatIsWrongWithAnOp(t *testing.T) {
	deep := strings.Repeat("[", maxDepth+1) + strings.Repeat("]", maxDepth+1)
	for _, tt := range []struct{ text, op, want string }{
		{``, "", `no JSON: unexpected end of JSON input, at byte 0`},
		{`{"op":"sub","prefix":`, "", `no JSON: unexpected end of JSON input, at byte 21`},
		{`{"op":"sub",prefix:""}`, "", `no JSON: invalid character 'p' looking for beginning of object key string, at byte 13`},
		{`{"op":"sub","prefix":""} x`, "", `no JSON: invalid character 'x' after top-level value, at byte 26`},
		{`{"op":"sub","prefix":"",}`, "", `no JSON: invalid character '}' looking for beginning of object key string, at byte 25`},
		{`{} {}`, "", `no JSON: invalid character '{' after top-level value, at byte 4`},
		{`["sub"]`, "", `a list: want an object, such as {"op":"sub","prefix":"state/"}`},
		{` "sub"`, "", `a string: want an object, such as {"op":"sub","prefix":"state/"}`},
		{`null`, "", `null: want an object, such as {"op":"sub","prefix":"state/"}`},
		{`{}`, "", `no "op": want one of sub, unsub, pub, auth, such as {"op":"sub","prefix":"state/"}`},
		{`{"prefix":""}`, "", `no "op": want one of sub, unsub, pub, auth, such as {"op":"sub","prefix":"state/"}`},
		{`{"op":1}`, "", `"op" is a number: want a string`},
		{`{"op":"publish"}`, "publish", `unknown op "publish": want sub, unsub, pub or auth`},
		{`{"op":"Sub","prefix":""}`, "Sub", `unknown op "Sub": want sub, unsub, pub or auth`},
		{`{"op":"sub","op":"unsub"}`, "", `the key "op" stands there twice`},
		{`{"op":"sub"}`, "sub", `no "prefix", and no "prefix_base64" either`},
		{`{"op":"sub","prefix":["a"]}`, "sub", `"prefix" is a list: want a string`},
		{`{"op":"sub","prefix":null}`, "sub", `"prefix" is null: want a string`},
		{`{"op":"sub","prefix":"","prefix_base64":""}`, "sub", `both "prefix" and "prefix_base64": want one of them`},
		{`{"op":"sub","prefx":"a"}`, "sub", `unknown key "prefx" in sub: it has prefix, prefix_base64`},
		{`{"op":"sub","prefix_base64":"a"}`, "sub", `"prefix_base64": illegal base64 data at input byte 0: want base64 as of RFC 4648, section 4, with padding`},
		{`{"op":"pub"}`, "pub", `no "topic", and no "topic_base64" either`},
		{`{"op":"pub","topic":true,"payload":1}`, "pub", `"topic" is a boolean: want a string`},
		{`{"op":"pub","topic":"t","paylaod":1}`, "pub", `unknown key "paylaod" in pub: it has topic, topic_base64, payload, payload_base64, meta, more`},
		{`{"op":"pub","topic":"t","payload":1,"payload_base64":""}`, "pub", `both "payload" and "payload_base64": want one of them`},
		{`{"op":"pub","topic":"t","payload_base64":{}}`, "pub", `"payload_base64" is an object: want a string in base64`},
		{`{"op":"pub","topic":"t","meta":{}}`, "pub", `"meta" without "payload": want one, "payload_base64":"" for an empty one`},
		{`{"op":"pub","topic":"t","payload":1,"meta":"x"}`, "pub", `"meta" is a string: want an object`},
		{`{"op":"pub","topic":"t","payload":1,"more":"x"}`, "pub", `"more" is a string: want a list of frames in base64`},
		{`{"op":"pub","topic":"t","payload":1,"more":["eA==",1]}`, "pub", `"more[1]" is a number: want a string in base64`},
		{`{"op":"pub","topic":"t","payload":` + deep + `}`, "", `nested more than 512 deep`},
		{`{"op":"auth"}`, "auth", `no "token"`},
		{`{"op":"auth","token":1}`, "auth", `"token" is a number: want a string`},
		{`{"a":0,"b":0,"c":0,"d":0,"e":0,"f":0,"g":0,"h":0,"i":0,"j":0,"k":0,"l":0,"m":0,"n":0,"o":0,"p":0,"q":0}`, "", `more than 16 keys: no op has as many`},
	} {
		got, err := parseOp([]byte(tt.text))
		if err == nil {
			t.Errorf("%.60s is taken", tt.text)
			continue
		}
		if got.name != tt.op || err.Error() != tt.want {
			t.Errorf("%.60s\ngot  %q %s\nwant %q %s", tt.text, got.name, err, tt.op, tt.want)
		}
	}
}

func FuzzParseOp(f *testing.F) {
	for _, text := range []string{
		`{"op":"sub","prefix":"state/"}`, `{"op":"auth","token":"x"}`, `{"op":"unsub","prefix_base64":"/w=="}`,
		`{"op":"pub","topic":"t","payload":{"a":1},"meta":{"id":"x"},"more":["eA=="]}`,
		`{"op":"pub","topic_base64":"/w==","payload_base64":"/w=="}`, `{"\u006fp":null}`,
	} {
		f.Add([]byte(text))
	}
	for _, v := range values {
		f.Add([]byte(v))
		f.Add([]byte(`{"op":"pub","topic":"t","payload":` + v + `}`))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if !utf8.Valid(b) {
			return // is not parsed
		}
		o, err := parseOp(b)
		if err != nil {
			if told := appendError(nil, o.name, err); !json.Valid(told) || !utf8.Valid(told) || len(told) > 1000+2*len(o.name)*6 {
				t.Errorf("%q: %q", b, told)
			}
			return
		}
		if !json.Valid(b) {
			t.Errorf("%q is no JSON, and is taken", b)
		}
		if o.name == opPub {
			if len(o.frames) == 0 {
				t.Fatalf("%q: no frames", b)
			}
			checkMessage(t, o.frames)
		}
	})
}

func BenchmarkParseOp(b *testing.B) {
	text := append([]byte(`{"op":"pub",`), appendMessage(nil, toaster)[1:]...)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := parseOp(text); err != nil {
			b.Fatal(err)
		}
	}
}
