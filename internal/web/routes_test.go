package web

import (
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"testing"
)

// Whatever is sent, there is an orderly answer.
func TestStrangeRequests(t *testing.T) {
	s := start(t, Config{})
	const host = "Host: 127.0.0.1\r\n"
	for _, tt := range []struct {
		request string
		status  int
		says    string
	}{
		{"GET /healthz HTTP/1.1\r\n" + host + "\r\n", 200, "ok\n"},
		{"HEAD /healthz HTTP/1.1\r\n" + host + "\r\n", 200, ""},
		{"GET /healthz HTTP/1.1\r\nHost: evil.example\r\nOrigin: null\r\n\r\n", 200, "ok\n"},
		{"GET /healthz HTTP/1.0\r\n\r\n", 200, "ok\n"},
		{"GET /healthz HTTP/1.1\r\n" + host + "Range: bytes=0-0\r\n\r\n", 200, "ok\n"},
		{"GET /metrics HTTP/1.0\r\n\r\n", 200, "homebus_ready 1\n"},
		{"HEAD /metrics HTTP/1.1\r\n" + host + "\r\n", 200, ""},
		{"GET /metrics HTTP/1.1\r\n" + host + "Range: bytes=0-0\r\n\r\n", 200, "homebus_ready 1\n"},
		{"GET http://127.0.0.1/metrics HTTP/1.1\r\n" + host + "\r\n", 200, "homebus_ready 1\n"},
		{"GET /nothing HTTP/1.1\r\n" + host + "\r\n", 404, ""},
		{"GET /metrics/ HTTP/1.1\r\n" + host + "\r\n", 404, ""},
		{"GET /..%2f..%2fetc/passwd HTTP/1.1\r\n" + host + "\r\n", 404, ""},
		{"GET /%00 HTTP/1.1\r\n" + host + "\r\n", 404, ""},

		{"GET //evil.example HTTP/1.1\r\n" + host + "\r\n", 307, ""}, // to /evil.example, here
		{"GET /x/../metrics HTTP/1.1\r\n" + host + "\r\n", 307, ""},

		{"GET /metrics HTTP/1.1\r\nHost: evil.example\r\n\r\n", 421, "--http-origin"},
		{"GET http://evil.example/metrics HTTP/1.1\r\n" + host + "\r\n", 421, "--http-origin"},
		{"GET /metrics HTTP/1.1\r\n" + host + "Origin: http://evil.example\r\n\r\n", 403, "--http-origin"},
		{"GET /metrics HTTP/1.0\r\nOrigin: http://evil.example\r\n\r\n", 403, "--http-origin"},
		{"GET //metrics HTTP/1.1\r\nHost: evil.example\r\n\r\n", 421, "--http-origin"},

		{"POST /metrics HTTP/1.1\r\n" + host + "Content-Length: 0\r\n\r\n", 405, "Only GET and HEAD"},
		{"OPTIONS * HTTP/1.1\r\n" + host + "\r\n", 405, "Only GET and HEAD"},
		{"CONNECT evil.example:443 HTTP/1.1\r\n" + host + "\r\n", 405, "Only GET and HEAD"},
		{"TRACE / HTTP/1.1\r\n" + host + "\r\n", 405, ""},
		{"get /healthz HTTP/1.1\r\n" + host + "\r\n", 405, ""},
		{"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 405, ""},

		{"GET /healthz HTTP/1.1\r\n\r\n", 400, ""},
		{"GET /healthz HTTP/1.1\r\n" + host + "Host: evil.example\r\n\r\n", 400, ""},
		{"GET /healthz HTTP/1.1\r\nHost : x\r\n\r\n", 400, ""},
		{"GET /healthz HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked, identity\r\n\r\n", 501, ""},
		{"GET /healthz HTTP/1.1\r\n" + host + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n", 400, ""},
		{"GET /healthz HTTP/1.1\r\n" + host + "Content-Length: -1\r\n\r\n", 400, ""},
		{"GET /healthz HTTP/3.0\r\n" + host + "\r\n", 505, ""},
		{"GET\r\n\r\n", 400, ""},
		{"\xff\x00\x00\x00\x00\x00\x00\x00\x01\x7f\x03\x01NULL\r\n\r\n", 400, ""}, // a peer of ZeroMQ
		{"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400, ""},         // TLS
		{"GET /healthz HTTP/1.1\r\n" + host + "X: " + strings.Repeat("x", 1<<20) + "\r\n\r\n", 431, ""},
		{"GET /" + strings.Repeat("x", 1<<20) + " HTTP/1.1\r\n" + host + "\r\n", 431, ""},
	} {
		method, _, _ := strings.Cut(tt.request, " ")
		answer, body := ask(t, dial(t, s), method, tt.request)
		if answer == nil || answer.StatusCode != tt.status || !strings.Contains(body, tt.says) {
			t.Errorf("%.80q: %v\n%.200s\nwant %d %q", tt.request, answer, body, tt.status, tt.says)
			continue
		}
		if to := answer.Header.Get("Location"); to != "" && (!strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//")) {
			t.Errorf("%.80q leads to %s", tt.request, to)
		}
	}
}

// Two requests where a proxy may see one are answered as two, or cut; never is the second
// taken for what the guard has passed.
func TestRequestsBehindRequests(t *testing.T) {
	s := start(t, Config{})
	conn := dial(t, s)
	answer, body := ask(t, conn, "GET", "GET /healthz HTTP/1.1\r\nHost: hub\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"+
		"GET /metrics HTTP/1.1\r\nHost: evil.example\r\n\r\n")
	if answer == nil || answer.StatusCode != 200 && answer.StatusCode != 400 || strings.Contains(body, "homebus_") {
		t.Errorf("%v\n%s", answer, body)
	}
}

func TestEveryAnswerHasItsHeaders(t *testing.T) {
	s := start(t, Config{})
	for _, path := range []string{"/healthz", "/readyz", "/metrics", "/nothing", "//nothing"} {
		for _, origin := range []string{"http://evil.example", "http://" + s.Addr().String()} {
			answer, _ := get(t, s, path, "Origin: "+origin)
			for name, want := range map[string]string{
				"Content-Security-Policy":      "default-src 'none'; script-src 'self'; ",
				"X-Content-Type-Options":       "nosniff",
				"Referrer-Policy":              "no-referrer",
				"Cross-Origin-Opener-Policy":   "same-origin",
				"Cross-Origin-Resource-Policy": "same-origin",
				"Permissions-Policy":           "camera=()",
				"Cache-Control":                "no-store",
			} {
				if got := answer.Header.Get(name); !strings.HasPrefix(got, want) {
					t.Errorf("%s for %s: %s is %q, want %q", path, origin, name, got, want)
				}
			}
			if allowed := answer.Header.Get("Access-Control-Allow-Origin"); allowed != "" {
				t.Errorf("%s: a page of %s may read it", path, origin)
			}
		}
	}
	if strings.Contains(policy, "unsafe") || strings.Contains(policy, "data:") {
		t.Errorf("the policy is %s", policy)
	}
	answer, _ := ask(t, dial(t, s), "PUT", "PUT /x HTTP/1.1\r\nHost: x\r\n\r\n")
	if allow := answer.Header.Get("Allow"); allow != "GET, HEAD" {
		t.Errorf("Allow is %q", allow)
	}
}

func TestReadiness(t *testing.T) {
	bus := &pretended{ready: errors.New("the hub does not serve yet")}
	s := start(t, Config{Bus: bus})
	if answer, body := get(t, s, "/readyz"); answer.StatusCode != http.StatusServiceUnavailable || body != "the hub does not serve yet\n" {
		t.Errorf("%d %q", answer.StatusCode, body)
	}
	if answer, _ := get(t, s, "/healthz"); answer.StatusCode != http.StatusOK {
		t.Errorf("healthz: %d", answer.StatusCode)
	}
	bus.set(nil)
	if answer, body := get(t, s, "/readyz"); answer.StatusCode != http.StatusOK || body != "ok\n" {
		t.Errorf("%d %q", answer.StatusCode, body)
	}
}

// A panic ends one connection, and is told once.
func TestAPanic(t *testing.T) {
	var log strings.Builder
	s := open(t, Config{Log: slog.New(slog.NewTextHandler(&log, nil)), Bus: &panicking{}})
	end := run(t, s)
	defer end()
	if answer, _ := ask(t, dial(t, s), "GET", "GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n"); answer != nil {
		t.Errorf("the answer is %v", answer)
	}
	if answer, _ := get(t, s, "/healthz"); answer.StatusCode != http.StatusOK {
		t.Errorf("after that: %d", answer.StatusCode)
	}
	end()
	if n := strings.Count(log.String(), "panic"); n < 1 || strings.Count(log.String(), "level=ERROR") != 1 {
		t.Errorf("the log is\n%s", log.String())
	}
}

// panicking is a bus that cannot even say that it is not ready.
type panicking struct{ pretended }

func (*panicking) Ready() error { panic("not ready") }
