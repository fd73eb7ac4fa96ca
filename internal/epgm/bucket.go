package epgm

import "time"

// bucket is a token bucket that holds one second's bytes, as libzmq's does (ZMQ_RATE), but
// no more than mostAtOnce, which at high rates is less, and never less than one packet. It
// is kept as the time at which it would be full again (the generic cell rate algorithm,
// ITU-T I.371, annex A). It begins full.
type bucket struct {
	// rate is in bits per second, above 0.
	rate int
	full time.Time
}

// mostAtOnce is how many bytes go out without a pause: a socket of Linux has 208 KiB for
// what has come and is not read, in which a full packet takes more than 2 KiB.
const mostAtOnce = 48 << 10

// takes is how long the bucket needs to earn a packet of so many bytes, and the headers
// before it.
func (b *bucket) takes(size int) time.Duration {
	return time.Duration(float64(size+overhead) * 8 / float64(b.rate) * float64(time.Second))
}

// ready returns when a packet of so many bytes may be sent, which may have been long ago.
func (b *bucket) ready(size int) time.Time {
	took := b.takes(size)
	holds := max(min(time.Second, b.takes(mostAtOnce)), took)
	return b.full.Add(took - holds)
}

// take takes a packet out.
func (b *bucket) take(now time.Time, size int) {
	if b.full.Before(now) {
		b.full = now
	}
	b.full = b.full.Add(b.takes(size))
}
