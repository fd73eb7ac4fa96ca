package zmtptest

import (
	"bytes"
	"math/rand/v2"
	"slices"

	"homebus/internal/zmtp"
	"homebus/internal/zmtp/captured"
)

// Originals returns what peers say that mean well, from their greeting on: all
// captured sessions, and a publisher and a subscriber of ours.
func Originals() [][]byte {
	hello := func(as zmtp.SocketType) []byte { return append([]byte(greeting(3, 1, "NULL")), readyOf(as)...) }
	pub := append(hello(zmtp.PUB), Wire("state/a/b", `{"state":"on"}`)...)
	pub = append(pub, Wire("online/a/b", `{"online":true}`, "meta")...)
	pub = append(pub, Wire("t", string(make([]byte, 1000)))...)
	pub = append(pub, zmtp.AppendPing(nil, 100, []byte("context"))...)
	sub := append(hello(zmtp.SUB), zmtp.AppendSubscription(nil, true, []byte("state/"))...)
	sub = append(sub, zmtp.AppendCommand(nil, zmtp.CommandSubscribe, []byte("online/a"))...)
	sub = append(sub, zmtp.AppendSubscription(nil, false, []byte("state/"))...)
	sub = append(sub, zmtp.AppendPing(nil, 0, nil)...)
	return append(captured.Streams(), pub, sub)
}

// Mutate returns one of the originals with one to eight changes: bits flipped,
// bytes set, pieces cut out, doubled, moved or taken from another original, a length
// blown up, the end cut off. The same rng gives the same bytes.
func Mutate(rng *rand.Rand, originals [][]byte) []byte {
	b := slices.Clone(originals[rng.IntN(len(originals))])
	for range 1 + rng.IntN(8) {
		b = mutateOnce(rng, b, originals)
	}
	return b
}

// interesting are bytes that mean something in a header.
var interesting = []byte{0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x7f, 0x80, 0xfe, 0xff}

func mutateOnce(rng *rand.Rand, b []byte, originals [][]byte) []byte {
	if len(b) == 0 {
		return append(b, interesting[rng.IntN(len(interesting))])
	}
	at := rng.IntN(len(b))
	piece := func(of []byte) []byte {
		from := rng.IntN(len(of))
		return bytes.Clone(of[from : from+rng.IntN(min(64, len(of)-from))])
	}
	switch rng.IntN(8) {
	case 0:
		b[at] ^= 1 << rng.IntN(8)
	case 1:
		b[at] = interesting[rng.IntN(len(interesting))]
	case 2:
		return slices.Delete(b, at, min(len(b), at+1+rng.IntN(16)))
	case 3:
		return slices.Insert(b, at, piece(b)...)
	case 4:
		return slices.Insert(b, at, piece(originals[rng.IntN(len(originals))])...)
	case 5:
		return slices.Insert(b, at, []byte(longHeader(interesting[rng.IntN(len(interesting))], rng.Uint64()>>rng.IntN(64)))...)
	case 6:
		return b[:at]
	case 7:
		return append(b, piece(b)...)
	}
	return b
}
