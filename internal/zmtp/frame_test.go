package zmtp

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestParseHeader(t *testing.T) {
	const limit = 1000
	undecided := Header{}
	emptyCommand := Header{Size: 2, Command: true}
	broken := func(length int) Header { return Header{Size: 9, Length: length, Command: true} }
	tests := []struct {
		bytes string
		want  Header
		err   error
	}{
		{"", undecided, nil},
		{"00", undecided, nil},
		{"00 00", Header{Size: 2}, nil}, // an empty message never waits
		{"00 00 00 00 00 00 00 01 00 01", Header{Size: 2}, nil},
		{"00 ff", Header{Size: 2, Length: 255}, nil},
		{"01 05", Header{Size: 2, Length: 5, More: true}, nil},
		{"04 05", Header{Size: 2, Length: 5, Command: true}, nil},
		{"02 00 00 00 00 00 00 01", undecided, nil},
		{"02 00 00 00 00 00 00 01 00", Header{Size: 9, Length: 256}, nil},
		{"03 00 00 00 00 00 00 00 02", Header{Size: 9, Length: 2, More: true}, nil}, // needlessly long: legal
		{"06 00 00 00 00 00 00 01 00", Header{Size: 9, Length: 256, Command: true}, nil},
		{"02 00 00 00 00 00 00 03 e8", Header{Size: 9, Length: 1000}, nil},
		{"02 00 00 00 00 00 00 03 e9", undecided, ErrTooLarge},
		{"02 7f ff ff ff ff ff ff ff", undecided, ErrTooLarge},
		{"02 80 00 00 00 00 00 00 00", undecided, ErrProtocol},
		{"02 ff ff ff ff ff ff ff ff", undecided, ErrProtocol},
		{"05 01", undecided, ErrProtocol},
		{"07 00 00 00 00 00 00 00 01", undecided, ErrProtocol},
		{"08 00", undecided, ErrProtocol},
		{"80 00", undecided, ErrProtocol},

		{"04 00", undecided, nil},
		{"04 00 00", undecided, nil},
		{"04 00 00 00 00 00 00 01", undecided, nil},
		{"04 00 00 00 00 00 00 01 00", undecided, nil},
		{"04 00 00 00 00 00 00 01 00 09", undecided, nil},
		{"04 00 00 00 00 00 00 01 00 09 53", broken(256), nil},
		{"04 00 00 00 00 00 00 01 09 09 53", broken(265), nil},
		{"04 00 00 00 00 00 00 01 00 06 43", broken(256), nil},
		{"04 00 00 00 00 00 00 01 06 06 43", broken(262), nil},
		{"04 00 00 00 00 00 00 01 07 06", emptyCommand, nil}, // no CANCEL is that long
		{"04 00 00 00 00 00 00 01 0a", emptyCommand, nil},
		{"04 00 00 00 00 00 00 01 00 09 54", emptyCommand, nil},
		{"04 00 00 00 00 00 00 01 00 06 00", emptyCommand, nil}, // a legal long command follows
		{"04 00 01", emptyCommand, nil},
		{"04 00 00 05", emptyCommand, nil},
		{"04 00 04 07", emptyCommand, nil},
	}
	for _, tt := range tests {
		h, err := ParseHeader(unhex(t, tt.bytes), limit)
		if h != tt.want || !errors.Is(err, tt.err) {
			t.Errorf("ParseHeader(%s) = %+v, %v; want %+v, %v", tt.bytes, h, err, tt.want, tt.err)
		}
	}
	if _, err := ParseHeader(unhex(t, "00 09"), 8); !errors.Is(err, ErrTooLarge) || !errors.Is(err, ErrProtocol) {
		t.Errorf("a short frame over the limit: %v", err)
	}
}

func TestAppendGolden(t *testing.T) {
	tests := []struct{ what, got, want string }{
		{"message", string(AppendMessage(nil, [][]byte{[]byte("a"), {}, []byte("zzz")})), "01 01 61 01 00 00 03 7a 7a 7a"},
		{"no frames", string(AppendMessage(nil, nil)), ""},
		{"255 bytes", string(AppendHeader(nil, FlagMore, 255)), "01 ff"},
		{"256 bytes", string(AppendHeader(nil, FlagCommand, 256)), "06 00 00 00 00 00 00 01 00"},
		{"a LONG asked for in vain", string(AppendHeader(nil, FlagLong, 1)), "00 01"},
		{"subscribe", string(AppendSubscription(nil, true, []byte("A"))), "00 02 01 41"},
		{"cancel", string(AppendSubscription(nil, false, nil)), "00 01 00"},
		{"PING", string(AppendPing(nil, 100, []byte("ctx16bytes"))), "04 11 04 50 49 4e 47 00 64 63 74 78 31 36 62 79 74 65 73"},
		{"PING, context cut", string(AppendPing(nil, 0, []byte("0123456789abcdefXYZ"))), "04 17 04 50 49 4e 47 00 00 30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 66"},
		{"PONG", string(AppendPong(nil, nil)), "04 05 04 50 4f 4e 47"},
	}
	for _, tt := range tests {
		if want := string(unhex(t, tt.want)); tt.got != want {
			t.Errorf("%s: % x, want % x", tt.what, tt.got, want)
		}
	}
}

// traffic draws what a peer may legally send: messages, commands between their
// parts, empty frames, empty commands.
func traffic(t *rapid.T) (wire []byte, items []Item) {
	frame := rapid.OneOf(
		rapid.SliceOfN(rapid.SampledFrom([]byte{0, 1, 4, 9, 'S', 'C'}), 0, 12),
		rapid.SliceOfN(rapid.Byte(), 250, 270),
	)
	command := func() {
		body := rapid.OneOf(rapid.Just([]byte{}), frame).Draw(t, "command")
		wire = append(AppendHeader(wire, FlagCommand, len(body)), body...)
		items = append(items, Item{Command: true, Frames: [][]byte{body}})
	}
	for range rapid.IntRange(0, 8).Draw(t, "items") {
		if rapid.Bool().Draw(t, "is command") {
			command()
			continue
		}
		frames := rapid.SliceOfN(frame, 1, 4).Draw(t, "frames")
		for i, f := range frames {
			if i > 0 && rapid.IntRange(0, 3).Draw(t, "between") == 0 {
				command()
			}
			wire = AppendFrame(wire, f, i < len(frames)-1)
		}
		items = append(items, Item{Frames: frames})
	}
	return wire, items
}

func readAll(r *Reader) (items []Item, err error) {
	for {
		item, err := r.Read()
		if err != nil {
			return items, err
		}
		items = append(items, item)
	}
}

// show writes items so that equal ones look equal.
func show(items []Item) string {
	var b strings.Builder
	for _, item := range items {
		if item.Command {
			b.WriteString("command ")
		}
		fmt.Fprintf(&b, "%q\n", item.Frames)
	}
	return b.String()
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		wire, items := traffic(t)
		for name, src := range map[string]io.Reader{
			"whole":       bytes.NewReader(wire),
			"byte a time": iotest.OneByteReader(bytes.NewReader(wire)),
			"with EOF":    iotest.DataErrReader(bytes.NewReader(wire)),
		} {
			got, err := readAll(NewReader(src, DefaultLimits))
			if err != io.EOF || show(got) != show(items) {
				t.Fatalf("%s: read %s, %v; want %s", name, show(got), err, show(items))
			}
		}
	})
}

// chunks gives its pieces one per Read.
type chunks [][]byte

func (c *chunks) Read(b []byte) (int, error) {
	for len(*c) > 0 && len((*c)[0]) == 0 {
		*c = (*c)[1:]
	}
	if len(*c) == 0 {
		return 0, io.EOF
	}
	n := copy(b, (*c)[0])
	(*c)[0] = (*c)[0][n:]
	return n, nil
}

func TestCuttingTheStreamChangesNothing(t *testing.T) {
	wire := unhex(t, "01 01 61 04 00 00 00 00 00 00 02 41 42 04 00 00 05 68 65 6c 6c 6f")
	wire = append(wire, unhex(t, "04 00 00 00 00 00 00 01 00 09 53 55 42 53 43 52 49 42 45")...)
	wire = append(wire, bytes.Repeat([]byte("t"), 246)...)
	wire = append(wire, unhex(t, "00 00 04 00 00 00")...)
	want, err := readAll(NewReader(bytes.NewReader(wire), DefaultLimits))
	if err != io.EOF || len(want) != 10 {
		t.Fatalf("%d items, %v: %s", len(want), err, show(want))
	}
	for cut := range wire {
		got, err := readAll(NewReader(&chunks{wire[:cut], wire[cut:]}, DefaultLimits))
		if err != io.EOF || show(got) != show(want) {
			t.Errorf("cut at %d: %s, %v", cut, show(got), err)
		}
	}
}

func TestACutStreamDeliversNoTornMessage(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		wire, items := traffic(t)
		cut := rapid.IntRange(0, len(wire)).Draw(t, "cut")
		got, err := readAll(NewReader(bytes.NewReader(wire[:cut]), DefaultLimits))
		if err != io.EOF && err != io.ErrUnexpectedEOF {
			t.Fatalf("cut at %d of %d: %v", cut, len(wire), err)
		}
		if cut < len(wire) && len(got) == len(items) || show(got) != show(items[:min(len(got), len(items))]) {
			t.Fatalf("cut at %d of %d: %s of %s", cut, len(wire), show(got), show(items))
		}
	})
}

func TestReaderDeliversAtOnce(t *testing.T) {
	pr, pw := io.Pipe()
	defer pr.Close()
	r := NewReader(pr, DefaultLimits)
	for _, frame := range []string{"00 00", "00 01 78", "04 00 00 05 68 65 6c 6c 6f", "02 00 00 00 00 00 00 00 01 78"} {
		b := unhex(t, frame)
		go pw.Write(b) // ends when Read below has taken the bytes, or at pr.Close
		for {
			item, err := r.Read() // hangs, and with it the test, if it wants more than one frame
			if err != nil {
				t.Fatal(err)
			}
			if !item.Command {
				break
			}
		}
	}
}

// Whoever says little costs little; a stream is read in large pieces, wherever in it
// a message ends.
func TestAReaderReadsAheadAsMuchAsThereIs(t *testing.T) {
	message := AppendMessage(nil, [][]byte{[]byte("state/kitchen/toaster"), bytes.Repeat([]byte("x"), 200)})
	stream := bytes.Repeat(message, 2000)
	var trickle chunks
	for range 2000 {
		trickle = append(trickle, bytes.Clone(message))
	}
	for _, tt := range []struct {
		what string
		src  io.Reader
		want int
	}{
		{"a stream", bytes.NewReader(stream), maxReadAhead},
		{"a message at a time", &trickle, minReadAhead},
	} {
		r := NewReader(tt.src, DefaultLimits)
		if items, err := readAll(r); err != io.EOF || len(items) != 2000 {
			t.Errorf("%s: %d messages, %v", tt.what, len(items), err)
		}
		if r.r.Size() != tt.want {
			t.Errorf("%s: %d bytes are read at once, want %d", tt.what, r.r.Size(), tt.want)
		}
	}
}
