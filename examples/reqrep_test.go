package examples

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// TestReqrep: servers take turns, and one that is killed and comes back is asked again,
// be they ours or libzmq's.
func TestReqrep(t *testing.T) {
	t.Parallel()
	for name, startServer := range map[string]func(*testing.T, string, ...string) *process{"our servers": start, "libzmq's servers": twin} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			here, there := free(t), free(t)
			anna, bert := startServer(t, "reqrep", "server", "anna", here), startServer(t, "reqrep", "server", "bert", there)
			client := start(t, "reqrep", "client", here, there)
			client.Await(`anna\]\n.*bert\]\n.*anna\]$`) // in turn

			anna.kill()
			client.Await(`bert\]\n.*bert\]\n.*bert\]$`)
			startServer(t, "reqrep", "server", "anna", here)
			client.Await(`anna\]\n.*bert\]\n.*anna\]$`)
			bert.kill()
			client.Await(`anna\]\n.*anna\]\n.*anna\]$`)
			client.interrupt()
			answeredOnce(t, client)
		})
	}
}

// answeredOnce: each question of the client has one answer, which is its own, once a
// server is there.
func answeredOnce(t *testing.T, client *process) {
	t.Helper()
	found := regexp.MustCompile(`(?m)^(\d+): answer \[(\d+) `).FindAllStringSubmatch(client.Text(), -1)
	first := 1 // asked when a server was there
	for strings.Contains("\n"+client.Text(), fmt.Sprintf("\n%d: no answer: ", first)) {
		first++
	}
	for i, m := range found {
		if want := strconv.Itoa(first + i); m[1] != want || m[2] != want {
			t.Errorf("answer %s, to question %s, stands where that to %s is due", m[2], m[1], want)
		}
	}
}

func TestReqrepDeadline(t *testing.T) {
	t.Parallel()
	where := free(t)
	server := start(t, "reqrep", "server", "anna", where)
	client := start(t, "reqrep", "client", where)
	client.Await(`^1: answer \[1 anna\]$`)
	server.kill()
	n := client.Await(`^(\d+): no answer: .*deadline`)[1]
	server = start(t, "reqrep", "server", "anna", where)
	client.Await(`: answer \[\d+ anna\]$`)
	client.saysNot(fmt.Sprintf(`^%s: answer`, n)) // it was given up
	server.interrupt()
	client.interrupt()
}

func TestReqrepLibzmqAsks(t *testing.T) {
	t.Parallel()
	here, there := free(t), free(t)
	start(t, "reqrep", "server", "anna", here)
	start(t, "reqrep", "server", "bert", there)
	client := twin(t, "reqrep", "client", here, there)
	client.Exits(0)
	answeredOnce(t, client)
	client.Await(`^1000: `)
}
