package bench

import (
	"encoding/binary"
	"testing"
)

// BenchmarkHear is what a subscriber spends on a message of 64 B, besides reading it.
func BenchmarkHear(b *testing.B) {
	for _, p := range []Protocol{ZMTP, NATS, MQTT} {
		b.Run(string(p), func(b *testing.B) {
			c := Defaults()
			c.Protocol, c.Count = p, 1<<40
			in, _ := testIntake(c)
			one := appendDelivery(nil, c, make([]byte, c.Size))
			at := len(one) - c.Size
			if p == NATS {
				at -= 2
			}
			stream := make([]byte, 0, 64<<10)
			for len(stream)+len(one) <= cap(stream) {
				stream = append(stream, one...)
			}
			n := int64(0)
			b.ReportAllocs()
			b.ResetTimer()
			for n < int64(b.N) {
				for i := at; i < len(stream); i += len(one) {
					binary.LittleEndian.PutUint64(stream[i:], numberOf(0, n))
					n++
				}
				if _, err := in.arrived(stream); err != nil {
					b.Fatal(err)
				}
			}
			if in.heard.Load() != n {
				b.Fatalf("heard %d of %d", in.heard.Load(), n)
			}
		})
	}
}

// BenchmarkSay is what a publisher spends on a message of 64 B, besides writing it.
func BenchmarkSay(b *testing.B) {
	c := Defaults()
	c.Count = 1 << 40
	p := newPublisher(c, newWire(c), 0)
	p.conn = &canned{}
	b.ReportAllocs()
	for p.next < int64(b.N) {
		if err := p.write(p.perWrite); err != nil {
			b.Fatal(err)
		}
	}
}
