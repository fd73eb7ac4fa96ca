package proxy

import (
	"testing"
	"time"

	"homebus/internal/zmtp/zmtptest"
)

func TestWhenToTidyUp(t *testing.T) {
	begin := time.Now()
	var tidy tidier
	for _, step := range []struct {
		at    time.Duration
		inUse int64
		due   bool
	}{
		{0, 0, false},
		{time.Second, tidyFrom - 1, false},
		{2 * time.Second, 0, false},
		{time.Minute, 0, false}, // that was no burst
		{61 * time.Second, 4 * tidyFrom, false},
		{62 * time.Second, tidyFrom, false}, // over
		{66 * time.Second, 0, false},
		{66500 * time.Millisecond, 4 * tidyFrom, false}, // and not yet
		{67 * time.Second, 0, false},
		{71 * time.Second, 0, false},
		{72 * time.Second, 0, true},
		{80 * time.Second, 0, false}, // once
		{90 * time.Second, 0, false},
	} {
		if got := tidy.due(begin.Add(step.at), step.inUse); got != step.due {
			t.Errorf("at %v, with %d in use: %v", step.at, step.inUse, got)
		}
	}
}

// What waits is counted as in use, and no more when it is written or forgotten.
func TestPiecesInUseAreCounted(t *testing.T) {
	o := newOutbox(DefaultLimits, testBudget())
	m := zmtptest.Wire("t", string(make([]byte, 1<<20)))
	for range 3 {
		o.push(nil, m, 1)
	}
	if n := o.budget.used.Load(); n < 3<<20 || n > 4<<20 {
		t.Errorf("3 MiB wait, %d bytes are in use", n)
	}
	for _, end := range []func(){o.wrote, o.unwritten} {
		if len(o.take(nil)) == 0 {
			t.Fatal("nothing waits")
		}
		end()
	}
	if sent, _, _, waiting := o.counts(); sent != 1 || waiting != 1 {
		t.Errorf("%d sent, %d wait", sent, waiting)
	}
	o.close()
	if n := o.budget.used.Load(); n != 0 {
		t.Errorf("nothing waits, %d bytes are in use", n)
	}
}
