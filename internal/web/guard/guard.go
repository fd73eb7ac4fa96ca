package guard

import (
	"net/http"
	"strings"
)

// Config says whom a Guard lets through.
type Config struct {
	// Origins are the origins that are allowed beside the server's own.
	Origins []Origin
	// Name is the host that the server was told to listen at, which may be asked for
	// if it is a name; "" for none.
	Name string
	// Loopback says that the server can be reached from this machine only.
	Loopback bool
	// Token is what whoever publishes must have; the zero Token is none.
	Token Token
}

// Guard says who may ask, and who may publish.
type Guard struct {
	origins  map[Origin]bool
	hosts    map[string]bool
	loopback bool
	token    Token
}

// New returns a guard.
func New(c Config) *Guard {
	g := &Guard{origins: make(map[Origin]bool), hosts: make(map[string]bool), loopback: c.Loopback, token: c.Token}
	if c.Name != "" {
		g.hosts[plain(c.Name)] = true
	}
	for _, o := range c.Origins {
		g.origins[o] = true
		g.hosts[o.host] = true
	}
	return g
}

// Refusal is why a request is not answered.
type Refusal struct {
	// Status is the HTTP status: 403 Forbidden or 421 Misdirected Request.
	Status int
	// Reason is a word for counting: "origin" or "host".
	Reason string
	// Text tells it in words, and what would be right. It holds nothing of the request.
	Text string
}

// The refusals.
var (
	foreignHost = Refusal{http.StatusMisdirectedRequest, "host",
		"This server is not known by the name in the address. Ask for it by its IP address, by a name without dots, " +
			"or by one that ends in .localhost, .local, .lan, .home.arpa or .internal; " +
			"or allow the name with --http-origin, as in --http-origin http://NAME:PORT."}
	foreignOrigin = Refusal{http.StatusForbidden, "origin",
		"This server does not answer pages of another origin. To allow one, give its origin to --http-origin, " +
			"as in --http-origin https://home.example."}
)

// Check says why r is not to be answered; ok says that it is.
func (g *Guard) Check(r *http.Request) (why Refusal, ok bool) {
	if !g.knownHost(r.Host) {
		return foreignHost, false
	}
	if !g.knownOrigin(r) {
		return foreignOrigin, false
	}
	return Refusal{}, true
}

// knownOrigin reports whether r comes from a page of ours or one that is allowed, or from
// no page at all.
func (g *Guard) knownOrigin(r *http.Request) bool {
	given, page := r.Header["Origin"]
	if !page {
		return true
	}
	if len(given) != 1 {
		return false
	}
	o, err := ParseOrigin(given[0])
	return err == nil && (g.origins[o] || o.serves(r.Host))
}

// Granted reports whether whoever has sent r may publish. Check has passed r.
func (g *Guard) Granted(r *http.Request) bool {
	if g.token.isSet() {
		return g.Matches(tokenOf(r))
	}
	return g.loopback && local(r)
}

// Publishers says in words who may publish.
func (g *Guard) Publishers() string {
	switch {
	case g.token.isSet():
		return "whoever has the token"
	case g.loopback:
		return "whoever is on this machine"
	}
	return "nobody"
}

// Matches reports whether token is the one that lets publish; never if there is none.
func (g *Guard) Matches(token string) bool { return g.token.matches(token) }

// tokenOf returns the token that comes with r: "Authorization: Bearer TOKEN" (RFC 6750,
// section 2.1), or the parameter "token", for browsers can set no header of a WebSocket.
func tokenOf(r *http.Request) string {
	if scheme, token, ok := strings.Cut(r.Header.Get("Authorization"), " "); ok && strings.EqualFold(scheme, "Bearer") {
		return strings.TrimSpace(token)
	}
	return r.URL.Query().Get("token")
}

// carried are the headers by which a proxy says that it brings a request from elsewhere.
var carried = []string{"Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-Ip"}

// local reports whether nothing in r says that it comes from another machine.
func local(r *http.Request) bool {
	for _, name := range carried {
		if _, there := r.Header[name]; there {
			return false
		}
	}
	host, _, err := splitHost(r.Host)
	if err != nil || host != "" && !thisMachine(host) {
		return false
	}
	given, page := r.Header["Origin"]
	if !page {
		return true
	}
	o, err := ParseOrigin(given[0])
	return err == nil && thisMachine(o.host)
}
