package proxy

import (
	"bytes"
	"io"
	"math/rand/v2"
	"net"
	"testing"

	"homebus/internal/zmtp/zmtptest"
)

// However a stream comes and is consumed, an inbox gives back all of it, in order,
// and holds little while nothing comes.
func TestAnInboxGivesBackWhatComes(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	writer, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = writer.Close() }()
	reader, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = reader.Close() }()

	rnd := rand.New(rand.NewPCG(1, 2))
	stream := make([]byte, 20<<20)
	for i := range stream {
		stream[i] = byte(rnd.Uint32())
	}
	sent := make(chan error, 1)
	go func() {
		for rest := stream; len(rest) > 0; {
			n := min(len(rest), 1+rnd.IntN(1<<rnd.IntN(20)))
			if _, err := writer.Write(rest[:n]); err != nil {
				sent <- err
				return
			}
			rest = rest[n:]
		}
		sent <- writer.Close()
	}()
	var in inbox
	raw, err := reader.(*net.TCPConn).SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	in.open(reader, raw)
	var got []byte
	choose := rand.New(rand.NewPCG(3, 4))
	for {
		_, err := in.read()
		n := len(in.unread())
		if !in.full() && err == nil {
			n = choose.IntN(n + 1)
		}
		got = append(got, in.unread()[:n]...)
		in.from += n
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := <-sent; err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, stream) {
		t.Errorf("%d bytes came out, %d went in", len(got), len(stream))
	}
}

// A publisher that is quiet after a burst holds no buffer, one in the middle of a
// message a small one.
func TestAQuietInboxIsSmall(t *testing.T) {
	if !canTryRead {
		t.Skip("a connection waits with its buffer on this system")
	}
	for name, c := range map[string]struct{ left, size int }{
		"nothing": {0, 0}, "a little": {100, inboxSizes[0]}, "a topic": {4000, inboxSizes[keepClass]},
		"much": {100_000, inboxSizes[fullClass]},
	} {
		var in inbox
		in.want = mostClass
		in.to = copy(in.room(), zmtptest.Wire("t", string(make([]byte, 200_000))))
		in.from = in.to - c.left
		want := bytes.Clone(in.unread())
		in.rest()
		if len(in.b) != c.size || !bytes.Equal(in.unread(), want) {
			t.Errorf("%s is left: %d bytes are held, %d are left", name, len(in.b), len(in.unread()))
		}
		in.free()
	}
}

// There is room to read to, whatever is left and whatever the last read suggests.
func TestAnInboxAlwaysHasRoom(t *testing.T) {
	for _, left := range []int{0, 1, inboxSizes[0], inboxSizes[keepClass], inboxSizes[readClass], inboxSizes[fullClass] - 1, inboxSizes[fullClass], inboxSizes[fullClass] + 1} {
		for want := readClass; want <= mostClass; want++ {
			in := inbox{want: mostClass}
			in.to = len(in.room())
			in.from = in.to - left
			in.rest()
			if in.want = want; len(in.room()) == 0 {
				t.Errorf("%d bytes are left, class %d is wanted: no room", left, want)
			}
			in.free()
		}
	}
}

// However many read much at once, only some do so with the largest buffers, and the others
// get theirs when these have gone.
func TestFewInboxesAreOfTheLargestSize(t *testing.T) {
	ins := make([]inbox, mostLargest+2)
	for i := range ins {
		ins[i].want = mostClass
		want := inboxSizes[mostClass]
		if i >= mostLargest {
			want = inboxSizes[fullClass]
		}
		if n := len(ins[i].room()); n != want {
			t.Errorf("inbox %d has %d bytes, not %d", i, n, want)
		}
	}
	ins[0].free()
	last := &ins[mostLargest]
	if n := len(last.room()); n != inboxSizes[mostClass] {
		t.Errorf("when there are fewer, it has %d bytes", n)
	}
	for i := range ins {
		ins[i].free()
	}
	if n := largest.Load(); n != 0 {
		t.Errorf("%d are counted, and there is none", n)
	}
}
