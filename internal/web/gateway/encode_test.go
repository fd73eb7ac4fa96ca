package gateway

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"
)

func frames(texts ...string) [][]byte {
	list := make([][]byte, len(texts))
	for i, text := range texts {
		list[i] = []byte(text)
	}
	return list
}

func TestAppendMessage(t *testing.T) {
	for _, tt := range []struct {
		name   string
		frames [][]byte
		want   string
	}{
		{"two frames", frames("event/bathroom/switch", `{"event":"press"}`), `{"topic":"event/bathroom/switch","payload":{"event":"press"}}`},
		{"meta", frames("t", `1`, `{"id":"a"}`), `{"topic":"t","payload":1,"meta":{"id":"a"}}`},
		{"as it was written", frames("t", "{ \"b\": 1.50,\n\"a\": 1e400}", `{ }`), "{\"topic\":\"t\",\"payload\":{ \"b\": 1.50,\n\"a\": 1e400},\"meta\":{ }}"},
		{"no JSON", frames("t", "21.5 °C"), `{"topic":"t","payload_base64":"MjEuNSDCsEM="}`},
		{"empty", frames("state/a/b", ""), `{"topic":"state/a/b","payload_base64":""}`},
		{"no UTF-8", frames("t", "\"\xff\""), `{"topic":"t","payload_base64":"Iv8i"}`},
		{"one frame", frames("t"), `{"topic":"t"}`},
		{"no topic", frames(""), `{"topic":""}`},
		{"beyond the third", frames("t", "1", "{}", "x", ""), `{"topic":"t","payload":1,"meta":{},"more":["eA==",""]}`},
		{"a third that is no meta", frames("t", "1", "[1]", "{}"), `{"topic":"t","payload":1,"more":["WzFd","e30="]}`},
		{"a third that is no JSON", frames("t", "1", "{"), `{"topic":"t","payload":1,"more":["ew=="]}`},
		{"hostile topic", frames("a\"\\\n\r\t\x00\x1b\x7f</script>\u2028é💡", "1"), `{"topic":"a\"\\\n\u000d\t\u0000\u001b` + "\x7f" + `</script>` + "\u2028é💡" + `","payload":1}`},
		{"topic that is no UTF-8", frames("t\xff", "1"), `{"topic_base64":"dP8=","payload":1}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := appendMessage(nil, tt.frames)
			if string(got) != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
			checkMessage(t, tt.frames)
		})
	}
}

// checkMessage checks that a message is JSON and UTF-8, and has all of the frames, and
// that a client that publishes it just so publishes the same.
func checkMessage(t *testing.T, list [][]byte) {
	t.Helper()
	b := appendMessage(nil, list)
	if !utf8.Valid(b) || !json.Valid(b) {
		t.Fatalf("%q of %q is no JSON in UTF-8", b, list)
	}
	if got := decoded(t, b); !equal(got, list) {
		t.Fatalf("%q says %q, want %q", b, got, list)
	}
	o, err := parseOp(append([]byte(`{"op":"pub",`), b[1:]...))
	if err != nil {
		t.Fatalf("pub of %q: %v", b, err)
	}
	if len(list) > 1 && isValue(list[1]) { // whitespace says nothing
		list = append([][]byte{list[0], compact(bytes.Clone(list[1]))}, list[2:]...)
	}
	if !equal(o.frames, list) {
		t.Fatalf("pub of %q publishes %q, want %q", b, o.frames, list)
	}
}

// decoded reads a message with nothing but the standard library.
func decoded(t *testing.T, b []byte) [][]byte {
	t.Helper()
	var m struct {
		Topic         *string         `json:"topic"`
		TopicBase64   *string         `json:"topic_base64"`
		Payload       json.RawMessage `json:"payload"`
		PayloadBase64 *string         `json:"payload_base64"`
		Meta          json.RawMessage `json:"meta"`
		More          []string        `json:"more"`
	}
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&m); err != nil {
		t.Fatalf("%s: %v", b, err)
	}
	var list [][]byte
	add := func(coded *string) {
		if coded == nil {
			return
		}
		frame, err := base64.StdEncoding.DecodeString(*coded)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, frame)
	}
	if m.Topic != nil {
		list = append(list, []byte(*m.Topic))
	}
	add(m.TopicBase64)
	if m.Payload != nil {
		list = append(list, m.Payload)
	}
	add(m.PayloadBase64)
	if m.Meta != nil {
		list = append(list, m.Meta)
	}
	for _, coded := range m.More {
		add(&coded)
	}
	return list
}

// equal compares frames; a JSON value that was read has no whitespace around it.
func equal(got, want [][]byte) bool {
	if len(got) != len(want) {
		return false
	}
	for i := range got {
		if !bytes.Equal(got[i], want[i]) && !(isValue(want[i]) && bytes.Equal(got[i], bytes.Trim(want[i], " \t\r\n"))) {
			return false
		}
	}
	return true
}

func FuzzMessage(f *testing.F) {
	for i, v := range values {
		f.Add([]byte("t"), []byte(v), []byte(values[len(values)-1-i]), []byte("more"), 5)
		f.Add([]byte(v), []byte("{}"), []byte(v), []byte(nil), 3)
	}
	f.Fuzz(func(t *testing.T, topic, payload, third, more []byte, n int) {
		list := [][]byte{topic, payload, third, more, payload}
		checkMessage(t, list[:1+max(n, -n, 0)%len(list)])
	})
}

func TestAppendError(t *testing.T) {
	for _, tt := range []struct{ op, text, want string }{
		{"pub", `no "topic"`, `{"error":"no \"topic\"","op":"pub"}`},
		{"", "no JSON", `{"error":"no JSON","op":null}`},
		{"p\"\xff", "\x1b[0m\xff", `{"error":"\u001b[0m` + "\uFFFD" + `","op":"p\"` + "\uFFFD" + `"}`},
	} {
		if got := appendError(nil, tt.op, errors.New(tt.text)); string(got) != tt.want {
			t.Errorf("%s\nwant %s", got, tt.want)
		}
	}
}

func TestAMessageCostsNoAllocation(t *testing.T) {
	buf := make([]byte, 0, 4096)
	for _, list := range [][][]byte{toaster, frames("t", "no JSON", "no meta", "more"), frames("t\xff", "")} {
		if n := testing.AllocsPerRun(100, func() { buf = appendMessage(buf[:0], list) }); n != 0 {
			t.Errorf("%.20q: %v allocations", list[0], n)
		}
	}
}

func BenchmarkMessage(b *testing.B) {
	for _, bm := range []struct {
		name   string
		frames [][]byte
	}{
		{"64B", frames("bench/kitchen/toaster", `{"x":"`+strings.Repeat("x", 56)+`"}`)},
		{"meta", toaster},
		{"base64", frames("bench/kitchen/toaster", strings.Repeat("\xff", 64))},
	} {
		b.Run(bm.name, func(b *testing.B) {
			var buf []byte
			b.ReportAllocs()
			for b.Loop() {
				buf = appendMessage(buf[:0], bm.frames)
			}
			b.SetBytes(int64(len(buf)))
		})
	}
}
