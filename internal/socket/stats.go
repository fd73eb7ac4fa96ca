package socket

// Count counts traffic; Bytes is the bodies of the frames.
type Count struct{ Messages, Bytes uint64 }

func (c *Count) add(bytes int) {
	c.Messages++
	c.Bytes += uint64(bytes)
}

// Stats is what a socket has done since it began.
type Stats struct {
	// In is what has arrived for Recv, Out what has been written to peers.
	In, Out Count
	// Peers is how many are connected now.
	Peers int
	// Waiting is how many messages Send has taken that are not written yet.
	Waiting int
	// Dropped is how many messages were lost: a PUB's, ROUTER's or REP's on the full
	// queue of a peer or with its connection, anybody's at the end of Close.
	Dropped uint64
	// Unroutable is how many messages a ROUTER or REP had for a peer that is not
	// there.
	Unroutable uint64
	// Unwanted is how many messages arrived that the pattern has no use for: stale
	// replies, requests without envelope, what a SUB did not ask for.
	Unwanted uint64
	// Refused is how many newcomers failed their handshake.
	Refused uint64
}

// Stats returns what s has done so far.
func (s *Socket) Stats() Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := s.stats
	st.Peers = len(s.peers)
	st.Waiting = s.waiting
	st.Refused = s.gate.Refused()
	return st
}
