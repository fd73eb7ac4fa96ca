// Package costtest holds readers of foreign texts to a bound on what the worst of these
// cost. It is for tests.
package costtest

import (
	"syscall"
	"testing"
	"time"
)

// Bound is how much processor time a text may take. Each takes about a second of a quiet
// machine at most; the bound is for slow ones, and the race detector.
const Bound = 6 * time.Second

// Within fails t for each text, by its name, that read takes longer for than Bound.
func Within(t *testing.T, texts map[string]string, read func(src []byte) error) {
	t.Helper()
	for name, src := range texts {
		begin := spent(t)
		err := read([]byte(src))
		took, said := spent(t)-begin, "nothing"
		if err != nil {
			said = err.Error()
		}
		t.Logf("%-26s %8d bytes %8s %8d bytes of mistakes: %.90q", name, len(src), took.Round(time.Millisecond), len(said), said)
		if took > Bound {
			t.Errorf("%s took %s", name, took)
		}
	}
}

// spent is the time that this process has had of the processors, which others on the
// machine do not make longer.
func spent(t *testing.T) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
