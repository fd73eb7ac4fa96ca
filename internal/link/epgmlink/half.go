package epgmlink

import (
	"cmp"
	"context"

	"homebus/internal/link"
)

// half is the way of a link that is no group, for as long as the station is up: a fresh
// one each time, so that its last values come again.
type half struct {
	link link.Link
	stop context.CancelFunc
	done chan struct{} // closed when its Run has returned
	// own and station are what either says of itself.
	own, station link.Status
}

// events are those of the half; nil, which brings none, if there is none.
func (h *half) events() <-chan link.Event {
	if h == nil {
		return nil
	}
	return h.link.Events()
}

// status is what both ways together are.
func (h *half) status() link.Status {
	status := h.own
	status.Boot = cmp.Or(h.station.Boot, h.own.Boot)
	return status
}

// beginHalf starts the half with the link's subscriptions.
func (l *Link) beginHalf(station link.Status) {
	ctx, stop := context.WithCancel(context.Background())
	h := &half{link: l.other(), stop: stop, done: make(chan struct{}), station: station}
	l.mu.Lock()
	l.prefixes.Lock()
	for p := range l.prefixes.All() {
		h.link.Subscribe(p)
	}
	l.prefixes.Unlock()
	l.half = h
	l.mu.Unlock()
	go func() {
		defer close(h.done)
		_ = h.link.Run(ctx) // it returns with ctx, and says no more than that
	}()
}

// endHalf ends the half, if there is one, and waits until it has ended.
func (l *Link) endHalf() {
	h := l.half
	if h == nil {
		return
	}
	l.mu.Lock()
	l.half = nil
	l.mu.Unlock()
	h.stop()
	for range h.link.Events() { // until it is closed
		continue
	}
	<-h.done
}
