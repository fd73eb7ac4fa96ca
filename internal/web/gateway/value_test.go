package gateway

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"
)

// values are JSON and what is none, for all tests that want some.
var values = []string{
	`null`, `true`, `false`, `0`, `-0`, `-0.5e+10`, `12E-3`, `1e9`, `10`, `""`, `"a"`, `"\u00e9\n\\"`, `"Küche 💡"`, `[]`, `{}`,
	` [ 1 , 2 ] `, "{\n\t\"a\" : [ {} , null ]\r\n}", `{"a":1,"a":2}`, `"\ud800"`, "\"\u2028\"", "\"\x7f\"", `"</script>"`,
	``, ` `, `nul`, `True`, `01`, `1.`, `.5`, `-`, `+1`, `1e`, `1e+`, `0x1`, `NaN`, `"`, `"a`, `"\x"`, `"\u12g4"`, `"\u12`, `"\`, "\"\n\"", "\"\x00\"",
	"\"\xff\"", "\"\xc3\"", "\"\xed\xa0\x80\"", "\xef\xbb\xbf{}", `[`, `[1`, `[1,`, `[1,]`, `[,1]`, `[1 2]`, `{`, `{"a"`, `{"a":`, `{"a":1`, `{"a":1,`, `{"a":1,}`,
	`{a:1}`, `{"a" 1}`, `{1:1}`, `]`, `}`, `1 2`, `{}x`, `[}`, `{"a":1]`, "\x00", "null\x00", `'a'`,
}

func TestIsValueSaysWhatTheStandardLibrarySays(t *testing.T) {
	for _, v := range values {
		checkIsValue(t, []byte(v))
	}
}

func checkIsValue(t *testing.T, b []byte) {
	t.Helper()
	want := json.Valid(b) && utf8.Valid(b)
	if got := isValue(b); got != want && !(want && nesting(b) > maxDepth) {
		t.Errorf("isValue(%q) = %t", b, got)
	}
	object := want && strings.HasPrefix(strings.TrimLeft(string(b), " \t\r\n"), "{")
	if got := isObject(b); got != object && !(object && nesting(b) > maxDepth) {
		t.Errorf("isObject(%q) = %t", b, got)
	}
	if !isValue(b) {
		return
	}
	var plain bytes.Buffer
	if err := json.Compact(&plain, b); err != nil {
		t.Fatal(err)
	}
	if got := compact(bytes.Clone(b)); !bytes.Equal(got, plain.Bytes()) {
		t.Errorf("compact(%q) = %q, want %q", b, got, plain.Bytes())
	}
}

// nesting returns how many brackets are open at once at most, those in strings counted.
func nesting(b []byte) (most int) {
	depth := 0
	for _, c := range b {
		switch c {
		case '[', '{':
			depth++
			most = max(most, depth)
		case ']', '}':
			depth--
		}
	}
	return most
}

func TestHowDeepAValueMayBe(t *testing.T) {
	for _, n := range []int{1, maxDepth, maxDepth + 1, 10_000, 1_000_000} {
		lists := []byte(strings.Repeat("[", n) + strings.Repeat("]", n))
		objects := []byte(strings.Repeat(`{"a":`, n) + "1" + strings.Repeat("}", n))
		if want := n <= maxDepth; isValue(lists) != want || isValue(objects) != want {
			t.Errorf("%d deep: %t and %t, want %t", n, isValue(lists), isValue(objects), want)
		}
		if isValue(lists[:n]) || isValue(objects[:5*n]) {
			t.Errorf("%d deep and not closed: is taken", n)
		}
	}
}

func FuzzIsValue(f *testing.F) {
	for _, v := range values {
		f.Add([]byte(v))
	}
	f.Fuzz(checkIsValue)
}

var toaster = [][]byte{
	[]byte("state/kitchen/toaster"),
	[]byte(`{"state":"toasting","loaded":true,"browning":4,"progress":0.37,"remaining_s":83,"power_w":900,"energy_wh":12.3}`),
	[]byte(`{"id":"0198c2a5-7f00-7000-8000-0123456789ab","at":"2026-11-20T06:30:00.123456789Z","from":"sim","seq":1234,"cause":"0198c2a5-7eff-7000-8000-0123456789ab","hops":1}`),
}

func BenchmarkIsValue(b *testing.B) {
	for _, v := range [][]byte{toaster[1], fmt.Appendf(nil, "%q", strings.Repeat("x", 4000))} {
		b.Run(fmt.Sprint(len(v), "B"), func(b *testing.B) {
			b.SetBytes(int64(len(v)))
			b.ReportAllocs()
			for b.Loop() {
				if !isValue(v) {
					b.Fatal()
				}
			}
		})
		b.Run(fmt.Sprint("json.Valid/", len(v), "B"), func(b *testing.B) {
			b.SetBytes(int64(len(v)))
			for b.Loop() {
				if !json.Valid(v) || !utf8.Valid(v) {
					b.Fatal()
				}
			}
		})
	}
}
