package epgm

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"homebus/internal/endpoint"
)

// scheme is how an endpoint begins.
const scheme = "epgm://"

// Endpoint is a multicast group, and the interface through which it is reached.
type Endpoint struct {
	// Interface is an interface's name or one of its IPv4 addresses; "" is the one that
	// the routing table has for the group.
	Interface string
	// Group is the group's IPv4 address and the UDP port.
	Group netip.AddrPort
}

// ParseEndpoint reads epgm://INTERFACE;GROUP:PORT, such as
// epgm://192.168.1.5;239.192.1.1:5555 or epgm://eth0;239.192.1.1:5555, or without an
// interface epgm://239.192.1.1:5555. It is libzmq's form (zmq_pgm(7)) with one group,
// which is both heard and sent to. Whether there is such an interface is seen when it is
// opened. The error is endpoint.Malformed, and says what would be right.
func ParseEndpoint(s string) (Endpoint, error) {
	bad := func(format string, args ...any) (Endpoint, error) {
		return Endpoint{}, endpoint.Malformed(fmt.Sprintf("endpoint %q: "+format, append([]any{s}, args...)...))
	}
	rest, ok := strings.CutPrefix(s, scheme)
	if !ok {
		return bad("want epgm://INTERFACE;GROUP:PORT, as in epgm://eth0;239.192.1.1:5555")
	}
	device, group, ok := strings.Cut(rest, ";")
	if !ok {
		device, group = "", rest
	}
	switch {
	case strings.Contains(group, ";"):
		return bad("want one group, to hear and to send to; not another one to send to")
	case strings.Contains(group, ","):
		return bad("want one group; each further one is an endpoint of its own")
	case strings.ContainsAny(group, "[]") || strings.Count(group, ":") > 1:
		return bad("want an IPv4 group, as in 239.192.1.1; IPv6 is not spoken here")
	}
	host, port, ok := strings.Cut(group, ":")
	if !ok {
		return bad("want a port behind the group, as in 239.192.1.1:5555")
	}
	number, err := strconv.ParseUint(port, 10, 16)
	if err != nil || number == 0 {
		return bad("want a port from 1 to 65535, not %q", port)
	}
	address, err := netip.ParseAddr(host)
	if err != nil || !address.IsMulticast() {
		return bad("want a multicast group from 224.0.0.0 to 239.255.255.255 (239.192.x.x is for an organisation's own use), not %q", host)
	}
	return Endpoint{Interface: device, Group: netip.AddrPortFrom(address, uint16(number))}, nil
}

// String returns the endpoint as ParseEndpoint reads it.
func (e Endpoint) String() string {
	if e.Interface == "" {
		return scheme + e.Group.String()
	}
	return scheme + e.Interface + ";" + e.Group.String()
}
