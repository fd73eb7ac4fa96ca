package web

import (
	"errors"
	"net"
	"strconv"
	"strings"
)

// errAddress says what an address looks like.
var errAddress = errors.New("want HOST:PORT, such as 127.0.0.1:8080, or :8080 for every address of this machine")

// ParseAddress reads where to listen: HOST:PORT, or :PORT or *:PORT for every address of
// the machine; port 0 for one of the kernel's choice. IPv6 addresses stand in brackets.
// It returns the host, "" for every address, and what net.Listen takes. The error says
// what would be right.
func ParseAddress(s string) (host, address string, err error) {
	if strings.Contains(s, "/") {
		return "", "", errAddress
	}
	host, port, err := net.SplitHostPort(s)
	if err != nil && strings.Count(s, ":") > 1 {
		return "", "", errors.New("want an IPv6 address in brackets, as in [::1]:8080")
	}
	if err != nil || port == "" {
		return "", "", errAddress
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return "", "", errors.New("want a port from 0 to 65535, as in 127.0.0.1:8080")
	}
	if host == "*" {
		host = ""
	}
	return host, net.JoinHostPort(host, port), nil
}
