package endpoint

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	for text, want := range map[string]Endpoint{
		"tcp://127.0.0.1:5559":   {"tcp", "127.0.0.1:5559"},
		"tcp://*:5559":           {"tcp", ":5559"},
		"tcp://localhost:0":      {"tcp", "localhost:0"},
		"tcp://[::1]:5559":       {"tcp", "[::1]:5559"},
		"ipc:///run/bus.sock":    {"unix", "/run/bus.sock"},
		"ipc://relative/to/here": {"unix", "relative/to/here"},
	} {
		got, err := Parse(text)
		if err != nil || got != want || got.String() != text {
			t.Errorf("Parse(%q) = %+v, %v (again %q)", text, got, err, got)
		}
	}
}

func TestBadEndpointsSayWhatIsRight(t *testing.T) {
	for text, want := range map[string]string{
		"":                  `endpoint "": want tcp://HOST:PORT, tcp://*:PORT or ipc://PATH`,
		"127.0.0.1:5559":    `endpoint "127.0.0.1:5559": want tcp://HOST:PORT, tcp://*:PORT or ipc://PATH`,
		"udp://x:1":         `endpoint "udp://x:1": want tcp://HOST:PORT, tcp://*:PORT or ipc://PATH`,
		"tcp://":            `endpoint "tcp://": want a host and a port, as in tcp://127.0.0.1:5559 or tcp://*:5559`,
		"tcp://:5559":       `endpoint "tcp://:5559": want a host and a port, as in tcp://127.0.0.1:5559 or tcp://*:5559`,
		"tcp://x":           `endpoint "tcp://x": want a host and a port, as in tcp://127.0.0.1:5559 or tcp://*:5559`,
		"tcp://::1:5559":    `endpoint "tcp://::1:5559": want an IPv6 address in brackets, as in tcp://[::1]:5559`,
		"tcp://x:http":      `endpoint "tcp://x:http": want a port from 0 to 65535, not "http"`,
		"tcp://x:+80":       `endpoint "tcp://x:+80": want a port from 0 to 65535, not "+80"`,
		"tcp://x:-0":        `endpoint "tcp://x:-0": want a port from 0 to 65535, not "-0"`,
		"tcp://x:65536":     `endpoint "tcp://x:65536": want a port from 0 to 65535, not "65536"`,
		"ipc://":            `endpoint "ipc://": want a path of 1 to 107 bytes, as in ipc:///run/bus.sock`,
		"ipc://" + longPath: `endpoint "ipc://` + longPath + `": want a path of 1 to 107 bytes, as in ipc:///run/bus.sock`,
	} {
		if _, err := Parse(text); err != Malformed(want) {
			t.Errorf("Parse(%q): %#v, want %s", text, err, want)
		}
	}
}

var longPath = strings.Repeat("x", 108)

func TestABusyEndpointIsOneClearError(t *testing.T) {
	dir := t.TempDir()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	path := filepath.Join(dir, "taken")
	u, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = u.Close() }()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	for endpoint, want := range map[string]string{
		"tcp://" + l.Addr().String():     "the address is in use; does another program listen there already?",
		"ipc://" + path:                  "the address is in use; does another program listen there already?",
		"ipc://" + file:                  "no socket",
		"ipc://" + dir + "/nowhere/sock": "no such file or directory",
		"tcp://192.0.2.1:0":              "cannot assign requested address",
	} {
		e, err := Parse(endpoint)
		if err != nil {
			t.Fatal(err)
		}
		_, err = e.Listen(t.Context())
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), endpoint) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, want %q", endpoint, err, want)
		}
	}
	if b, err := os.ReadFile(file); err != nil || string(b) != "precious" {
		t.Errorf("the file has become %q, %v", b, err)
	}
}

func TestParseRemote(t *testing.T) {
	for text, want := range map[string]string{
		"tcp://127.0.0.1:5559": "",
		"tcp://[::1]:5559":     "",
		"tcp://hub.local:1":    "",
		"ipc:///run/bus.sock":  "",
		"tcp://*:5559":         `endpoint "tcp://*:5559": * is for listening; want the host to connect to, as in tcp://127.0.0.1:5559`,
		"tcp://127.0.0.1:00":   `endpoint "tcp://127.0.0.1:00": port 0 is for listening; want the port to connect to`,
		"inproc://x":           `endpoint "inproc://x": want tcp://HOST:PORT or ipc://PATH`,
	} {
		if _, err := ParseRemote(text); (want != "" || err != nil) && err != Malformed(want) {
			t.Errorf("ParseRemote(%q): %#v, want %s", text, err, want)
		}
	}
}

// A socket file of a listener that was killed is replaced; its new owner's is not.
func TestASocketFileThatNobodyServesIsReplaced(t *testing.T) {
	e := Endpoint{Network: "unix", Address: filepath.Join(t.TempDir(), "stale")}
	dead, err := net.Listen(e.Network, e.Address)
	if err != nil {
		t.Fatal(err)
	}
	dead.(*net.UnixListener).SetUnlinkOnClose(false) // as after kill -9
	_ = dead.Close()
	l, err := e.Listen(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	conn, err := Of(l.Addr()).Dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	_ = conn.Close()
	if _, err := e.Listen(t.Context()); err == nil || !strings.Contains(err.Error(), "in use") {
		t.Errorf("a second listener: %v", err)
	}
}

func TestIPv6(t *testing.T) {
	e, err := Parse("tcp://[::1]:0")
	if err != nil {
		t.Fatal(err)
	}
	l, err := e.Listen(t.Context())
	if err != nil {
		t.Skipf("this machine has no IPv6: %v", err)
	}
	defer func() { _ = l.Close() }()
	conn, err := Of(l.Addr()).Dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	_ = conn.Close()
}
