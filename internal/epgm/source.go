package epgm

import (
	"net/netip"
	"time"
)

// source is what a receiver keeps of a publisher.
type source struct {
	id Source
	// nla is where it says that it is: NAKs repeat that. Before its first SPM it is where
	// its packets come from, which is mostly the same.
	nla    netip.Addr
	window recvWindow
	stream stream
	// heard is when it was heard last.
	heard time.Time
	// known says that it has sent an SPM, number spm at spmAt.
	known bool
	spm   uint32
	spmAt time.Time
	// askAt is when it is asked for an SPM, zero if it is not; askedAt when it was.
	askAt, askedAt time.Time
	// due is when the first of its missing packets has waited long enough, or earlier;
	// zero if none is missing.
	due time.Time
	// fin: it has said good-bye. gone: and that was told; its late packets mean nothing.
	fin, gone bool
	// loss is not told yet.
	loss Loss
	// held is how much memory it takes.
	held int
}

const (
	// spmReorder is how much later an older SPM may come than a newer one. One that is
	// later yet is of a program that has begun again under the same TSI: libzmq's has but
	// 16 bits of chance.
	spmReorder = time.Second
	// finWait is for how long what is missing of a source is waited for that has said
	// good-bye, and finGrace for how long it is remembered.
	finWait  = time.Second
	finGrace = 10 * time.Second
	// spmrWait is when a source is asked for an SPM from which only data has come
	// (libzmq's PGM_SPMR_EXPIRY), and spmrEvery how often.
	spmrWait  = 25 * time.Millisecond
	spmrEvery = time.Second
	// displaceable is how long a source must have been silent to make room for another:
	// twice what an idle one is silent for.
	displaceable = 2 * ambientSPM
)

// expires returns when the source is forgotten, if nothing more comes.
func (s *source) expires(expiry time.Duration) time.Time {
	switch {
	case s.gone:
		return s.heard.Add(finGrace)
	case s.fin:
		return s.heard.Add(finWait)
	}
	return s.heard.Add(expiry)
}

// next returns when there is something to do for the source.
func (s *source) next(expiry time.Duration) time.Time {
	return earliest(earliest(s.expires(expiry), s.due), s.askAt)
}

// wake makes at the latest time to look at what is missing.
func (s *source) wake(at time.Time) { s.due = earliest(s.due, at) }

// earliest returns the earlier of two times, of which zero is none.
func earliest(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// session returns how packets about the source begin.
func (s *source) session(group netip.AddrPort) *session {
	return &session{tsi: s.id.TSI, port: group.Port(), source: s.nla, group: group.Addr()}
}
