package gateway

import "sync/atomic"

// Count counts messages; Bytes is the length of their text frames without the headers of
// WebSocket.
type Count struct{ Messages, Bytes uint64 }

func (c *Count) add(more Count) {
	c.Messages += more.Messages
	c.Bytes += more.Bytes
}

// Stats is what a gateway has done since it began.
type Stats struct {
	// Clients is how many there are now, Ever how many there have been in all.
	Clients int
	Ever    uint64
	// Refused is how many got an HTTP error in place of WebSocket.
	Refused uint64
	// In is what clients have sent, ops of all kinds; Out what they have been sent of the
	// bus's messages.
	In, Out Count
	// Errors is how many of In were answered with an error.
	Errors uint64
	// Dropped is how many messages clients have lost on full queues.
	Dropped uint64
	// Cut is how many clients were cut from here, for whatever reason but the end of Run.
	Cut uint64
}

// counter is a Count that one goroutine adds to and others read.
type counter struct{ messages, bytes atomic.Uint64 }

func (c *counter) add(bytes int) {
	c.messages.Add(1)
	c.bytes.Add(uint64(bytes))
}

func (c *counter) count() Count { return Count{c.messages.Load(), c.bytes.Load()} }

// Stats returns what g has done so far.
func (g *Gateway) Stats() Stats {
	g.mu.Lock()
	defer g.mu.Unlock()
	st := g.departed
	st.Clients = len(g.clients)
	for c := range g.clients {
		c.addTo(&st)
	}
	return st
}
