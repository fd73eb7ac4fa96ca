package proxy

import (
	"bytes"
	"encoding/binary"
	"math"

	"homebus/internal/zmtp"
)

// shortHeader is how long the header of a short frame is: a byte of flags and one of
// length (RFC 23).
const shortHeader = 2

// takesShort reports whether messages of two short frames are within the limits, whatever
// is in them.
func takesShort(wire *zmtp.Limits) bool {
	return wire.Frame >= math.MaxUint8 && wire.Message >= 2*math.MaxUint8 && wire.Parts >= 2
}

// short forwards the messages at the start of buf[from:to] that have two short frames, as
// almost all have. It is where a busy forwarder spends its own time. It returns where the
// next one begins, and how many messages it was as dear as, which is most or little more.
func (b *batch) short(buf []byte, from, to, most int) (cost, next int) {
	count, bodies, watched := 0, 0, 0
	for next = from; count-watched < cheaper*(most-watched); {
		rest := buf[next:to]
		if b.count > 0 && b.route.watcher == nil && b.follows(buf, next) {
			n, size := leading(rest, b.head, cheaper*(most-watched)-(count-watched))
			if n > 0 {
				b.run, b.count = b.run[:len(b.run)+size], b.count+n
				count, next, bodies = count+n, next+size, bodies+size-n*(len(b.head)-len(b.topic)+shortHeader)
				continue
			}
		}
		size, head := shortMessage(rest)
		if size == 0 {
			break
		}
		if b.put(buf, next, next+size, rest[shortHeader:head], rest[:head], size-2*shortHeader) {
			watched++
		}
		count, next, bodies = count+1, next+size, bodies+size-2*shortHeader
	}
	b.board.count(count, next-from, bodies)
	return watched + (count-watched+cheaper-1)/cheaper, next
}

// shortMessage returns the size of the message at the start of b, and that of its first
// frame, if it has two short frames; else, or if it is not whole, 0.
func shortMessage(b []byte) (size, head int) {
	if len(b) < 2*shortHeader || b[0] != zmtp.FlagMore {
		return 0, 0
	}
	head = shortHeader + int(b[1])
	if len(b) < head+shortHeader || b[head] != 0 {
		return 0, 0
	}
	if size = head + shortHeader + int(b[head+1]); size > len(b) {
		return 0, 0
	}
	return size, head
}

// leading finds messages at the start of b that begin with head, a whole first frame, and
// have one more, a short one. It returns how many there are, at most most, and their size.
// The head is compared in words, the last of which may overlap.
func leading(b, head []byte, most int) (count, size int) {
	const word = 8
	n := len(head)
	if n < word || head[0] != zmtp.FlagMore || len(b) < n || binary.NativeEndian.Uint64(b[n-word:]) != binary.NativeEndian.Uint64(head[n-word:]) {
		return 0, 0
	}
	second, last := min(word, n-word), n-word
	w0, w1, w2 := binary.NativeEndian.Uint64(head), binary.NativeEndian.Uint64(head[second:]), binary.NativeEndian.Uint64(head[last:])
	rest := b
	for count < most && len(rest) > n+1 {
		if binary.NativeEndian.Uint64(rest) != w0 || binary.NativeEndian.Uint64(rest[second:]) != w1 || binary.NativeEndian.Uint64(rest[last:]) != w2 {
			break
		}
		whole := n + shortHeader + int(rest[n+1])
		if rest[n] != 0 || whole > len(rest) || n > 3*word && !bytes.Equal(rest[2*word:last], head[2*word:last]) {
			break
		}
		rest = rest[whole:]
		count++
	}
	return count, len(b) - len(rest)
}
