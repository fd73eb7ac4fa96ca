package control

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"

	"homebus/internal/proxy"
)

// Handler serves one kind of JSON request. request is all of it, with its "do". What
// it returns goes into the answer beside "ok":true; an error is the answer's "error".
// It must be quick, for the next request waits for it.
type Handler func(ctx context.Context, request json.RawMessage) (map[string]any, error)

// answers knows what to say to each request. One owner.
type answers struct {
	target Target
	log    *slog.Logger
	verbs  map[string]Handler
}

// terminate is the request that ends the program, in either kind.
const terminate = "terminate"

func newAnswers(target Target, log *slog.Logger) answers {
	a := answers{target: target, log: log}
	a.verbs = map[string]Handler{
		"pause":      a.handler(a.pause),
		"resume":     a.handler(a.resume),
		"statistics": a.statistics,
		terminate:    a.handler(func() { log.Info("ending, as asked for at the control endpoint") }),
	}
	return a
}

// handler makes a Handler of what has nothing to tell.
func (a answers) handler(do func()) Handler {
	return func(context.Context, json.RawMessage) (map[string]any, error) {
		do()
		return nil, nil
	}
}

func (a answers) pause() {
	if !a.target.Paused() {
		a.log.Info("paused")
		a.target.Pause()
	}
}

func (a answers) resume() {
	if a.target.Paused() {
		a.log.Info("resumed")
		a.target.Resume()
	}
}

func (a answers) statistics(context.Context, json.RawMessage) (map[string]any, error) {
	st := a.target.Statistics()
	return map[string]any{
		"paused": a.target.Paused(), "frontend": sideOf(st.Frontend), "backend": sideOf(st.Backend),
		"dropped": st.Dropped, "unroutable": st.Unroutable,
	}, nil
}

// to returns the answer to a request, and whether the program is to end.
func (a answers) to(ctx context.Context, request [][]byte) (answer [][]byte, end bool) {
	if len(request) == 1 {
		switch body := bytes.TrimSpace(request[0]); {
		case bytes.HasPrefix(body, []byte("{")):
			return a.toJSON(ctx, body)
		case string(body) == "STATISTICS":
			return eight(a.target.Statistics()), false
		case isCommand(string(body)):
			verb := strings.ToLower(string(body))
			_, _ = a.verbs[verb](ctx, nil)
			return [][]byte{{}}, verb == terminate
		}
	}
	return [][]byte{fmt.Appendf(nil, "not understood: %.40q; want PAUSE, RESUME, STATISTICS, TERMINATE or JSON such as {\"do\":\"statistics\"}", request)}, false
}

// isCommand reports whether s is a command that is answered with an empty frame.
func isCommand(s string) bool { return s == "PAUSE" || s == "RESUME" || s == "TERMINATE" }

// eight is the answer to STATISTICS.
func eight(st proxy.Statistics) [][]byte {
	var frames [][]byte
	for _, c := range []proxy.Count{st.Frontend.Received, st.Frontend.Sent, st.Backend.Received, st.Backend.Sent} {
		for _, n := range []uint64{c.Messages, c.Bytes} {
			frames = append(frames, binary.LittleEndian.AppendUint64(nil, n))
		}
	}
	return frames
}

// toJSON returns the answer to a JSON request.
func (a answers) toJSON(ctx context.Context, request []byte) (answer [][]byte, end bool) {
	verb, told, err := a.do(ctx, request)
	switch {
	case err != nil:
		told = map[string]any{"error": err.Error()}
	case told == nil:
		told = map[string]any{}
	}
	told["ok"] = err == nil
	text, err := json.Marshal(told)
	if err != nil {
		text = fmt.Appendf(nil, `{"error":%q,"ok":false}`, "the answer cannot be written as JSON: "+err.Error())
	}
	return [][]byte{text}, verb == terminate
}

func (a answers) do(ctx context.Context, request []byte) (verb string, told map[string]any, err error) {
	var r struct{ Do *string }
	if err := json.Unmarshal(request, &r); err != nil {
		return "", nil, fmt.Errorf("no JSON request: %w", err)
	}
	if r.Do == nil {
		return "", nil, errors.New(`"do" is missing, as in {"do":"statistics"}`)
	}
	do, known := a.verbs[*r.Do]
	if !known {
		return "", nil, fmt.Errorf("nothing is known to do for %.40q; want %s", *r.Do, strings.Join(slices.Sorted(maps.Keys(a.verbs)), ", "))
	}
	told, err = do(ctx, request)
	return *r.Do, told, err
}

// side and count are a side's part of the statistics as JSON; docs/proxies.md
// explains the keys.
type side struct {
	Received count `json:"received"`
	Sent     count `json:"sent"`
}

type count struct {
	Messages uint64 `json:"messages"`
	Bytes    uint64 `json:"bytes"`
}

func sideOf(s proxy.SideStatistics) side {
	return side{Received: count(s.Received), Sent: count(s.Sent)}
}
