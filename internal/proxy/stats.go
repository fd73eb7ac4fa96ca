package proxy

import "maps"

// Count counts traffic; Bytes is in wire form.
type Count struct{ Messages, Bytes uint64 }

// Stats is what a forwarder has done since it began.
type Stats struct {
	// In is what publishers sent, Out what subscribers have been sent.
	In, Out Count
	// Excluded is how many messages of In Config.Only excludes.
	Excluded uint64
	// Publishers and Subscribers are connected now, over the network.
	Publishers, Subscribers int
	// Subscriptions is how many the subscribers hold, each peer's counted.
	Subscriptions int
	// Dropped is how many messages were lost on full queues in all.
	Dropped uint64
	// Drops gives them by subscriber, also of the subscribers that left last.
	Drops map[string]uint64
	// Refused is how many newcomers failed their handshake.
	Refused uint64
	// Listeners are connected to the monitor now; MonitorDropped is how many messages
	// they have lost on full queues in all.
	Listeners      int
	MonitorDropped uint64
}

// departedNames is how many subscribers that lost messages are remembered by
// name after they have left.
const departedNames = 32

// departed keeps the counts of subscribers that have left. One owner.
type departed struct {
	sent    Count
	dropped uint64
	names   []string
	drops   map[string]uint64
}

func (d *departed) add(s *sink) {
	sent, sentBytes, dropped, _ := s.counts()
	d.sent.Messages += sent
	d.sent.Bytes += sentBytes
	d.dropped += dropped
	if dropped == 0 {
		return
	}
	if d.drops == nil {
		d.drops = make(map[string]uint64)
	}
	if _, known := d.drops[s.name]; !known {
		if len(d.names) == departedNames {
			delete(d.drops, d.names[0])
			d.names = d.names[1:]
		}
		d.names = append(d.names, s.name)
	}
	d.drops[s.name] += dropped
}

// stats sums up what the switchboard knows.
func (x *switchboard) stats() Stats {
	x.mu.Lock()
	defer x.mu.Unlock()
	st := Stats{
		In: x.received, Out: x.departed.sent, Excluded: x.excluded.Messages, Subscriptions: x.subscriptions,
		Dropped: x.departed.dropped, Drops: maps.Clone(x.departed.drops),
	}
	if st.Drops == nil {
		st.Drops = make(map[string]uint64)
	}
	for s := range x.sinks {
		sent, sentBytes, dropped, _ := s.counts()
		st.Out.Messages += sent
		st.Out.Bytes += sentBytes
		if dropped > 0 {
			st.Dropped += dropped
			st.Drops[s.name] += dropped
		}
	}
	return st
}
