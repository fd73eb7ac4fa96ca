package examples

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
)

// TestMonitor: of a proxy, ours or pyzmq's, listeners see every question and its answer.
func TestMonitor(t *testing.T) {
	t.Parallel()
	t.Run("our queue", func(t *testing.T) {
		t.Parallel()
		monitor := free(t)
		frontend, backend := proxy(t, "queue", "--monitor", monitor)
		passesBy(t, frontend, backend, start(t, "monitor", monitor), twin(t, "monitor", "listen", monitor))
	})
	t.Run("pyzmq's queue", func(t *testing.T) {
		t.Parallel()
		frontend, backend, monitor := free(t), free(t), free(t)
		twin(t, "monitor", "queue", frontend, backend, monitor)
		listener := start(t, "monitor", monitor)
		passesBy(t, frontend, backend, listener)
		listener.interrupt()
	})
}

// passesBy has a hundred questions answered, once the listeners hear what passes.
func passesBy(t *testing.T, frontend, backend string, listeners ...*process) {
	t.Helper()
	start(t, "queue", "server", "anna", backend)
	for i, heard := 0, 0; heard < len(listeners); i++ {
		start(t, "queue", "client", fmt.Sprint("early ", i), frontend).Exits(0)
		heard = 0
		for _, l := range listeners {
			if strings.Contains(l.Text(), "early") { // and no mere word of its own that it tries to connect
				heard++
			}
		}
	}
	start(t, "queue", "client", "carl", frontend).Exits(0)
	for _, l := range listeners {
		l.Await(`^out .*carl's question 100, says anna`)
		for _, pattern := range []string{`(?m)^in .*carl's question \d+"\]$`, `(?m)^out .*carl's question \d+, says anna"\]$`} {
			if n := len(regexp.MustCompile(pattern).FindAllString(l.Text(), -1)); n != 100 {
				t.Errorf("%s: %d of %q, want 100", l.Name, n, pattern)
			}
		}
	}
}
