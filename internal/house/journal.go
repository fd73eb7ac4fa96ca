package house

import (
	"time"

	"homebus/internal/message"
)

// Entry is a message and when it was delivered.
type Entry struct {
	At      time.Time
	Message message.Message
}

// journal keeps the newest messages, up to a bound, in the order of delivery.
type journal struct {
	bound int
	ring  []Entry
	total int
}

func (j *journal) add(e Entry) {
	if len(j.ring) < j.bound {
		j.ring = append(j.ring, e)
	} else {
		j.ring[j.total%j.bound] = e
	}
	j.total++
}

// newest returns the last n messages, or fewer if there are no more.
func (j *journal) newest(n int) []Entry {
	n = min(n, len(j.ring))
	entries := make([]Entry, 0, n)
	for i := j.total - n; i < j.total; i++ {
		entries = append(entries, j.ring[i%j.bound])
	}
	return entries
}
