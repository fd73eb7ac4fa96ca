package occupancy

import "testing"

// BenchmarkAMonth is two people for thirty days, asked whenever something is due.
func BenchmarkAMonth(b *testing.B) {
	h := flat(anna(office()), Somebody())
	b.ReportAllocs()
	for b.Loop() {
		live(New(h, november(1, 0, 0), Options{Seed: 1}), november(31, 0, 0))
	}
}
