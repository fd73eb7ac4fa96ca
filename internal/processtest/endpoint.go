package processtest

import (
	"net"
	"testing"
)

// Endpoints returns endpoints of loopback TCP at which nobody listens, no two the same.
func Endpoints(t testing.TB, n int) []string {
	t.Helper()
	all := make([]string, n)
	for i := range all {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close() // only at the end, so that each gets a port of its own
		all[i] = "tcp://" + l.Addr().String()
	}
	return all
}
