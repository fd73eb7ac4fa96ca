package zmtp

import (
	"bytes"
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"
)

// endless repeats a piece of stream for ever.
type endless struct {
	piece []byte
	at    int
}

func (e *endless) Read(b []byte) (int, error) {
	n := copy(b, e.piece[e.at:])
	e.at = (e.at + n) % len(e.piece)
	return n, nil
}

func TestLimits(t *testing.T) {
	limits := Limits{Frame: 100, Message: 150, Parts: 3}
	frame := func(n int, more bool) string { return string(AppendFrame(nil, make([]byte, n), more)) }
	tests := []struct {
		name, wire string
		want       error
	}{
		{"frame at the limit", frame(100, false), io.EOF},
		{"frame over the limit", frame(101, false), ErrTooLarge},
		{"command over the limit", string(AppendCommand(nil, "X", make([]byte, 99))), ErrTooLarge},
		{"message at the limit", frame(100, true) + frame(50, false), io.EOF},
		{"message over the limit", frame(100, true) + frame(51, false), ErrTooLarge},
		{"parts at the limit", frame(0, true) + frame(0, true) + frame(0, false), io.EOF},
		{"parts over the limit", frame(0, true) + frame(0, true) + frame(0, true) + frame(0, false), ErrTooLarge},
		{"a second message counts anew", frame(100, false) + frame(100, false), io.EOF},
	}
	for _, tt := range tests {
		if _, err := readAll(NewReader(strings.NewReader(tt.wire), limits)); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
	}
}

// allocated returns how many bytes f allocates.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

func TestLyingLengthsCostNoMemory(t *testing.T) {
	huge := Limits{Frame: 1 << 40, Message: 1 << 40, Parts: 1 << 20}
	lie := unhex(t, "02 00 00 00 7f ff ff ff ff 61 62 63")
	handshakeLie := append(Greeting{Major: 3, Minor: 1, Mechanism: "NULL"}.Append(nil), lie...)
	metadataLie := unhex(t, "0b 53 6f 63 6b 65 74 2d 54 79 70 65 ff ff ff ff 50")
	tests := map[string]func() error{
		"frame, limit allows it": func() error { _, err := NewReader(bytes.NewReader(lie), huge).Read(); return err },
		"frame, over the limit":  func() error { _, err := NewReader(bytes.NewReader(lie), DefaultLimits).Read(); return err },
		"endless parts": func() error {
			_, err := NewReader(&endless{piece: []byte{1, 0}}, DefaultLimits).Read()
			return err
		},
		"handshake": func() error {
			_, err := Handshake(&oneSided{Reader: bytes.NewReader(handshakeLie)}, Config{SocketType: SUB, Minor: 1})
			return err
		},
		"metadata": func() error { _, err := ParseMetadata(metadataLie); return err },
	}
	for name, f := range tests {
		var err error
		if n := allocated(func() { err = f() }); n > 1<<20 || err == nil {
			t.Errorf("%s: %d bytes allocated, error %v", name, n, err)
		}
	}
}

// oneSided is a connection whose peer says what Reader says, whatever is written.
type oneSided struct {
	io.Reader
	written bytes.Buffer
}

func (c *oneSided) Write(b []byte) (int, error) { return c.written.Write(b) }
