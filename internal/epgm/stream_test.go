package epgm

import (
	"runtime"
	"slices"
	"strings"
	"testing"
)

// heard collects what a stream gives: messages, and errors as they stand.
type heard []string

func (h *heard) take(message [][]byte, err error) {
	if err != nil {
		*h = append(*h, err.Error())
		return
	}
	*h = append(*h, show(message))
}

func TestStream(t *testing.T) {
	const noOffset = noStart
	framing, large := errFraming.Error(), errTooLarge.Error()
	for name, c := range map[string]struct {
		apdus [][]byte
		want  []string
		torn  uint64
	}{
		"one message":                          {[][]byte{apdu(0, "\x02\x00a")}, []string{"a"}, 0},
		"an empty frame":                       {[][]byte{apdu(0, "\x01\x00")}, []string{""}, 0},
		"two messages and frames":              {[][]byte{apdu(0, "\x02\x01a\x02\x00b\x02\x00c")}, []string{"a, b", "c"}, 0},
		"a long header where a short would do": {[][]byte{apdu(0, "\xff\x00\x00\x00\x00\x00\x00\x00\x02\x00a")}, []string{"a"}, 0},
		"across three":                         {[][]byte{apdu(0, "\x04\x00a"), apdu(noOffset, "b"), apdu(1, "c\x02\x00d")}, []string{"abc", "d"}, 0},
		"cut within headers":                   {[][]byte{apdu(0, "\x02"), apdu(noOffset, "\x01a\xff\x00\x00\x00"), apdu(noOffset, "\x00\x00\x00\x00\x02"), apdu(2, "\x00b")}, []string{"a, b"}, 0},
		"unknown flags":                        {[][]byte{apdu(0, "\x02\xfea")}, []string{"a"}, 0},
		"not joined":                           {[][]byte{apdu(noOffset, "\x02\x00a"), apdu(noOffset, "")}, nil, 0},
		"joined in the middle":                 {[][]byte{apdu(noOffset, "xxxx"), apdu(2, "xx\x02\x00a")}, []string{"a"}, 0},
		"joined at the end":                    {[][]byte{apdu(2, "xx"), apdu(0, "\x02\x00a")}, []string{"a"}, 0},
		"an APDU of no stream":                 {[][]byte{apdu(0, "\x03\x00a"), apdu(noOffset, ""), apdu(1, "b")}, []string{"ab"}, 0},
		"no offset":                            {[][]byte{apdu(0, "\x03\x00a"), {0}, apdu(0, "\x02\x00b")}, []string{framing, "b"}, 1},
		"an offset behind the end":             {[][]byte{apdu(0, "\x03\x00a"), apdu(2, "b"), apdu(0, "\x02\x00b")}, []string{framing, "b"}, 1},
		"a length of nothing":                  {[][]byte{apdu(0, "\x02\x00a\x00\x00"), apdu(noOffset, "\x02\x00b"), apdu(0, "\x02\x00c")}, []string{"a", framing, "c"}, 1},
		"a length of everything":               {[][]byte{apdu(0, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x00a")}, []string{framing}, 1},
		"a length over the limit":              {[][]byte{apdu(0, "\xff\x00\x00\x00\x00\x01\x00\x00\x02\x00a"), apdu(0, "\x02\x00b")}, []string{large, "b"}, 1},
		"a start within a message":             {[][]byte{apdu(0, "\x05\x00ab"), apdu(1, "c\x02\x00d")}, []string{framing, "d"}, 1},
		"broken before the next start":         {[][]byte{apdu(0, "\x03\x00a"), apdu(3, "b\x00\x00\x02\x00d")}, []string{"ab", framing, "d"}, 1},
		"broken on both sides":                 {[][]byte{apdu(0, "\x03\x00a"), apdu(3, "b\x00\x00\x02\x00d\x00\x00"), apdu(0, "\x02\x00e")}, []string{"ab", framing, "d", framing, "e"}, 2},
		"too many frames":                      {[][]byte{apdu(0, strings.Repeat("\x01\x01", MaxParts)+"\x01\x00"), apdu(0, "\x02\x00b")}, []string{large, "b"}, 1},
	} {
		var s stream
		var got heard
		for _, a := range c.apdus {
			s.read(a, MaxMessage, got.take)
		}
		if !slices.Equal(got, c.want) || s.torn != c.torn {
			t.Errorf("%s: %q, %d torn; want %q, %d", name, []string(got), s.torn, c.want, c.torn)
		}
		s.breakOff()
		if s.held() != 0 {
			t.Errorf("%s: %d bytes are held for nothing", name, s.held())
		}
	}
}

// An unfinished message takes no more room than there is, and then it is torn.
func TestUnfinishedMessagesAreBounded(t *testing.T) {
	var s stream
	var got heard
	s.read(apdu(0, "\xff\x00\x00\x00\x00\x00\x10\x00\x00\x00abc"), 1000, got.take)
	for range 100 {
		s.read(apdu(noStart, strings.Repeat("x", 100)), 1000, got.take)
		if s.held() > 1000 {
			t.Fatalf("%d bytes are held", s.held())
		}
	}
	s.read(apdu(0, "\x02\x00b"), 1000, got.take)
	if want := []string{errTooLarge.Error(), "b"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", []string(got), want)
	}
}

// Frames cost beside their bytes, which are few here.
func TestTinyFramesAreBounded(t *testing.T) {
	var s stream
	var got heard
	for i := range 20 {
		offset := noStart
		if i == 0 {
			offset = 0
		}
		s.read(apdu(offset, strings.Repeat("\x01\x01", 10)), 1000, got.take)
		if s.held() > 1000 {
			t.Fatalf("%d bytes are held", s.held())
		}
	}
	if want := []string{errTooLarge.Error()}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", []string(got), want)
	}
}

func TestLyingLengthsCostNoMemory(t *testing.T) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	var got heard
	for range 10 {
		var s stream
		s.read(apdu(0, "\xff\x00\x00\x00\x00\x00\xf0\x00\x00\x00abc"), MaxMessage, got.take)
	}
	runtime.ReadMemStats(&after)
	if n := after.TotalAlloc - before.TotalAlloc; n > 1<<20 {
		t.Errorf("%d bytes were allocated for 10 messages of which 3 bytes came", n)
	}
}

// Whatever is sent is read again, from whichever packet on a receiver comes to it: all
// messages that begin later.
func TestMessagesAreCutAndReadAgain(t *testing.T) {
	random := testRandom(5)
	q := outqueue{maxMessages: 1000, maxBytes: 10 << 20}
	var sent []string
	for range 300 {
		message := make([][]byte, 1+random.IntN(4))
		for i := range message {
			sizes := []int{0, 1, 10, 252, 253, 254, 255, 256, 1400, 1426, 5000}
			message[i] = slices.Repeat([]byte{byte('a' + random.IntN(26))}, sizes[random.IntN(len(sizes))])
		}
		if err := q.add(message); err != nil {
			t.Fatal(err)
		}
		sent = append(sent, show(message))
	}
	var apdus [][]byte
	var begin []int // which message is the first to begin in or behind each APDU
	for begun := 0; q.size() > 0; {
		size, waiting, inside := q.size(), len(q.waiting), q.begun > 0
		a := q.appendAPDU(nil)
		if len(a) != size || size > maxAPDU {
			t.Fatalf("an APDU of %d bytes, announced as %d", len(a), size)
		}
		apdus = append(apdus, a)
		begin = append(begin, begun)
		begun += waiting - len(q.waiting)
		if inside {
			begun--
		}
		if q.begun > 0 {
			begun++
		}
	}
	for from := range apdus {
		var s stream
		var got heard
		for _, a := range apdus[from:] {
			s.read(a, MaxMessage, got.take)
		}
		if want := sent[begin[from]:]; !slices.Equal(got, want) {
			t.Fatalf("from packet %d on: %d messages, want %d from %d on", from, len(got), len(want), begin[from])
		}
	}
}
