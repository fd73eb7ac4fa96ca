package scene

import (
	_ "embed"
	"strings"

	"homebus/devices"
)

// zoneFile lists the names of the time zones that a home can be in, a line each:
// those of Go's lib/time/zoneinfo.zip that have a continent or an ocean, and UTC.
//
//go:embed zones.txt
var zoneFile string

// zoneNames returns the names of the time zones, for suggestions.
func zoneNames() []string { return strings.Fields(zoneFile) }

// likelyZone guesses which zone was meant: the nearest name, or the one of the
// city ("Berlin" is "Europe/Berlin").
func likelyZone(s string) (string, bool) {
	all := zoneNames()
	city := strings.ReplaceAll(s, " ", "_")
	for _, name := range all {
		if strings.EqualFold(name, city) || strings.EqualFold(name[strings.LastIndexByte(name, '/')+1:], city) {
			return name, true
		}
	}
	return devices.Nearest(s, all)
}
