package guard

import (
	"errors"
	"net"
	"net/netip"
	"strconv"
	"strings"
)

// private are the domains of which no name can be had in the public DNS: localhost (RFC
// 6761, section 6.3), local (RFC 6762, multicast DNS), home.arpa (RFC 8375), internal
// (reserved by ICANN in 2024), and lan, which many home routers use and the root has not.
var private = []string{".localhost", ".local", ".lan", ".home.arpa", ".internal"}

// knownHost reports whether a stranger cannot have made the name in a Host header point
// here. No Host is what a program sends that speaks HTTP/1.0, and never a browser.
func (g *Guard) knownHost(header string) bool {
	host, _, err := splitHost(header)
	switch {
	case err != nil:
		return false
	case host == "", isAddress(host), !strings.Contains(host, "."), g.hosts[host]:
		return true
	}
	for _, domain := range private {
		if strings.HasSuffix(host, domain) && len(host) > len(domain) {
			return true
		}
	}
	return false
}

// errHost is what is wrong with a host and port.
var errHost = errors.New("want HOST or HOST:PORT")

// splitHost takes what a Host header holds apart (RFC 9110, section 7.2). port is "" if
// it has none. host is in small letters and has no brackets and no dot at its end.
func splitHost(s string) (host, port string, err error) {
	host = s
	if i := strings.LastIndexByte(s, ':'); i >= 0 && !strings.HasSuffix(s, "]") {
		host, port = s[:i], s[i+1:]
		if _, err := strconv.ParseUint(port, 10, 16); err != nil {
			return "", "", errHost
		}
	}
	if inner, bracketed := strings.CutPrefix(host, "["); bracketed {
		inner, closed := strings.CutSuffix(inner, "]")
		if a, err := netip.ParseAddr(inner); !closed || err != nil || !a.Is6() {
			return "", "", errHost
		}
		return plain(inner), port, nil
	}
	if strings.ContainsFunc(host, func(r rune) bool { return !inName(r) }) || host == "" && port != "" {
		return "", "", errHost
	}
	return plain(host), port, nil
}

// inName reports whether a name or an IPv4 address in an address may have r. Names in
// other scripts come as ASCII (RFC 5891).
func inName(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '.' || r == '_'
}

// plain returns the form of a host by which two are compared.
func plain(host string) string {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if a, err := netip.ParseAddr(host); err == nil {
		return a.String()
	}
	return host
}

// isAddress reports whether host is an IP address.
func isAddress(host string) bool {
	_, err := netip.ParseAddr(host)
	return err == nil
}

// thisMachine reports whether host means the machine that asks for it: a loopback address,
// or localhost and the names under it (RFC 6761, section 6.3).
func thisMachine(host string) bool {
	if a, err := netip.ParseAddr(host); err == nil {
		return a.Unmap().IsLoopback()
	}
	return host == "localhost" || strings.HasSuffix(host, ".localhost")
}

// joined returns host and port as a URL has them; port may be "".
func joined(host, port string) string {
	if port != "" {
		return net.JoinHostPort(host, port)
	}
	if strings.Contains(host, ":") {
		return "[" + host + "]"
	}
	return host
}
