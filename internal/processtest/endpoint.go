package processtest

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"testing"
)

// Endpoints returns endpoints of loopback TCP, each of an Unused address that is held until
// the test ends.
func Endpoints(t testing.TB, n int) []string {
	t.Helper()
	all := make([]string, n)
	for i := range all {
		address, held, err := Unused()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = held.Close() })
		all[i] = "tcp://" + address
	}
	return all
}

// Unused returns an address of loopback TCP at which nobody listens, and will not. Its port
// is below those that are given to whoever connects, or listens just anywhere (from 32768 on
// with Linux's defaults, from 49152 on by RFC 6335), and no test is given it as long as it
// is held, in whatever process. Safe for concurrent use.
func Unused() (address string, held io.Closer, err error) {
	for range 1000 { // so many fail only if all do
		address = fmt.Sprintf("127.0.0.1:%d", 10_000+rand.N(20_000))
		var hold net.PacketConn
		if hold, err = net.ListenPacket("udp", address); err != nil {
			continue // held
		}
		conn, refused := net.Dial("tcp", address) // to listen and close would leave it taken while a process is being started
		if refused != nil {
			return address, hold, nil
		}
		err = errors.Join(fmt.Errorf("somebody listens at %s", address), conn.Close(), hold.Close())
	}
	return "", nil, err
}
