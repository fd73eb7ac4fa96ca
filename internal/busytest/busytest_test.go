package busytest

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestWorkIsCountedAndWaitingForNothingIsNot(t *testing.T) {
	if _, err := os.Stat(filepath.FromSlash("/proc/self/schedstat")); err != nil {
		t.Skip(err)
	}
	begin := Mine()
	for n := 0; Mine().Since(begin).Had < 20*time.Millisecond; n++ {
		if n == 10_000_000 {
			t.Fatal("work is not counted")
		}
	}
	worked := Mine()
	<-time.After(50 * time.Millisecond)
	if idle := Mine().Since(worked); idle.Had > 40*time.Millisecond {
		t.Errorf("doing nothing for 50 ms counts as %+v", idle)
	}
}

func TestSlowdown(t *testing.T) {
	for _, tt := range []struct {
		s    Share
		want float64
	}{
		{Share{}, 1},
		{Share{Had: time.Second}, 1},
		{Share{Had: time.Second, Waited: 2 * time.Second}, 3},
		{Share{Waited: time.Second}, 1},
	} {
		if got := tt.s.Slowdown(); got != tt.want {
			t.Errorf("%+v: %v, want %v", tt.s, got, tt.want)
		}
	}
	if got := (Share{1, 2}).Since(Share{3, 1}); got != (Share{0, 1}) {
		t.Errorf("%+v: less is nothing", got)
	}
	if got := (Share{1, 2}).And(Share{3, 1}); got != (Share{4, 3}) {
		t.Errorf("together %+v", got)
	}
	if got := Of(-1); got != (Share{}) {
		t.Errorf("nobody's share is %+v", got)
	}
}
