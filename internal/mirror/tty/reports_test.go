package tty

import (
	"bytes"
	"regexp"
	"strings"
	"testing"
)

// sorted passes text in pieces of a size, and returns what came out, a report in
// brackets.
func sorted(text string, size int) string {
	var r reports
	var out strings.Builder
	for rest := []byte(text); len(rest) > 0; {
		n := min(size, len(rest))
		for _, p := range r.take(rest[:n]) {
			if bytes.HasPrefix(p, []byte("\x1b[<")) || bytes.HasPrefix(p, []byte("\x1b[M")) {
				out.WriteString("{" + string(p) + "}")
			} else {
				out.Write(p)
			}
		}
		rest = rest[n:]
	}
	out.Write(r.release())
	return out.String()
}

func TestReportsComeWholeOrNotAtAll(t *testing.T) {
	tests := []struct{ name, sent, comes string }{
		{"keys", "q\x1b[A\x1bOPé", "q\x1b[A\x1bOPé"},
		{"a click", "a\x1b[<0;12;7Mb\x1b[<0;12;7mc", "a{\x1b[<0;12;7M}b{\x1b[<0;12;7m}c"},
		{"the wheel", "\x1b[<64;1;1M\x1b[<65;200;60M", "{\x1b[<64;1;1M}{\x1b[<65;200;60M}"},
		{"X10", "\x1b[M !!x\x1b[M\x60\xff\x1bq", "{\x1b[M !!}x{\x1b[M\x60\xff\x1b}q"},
		{"cut off by a key", "\x1b[<0;1\x1b[Aq", "\x1b[Aq"},
		{"cut off by enter", "\x1b[<0;1\rq", "\rq"},
		{"cut off by another", "\x1b[<0;1\x1b[<0;1;2Mq", "{\x1b[<0;1;2M}q"},
		{"too few numbers", "\x1b[<0;1Mq", "q"},
		{"too many", "\x1b[<0;1;2;3Mq", "q"},
		{"none", "\x1b[<Mq\x1b[<;;Mq", "qq"},
		{"letters", "\x1b[<0;a;2Mq", ";2Mq"}, // ends with the first of them (ECMA-48)
		{"an endless one", "\x1b[<0;" + strings.Repeat("1", 1000) + ";2Mq", "q"},
		{"a number that no terminal has", "\x1b[<0;123456;2Mq", "q"},
		{"another sequence with <", "\x1b[<1uq", "q"},
		{"escape", "\x1b", "\x1b"},
		{"escape twice", "\x1b\x1bq", "\x1b\x1bq"},
		{"alt and bracket", "\x1b[", "\x1b["},
		{"a paste", "\x1b[200~a<0;1;1M\x1b[201~", "\x1b[200~a<0;1;1M\x1b[201~"},
	}
	for _, tt := range tests {
		for size := 1; size <= len(tt.sent); size++ {
			if got := sorted(tt.sent, size); got != tt.comes {
				t.Errorf("%s, in pieces of %d: %q, want %q", tt.name, size, got, tt.comes)
			}
		}
	}
}

// Half a report is waited for, however long: no key begins like it.
func TestHalfAReportIsNoKey(t *testing.T) {
	var r reports
	if r.take([]byte("\x1b")); !r.unsure() {
		t.Error("escape is not held for a while")
	}
	for _, more := range []string{"[<", "0;1", "2;7"} {
		r.take([]byte(more))
		if r.unsure() || len(r.release()) > 0 {
			t.Errorf("after %q it would be released", more)
		}
	}
	if got := r.take([]byte("Mq")); len(got) != 2 || string(got[0]) != "\x1b[<0;12;7M" || string(got[1]) != "q" {
		t.Errorf("got %q", got)
	}
}

// FuzzReports types anything in two pieces, of which each may be a report: reports are
// whole, nothing is invented, pieces make no difference, and without the beginning of
// a report everything comes as it was.
func FuzzReports(f *testing.F) {
	for _, s := range []string{"q", "\x1b", "\x1b[", "\x1b[<0;1;2M", "\x1b[<0;1", "\x1b[M !!", "\x1b[M\x1b", "\x1b[A\x1bO", "é\x1b[200~x"} {
		f.Add([]byte(s), uint(2))
	}
	whole := regexp.MustCompile(`^\x1b(\[<\d{1,5};\d{1,5};\d{1,5}[Mm]|\[M(?s:...))$`)
	f.Fuzz(func(t *testing.T, sent []byte, size uint) {
		text := string(sent)
		if strings.ContainsAny(text, "{}") {
			return
		}
		all := sorted(text, len(text)+1)
		if got := sorted(text, int(size%8)+1); got != all {
			t.Errorf("%q: %q in pieces, %q in one", text, got, all)
		}
		var r reports
		for _, p := range r.take(sent) {
			if i := bytes.Index(p, []byte("\x1b[<")); i >= 0 && !whole.Match(p[i:]) {
				t.Fatalf("%q: no whole report in %q", text, p)
			}
		}
		if !strings.Contains(text, "\x1b[<") && !strings.Contains(text, "\x1b[M") && all != text {
			t.Errorf("%q became %q", text, all)
		}
	})
}
