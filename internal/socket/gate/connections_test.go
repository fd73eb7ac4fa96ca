package gate

import "testing"

func TestSomeDescriptorsAreKeptBack(t *testing.T) {
	for descriptors, want := range map[int]int{0: 1, 10: 5, 64: 32, 256: 224, 1024: 960, 20_000: 19_744, 1 << 20: 1<<20 - 256} {
		if got := connectionsFor(descriptors); got != want {
			t.Errorf("of %d descriptors %d are for connections, want %d", descriptors, got, want)
		}
	}
}
