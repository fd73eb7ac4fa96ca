package proxy

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net"
	"strings"
	"testing"
	"time"

	"homebus/internal/zmtp"
	"homebus/internal/zmtp/zmtptest"
)

// life is a forwarder whose peers do as chance has it.
type life struct {
	t   *testing.T
	f   *Forwarder
	rnd *rand.Rand
	// subs are at the backend and at the monitor.
	subs, pubs []*zmtptest.Peer
	local      []*Local
	minutes    int
}

// rememberingTap has a large last value for whoever subscribes.
type rememberingTap struct {
	silentTap
	value Raw
}

func (r rememberingTap) Subscribed(_ []byte, give func(Raw)) { give(r.value) }

// However peers come, talk, stop and go, nothing stays paid for and nobody stays
// known once all have gone. What leaked would shut a hub slowly, over weeks.
func TestNothingIsLeftOfPeersThatHaveGone(t *testing.T) {
	for _, overflow := range []Overflow{DropNewest, DropOldest, Disconnect} {
		t.Run(overflow.String(), func(t *testing.T) {
			t.Parallel()
			f := startMonitored(t, Config{
				Tap:   rememberingTap{value: NewRaw([][]byte{[]byte("a"), make([]byte, SharedFrom)})},
				Wants: []string{"wanted"},
				Limits: Limits{
					QueueBytes: 400 << 10, QueueMessages: 3000, QueueTotal: 1 << 20, Overflow: overflow,
					IncomingTotal: 400 << 10, UpstreamBytes: 40, Subscriptions: 20,
				},
			})
			l := &life{t: t, f: f, rnd: rand.New(rand.NewPCG(7, uint64(overflow)))}
			for range 1000 {
				l.step()
			}
			l.end()
			defer func() { t.Log(l.left()) }()
			zmtptest.Eventually(t, "all is given back", func() bool { return l.left() == "" })
		})
	}
}

func (l *life) step() {
	switch l.rnd.IntN(32) {
	case 0, 1:
		if len(l.pubs) < 8 {
			l.pubs = append(l.pubs, zmtptest.Connect(l.t, l.f.Addrs().Frontend[0], zmtp.PUB, byte(l.rnd.IntN(2))))
		}
	case 2, 3:
		if len(l.subs) < 12 {
			l.subs = append(l.subs, l.subscriber())
		}
	case 4, 5, 6, 7:
		l.say(l.subs, zmtp.AppendSubscription(nil, l.rnd.IntN(6) > 0, []byte(l.word())))
	case 8, 9, 10, 11:
		l.read()
	case 12:
		l.subs = l.leave(l.subs)
	case 13:
		l.pubs = l.leave(l.pubs)
	case 14, 15:
		l.inProcess()
	case 16:
		l.f.Pause()
	case 17:
		l.minutes++
		l.f.sessions.note(time.Now().Add(time.Duration(l.minutes) * time.Minute)) // writers go
	default:
		l.f.Resume()
		l.say(l.pubs, l.traffic())
	}
}

// subscriber is one at the backend, or at the monitor, whose system takes little.
func (l *life) subscriber() *zmtptest.Peer {
	at := [][]net.Addr{l.f.Addrs().Backend, l.f.Addrs().Backend, l.f.Addrs().Monitor}[l.rnd.IntN(3)]
	p := zmtptest.Connect(l.t, at[0], zmtp.SUB, byte(l.rnd.IntN(2)))
	_ = p.Conn.(*net.TCPConn).SetReadBuffer(4 << 10)
	return p
}

// read has one of the subscribers read something.
func (l *life) read() {
	if len(l.subs) > 0 {
		p := l.subs[l.rnd.IntN(len(l.subs))]
		_ = p.SetReadDeadline(time.Now().Add(time.Millisecond))
		_, _ = p.Read(make([]byte, 1<<l.rnd.IntN(21)))
	}
}

func (l *life) word() string { return []string{"", "a", "ab", "in", "out", "wanted"}[l.rnd.IntN(6)] }

// traffic is what a publisher says at a time: many messages, one that is large, and
// now and then one that is torn or no message.
func (l *life) traffic() []byte {
	message := zmtptest.Wire("a"+l.word(), strings.Repeat("x", l.rnd.IntN(1<<l.rnd.IntN(20))))
	switch l.rnd.IntN(8) {
	case 0:
		return message[:l.rnd.IntN(len(message))]
	case 1:
		return append(zmtp.AppendPing(nil, 0, nil), message...)
	case 2:
		return []byte("\xff\xff")
	case 3, 4:
		message = append(zmtp.AppendFrame(nil, []byte("a"), true), zmtp.AppendHeader(nil, 0, 500<<10)...)
		return append(message, make([]byte, l.rnd.IntN(1000<<10))...)
	}
	return bytes.Repeat(message, 1+l.rnd.IntN(1+100_000/len(message)))
}

// say has one of them say b; it may have been cut off.
func (l *life) say(to []*zmtptest.Peer, b []byte) {
	if len(to) > 0 {
		p := to[l.rnd.IntN(len(to))]
		_ = p.SetWriteDeadline(time.Now().Add(20 * time.Millisecond))
		_, _ = p.Write(b)
	}
}

// leave has one of them leave, with a goodbye or by a reset.
func (l *life) leave(list []*zmtptest.Peer) []*zmtptest.Peer {
	if len(list) == 0 {
		return list
	}
	i := l.rnd.IntN(len(list))
	if l.rnd.IntN(2) == 0 {
		_ = list[i].Conn.(*net.TCPConn).SetLinger(0)
	}
	_ = list[i].Close()
	return append(list[:i], list[i+1:]...)
}

// inProcess has a peer of this process come, talk, hear or go.
func (l *life) inProcess() {
	if len(l.local) < 3 {
		p := l.f.Attach("local")
		_ = p.Subscribe(l.word())
		l.local = append(l.local, p)
		return
	}
	i := l.rnd.IntN(len(l.local))
	p := l.local[i]
	if err := p.Publish([][]byte{[]byte("a"), make([]byte, l.rnd.IntN(1<<17))}); err != nil {
		l.t.Error(err)
	}
	for range l.rnd.IntN(10) {
		p.Next()
	}
	if l.rnd.IntN(3) == 0 {
		p.Close()
		l.local = append(l.local[:i], l.local[i+1:]...)
	}
}

// end has all go that are still there.
func (l *life) end() {
	l.f.Resume()
	for len(l.subs) > 0 {
		l.subs = l.leave(l.subs)
	}
	for len(l.pubs) > 0 {
		l.pubs = l.leave(l.pubs)
	}
	for _, p := range l.local {
		p.Close()
	}
}

// left says what is left of peers.
func (l *life) left() string {
	return left(l.f, 1) + left(l.f.monitor.Forwarder, 0)
}

// left says what f knows and holds beside the prefixes that its program wants.
func left(f *Forwarder, wants int) string {
	sessions := f.sessions.count(frontend) + f.sessions.count(backend) + int(f.present.Load())
	x := f.board
	x.mu.Lock()
	defer x.mu.Unlock()
	known := len(x.sinks) + len(x.upstreams) + len(x.claims) + x.subscriptions + x.interests.Len() - wants
	asked := x.demands.bytes - wants*(minSubscription+len("wanted"))
	paid := x.waiting.used.Load() + x.arriving.used.Load() + x.telling.used.Load()
	x.waiting.mu.Lock()
	defer x.waiting.mu.Unlock()
	if sessions == 0 && known == 0 && asked == 0 && paid == 0 && len(x.waiting.lent) == 0 {
		return ""
	}
	return fmt.Sprintf("%d sessions, %d known, %d bytes asked for, %d bytes paid for, %d lent\n", sessions, known, asked, paid, len(x.waiting.lent))
}
