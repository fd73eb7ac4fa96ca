package web

import (
	"net"
	"strings"
	"testing"

	"homebus/internal/zmtp/zmtptest"
)

func TestParseAddress(t *testing.T) {
	for text, want := range map[string][2]string{
		"127.0.0.1:8080": {"127.0.0.1", "127.0.0.1:8080"},
		"[::1]:8080":     {"::1", "[::1]:8080"},
		"localhost:8080": {"localhost", "localhost:8080"},
		":8080":          {"", ":8080"},
		"*:8080":         {"", ":8080"},
		"hub.lan:0":      {"hub.lan", "hub.lan:0"},
	} {
		if host, address, err := ParseAddress(text); host != want[0] || address != want[1] || err != nil {
			t.Errorf("%q is %q, %q, %v", text, host, address, err)
		}
	}
	const form = "want HOST:PORT, such as 127.0.0.1:8080, or :8080 for every address of this machine"
	for text, want := range map[string]string{
		"":                       form,
		"8080":                   form,
		"localhost":              form,
		"127.0.0.1:":             form,
		"http://127.0.0.1:8080":  form,
		"tcp://127.0.0.1:8080":   form,
		"127.0.0.1:8080/":        form,
		"::1:8080":               "want an IPv6 address in brackets, as in [::1]:8080",
		"127.0.0.1:http":         "want a port from 0 to 65535, as in 127.0.0.1:8080",
		"127.0.0.1:65536":        "want a port from 0 to 65535, as in 127.0.0.1:8080",
		"127.0.0.1:-1":           "want a port from 0 to 65535, as in 127.0.0.1:8080",
		"127.0.0.1:+80":          "want a port from 0 to 65535, as in 127.0.0.1:8080",
		"[::1]:8080 --http :80 ": "want an IPv6 address in brackets, as in [::1]:8080",
	} {
		if _, _, err := ParseAddress(text); err == nil || err.Error() != want {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

func TestATakenAddress(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	for address, want := range map[string]string{
		l.Addr().String(): "http: listen on " + l.Addr().String() + ": the address is in use; is another hub running?",
		"192.0.2.1:0":     "http: listen on 192.0.2.1:0: bind: cannot assign requested address",
		"nowhere":         "http: want HOST:PORT",
	} {
		if _, err := New(Config{Address: address}); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

func TestURLs(t *testing.T) {
	for address, want := range map[string]struct {
		url      string
		loopback bool
	}{
		"127.0.0.1:0": {"http://127.0.0.1:PORT/", true},
		"[::1]:0":     {"http://[::1]:PORT/", true},
		"localhost:0": {"http://127.0.0.1:PORT/", true},
		":0":          {"http://localhost:PORT/", false},
	} {
		if strings.HasPrefix(address, "[") && zmtptest.Loopback6() != "[::1]" {
			continue
		}
		s := open(t, Config{Address: address})
		defer s.Close()
		_, port, _ := net.SplitHostPort(s.Addr().String())
		if got := strings.Replace(s.URL(), port, "PORT", 1); got != want.url || s.Loopback() != want.loopback {
			t.Errorf("%s is opened at %s, loopback %t", address, got, s.Loopback())
		}
	}
}
