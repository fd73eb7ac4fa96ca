package proxy

import (
	"testing"
	"time"
)

// Reads are tried without asking only while they come quickly and find something.
func TestPace(t *testing.T) {
	type read struct {
		after time.Duration // since the one before
		found bool
		quick bool
	}
	const soon, late = time.Microsecond, 100 * time.Microsecond
	for name, reads := range map[string][]read{
		"slow":                      {{late, true, false}, {late, true, false}, {late, true, false}},
		"quick from the third on":   {{late, true, false}, {soon, true, false}, {soon, true, true}, {soon, true, true}},
		"slow again":                {{late, true, false}, {soon, true, false}, {soon, true, true}, {late, true, false}, {soon, true, false}},
		"in vain, and then a while": {{late, true, false}, {soon, true, false}, {soon, true, true}, {soon, false, false}, {soon, true, false}, {soon, true, false}, {soon, true, false}, {soon, true, true}},
	} {
		t.Run(name, func(t *testing.T) {
			var p pace
			now := time.Unix(0, 0)
			for i, r := range reads {
				now = now.Add(r.after)
				if p.found(r.found); r.found {
					p.at(now)
				}
				if got := p.quick(); got != r.quick {
					t.Errorf("read %d: quick is %v", i, got)
				}
			}
		})
	}
}
