package epgm

import (
	"net/netip"
	"strings"
	"testing"

	"homebus/internal/endpoint"
)

func TestParseEndpoint(t *testing.T) {
	group := netip.MustParseAddrPort("239.192.1.1:5555")
	for text, want := range map[string]Endpoint{
		"epgm://eth0;239.192.1.1:5555":      {"eth0", group},
		"epgm://10.77.0.1;239.192.1.1:5555": {"10.77.0.1", group},
		"epgm://239.192.1.1:5555":           {"", group},
	} {
		got, err := ParseEndpoint(text)
		if err != nil || got != want || got.String() != text {
			t.Errorf("ParseEndpoint(%q) = %+v, %v (again %q)", text, got, err, got)
		}
	}
	if got, err := ParseEndpoint("epgm://;239.192.1.1:5555"); err != nil || got != (Endpoint{Group: group}) {
		t.Errorf("no interface before the semicolon: %+v, %v", got, err)
	}
}

func TestBadEndpointsSayWhatIsRight(t *testing.T) {
	for text, want := range map[string]string{
		"tcp://127.0.0.1:5559":                     "want epgm://INTERFACE;GROUP:PORT",
		"pgm://eth0;239.192.1.1:5555":              "want epgm://INTERFACE;GROUP:PORT",
		"epgm://eth0;239.192.1.1":                  "want a port behind the group",
		"epgm://eth0":                              "want a port behind the group",
		"epgm://eth0;239.192.1.1:0":                `want a port from 1 to 65535, not "0"`,
		"epgm://eth0;239.192.1.1:70000":            `want a port from 1 to 65535, not "70000"`,
		"epgm://eth0;10.0.0.1:5555":                `not "10.0.0.1"`,
		"epgm://eth0;house:5555":                   `not "house"`,
		"epgm://eth0:5555":                         `not "eth0"`,
		"epgm://eth0;239.192.1.1,239.192.1.2:5555": "want one group",
		"epgm://eth0;239.192.1.1;239.192.1.2:5555": "want one group",
		"epgm://eth0;[ff02::1]:5555":               "IPv6 is not spoken here",
		"epgm://eth0;ff02::1:5555":                 "IPv6 is not spoken here",
		"epgm://":                                  "want a port behind the group",
	} {
		_, err := ParseEndpoint(text)
		said, ok := err.(endpoint.Malformed)
		if !ok || !strings.Contains(string(said), want) || !strings.HasPrefix(string(said), "endpoint \""+text) {
			t.Errorf("ParseEndpoint(%q): %#v; want %q in it", text, err, want)
		}
	}
}
