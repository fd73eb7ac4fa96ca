package guard

import (
	"errors"
	"strings"
)

// Origin is where a page is from (RFC 6454): a scheme, a host and a port. Equal ones are
// the same origin.
type Origin struct{ scheme, host, port string }

// defaultPorts are those that an origin does not name.
var defaultPorts = map[string]string{"http": "80", "https": "443"}

// ParseOrigin reads an origin as a browser sends it, http://HOST[:PORT] or
// https://HOST[:PORT]. The error says what would be right.
func ParseOrigin(s string) (Origin, error) {
	switch s {
	case "*":
		return Origin{}, errors.New("* would let every page in the world read the house; name each origin")
	case "null":
		return Origin{}, errors.New("null is what any page can make of its origin (in a sandboxed frame); serve the page from a host, and name that")
	}
	scheme, rest, ok := strings.Cut(s, "://")
	scheme = strings.ToLower(scheme)
	if !ok || defaultPorts[scheme] == "" {
		return Origin{}, errOrigin
	}
	if strings.ContainsAny(rest, "/?#@") {
		return Origin{}, errors.New("an origin has no path and no user; " + errOrigin.Error())
	}
	host, port, err := splitHost(rest)
	if err != nil || host == "" {
		return Origin{}, errOrigin
	}
	if port == "" {
		port = defaultPorts[scheme]
	}
	return Origin{scheme, host, strings.TrimLeft(port, "0")}, nil
}

// errOrigin says what an origin looks like.
var errOrigin = errors.New("want http://HOST[:PORT] or https://HOST[:PORT], such as https://home.example")

// String returns the origin as a browser sends it.
func (o Origin) String() string {
	port := o.port
	if port == defaultPorts[o.scheme] {
		port = ""
	}
	return o.scheme + "://" + joined(o.host, port)
}

// serves reports whether a page of this origin was served for the Host header: whether
// host and port are the same. The scheme may be either, for a proxy may have taken TLS
// off, and then a port that Host does not name is that of the scheme.
func (o Origin) serves(header string) bool {
	host, port, err := splitHost(header)
	if port == "" {
		port = defaultPorts[o.scheme]
	}
	return err == nil && host == o.host && strings.TrimLeft(port, "0") == o.port
}
