package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"strings"
	"testing"
	"time"

	"homebus/internal/bench"
	"homebus/internal/proxy"
)

// TestInterruptedBenchPrintsWhatIsKnown ends a run that would last for hours as Ctrl-C does.
func TestInterruptedBenchPrintsWhatIsKnown(t *testing.T) {
	f, err := proxy.New(proxy.Config{Frontend: []string{"tcp://127.0.0.1:0"}, Backend: []string{"tcp://127.0.0.1:0"}})
	if err != nil {
		t.Fatal(err)
	}
	serving, stop := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- f.Run(serving) }()
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	passes := time.NewTicker(time.Millisecond)
	defer passes.Stop()
	go func() {
		for range passes.C {
			if f.Stats().Out.Messages > 10 {
				interrupt()
				return
			}
		}
	}()
	var out, errs bytes.Buffer
	code := run(ctx, []string{"bench", "--rate", "500", "--count", "1000000", "--json",
		"--frontend", "tcp://" + f.Addrs().Frontend[0].String(), "--backend", "tcp://" + f.Addrs().Backend[0].String()},
		strings.NewReader(""), &out, &errs)
	stop()
	if err := <-served; err != nil {
		t.Error(err)
	}
	var res bench.Result
	if err := json.Unmarshal(out.Bytes(), &res); err != nil {
		t.Fatalf("%v: %q", err, out.String())
	}
	if code != 1 || errs.String() != "bus: interrupted\n" || res.Ended != bench.Interrupted || res.Heard < 1 || res.Heard+res.Lost != res.Sent {
		t.Errorf("exit code %d, %q, %+v", code, errs.String(), res)
	}
}

func TestProgressIsForTerminals(t *testing.T) {
	var screen bytes.Buffer
	p := newProgress(&screen, bench.Config{Count: 10})
	if p.w != nil {
		t.Error("a buffer is taken for a terminal")
	}
	p.w = io.Writer(&screen)
	for _, at := range []time.Duration{50, 210, 300, 420} {
		p.show(bench.Progress{Sent: int64(at), Heard: 2 * int64(at), Elapsed: at * time.Millisecond})
	}
	p.clear()
	const want = "\r\x1b[Ksent 210 of 10, heard 420, 0.2 s\r\x1b[Ksent 420 of 10, heard 840, 0.4 s\r\x1b[K"
	if got := screen.String(); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
