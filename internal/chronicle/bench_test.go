package chronicle

import "testing"

// BenchmarkNote is what remembering one command costs, while all traffic waits.
func BenchmarkNote(b *testing.B) {
	wire := []byte("\x01\x16command/kitchen/coffee\x01\x16{\"do\":\"brew\",\"cups\":4}\x00\xa2" + `{"id":"0197f3a2-7c3a-7000-8000-000000000001","at":"2026-11-20T06:30:00.123456789Z","from":"bus","seq":17,"cause":"0197f3a2-7c3a-7000-8000-000000000002","hops":1}`)
	c := New(DefaultBounds)
	b.ReportAllocs()
	for b.Loop() {
		c.Note(Acts, now, wire)
	}
}
