package examples

import (
	"strings"
	"testing"
	"time"
)

// TestCallbacks: the loop counts what comes on one socket, and answers on the other.
func TestCallbacks(t *testing.T) {
	t.Parallel()
	type starter = func(*testing.T, string, ...string) *process
	for name, who := range map[string]struct{ loop, client starter }{
		"ours":             {start, start},
		"libzmq asks":      {start, twin},
		"libzmq's pollers": {twin, start},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			at := []string{"-readings", free(t), "-questions", free(t)}
			loop := who.loop(t, "callbacks", append(at, "thermometer")...)
			for range 3 {
				who.client(t, "callbacks", append(at, "client", "21")...).Exits(0)
			}
			for begun, counted := time.Now(), false; !counted; { // once they are
				client := who.client(t, "callbacks", append(at, "client", "0")...)
				client.Exits(0)
				counted = strings.Contains(client.Text(), " readings, 63 in all")
				if time.Since(begun) > patience {
					t.Fatalf("three times 21 are not counted within %v", patience)
				}
			}
			if name == "ours" {
				loop.interrupt()
			}
		})
	}
}
