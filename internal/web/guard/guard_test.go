package guard

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// request returns a GET for a Host with headers "Name: value".
func request(host string, headers ...string) *http.Request {
	r := &http.Request{Method: http.MethodGet, Host: host, URL: &url.URL{Path: "/ws"}, Header: make(http.Header)}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Add(name, value)
	}
	return r
}

func origins(t testing.TB, texts ...string) (list []Origin) {
	t.Helper()
	for _, text := range texts {
		o, err := ParseOrigin(text)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, o)
	}
	return list
}

func TestHosts(t *testing.T) {
	g := New(Config{Name: "house.example", Origins: origins(t, "https://Home.Example:8443")})
	for host, want := range map[string]bool{
		"127.0.0.1:8080": true, "127.0.0.1": true, "192.168.1.7:80": true, "[::1]:8080": true, "[fe80::1]": true,
		"localhost:8080": true, "LOCALHOST": true, "localhost.:8080": true, "hub": true, "raspberrypi:8080": true,
		"bus.localhost": true, "hub.local:8080": true, "hub.lan": true, "hub.home.arpa": true, "a.b.internal": true,
		"house.example:8080": true, "home.example": true, "home.example:1": true, "": true,

		"evil.example":            false, // a public name that resolves to 127.0.0.1
		"evil.example:8080":       false,
		"home.example.evil.com":   false,
		"nothome.example":         false,
		"local.evil.com":          false,
		"127.0.0.1.evil.com:8080": false,
		"localhost.evil.com":      false,
		".local":                  false,
		"evil.com.:8080":          false,
		"localhost:http":          false,
		"localhost:99999":         false,
		"localhost@evil.com":      false,
		"evil.com/.local":         false,
		"[::1":                    false,
		"[127.0.0.1]":             false,
		"[evil.com]:80":           false,
		"::1":                     false,
		":8080":                   false,
		"a b":                     false,
		"hub\u200b":               false,
	} {
		why, ok := g.Check(request(host))
		if ok != want {
			t.Errorf("Host %q: answered %t, want %t", host, ok, want)
		}
		if !ok && (why.Status != http.StatusMisdirectedRequest || why.Reason != "host" || !strings.Contains(why.Text, "--http-origin")) {
			t.Errorf("Host %q: %+v", host, why)
		}
	}
}

func TestOrigins(t *testing.T) {
	g := New(Config{Origins: origins(t, "https://home.example", "http://[::1]:3000")})
	for _, tt := range []struct {
		host, origin string
		want         bool
	}{
		{"127.0.0.1:8080", "http://127.0.0.1:8080", true},
		{"127.0.0.1:8080", "https://127.0.0.1:8080", true}, // a proxy has taken TLS off
		{"hub.lan", "http://hub.lan", true},
		{"hub.lan", "https://hub.lan", true},
		{"hub.lan:80", "http://hub.lan", true},
		{"hub.lan", "http://hub.lan:80", true},
		{"hub.lan:443", "https://hub.lan", true},
		{"HUB.lan.:8080", "http://hub.lan:8080", true},
		{"[::1]:8080", "http://[0:0:0:0:0:0:0:1]:8080", true},
		{"127.0.0.1:8080", "https://home.example", true},
		{"127.0.0.1:8080", "http://[::1]:3000", true},

		{"127.0.0.1:8080", "http://127.0.0.1:3000", false}, // another program on this machine
		{"127.0.0.1:8080", "http://127.0.0.1", false},
		{"127.0.0.1:8080", "http://localhost:8080", false},
		{"127.0.0.1:8080", "http://evil.example", false},
		{"127.0.0.1:8080", "http://home.example", false}, // not that scheme
		{"127.0.0.1:8080", "https://home.example:444", false},
		{"127.0.0.1:8080", "https://sub.home.example", false},
		{"127.0.0.1:8080", "null", false},
		{"127.0.0.1:8080", "*", false},
		{"127.0.0.1:8080", "", false},
		{"127.0.0.1:8080", "127.0.0.1:8080", false},
		{"127.0.0.1:8080", "file://127.0.0.1:8080", false},
		{"127.0.0.1:8080", "http://127.0.0.1:8080/", false},
		{"127.0.0.1:8080", "http://127.0.0.1:8080@evil.example", false},
		{"127.0.0.1:8080", "http://127.0.0.1:8080, http://evil.example", false},
		{"", "http://evil.example", false},
		{"", "http://", false},
		{"hub:0", "http://hub", false},
	} {
		why, ok := g.Check(request(tt.host, "Origin: "+tt.origin))
		if ok != tt.want {
			t.Errorf("Host %q, Origin %q: answered %t, want %t", tt.host, tt.origin, ok, tt.want)
		}
		if !ok && (why.Status != http.StatusForbidden || why.Reason != "origin" || !strings.Contains(why.Text, "--http-origin")) {
			t.Errorf("Origin %q: %+v", tt.origin, why)
		}
	}
	if _, ok := g.Check(request("hub", "Origin: http://hub", "Origin: http://hub")); ok {
		t.Error("two origins are answered")
	}
}

func TestWhoMayPublish(t *testing.T) {
	const secret = "correct horse battery"
	token, err := NewToken(strings.ReplaceAll(secret, " ", "-"))
	if err != nil {
		t.Fatal(err)
	}
	bearer := "Authorization: Bearer correct-horse-battery"
	proxied := origins(t, "https://home.example")
	for _, tt := range []struct {
		name   string
		config Config
		r      *http.Request
		want   bool
	}{
		{"a script on this machine", Config{Loopback: true}, request("127.0.0.1:8080"), true},
		{"the page on this machine", Config{Loopback: true}, request("localhost:8080", "Origin: http://localhost:8080"), true},
		{"no Host", Config{Loopback: true}, request(""), true},
		{"through a proxy that says so", Config{Loopback: true}, request("127.0.0.1:8080", "X-Forwarded-For: 192.0.2.1"), false},
		{"through another", Config{Loopback: true}, request("127.0.0.1:8080", "Via: 1.1 caddy"), false},
		{"through a proxy that keeps Host", Config{Loopback: true}, request("hub.lan"), false},
		{"through a proxy that keeps nothing", Config{Loopback: true, Origins: proxied}, request("127.0.0.1:8080", "Origin: https://home.example"), false},
		{"from the network", Config{}, request("192.168.1.7:8080"), false},
		{"from the network, asking for localhost", Config{}, request("localhost:8080"), false},
		{"a token where there is none", Config{}, request("hub", "Authorization: Bearer "), false},

		{"with the token", Config{Token: token}, request("hub", bearer), true},
		{"with the token through a proxy", Config{Loopback: true, Token: token}, request("hub", bearer, "Via: 1.1 caddy"), true},
		{"bearer in small letters", Config{Token: token}, request("hub", strings.ToLower(bearer[:21])+bearer[21:]), true},
		{"without it on this machine", Config{Loopback: true, Token: token}, request("localhost"), false},
		{"with another", Config{Token: token}, request("hub", "Authorization: Bearer correct-horse-batterz"), false},
		{"with the beginning of it", Config{Token: token}, request("hub", bearer[:len(bearer)-1]), false},
		{"by another scheme", Config{Token: token}, request("hub", "Authorization: Basic correct-horse-battery"), false},
	} {
		if got := New(tt.config).Granted(tt.r); got != tt.want {
			t.Errorf("%s: granted %t, want %t", tt.name, got, tt.want)
		}
	}
	r := request("hub")
	r.URL.RawQuery = "prefix=&token=correct-horse-battery"
	if g := New(Config{Token: token}); !g.Granted(r) || !g.Matches("correct-horse-battery") || g.Matches("") {
		t.Error("the token of the address is not known")
	}
	if New(Config{}).Matches("") || New(Config{Loopback: true}).Matches("") {
		t.Error("no token is matched by none")
	}
}

func TestPublishersInWords(t *testing.T) {
	token, err := NewToken(strings.Repeat("x", MinToken))
	if err != nil {
		t.Fatal(err)
	}
	for want, c := range map[string]Config{
		"whoever is on this machine": {Loopback: true},
		"whoever has the token":      {Token: token, Loopback: true},
		"nobody":                     {},
	} {
		if got := New(c).Publishers(); got != want {
			t.Errorf("%+v: %q, want %q", c, got, want)
		}
	}
}

// Whatever a request says, no public name is known but one that was allowed, and no origin
// but that of the very host.
func FuzzCheck(f *testing.F) {
	for _, seed := range [][2]string{{"127.0.0.1:8080", "http://127.0.0.1:8080"}, {"evil.com", "null"}, {"[::1]", "https://[::1]:443"}, {"a.local.", "http://a.local"}} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, host, origin string) {
		_, ok := New(Config{}).Check(request(host, "Origin: "+origin))
		if !ok {
			return
		}
		u, err := url.Parse(origin)
		if err != nil {
			t.Fatalf("Host %q, Origin %q is answered: %v", host, origin, err)
		}
		name := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
		if strings.HasSuffix(name, ".com") || name == "" || !strings.Contains(strings.ToLower(host), name) && !isAddress(name) {
			t.Errorf("Host %q, Origin %q is answered", host, origin)
		}
	})
}
