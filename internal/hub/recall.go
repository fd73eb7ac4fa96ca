package hub

import (
	"slices"

	"homebus/internal/message"
	"homebus/internal/proxy"
)

// LastValues calls each with the last values of topics that begin with prefix, in byte
// order of the topics, as they are together at one moment. It looks at no more than most
// of them, for the bus waits meanwhile, and reports whether there are more. Messages of
// more than longest bytes in wire form are passed over. What each is given is its own. It
// may be called from any goroutine.
func (h *Hub) LastValues(prefix string, most, longest int, each func(message.Message)) (more bool) {
	var values []proxy.Raw
	h.forwarder.Inspect(func() {
		looked := 0
		for _, v := range h.memory.values.All(prefix) {
			if looked++; looked > most {
				more = true
				return
			}
			if len(v.message) <= longest {
				values = append(values, slices.Clone(v.message))
			}
		}
	})
	for _, v := range values {
		each(message.FromFrames(v.Frames()))
	}
	return more
}
