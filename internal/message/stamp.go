package message

import (
	"encoding/binary"
	"time"

	"github.com/google/uuid"
)

// IDs gives a new message id at each call.
type IDs interface {
	NewID(now time.Time) string
}

// Random gives version-7 UUIDs (RFC 9562, section 5.7) from the wall clock and
// the system's randomness. Safe for concurrent use.
type Random struct{}

var _ IDs = Random{}

// NewID returns a fresh id; now is not used.
func (Random) NewID(time.Time) string { return uuid.Must(uuid.NewV7()).String() }

// Counted gives ids for virtual time: the bits of a version-7 UUID made of the
// virtual time, a counter and a seed, so that the same run gives the same ids.
// One owner; not safe for concurrent use.
type Counted struct {
	Seed uint64
	n    uint64
}

var _ IDs = (*Counted)(nil)

// NewID returns the next id. RFC 9562, section 5.7: 48 bits of Unix
// milliseconds, version, 12 bits, variant, 62 bits; the 74 free bits hold the
// low 12 of the counter, its next 30, and the low 32 of the seed.
func (c *Counted) NewID(now time.Time) string {
	c.n++
	var u uuid.UUID
	binary.BigEndian.PutUint64(u[:8], uint64(now.UnixMilli())<<16)
	binary.BigEndian.PutUint16(u[6:], 0x7000|uint16(c.n&0xfff))
	binary.BigEndian.PutUint64(u[8:], 1<<63|(c.n>>12&(1<<30-1))<<32|c.Seed&(1<<32-1))
	return u.String()
}

// Stamper gives messages their meta in the name of one client. One owner; not
// safe for concurrent use.
type Stamper struct {
	From string
	IDs  IDs
	seq  uint64
}

// Stamp returns m with a meta of its own. cause is the meta of the message that
// led to m, or nil; its hops are copied, as a device does. A scene engine adds
// its link with a cause whose hops are one more.
func (s *Stamper) Stamp(now time.Time, m Message, cause *Meta) Message {
	return s.StampID(now, m, cause, s.IDs.NewID(now))
}

// StampID is Stamp with an id that the caller has chosen: a retry of a command
// keeps the id of the first try.
func (s *Stamper) StampID(now time.Time, m Message, cause *Meta, id string) Message {
	s.seq++
	meta := &Meta{ID: id, At: now, From: s.From, Seq: s.seq}
	if cause != nil {
		meta.Cause, meta.Hops = cause.ID, cause.Hops
	}
	m.Meta = meta
	return m
}
