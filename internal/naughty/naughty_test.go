package naughty

import "testing"

func TestStringsAreMany(t *testing.T) {
	const least = 515
	list := Strings()
	if len(list) < least {
		t.Errorf("%d strings, want %d at least", len(list), least)
	}
	seen := make(map[string]bool)
	for _, s := range ours {
		if seen[s] {
			t.Errorf("%q is there twice", s)
		}
		seen[s] = true
	}
}
