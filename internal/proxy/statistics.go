package proxy

// Statistics are the eight numbers of zmq_proxy_steerable(3): what came in and
// went out on either side of a proxy since it began. A message counts once,
// however many frames it has and however many peers get it; Bytes are those of
// the frames' bodies.
type Statistics struct {
	Frontend, Backend SideStatistics
	// Dropped and Unroutable are no part of the eight: messages lost on full queues
	// or with the peers they were for, and replies for clients that were gone.
	Dropped, Unroutable uint64
}

// SideStatistics is one side's part of the Statistics.
type SideStatistics struct{ Received, Sent Count }

// Statistics returns what has passed so far. What subscribers changed counts as
// received at the backend and sent at the frontend, if publishers were to be told
// of it. What Config.Only excludes is received at the frontend and sent nowhere.
// The peers in this process count as publishers do.
func (f *Forwarder) Statistics() Statistics {
	dropped := f.Stats().Dropped
	x := f.board
	x.mu.Lock()
	defer x.mu.Unlock()
	passed := Count{Messages: x.received.Messages, Bytes: x.bodies}
	return Statistics{
		Frontend: SideStatistics{Received: passed, Sent: x.changes},
		Backend:  SideStatistics{Received: x.changes, Sent: passed.without(x.excluded)},
		Dropped:  dropped,
	}
}

func (c Count) without(d Count) Count { return Count{c.Messages - d.Messages, c.Bytes - d.Bytes} }

// count counts messages of a publisher: their length in wire form, and that of their
// frames' bodies.
func (x *switchboard) count(messages, wire, bodies int) {
	x.received.Messages += uint64(messages)
	x.received.Bytes += uint64(wire)
	x.bodies += uint64(bodies)
}

// exclude says that the message counted last is not forwarded.
func (x *switchboard) exclude(bodies int) {
	x.excluded.Messages++
	x.excluded.Bytes += uint64(bodies)
}
