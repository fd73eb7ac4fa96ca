package zmtptest

import (
	"net"
	"sync"
)

// Loopback6 returns this machine's own address for endpoints: [::1], or 127.0.0.1 where
// there is no IPv6, as in many a container.
var Loopback6 = sync.OnceValue(func() string {
	l, err := net.Listen("tcp", "[::1]:0")
	if err != nil {
		return "127.0.0.1"
	}
	_ = l.Close()
	return "[::1]"
})
