package guard

import "testing"

func TestParseOrigin(t *testing.T) {
	const want = "want http://HOST[:PORT] or https://HOST[:PORT], such as https://home.example"
	for text, wrong := range map[string]string{
		"https://home.example":        "",
		"http://127.0.0.1:3000":       "",
		"http://[::1]:3000":           "",
		"http://hub":                  "",
		"*":                           "* would let every page in the world read the house; name each origin",
		"null":                        "null is what any page can make of its origin (in a sandboxed frame); serve the page from a host, and name that",
		"":                            want,
		"home.example":                want,
		"ftp://home.example":          want,
		"://home.example":             want,
		"http://":                     want,
		"http://:80":                  want,
		"http://*.example":            want,
		"http://home.example:port":    want,
		"http://home.example:70000":   want,
		"http://::1":                  want,
		"https://home.example/":       "an origin has no path and no user; " + want,
		"https://home.example/mirror": "an origin has no path and no user; " + want,
		"https://me@home.example":     "an origin has no path and no user; " + want,
	} {
		o, err := ParseOrigin(text)
		switch {
		case wrong == "" && (err != nil || o.String() != text):
			t.Errorf("%q is %q, %v", text, o, err)
		case wrong != "" && (err == nil || err.Error() != wrong):
			t.Errorf("%q: %v, want %s", text, err, wrong)
		}
	}
}

func TestEqualOrigins(t *testing.T) {
	for _, same := range [][2]string{
		{"https://home.example", "HTTPS://Home.Example:443"},
		{"http://home.example:80", "http://home.example."},
		{"http://[::1]:3000", "http://[0:0::1]:03000"},
	} {
		if list := origins(t, same[0], same[1]); list[0] != list[1] {
			t.Errorf("%s and %s differ", same[0], same[1])
		}
	}
}
