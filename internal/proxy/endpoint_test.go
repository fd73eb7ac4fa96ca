package proxy

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"homebus/internal/zmtp/zmtptest"
)

func TestParseEndpoint(t *testing.T) {
	for text, want := range map[string]Endpoint{
		"tcp://127.0.0.1:5559":   {"tcp", "127.0.0.1:5559"},
		"tcp://*:5559":           {"tcp", ":5559"},
		"tcp://localhost:0":      {"tcp", "localhost:0"},
		"tcp://[::1]:5559":       {"tcp", "[::1]:5559"},
		"ipc:///run/bus.sock":    {"unix", "/run/bus.sock"},
		"ipc://relative/to/here": {"unix", "relative/to/here"},
	} {
		got, err := ParseEndpoint(text)
		if err != nil || got != want || got.String() != text {
			t.Errorf("ParseEndpoint(%q) = %+v, %v (again %q)", text, got, err, got)
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
		"tcp://x:http":      `endpoint "tcp://x:http": want a port from 0 to 65535, not "http"`,
		"tcp://x:65536":     `endpoint "tcp://x:65536": want a port from 0 to 65535, not "65536"`,
		"ipc://":            `endpoint "ipc://": want a path of 1 to 107 bytes, as in ipc:///run/bus.sock`,
		"ipc://" + longPath: `endpoint "ipc://` + longPath + `": want a path of 1 to 107 bytes, as in ipc:///run/bus.sock`,
	} {
		if _, err := ParseEndpoint(text); err == nil || err.Error() != want {
			t.Errorf("ParseEndpoint(%q): %v, want %s", text, err, want)
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
		"tcp://" + l.Addr().String():     "the address is in use",
		"ipc://" + path:                  "the address is in use",
		"ipc://" + file:                  "no socket",
		"ipc://" + dir + "/nowhere/sock": "no such file or directory",
		"tcp://192.0.2.1:0":              "cannot assign requested address",
	} {
		_, err := New(Config{Frontend: []string{"tcp://127.0.0.1:0", endpoint}})
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), endpoint) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, want %q", endpoint, err, want)
		}
	}
	if b, err := os.ReadFile(file); err != nil || string(b) != "precious" {
		t.Errorf("the file has become %q, %v", b, err)
	}
}

func TestASocketFileThatNobodyServesIsReplaced(t *testing.T) {
	path := filepath.Join(t.TempDir(), "stale")
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	l.(*net.UnixListener).SetUnlinkOnClose(false) // as after kill -9
	_ = l.Close()
	f := start(t, Config{Backend: []string{"ipc://" + path}, Frontend: []string{"ipc://" + path + "-front"}})
	sub := zmtptest.Connect(t, f.Addrs().Backend[0], "SUB", 0)
	sub.Subscribe("t")
	pub := zmtptest.Connect(t, f.Addrs().Frontend[0], "PUB", 0)
	pub.Send("t", "1")
	sub.Want("t|1")
}
