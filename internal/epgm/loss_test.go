package epgm

import (
	"math"
	"slices"
	"testing"
	"time"
)

// fast is a publisher for which losses are a matter of the network alone.
var fast = PublisherConfig{Rate: 50_000_000}

func TestNothingIsLostThatCanBeRepaired(t *testing.T) {
	for _, c := range []struct {
		name                  string
		loss, double, reorder float64
		first                 uint32
	}{
		{name: "quiet network"},
		{name: "1 % lost", loss: .01},
		{name: "10 % lost", loss: .1},
		{name: "30 % lost", loss: .3},
		{name: "doubled", double: .2},
		{name: "reordered", reorder: .3},
		{name: "all of it", loss: .1, double: .1, reorder: .2},
		{name: "all of it, where sequence numbers go round", loss: .1, double: .1, reorder: .2, first: math.MaxUint32 - 200},
		{name: "all of it, where sequence numbers change their sign", loss: .1, double: .1, reorder: .2, first: math.MaxInt32 - 200},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			n := newSim(t)
			n.lossy(c.loss, c.double, c.reorder)
			p := n.publisher(fast, c.first)
			subs := []*simSubscriber{n.subscriber(SubscriberConfig{}), n.subscriber(SubscriberConfig{}), n.subscriber(SubscriberConfig{})}
			n.run(time.Second) // they have heard an SPM
			for i := range 400 {
				size := 20
				switch {
				case i%100 == 99:
					size = 100_000
				case i%10 == 5:
					size = 3000
				}
				n.publish(p, size)
				n.run(2 * time.Millisecond)
			}
			n.run(20 * time.Second)
			for _, s := range subs {
				if missing, _ := n.check(s, p, 0); missing > 0 {
					t.Errorf("%d messages are lost", missing)
				}
				if stats := s.Stats(); c.loss > 0 && (stats.NAKs == 0 || stats.Repaired == 0) || stats.Malformed > 0 || stats.Lost > 0 || stats.Torn > 0 {
					t.Errorf("%+v", stats)
				}
			}
			if stats := p.Stats(); stats.Malformed > 0 || stats.Unrepairable > 0 || stats.Waiting > 0 {
				t.Errorf("%+v", stats)
			}
		})
	}
}

// With libzmq's defaults a burst goes out at 100 kbit/s, repairs among it, and nothing is
// lost as long as the queue holds it.
func TestDefaultRateWithLoss(t *testing.T) {
	n := newSim(t)
	n.lossy(.1, 0, 0)
	p := n.publisher(PublisherConfig{}, 0)
	s := n.subscriber(SubscriberConfig{})
	n.run(time.Second)
	for range 100 {
		n.publish(p, 1300)
	}
	n.run(time.Minute)
	if missing, _ := n.check(s, p, 0); missing > 0 {
		t.Errorf("%d messages are lost", missing)
	}
}

// losing loses, of all packets, the first so many that match.
func losing(times int, match func(b []byte) bool) func([]byte, *simPublisher, *simSubscriber, bool) []time.Duration {
	return func(b []byte, p *simPublisher, s *simSubscriber, upstream bool) []time.Duration {
		if times > 0 && match(b) {
			times--
			return nil
		}
		return lan(b, p, s, upstream)
	}
}

// What is lost of the repair itself is made up for, in the time that libzmq's intervals
// allow.
func TestLostRepairs(t *testing.T) {
	is := func(kinds ...kind) func([]byte) bool {
		return func(b []byte) bool { return slices.Contains(kinds, kindOf(b)) }
	}
	for name, c := range map[string]struct {
		lose   func([]byte) bool
		times  int
		within time.Duration
	}{
		"a NAK":             {is(kindNAK), 1, mostBackOff + ncfWait + mostBackOff},
		"three NAKs":        {is(kindNAK), 3, 4*mostBackOff + 3*ncfWait},
		"NCF and RDATA":     {is(kindNCF, kindRDATA), 2, 2*mostBackOff + ncfWait},
		"an RDATA":          {is(kindRDATA), 1, 2*mostBackOff + dataWait},
		"an NCF":            {is(kindNCF), 1, mostBackOff},
		"nine of each":      {is(kindNAK, kindNCF, kindRDATA), 27, 10 * time.Second},
		"no SPM is heard":   {is(kindSPM), 1000, mostBackOff},
		"and nine NAKs too": {is(kindSPM, kindNAK), 9, 9*ncfWait + 10*mostBackOff},
	} {
		t.Run(name, func(t *testing.T) {
			n := newSim(t)
			first := losing(1, func(b []byte) bool { return isODATA(b, 2) })
			then := losing(c.times, c.lose)
			n.path = func(b []byte, p *simPublisher, s *simSubscriber, up bool) []time.Duration {
				if d := first(b, p, s, up); d == nil {
					return nil
				}
				return then(b, p, s, up)
			}
			p := n.publisher(fast, 0)
			s := n.subscriber(SubscriberConfig{})
			for range 5 {
				n.publish(p, 20)
				n.run(time.Millisecond)
			}
			if got := len(s.of(p)); got != 2 {
				t.Fatalf("%d messages came past the one that is missing", got)
			}
			n.run(c.within)
			if missing, _ := n.check(s, p, 0); missing > 0 {
				t.Errorf("%d messages are lost", missing)
			}
		})
	}
}

// The last packet has no later one that would tell of its loss: an SPM does.
func TestTheLastPacketIsMissed(t *testing.T) {
	n := newSim(t)
	n.path = losing(1, func(b []byte) bool { return isODATA(b, 2) })
	p, s := n.publisher(fast, 0), n.subscriber(SubscriberConfig{})
	for range 3 {
		n.publish(p, 20)
		n.run(time.Millisecond)
	}
	n.run(heartbeats[0] + mostBackOff)
	if missing, _ := n.check(s, p, 0); missing > 0 {
		t.Errorf("%d messages are lost", missing)
	}
}

// One receiver's NAK serves all: the others have heard the NCF by the time at which they
// would ask, but for those whose back-off was as short.
func TestOneAsksForAll(t *testing.T) {
	n := newSim(t)
	p := n.publisher(fast, 0)
	for range 20 {
		n.subscriber(SubscriberConfig{})
	}
	lost := false
	n.path = func(b []byte, p *simPublisher, s *simSubscriber, up bool) []time.Duration {
		if isODATA(b, 1) {
			lost = true
			return nil
		}
		return lan(b, p, s, up)
	}
	n.run(time.Second)
	for range 3 {
		n.publish(p, 20)
		n.run(time.Millisecond)
	}
	n.run(time.Second)
	naks := uint64(0)
	for _, s := range n.subs {
		if missing, _ := n.check(s, p, 0); missing > 0 {
			t.Errorf("%d messages are lost", missing)
		}
		naks += s.Stats().NAKs
	}
	if repairs := p.Stats().Repairs; !lost || naks > 3 || repairs != 1 {
		t.Errorf("%d NAKs for one packet that 20 missed, and %d repairs; want few and one", naks, repairs)
	}
}

// What can never be repaired is told and counted to the packet, and the rest goes on at
// the next message that begins.
func TestUnrecoverableLoss(t *testing.T) {
	patient := PublisherConfig{Rate: fast.Rate, Recovery: time.Minute}
	for name, c := range map[string]struct {
		config PublisherConfig
		sub    SubscriberConfig
		gone   func(b []byte, n int) bool
		why    LossReason
		lost   uint64
	}{
		"asked for in vain": {config: patient, gone: func(b []byte, _ int) bool { return isData(b) && sequenceOf(b) == 40 }, why: LossUnanswered, lost: 1},
		"two, a long way apart": {config: patient, gone: func(b []byte, _ int) bool {
			return isData(b) && (sequenceOf(b) == 40 || sequenceOf(b) == 60)
		}, why: LossUnanswered, lost: 2},
		"too many to wait for": {config: fast, sub: SubscriberConfig{Window: 32}, gone: func(b []byte, _ int) bool {
			return isData(b) && sequenceOf(b) == 40
		}, why: LossOverflow, lost: 1},
		"withdrawn": {config: PublisherConfig{Rate: 10_000_000, Recovery: 100 * time.Millisecond}, gone: func(b []byte, i int) bool {
			return i >= 100 && i < 150 && isData(b) || kindOf(b) == kindRDATA
		}, why: LossWithdrawn, lost: 50},
	} {
		t.Run(name, func(t *testing.T) {
			n := newSim(t)
			p, s := n.publisher(c.config, 0), n.subscriber(c.sub)
			i := 0
			n.path = func(b []byte, p *simPublisher, s *simSubscriber, up bool) []time.Duration {
				if !up && c.gone(b, i) {
					return nil
				}
				return lan(b, p, s, up)
			}
			for i = range 300 {
				n.publish(p, 20)
				n.run(10 * time.Millisecond)
			}
			n.run(time.Minute)
			missing, lost := n.check(s, p, 0)
			if missing != int(c.lost) || lost != c.lost || s.Stats().Lost != c.lost {
				t.Errorf("%d messages are missing, %d packets told, %d counted; want %d each", missing, lost, s.Stats().Lost, c.lost)
			}
			for _, e := range s.of(p) {
				if e.Lost != nil && e.Lost.Why != c.why {
					t.Errorf("%v; want %q", e.Lost, c.why)
				}
			}
		})
	}
}

// A receiver that stands still hears nothing while the source's window moves on. It says
// exactly how much it has missed.
func TestReceiverThatStandsStill(t *testing.T) {
	for name, c := range map[string]SubscriberConfig{"wide": {}, "narrow": {Window: 16}, "poor": {Memory: 20_000}} {
		t.Run(name, func(t *testing.T) {
			n := newSim(t)
			p, s := n.publisher(PublisherConfig{Rate: 1_000_000, Recovery: 200 * time.Millisecond}, math.MaxUint32-1000), n.subscriber(c)
			for i := range 3000 {
				s.deaf = i > 500 && i < 2500
				n.publish(p, 100)
				n.run(5 * time.Millisecond)
			}
			n.run(time.Minute)
			missing, lost := n.check(s, p, 0)
			if uint64(missing) != lost || missing < 1900 {
				t.Errorf("%d messages are missing, %d packets told", missing, lost)
			}
			if held := s.Stats().Held; held > s.Memory {
				t.Errorf("%d bytes are held", held)
			}
		})
	}
}

// A loss within a long message takes that message and no other.
func TestTornMessage(t *testing.T) {
	n := newSim(t)
	n.path = func(b []byte, p *simPublisher, s *simSubscriber, up bool) []time.Duration {
		if isData(b) && sequenceOf(b) == 5 {
			return nil
		}
		return lan(b, p, s, up)
	}
	p, s := n.publisher(fast, 0), n.subscriber(SubscriberConfig{})
	p.published = []string{"", ""} // so that all messages have a body
	for range 2 {
		n.publish(p, 20_000)
		p.published = append(p.published, "", "")
	}
	n.publish(p, 20)
	n.run(time.Minute)
	if stats := s.Stats(); stats.Messages != 2 || stats.Torn != 1 || stats.Lost != 1 {
		t.Errorf("%+v; want two messages of three, one torn", stats)
	}
}

// Nobody can say what a source has sent that has ended: what is missing is told, and the
// source is gone. One that begins again is another.
func TestSourceEndsAndBeginsAgain(t *testing.T) {
	n := newSim(t)
	first, s := n.publisher(fast, 0), n.subscriber(SubscriberConfig{})
	for range 10 {
		n.publish(first, 20)
		n.run(time.Millisecond)
	}
	n.path = func(b []byte, p *simPublisher, s *simSubscriber, up bool) []time.Duration {
		if isODATA(b, 10) {
			return nil
		}
		return lan(b, p, s, up)
	}
	n.publish(first, 20)
	n.run(time.Millisecond)
	n.stop(first)
	n.path = lan
	second := n.publisher(fast, 0)
	for range 10 {
		n.publish(second, 20)
		n.run(time.Millisecond)
	}
	n.run(finWait)
	if missing, lost := n.check(s, first, 0); missing != 1 || lost != 1 {
		t.Errorf("%d messages, %d packets are missing of the first", missing, lost)
	}
	if events := s.of(first); !events[len(events)-1].Gone {
		t.Error("nobody said that the first is gone")
	}
	if missing, _ := n.check(s, second, 0); missing > 0 {
		t.Errorf("%d messages are missing of the second", missing)
	}
	n.run(finGrace)
	if stats := s.Stats(); stats.Sources != 1 {
		t.Errorf("%+v", stats)
	}
}

// A source that was killed says nothing; it is forgotten in the end.
func TestSilentSourceIsForgotten(t *testing.T) {
	n := newSim(t)
	p, s := n.publisher(fast, 0), n.subscriber(SubscriberConfig{})
	n.publish(p, 20)
	n.run(time.Hour) // its SPMs keep it
	if events := s.of(p); len(events) != 1 {
		t.Fatalf("%v", events)
	}
	p.stopped = true
	n.run(DefaultExpiry + time.Second)
	if events, stats := s.of(p), s.Stats(); len(events) != 2 || !events[1].Gone || stats.Sources != 0 || stats.Held != 0 {
		t.Errorf("%v, %+v", events, stats)
	}
}

// libzmq has 16 bits of chance in its TSI, so a program that starts again may have the
// same. Its SPMs, counted from 0 again, give it away.
func TestTheSameTSIAgain(t *testing.T) {
	n := newSim(t)
	p, s := n.publisher(fast, 0), n.subscriber(SubscriberConfig{})
	for range 200 {
		n.publish(p, 20)
		n.run(20 * time.Millisecond)
	}
	n.run(5 * time.Second)
	p.sender = newSender(p.session, fast, 0) // killed
	n.run(time.Second)
	for range 10 {
		n.publish(p, 20)
		n.run(time.Millisecond)
	}
	n.run(time.Second)
	if missing, _ := n.check(s, p, 0); missing > 0 {
		t.Errorf("%d messages are missing", missing)
	}
	if !slices.ContainsFunc(s.of(p), func(e Event) bool { return e.Gone }) {
		t.Error("nobody said that the first is gone")
	}
}
