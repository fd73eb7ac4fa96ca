package scene

import (
	"math/rand/v2"
	"testing"
	"time"

	"homebus/internal/sun"
)

// What is remembered is what would be found, wherever the clock goes.
func TestSkyRemembersTheTruth(t *testing.T) {
	for _, place := range []sun.Place{{Latitude: 52.52, Longitude: 13.4}, {Latitude: 69.65, Longitude: 18.96}} {
		s := sky{place: place, zone: time.UTC}
		random := rand.New(rand.NewPCG(1, 2))
		for now, n := noon, 0; n < 300; n++ {
			want, wantOK := place.Next(now)
			if got, ok := s.next(now); ok != wantOK || !got.Equal(want) {
				t.Fatalf("%v: after %v the sun turns at %v, want %v", place, now, got, want)
			}
			step := time.Duration(random.Int64N(int64(4 * time.Hour)))
			switch n % 10 {
			case 7: // to the very moment
				now = want
			case 8:
				now = now.Add(-10 * step)
			default:
				now = now.Add(step)
			}
		}
	}
}

// BenchmarkLookForTheSun is of one report to a run that waits for the sun to come up,
// in the polar night.
func BenchmarkLookForTheSun(b *testing.B) {
	s := sky{place: sun.Place{Latitude: 69.65, Longitude: 18.96}, zone: time.UTC}
	e := &Engine{sky: s, wall: noon.AddDate(0, 0, 9)}
	for b.Loop() {
		e.turns(&SunCondition{Up: true})
	}
}
