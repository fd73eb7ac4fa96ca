package control

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"homebus/internal/proxy"
)

// steered is a Target that does nothing else.
type steered struct{ paused bool }

func (s *steered) Pause()       { s.paused = true }
func (s *steered) Resume()      { s.paused = false }
func (s *steered) Paused() bool { return s.paused }
func (s *steered) Statistics() proxy.Statistics {
	return proxy.Statistics{
		Frontend: proxy.SideStatistics{Received: proxy.Count{Messages: 1, Bytes: 2}, Sent: proxy.Count{Messages: 3, Bytes: 4}},
		Backend:  proxy.SideStatistics{Received: proxy.Count{Messages: 5, Bytes: 6}, Sent: proxy.Count{Messages: 7, Bytes: 1 << 40}},
		Dropped:  8, Unroutable: 9,
	}
}

func TestAnswers(t *testing.T) {
	const hint = `; want PAUSE, RESUME, STATISTICS, TERMINATE or JSON such as {"do":"statistics"}`
	n := func(b ...byte) string { return string(b) + strings.Repeat("\x00", 8-len(b)) }
	eight := strings.Join([]string{n(1), n(2), n(3), n(4), n(5), n(6), n(7), n(0, 0, 0, 0, 0, 1)}, "|")
	tests := []struct {
		request, answer   string // frames with | between them
		was, paused, ends bool
	}{
		{request: "PAUSE", paused: true},
		{request: "PAUSE", was: true, paused: true},
		{request: "RESUME", was: true},
		{request: "RESUME"},
		{request: "TERMINATE", was: true, paused: true, ends: true},
		{request: "STATISTICS", answer: eight},
		{request: `{"do":"pause"}`, answer: `{"ok":true}`, paused: true},
		{request: ` {"do":"resume","id":1}`, answer: `{"ok":true}`, was: true},
		{request: `{"do":"terminate"}`, answer: `{"ok":true}`, ends: true},
		{request: `{"do":"statistics"}`, was: true, paused: true, answer: `{"backend":{"received":{"messages":5,"bytes":6},"sent":{"messages":7,"bytes":1099511627776}},"dropped":8,` +
			`"frontend":{"received":{"messages":1,"bytes":2},"sent":{"messages":3,"bytes":4}},"ok":true,"paused":true,"unroutable":9}`},
		{request: `{"do":"why","of":"kitchen/coffee"}`, answer: `{"because":"{\"do\":\"why\",\"of\":\"kitchen/coffee\"}","ok":true}`},
		{request: `{"do":"why"}`, answer: `{"error":"of what?","ok":false}`},

		{request: "pause", answer: `not understood: ["pause"]` + hint},
		{request: "", answer: `not understood: [""]` + hint},
		{request: "PAUSE|now", answer: `not understood: ["PAUSE" "now"]` + hint},
		{request: `{"do":"explode"}`, answer: `{"error":"nothing is known to do for \"explode\"; want pause, resume, statistics, terminate, why","ok":false}`},
		{request: `{}`, answer: `{"error":"\"do\" is missing, as in {\"do\":\"statistics\"}","ok":false}`},
		{request: `{"do":7}`, answer: `{"error":"no JSON request: json: cannot unmarshal number into Go struct field .Do of type string","ok":false}`},
		{request: `{"do":`, answer: `{"error":"no JSON request: unexpected end of JSON input","ok":false}`},
	}
	for _, tt := range tests {
		target := &steered{paused: tt.was}
		a := newAnswers(target, slog.New(slog.DiscardHandler))
		a.verbs["why"] = func(_ context.Context, request json.RawMessage) (map[string]any, error) {
			if !strings.Contains(string(request), "of") {
				return nil, errors.New("of what?")
			}
			return map[string]any{"because": string(request)}, nil
		}
		answer, ends := a.to(t.Context(), frames(tt.request))
		if got := joined(answer); got != tt.answer || ends != tt.ends || target.paused != tt.paused {
			t.Errorf("%q:\n got %q, ends %t, paused %t\nwant %q, ends %t, paused %t", tt.request, got, ends, target.paused, tt.answer, tt.ends, tt.paused)
		}
	}
}

func frames(s string) [][]byte {
	var fs [][]byte
	for _, f := range strings.Split(s, "|") {
		fs = append(fs, []byte(f))
	}
	return fs
}

func joined(fs [][]byte) string {
	var texts []string
	for _, f := range fs {
		texts = append(texts, string(f))
	}
	return strings.Join(texts, "|")
}

// Whatever a client says, it is answered, and a JSON request with JSON.
func FuzzAnswers(f *testing.F) {
	for _, seed := range []string{"PAUSE", "STATISTICS", `{"do":"pause"}`, `{"do":"x"`, `{"Do":null}`, "{\"do\":\"\xff\"}", "\x00"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, request []byte) {
		a := newAnswers(&steered{}, slog.New(slog.DiscardHandler))
		answer, _ := a.to(t.Context(), [][]byte{request})
		if len(answer) == 0 {
			t.Fatal("no answer")
		}
		if strings.HasPrefix(strings.TrimSpace(string(request)), "{") && !json.Valid(answer[0]) {
			t.Errorf("%q", answer[0])
		}
	})
}
