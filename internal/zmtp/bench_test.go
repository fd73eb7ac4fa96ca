package zmtp

import (
	"bytes"
	"testing"
)

func BenchmarkParseHeader(b *testing.B) {
	frames := map[string][]byte{
		"short":        {0, 64},
		"long":         {2, 0, 0, 0, 0, 0, 1, 0, 0},
		"command":      {4, 7},
		"empty":        {0, 0},
		"no broken":    {4, 0, 0, 1},
		"broken frame": []byte("\x04\x00\x00\x00\x00\x00\x00\x01\x00\x09SUBSCRIBE"),
	}
	for name, frame := range frames {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if h, err := ParseHeader(frame, 1<<20); err != nil || h.Size == 0 {
					b.Fatal(h, err)
				}
			}
		})
	}
}

func BenchmarkReader(b *testing.B) {
	message := AppendMessage(nil, [][]byte{[]byte("state/kitchen/toaster"), make([]byte, 100), make([]byte, 200)})
	r := NewReader(&endless{piece: bytes.Repeat(message, 100)}, DefaultLimits)
	b.SetBytes(int64(len(message)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.Read(); err != nil {
			b.Fatal(err)
		}
	}
}
