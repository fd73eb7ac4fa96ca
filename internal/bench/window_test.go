package bench

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func testWindow(at *atomic.Int64) (*window, chan struct{}) {
	bell := make(chan struct{}, 1)
	return &window{size: 10, slowest: at.Load, bells: []chan struct{}{bell}}, bell
}

func TestWindowWaitsForTheSlowest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var at atomic.Int64
		w, bell := testWindow(&at)
		w.sent.Store(9)
		if err := w.wait(t.Context(), bell); err != nil { // at once
			t.Fatal(err)
		}
		w.sent.Store(12)
		var passed atomic.Bool
		go func() {
			if err := w.wait(t.Context(), bell); err != nil {
				t.Error(err)
			}
			passed.Store(true)
		}()
		for _, position := range []int64{1, 2, 3} {
			synctest.Wait()
			if passed.Load() {
				t.Fatalf("a publisher passed that is %d ahead of a window of 10", 12-at.Load())
			}
			time.Sleep(patience - 1) // each step starts it again
			at.Store(position)
			w.moved()
		}
		synctest.Wait()
		if !passed.Load() {
			t.Error("a publisher waits for nothing")
		}
	})
}

func TestWindowDoesNotWaitForWhatIsLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var at atomic.Int64
		w, bell := testWindow(&at)
		w.sent.Store(100)
		start := time.Now()
		if err := w.wait(t.Context(), bell); err != nil {
			t.Fatal(err)
		}
		if waited := time.Since(start); waited != patience {
			t.Errorf("waited %v, want %v", waited, patience)
		}
	})
}

func TestWindowEndsWithItsContext(t *testing.T) {
	var at atomic.Int64
	w, bell := testWindow(&at)
	w.sent.Store(100)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := w.wait(ctx, bell); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want %v", err, context.Canceled)
	}
}
