package filewire

import (
	"bytes"
	"strings"
	"testing"
)

func TestTopics(t *testing.T) {
	for _, tt := range []struct {
		topic, node, path string
		ok                bool
	}{
		{Topic("n1", "logs/a.log"), "n1", "logs/a.log", true},
		{Topic("kitchen-pi.local", "a b/é.log"), "kitchen-pi.local", "a b/é.log", true},
		{BeatTopic("n1"), "n1", "", true},
		{"file/n1/", "", "", false},
		{"file/", "", "", false},
		{"state/n1/a", "", "", false},
		{"file/../a", "", "", false},
		{"file/.n/a", "", "", false},
		{"file/n1/../../etc/passwd", "", "", false},
		{"file/n1/a/../b", "", "", false},
		{"file/n1//etc/passwd", "", "", false},
		{"file/n1/a/", "", "", false},
		{"file/n1/.", "", "", false},
		{"file/n1/a\x00b", "", "", false},
		{"file/n1/a\nb", "", "", false},
		{"file/n1/a\\..\\b", "", "", false},
		{"file/n1/\xff", "", "", false},
		{"file/n1/a.log@3", "", "", false},
		{"file/n1/a.log@1/x", "", "", false}, // would be a folder in the place of an earlier a.log
		{"file/n1/a.log@x", "n1", "a.log@x", true},
		{"file/n1/" + strings.Repeat("x", MaxPath+1), "", "", false},
		{"file/" + strings.Repeat("n", MaxNode+1) + "/a", "", "", false},
	} {
		node, path, ok := ParseTopic(tt.topic)
		if node != tt.node || path != tt.path || ok != tt.ok {
			t.Errorf("ParseTopic(%q) = %q, %q, %v", tt.topic, node, path, ok)
		}
	}
}

func TestAsides(t *testing.T) {
	for _, tt := range []struct {
		name, path string
		n          int
	}{
		{Aside("a.log", 1), "a.log", 1},
		{Aside("n1/a@b.log", 120), "n1/a@b.log", 120},
		{"a.log@0", "", 0},
		{"a.log@01", "", 0},
		{"a.log@-1", "", 0},
		{"a.log@99999999999999999999", "", 0},
		{"a.log", "", 0},
	} {
		if path, n, ok := AsideNumber(tt.name); path != tt.path || n != tt.n || ok != (tt.n > 0) {
			t.Errorf("AsideNumber(%q) = %q, %d, %v", tt.name, path, n, ok)
		}
	}
}

func TestLinesKeepTheirBytes(t *testing.T) {
	for _, raw := range []string{"\n", "a\n", "a\r\n", "é & <x>\u2028\n", "\xff\xfe\n", "\x00\n", "no newline", "\xffpart", ""} {
		l, err := ParseLine(Encode(NewLine("g", 7, []byte(raw))))
		if err != nil {
			t.Errorf("%q: %v", raw, err)
			continue
		}
		if got := string(l.Bytes()); got != raw || l.Offset != 7 || l.End != 7+int64(len(raw)) || l.Generation != "g" {
			t.Errorf("%q became %q, %+v", raw, got, l)
		}
	}
}

func FuzzParseLine(f *testing.F) {
	f.Add([]byte(`{"offset":0,"end":2,"generation":"g","line":"a"}`))
	f.Add([]byte(`{"offset":0,"end":3,"line_base64":"/w==","part":true}`))
	f.Add([]byte(`{"offset":9223372036854775807,"end":-9223372036854775808,"line":""}`))
	f.Fuzz(func(t *testing.T, payload []byte) {
		l, err := ParseLine(payload)
		if err != nil {
			return
		}
		again, err := ParseLine(Encode(l))
		if err != nil || !bytes.Equal(l.Bytes(), again.Bytes()) || l.Offset < 0 || l.End < l.Offset {
			t.Errorf("%q: %+v, %+v, %v", payload, l, again, err)
		}
	})
}

func TestRequests(t *testing.T) {
	for _, tt := range []struct{ frame, want string }{
		{`{"node":"n1","path":"a.log","offset":0}`, ""},
		{`{"node":"n1","list":true}`, ""},
		{`hello`, "a request: invalid"},
		{`{"path":"a.log"}`, `node "": want`},
		{`{"node":"n1"}`, `want a "path", or "list":true`},
		{`{"node":"n1","path":"a.log","offset":-1}`, "offset -1: want 0 or more"},
	} {
		_, err := ParseRequest([]byte(tt.frame))
		if (err == nil) != (tt.want == "") || err != nil && !strings.HasPrefix(err.Error(), tt.want) {
			t.Errorf("%s: %v; want %q", tt.frame, err, tt.want)
		}
	}
}

func TestProof(t *testing.T) {
	long := strings.Repeat("0123456789", 1000)
	for _, tt := range []struct {
		of, in string
		holds  bool
	}{
		{"", "", true},
		{"", "anything", true},
		{"abc", "abcdef", true},
		{"abc", "abd", false},
		{"abc", "ab", false},
		{long, long + "more", true},
		{long, "x" + long[1:] + "more", false},
		{long, long[:len(long)-1] + "x", false},
		{long, long[:len(long)-1], false},
	} {
		p, err := Prove(strings.NewReader(tt.of), int64(len(tt.of)))
		if err != nil {
			t.Fatal(err)
		}
		if got := p.Holds(strings.NewReader(tt.in)); got != tt.holds {
			t.Errorf("the proof of %d bytes in %d: %v", len(tt.of), len(tt.in), got)
		}
		window := min(len(tt.of), Window)
		if q := ProveOf([]byte(tt.of[:window]), []byte(tt.of[len(tt.of)-window:]), int64(len(tt.of))); q != p {
			t.Errorf("%d bytes: %+v and %+v", len(tt.of), p, q)
		}
	}
}
