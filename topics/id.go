package topics

import "strings"

// Reserved areas: no appliance of the simulator lives in AreaScene, and
// AreaHome is for what belongs to the whole home ("home/mode").
const (
	AreaScene = "scene"
	AreaHome  = "home"
)

// SplitID takes an appliance's id "area/name" apart. It reports false unless
// both parts are valid words.
func SplitID(id string) (area, name string, ok bool) {
	area, name, ok = strings.Cut(id, "/")
	if !ok || !ValidWord(area) || !ValidWord(name) {
		return "", "", false
	}
	return area, name, true
}

// ValidWord reports whether s can be one part of an id: one or more of
// [a-z0-9-], the rule of the Homie convention (homieiot.github.io, "Topic IDs"),
// which also forbids a hyphen at either end.
func ValidWord(s string) bool {
	if s == "" || s[0] == '-' || s[len(s)-1] == '-' {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return true
}

// Matches reports whether a subscription to prefix covers topic: a subscription
// is a prefix of bytes and knows nothing of words (RFC 29/PUBSUB), so that
// "state/kitchen/toaster" covers "state/kitchen/toaster-2" too.
func Matches(prefix, topic string) bool { return strings.HasPrefix(topic, prefix) }
