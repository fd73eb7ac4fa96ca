package hub

import (
	"cmp"
	"maps"
	"slices"
	"time"
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

func (h *Hub) stats(uptime time.Duration) stats {
	p := h.forwarder.Stats()
	return stats{
		Boot:           h.boot,
		UptimeS:        int64(uptime / time.Second),
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
		Retained:       h.memory.topics.Load(),
		RetainedBytes:  h.memory.bytes.Load(),
		NotRetained:    h.memory.refused.Load(),
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
