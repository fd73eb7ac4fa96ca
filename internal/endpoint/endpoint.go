// Package endpoint is the one place that knows how ZeroMQ writes where a socket
// listens or connects: tcp://host:port, tcp://*:port, ipc://path. It parses,
// listens and dials; what is spoken there is not its business.
package endpoint

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Endpoint is where a socket listens or connects. The zero Endpoint is none.
type Endpoint struct {
	// Network is "tcp" or "unix", Address what net.Listen takes with it.
	Network, Address string
}

// Malformed is the error of what is no endpoint. It says what would be right.
type Malformed string

// Error is the whole of it.
func (m Malformed) Error() string { return string(m) }

// malformed says of s what would be right.
func malformed(s, want string, args ...any) (Endpoint, error) {
	return Endpoint{}, Malformed(fmt.Sprintf("endpoint %q: "+want, append([]any{s}, args...)...))
}

// maxSocketPath is the longest path of a Unix socket (unix(7), sun_path).
const maxSocketPath = 107

// probeTime is how long an ipc endpoint's present owner has to answer.
const probeTime = time.Second

// Parse reads an endpoint to listen at, in ZeroMQ's form: tcp://host:port,
// tcp://*:port for every address of this machine, port 0 for one of the kernel's
// choice, or ipc://path. IPv6 addresses stand in brackets. The error is Malformed.
func Parse(s string) (Endpoint, error) {
	return parse(s, "tcp://HOST:PORT, tcp://*:PORT or ipc://PATH")
}

// parse reads an endpoint; want is what would be right instead of an unknown kind.
func parse(s, want string) (Endpoint, error) {
	scheme, rest, ok := strings.Cut(s, "://")
	switch {
	case ok && scheme == "tcp":
		return parseTCP(s, rest)
	case ok && scheme == "ipc":
		if rest == "" || len(rest) > maxSocketPath {
			return malformed(s, "want a path of 1 to %d bytes, as in ipc:///run/bus.sock", maxSocketPath)
		}
		return Endpoint{Network: "unix", Address: rest}, nil
	}
	return malformed(s, "want %s", want)
}

func parseTCP(s, rest string) (Endpoint, error) {
	host, port, err := net.SplitHostPort(rest)
	if err != nil && strings.Count(rest, ":") > 1 {
		return malformed(s, "want an IPv6 address in brackets, as in tcp://[::1]:5559")
	}
	if err != nil || host == "" {
		return malformed(s, "want a host and a port, as in tcp://127.0.0.1:5559 or tcp://*:5559")
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return malformed(s, "want a port from 0 to 65535, not %q", port)
	}
	if host == "*" {
		host = ""
	}
	return Endpoint{Network: "tcp", Address: net.JoinHostPort(host, port)}, nil
}

// ParseRemote reads an endpoint to connect to: what Parse reads, but neither every
// address nor port 0. The error is Malformed.
func ParseRemote(s string) (Endpoint, error) {
	e, err := parse(s, "tcp://HOST:PORT or ipc://PATH")
	if err != nil || e.Network != "tcp" {
		return e, err
	}
	switch host, port, _ := net.SplitHostPort(e.Address); { // which parse has joined
	case host == "":
		return malformed(s, "* is for listening; want the host to connect to, as in tcp://127.0.0.1:%s", port)
	case e.AnyPort():
		return malformed(s, "port 0 is for listening; want the port to connect to")
	}
	return e, nil
}

// AnyPort reports whether the kernel chooses the port.
func (e Endpoint) AnyPort() bool {
	_, port, err := net.SplitHostPort(e.Address)
	return e.Network == "tcp" && err == nil && strings.Trim(port, "0") == ""
}

// Of returns the endpoint of an address that a listener has.
func Of(a net.Addr) Endpoint { return Endpoint{Network: a.Network(), Address: a.String()} }

// String returns the endpoint in ZeroMQ's form.
func (e Endpoint) String() string {
	if e.Network == "unix" {
		return "ipc://" + e.Address
	}
	if host, port, err := net.SplitHostPort(e.Address); err == nil && host == "" {
		return "tcp://*:" + port
	}
	return "tcp://" + e.Address
}

// keepAlive finds dead TCP peers that cannot be pinged, within 30 s.
var keepAlive = net.KeepAliveConfig{Enable: true, Idle: 15 * time.Second, Interval: 5 * time.Second, Count: 3}

// Listen opens the endpoint. A socket file that a crashed program left behind
// is removed once a probe has shown that nobody answers there.
func (e Endpoint) Listen(ctx context.Context) (net.Listener, error) {
	if e.Network == "unix" {
		if err := removeStale(e.Address); err != nil {
			return nil, fmt.Errorf("listen on %s: %w", e, err)
		}
	}
	config := net.ListenConfig{KeepAliveConfig: keepAlive}
	l, err := config.Listen(ctx, e.Network, e.Address)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("listen on %s: the address is in use; does another program listen there already?", e)
	}
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", e, Reason(err))
	}
	return l, nil
}

// Dial connects to the endpoint. It ends with ctx. The error says why, and not
// where, which the caller knows.
func (e Endpoint) Dial(ctx context.Context) (net.Conn, error) {
	dialer := net.Dialer{KeepAliveConfig: keepAlive}
	conn, err := dialer.DialContext(ctx, e.Network, e.Address)
	if err != nil {
		return nil, Reason(err)
	}
	return conn, nil
}

// Reason strips what net puts before the cause and the endpoint says already.
func Reason(err error) error {
	if op := (*net.OpError)(nil); errors.As(err, &op) {
		return op.Err
	}
	return err
}

func removeStale(path string) error {
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if info.Mode().Type() != fs.ModeSocket {
		return errors.New("there is a file with that name that is no socket")
	}
	conn, err := net.DialTimeout("unix", path, probeTime)
	if err == nil {
		_ = conn.Close()
		return errors.New("the address is in use; does another program listen there already?")
	}
	if !errors.Is(err, syscall.ECONNREFUSED) {
		return fmt.Errorf("probe who owns the socket: %w", Reason(err))
	}
	return os.Remove(path)
}
