package zmqlink

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/iotest"

	"homebus/internal/zmtp"
	"homebus/internal/zmtp/captured"
)

// smallLimits are soon reached.
var smallLimits = zmtp.Limits{Frame: 3000, Message: 5000, Parts: 5}

// readAll returns what an intake makes of a stream, in words.
func readAll(source io.Reader, limits zmtp.Limits) (items []string, wire []byte, err error) {
	for r := newIntake(source, limits); ; {
		m, err := r.read()
		switch {
		case err != nil:
			return items, wire, err
		case m.frames == nil:
			items = append(items, fmt.Sprintf("command %q", m.command))
		default:
			items = append(items, fmt.Sprintf("%q", m.frames))
			wire = append(wire, m.wire...)
		}
	}
}

// readAllSlowly is the same by a zmtp.Reader.
func readAllSlowly(b []byte, limits zmtp.Limits) (items []string, err error) {
	for r := zmtp.NewReader(bytes.NewReader(b), limits); ; {
		m, err := r.Read()
		switch {
		case err != nil:
			return items, err
		case m.Command:
			items = append(items, fmt.Sprintf("command %q", m.Frames[0]))
		default:
			items = append(items, fmt.Sprintf("%q", m.Frames))
		}
	}
}

// compareIntake fails unless an intake reads b as a zmtp.Reader does, however it comes
// in pieces, and hands messages on as they came. At the end of a stream a zmtp.Reader
// may see items in bytes of which more might have made something else.
func compareIntake(t *testing.T, b []byte) {
	t.Helper()
	want, wantErr := readAllSlowly(b, smallLimits)
	for name, source := range map[string]io.Reader{
		"whole":        bytes.NewReader(b),
		"byte by byte": iotest.OneByteReader(bytes.NewReader(b)),
		"in pieces":    &pieces{bytes.NewReader(b)},
	} {
		got, wire, err := readAll(source, smallLimits)
		want := want
		if err == io.ErrUnexpectedEOF && len(got) < len(want) {
			want = want[:len(got)]
		} else if errors.Is(err, zmtp.ErrTooLarge) != errors.Is(wantErr, zmtp.ErrTooLarge) {
			t.Fatalf("%s: %v, want %v", name, err, wantErr)
		}
		if !slices.Equal(got, want) {
			t.Fatalf("%s: %.200q, want %.200q", name, got, want)
		}
		isCommand := func(item string) bool { return item[0] != '[' }
		again, err := readAllSlowly(wire, smallLimits)
		if messages := slices.DeleteFunc(slices.Clone(want), isCommand); err != io.EOF || !slices.Equal(again, messages) {
			t.Fatalf("%s: handed on as %.200q, %v; want %.200q", name, again, err, messages)
		}
	}
}

// pieces reads a few bytes at a time.
type pieces struct{ io.Reader }

func (p *pieces) Read(b []byte) (int, error) {
	return p.Reader.Read(b[:min(len(b), 1+rand.IntN(700))])
}

func TestIntake(t *testing.T) {
	frame := func(n int) []byte { return bytes.Repeat([]byte{'x'}, n) }
	message := func(sizes ...int) []byte {
		var frames [][]byte
		for _, n := range sizes {
			frames = append(frames, frame(n))
		}
		return zmtp.AppendMessage(nil, frames)
	}
	ping := zmtp.AppendPing(nil, 0, []byte("context"))
	first := append(zmtp.AppendHeader(nil, zmtp.FlagMore, 300), frame(300)...)
	for name, stream := range map[string][][]byte{
		"messages":                     {message(0), message(1, 255, 256), message(600, 0, 2), message(3000, 2000)},
		"commands between":             {ping, message(3), ping, ping, message(400, 2)},
		"commands within":              {first, ping, first, ping, ping, message(7), message(1)},
		"a frame too large":            {message(1), message(3001)},
		"a message too large":          {message(1), message(2000, 2000, 1001)},
		"too many frames":              {message(1, 1, 1, 1, 1), message(1, 1, 1, 1, 1, 1)},
		"torn in a frame":              {message(1), message(500)[:300]},
		"torn in a header":             {message(1), message(500)[:5]},
		"torn between frames":          {message(1), first},
		"a reserved flag":              {message(1), {0x80, 1, 'x'}},
		"what is too large, announced": {{2, 0, 0, 0, 0, 0, 0, 0x0b, 0xb9}},
	} {
		t.Run(name, func(t *testing.T) { compareIntake(t, bytes.Join(stream, nil)) })
	}
}

// FuzzIntake: an intake reads what a zmtp.Reader reads.
func FuzzIntake(f *testing.F) {
	for _, b := range captured.Streams() {
		f.Add(b[min(len(b), zmtp.GreetingSize):])
	}
	f.Fuzz(compareIntake)
}

// After a large message an intake is as small as before a reader of many.
func TestAnIntakeGivesUpWhatALargeMessageNeeded(t *testing.T) {
	small := zmtp.AppendMessage(nil, [][]byte{make([]byte, 100)})
	large := zmtp.AppendMessage(nil, [][]byte{make([]byte, 10<<20)})
	r := newIntake(bytes.NewReader(bytes.Join([][]byte{large, small, small}, nil)), zmtp.DefaultLimits)
	if _, err := r.read(); err != nil || len(r.buf) > 20<<20 {
		t.Fatalf("10 MiB need %d bytes, %v", len(r.buf), err)
	}
	for {
		if _, err := r.read(); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	if len(r.buf) > maxIntake {
		t.Errorf("%d bytes are kept", len(r.buf))
	}
}

// endless says the same again and again.
type endless struct {
	text []byte
	at   int
}

func (e *endless) Read(b []byte) (int, error) {
	n := copy(b, e.text[e.at:])
	e.at = (e.at + n) % len(e.text)
	return n, nil
}

func TestAnIntakeAllocatesNothing(t *testing.T) {
	r := newIntake(&endless{text: zmtp.AppendMessage(nil, benchMessage.Frames())}, zmtp.DefaultLimits)
	read := func() {
		if _, err := r.read(); err != nil {
			t.Fatal(err)
		}
	}
	for range 1000 {
		read()
	}
	if n := testing.AllocsPerRun(1000, read); n != 0 {
		t.Errorf("%v allocations a message", n)
	}
}
