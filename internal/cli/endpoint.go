package cli

import (
	"errors"
	"net"
	"strconv"
	"strings"
)

// The hub's endpoints where no flag and no variable says otherwise. They bind
// loopback only.
const (
	DefaultFrontend = "tcp://127.0.0.1:5559"
	DefaultBackend  = "tcp://127.0.0.1:5560"
)

// The variables that hold the defaults of --frontend and --backend: one
// endpoint, or several with commas between them.
const (
	EnvFrontend = "HOMEBUS_FRONTEND"
	EnvBackend  = "HOMEBUS_BACKEND"
)

var errEndpoint = errors.New(`want tcp://HOST:PORT or ipc://PATH`)

// checkEndpoint says what is wrong with an endpoint. A listener may also leave
// the host or the port open: tcp://*:5559, tcp://127.0.0.1:0.
func checkEndpoint(endpoint string, listen bool) error {
	scheme, rest, ok := strings.Cut(endpoint, "://")
	if !ok {
		return errEndpoint
	}
	switch scheme {
	case "ipc":
		if rest == "" {
			return errEndpoint
		}
		return nil
	case "tcp":
		return checkHostPort(rest, listen)
	}
	return errEndpoint
}

func checkHostPort(s string, listen bool) error {
	host, port, err := net.SplitHostPort(s)
	if err != nil || host == "" {
		return errEndpoint
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return errors.New("want a port from 1 to 65535")
	}
	if !listen && host == "*" {
		return errors.New("* is every address of this machine, for listening; want one host to connect to")
	}
	if !listen && n == 0 {
		return errors.New("port 0 is for listening; want the hub's port")
	}
	return nil
}

// splitList takes the value of a variable apart.
func splitList(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' })
}
