package proxy

import (
	"log/slog"
	"net"

	"homebus/internal/zmtp"
)

// monitor repeats what a proxy passes on to whoever listens: each message behind
// one frame more, "in" for what goes from the frontend to the backend and "out"
// for the other way, as MonitoredQueue of pyzmq does. It is a forwarder with a
// backend only, so that a listener that cannot keep up loses messages of its own,
// counted, and costs the proxy nothing more. A nil monitor has no listeners. Safe
// for concurrent use.
//
// Its lock comes after that of the switchboard it repeats.
type monitor struct {
	*Forwarder
	// scratch is where messages get their frame in front. It belongs to the lock of
	// the monitor's switchboard.
	scratch []byte
}

// way is one of the two ways through a proxy.
type way struct {
	// topic is what listeners subscribe to, frame the same in wire form.
	topic, frame []byte
}

var wayIn, wayOut = newWay("in"), newWay("out")

func newWay(name string) way {
	return way{topic: []byte(name), frame: zmtp.AppendFrame(nil, []byte(name), true)}
}

func (w way) name() string { return string(w.topic) }

// keepScratch is how much a monitor keeps for the next messages: all that is read
// at once has room, also if it is messages of two bytes, which become six.
const keepScratch = 1 << 20

// newMonitor opens the endpoints; it is nil if there are none.
func newMonitor(endpoints []string, limits Limits, log *slog.Logger) (*monitor, error) {
	if len(endpoints) == 0 {
		return nil, nil
	}
	f, err := New(Config{Backend: endpoints, Limits: limits, Log: log.With("at", "monitor")})
	if err != nil {
		return nil, err
	}
	f.backendType = zmtp.PUB
	return &monitor{Forwarder: f}, nil
}

// heard reports whether anybody is connected; without a lock, for it is asked for
// each run of messages.
func (m *monitor) heard() bool { return m != nil && m.present.Load() > 0 }

// run repeats whole messages in wire form.
func (m *monitor) run(w way, run []byte, count int) {
	if !m.heard() {
		return
	}
	m.repeat(w, count, func(b []byte) []byte {
		for n := firstMessage(run); n > 0; n = firstMessage(run) {
			b = append(append(b, w.frame...), run[:n]...)
			run = run[n:]
		}
		return b
	})
}

// message repeats one message of these frames.
func (m *monitor) message(w way, frames [][]byte) {
	if !m.heard() {
		return
	}
	m.repeat(w, 1, func(b []byte) []byte { return zmtp.AppendMessage(append(b, w.frame...), frames) })
}

// change repeats what publishers are told: a subscription or its withdrawal.
func (m *monitor) change(subscribe bool, prefix string) {
	if !m.heard() {
		return
	}
	m.repeat(wayOut, 1, func(b []byte) []byte {
		return appendSubscription(append(b, wayOut.frame...), subscribe, prefix)
	})
}

// repeat gives the listeners the messages that build appends to b, so many.
func (m *monitor) repeat(w way, count int, build func(b []byte) []byte) {
	x := m.board
	x.mu.Lock()
	defer x.mu.Unlock()
	r := x.routeOf(w.topic)
	if len(r.sinks) == 0 {
		return
	}
	m.scratch = build(m.scratch[:0])
	for _, s := range r.sinks {
		s.push(nil, m.scratch, count)
	}
	x.ration()
	if cap(m.scratch) > keepScratch {
		m.scratch = nil
	}
}

// large repeats a message that lies in pieces. It is copied once, for all listeners:
// what they are slow to take is paid for by the monitor, and shortens no queue of the
// proxy's.
func (m *monitor) large(w way, a *assembly) {
	if !m.heard() {
		return
	}
	x := m.board
	x.mu.Lock()
	defer x.mu.Unlock()
	r := x.routeOf(w.topic)
	if len(r.sinks) == 0 {
		return
	}
	var ps pieces
	defer ps.free()
	ps.add(w.frame, x.waiting)
	for _, p := range a.pieces {
		ps.add(p.b, x.waiting)
	}
	for _, s := range r.sinks {
		s.pushPieces(nil, ps, len(w.frame)+a.size)
	}
	x.ration()
}

// addrs returns where the monitor listens.
func (m *monitor) addrs() []net.Addr {
	if m == nil {
		return nil
	}
	return m.Addrs().Backend
}

// counts returns how many listen and how many messages they have lost.
func (m *monitor) counts() (listeners int, dropped uint64) {
	if m == nil {
		return 0, 0
	}
	st := m.Stats()
	return st.Subscribers, st.Dropped
}
