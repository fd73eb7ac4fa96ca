package zmqlink

import (
	"fmt"
	"net"
	"strconv"
	"strings"
)

// endpoint is where a hub listens, as package net wants it.
type endpoint struct {
	text, network, address string
}

// parseEndpoint reads tcp://host:port and ipc://path. host may be a name or an
// address, [::1] too, but not a wildcard: that is where a hub listens, not where
// it is found.
func parseEndpoint(s string) (endpoint, error) {
	scheme, rest, ok := strings.Cut(s, "://")
	switch {
	case ok && scheme == "tcp":
		return parseTCP(s, rest)
	case ok && scheme == "ipc" && rest != "":
		return endpoint{text: s, network: "unix", address: rest}, nil
	}
	return endpoint{}, fmt.Errorf("endpoint %q: want tcp://host:port or ipc://path", s)
}

func parseTCP(s, address string) (endpoint, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return endpoint{}, fmt.Errorf("endpoint %q: want tcp://host:port, such as tcp://127.0.0.1:5559: %w", s, err)
	}
	if host == "" || host == "*" {
		return endpoint{}, fmt.Errorf("endpoint %q: to connect, name the host, such as tcp://127.0.0.1:%s", s, port)
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
		return endpoint{}, fmt.Errorf("endpoint %q: port %q is no number from 1 to 65535", s, port)
	}
	return endpoint{text: s, network: "tcp", address: address}, nil
}
