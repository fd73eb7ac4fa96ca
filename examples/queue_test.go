package examples

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// proxy starts a proxy, and returns where it is once it listens.
func proxy(t *testing.T, kind string, more ...string) (frontend, backend string) {
	t.Helper()
	frontend, backend = free(t), free(t)
	args := append([]string{"proxy", kind, "--frontend", frontend, "--backend", backend}, more...)
	start(t, "bus", args...).Await("msg=listening")
	return frontend, backend
}

// TestQueue: two servers and three clients, ours and libzmq's.
func TestQueue(t *testing.T) {
	t.Parallel()
	frontend, backend := proxy(t, "queue")
	anna := start(t, "queue", "server", "anna", backend)
	twin(t, "queue", "server", "bert", backend)
	clients := map[string]*process{
		"carl": start(t, "queue", "client", "carl", frontend),
		"dora": start(t, "queue", "client", "dora", frontend),
		"emil": twin(t, "queue", "client", "emil", frontend),
	}
	for name, client := range clients {
		client.Exits(0)
		answers := strings.Split(strings.TrimSpace(client.Text()), "\n")
		for n, answer := range answers {
			if want := fmt.Sprintf("%s's question %d, says ", name, n+1); !strings.HasPrefix(answer, want) {
				t.Errorf("%q, want %q and a name", answer, want)
			}
		}
		if len(answers) != 100 {
			t.Errorf("%s has %d answers, want 100", name, len(answers))
		}
	}
	askUntil(t, frontend, "anna", "bert")

	anna.interrupt() // one server is enough
	alone := start(t, "queue", "client", "gina", frontend)
	alone.Exits(0)
	alone.saysNot("says anna")
}

// askUntil lets a client ask, again and again, until each of the servers has answered.
func askUntil(t *testing.T, frontend string, servers ...string) {
	t.Helper()
	for begun := time.Now(); ; {
		client := start(t, "queue", "client", "fred", frontend)
		client.Exits(0)
		missing := slices.DeleteFunc(slices.Clone(servers), func(name string) bool {
			return strings.Contains(client.Text(), "says "+name)
		})
		if len(missing) == 0 {
			return
		}
		if time.Since(begun) > patience {
			t.Fatalf("%q are not asked within %v", missing, patience)
		}
	}
}
