package hub

import (
	"context"
	"time"

	"homebus/topics"
)

// How often the hub speaks of itself, by the wall clock; DESIGN "Messages".
const (
	heartbeatEvery = time.Second
	statsEvery     = 5 * time.Second
)

// heartbeat is the payload of bus/heartbeat.
type heartbeat struct {
	// Boot names this run of the hub: another one knows nothing of what was.
	Boot string `json:"boot"`
	// Seq counts the heartbeats of this run from 1.
	Seq uint64 `json:"seq"`
}

// pulse says that the hub lives, and how, until ctx ends.
func (h *Hub) pulse(ctx context.Context) error {
	beat, stats := time.NewTicker(heartbeatEvery), time.NewTicker(statsEvery)
	defer beat.Stop()
	defer stats.Stop()
	var seq uint64
	var told complaints
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-stats.C:
			h.say(topics.BusStats, h.stats())
			h.complain(&told)
		case <-beat.C:
			seq++
			h.memory.clock.Store(h.now().UnixNano())
			h.say(topics.BusHeartbeat, heartbeat{Boot: h.boot, Seq: seq})
		}
	}
}

// complaints is how much of the trouble of memory and deputy has been logged.
type complaints struct{ refused, misread, unwilled, unanswered int64 }

// complain logs what is new of that trouble.
func (h *Hub) complain(told *complaints) {
	if n := h.memory.refused.Load(); n != told.refused {
		h.log.Warn("no room for last values: relayed, not kept", "messages", n-told.refused)
		told.refused = n
	}
	if n := h.memory.misread.Load(); n != told.misread {
		h.log.Warn(`online/… wants {"online":true} or {"online":false}: relayed, not understood`, "messages", n-told.misread)
		told.misread = n
	}
	if n := h.memory.unwilled.Load(); n != told.unwilled {
		h.log.Warn("no room for last wills: nobody will say that these appliances are offline", "messages", n-told.unwilled)
		told.unwilled = n
	}
	if n := h.deputy.lost.Load(); n != told.unanswered {
		h.log.Warn("too many commands to appliances that are offline: not answered", "messages", n-told.unanswered)
		told.unanswered = n
	}
}
