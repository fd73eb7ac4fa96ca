package hub

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"homebus/internal/proxy"
)

// maxDrops is how many subscribers bus/stats names, those with the most drops.
const maxDrops = 100

// stats is the payload of bus/stats; docs/hub.md explains the keys.
type stats struct {
	Boot           string            `json:"boot"`
	UptimeS        int64             `json:"uptime_s"`
	MessagesIn     uint64            `json:"messages_in"`
	BytesIn        uint64            `json:"bytes_in"`
	MessagesOut    uint64            `json:"messages_out"`
	BytesOut       uint64            `json:"bytes_out"`
	Connections    int               `json:"connections"`
	Publishers     int               `json:"publishers"`
	Subscribers    int               `json:"subscribers"`
	Subscriptions  int               `json:"subscriptions"`
	Refused        uint64            `json:"refused"`
	Listeners      int               `json:"listeners"`
	MonitorDropped uint64            `json:"monitor_dropped"`
	Dropped        uint64            `json:"dropped"`
	Drops          map[string]uint64 `json:"drops"`
	Retained       int64             `json:"retained"`
	RetainedBytes  int64             `json:"retained_bytes"`
	NotRetained    int64             `json:"not_retained"`
}

// Stats is how a hub is.
type Stats struct {
	// Boot names this run of the hub, which began at Began.
	Boot  string
	Began time.Time
	// Proxy is what has passed since, and who is there.
	Proxy proxy.Stats
	// Retained topics have a last value; RetainedBytes is what these take, with their
	// topics. NotRetained messages were relayed and not kept, for want of room.
	Retained, RetainedBytes, NotRetained int64
}

// Stats returns how the hub is. It may be called from any goroutine, and looks at every
// subscriber.
func (h *Hub) Stats() Stats {
	st := Stats{Boot: h.boot, Began: h.began, Proxy: h.forwarder.Stats(), NotRetained: h.memory.refused.Load()}
	h.forwarder.Inspect(func() { st.Retained, st.RetainedBytes = int64(h.memory.values.Len()), int64(h.memory.bytes) })
	return st
}

// stats returns what bus/stats says.
func (h *Hub) stats() stats {
	now := h.Stats()
	p := now.Proxy
	return stats{
		Boot:           now.Boot,
		UptimeS:        int64(time.Since(now.Began) / time.Second),
		MessagesIn:     p.In.Messages,
		BytesIn:        p.In.Bytes,
		MessagesOut:    p.Out.Messages,
		BytesOut:       p.Out.Bytes,
		Connections:    p.Publishers + p.Subscribers,
		Publishers:     p.Publishers,
		Subscribers:    p.Subscribers,
		Subscriptions:  p.Subscriptions,
		Refused:        p.Refused,
		Listeners:      p.Listeners,
		MonitorDropped: p.MonitorDropped,
		Dropped:        p.Dropped,
		Drops:          worst(p.Drops),
		Retained:       now.Retained,
		RetainedBytes:  now.RetainedBytes,
		NotRetained:    now.NotRetained,
	}
}

// worst returns the subscribers with the most drops.
func worst(drops map[string]uint64) map[string]uint64 {
	if len(drops) <= maxDrops {
		return drops
	}
	names := slices.SortedFunc(maps.Keys(drops), func(a, b string) int {
		return cmp.Or(cmp.Compare(drops[b], drops[a]), cmp.Compare(a, b))
	})
	for _, name := range names[maxDrops:] {
		delete(drops, name)
	}
	return drops
}
