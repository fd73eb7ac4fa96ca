package epgm

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"
)

// A captured session says to a receiver what it said to libzmq's, also if it hears only
// the repairs of some packets.
func TestCapturedMessages(t *testing.T) {
	burst := "Z*300 | skip-me | t*4006 | topic-after"
	for name, c := range map[string]struct {
		deafTo []uint32
		want   string
	}{
		"pub_sub":           {want: "topic, msg-0 | topic, msg-1 | topic, msg-2 | " + burst},
		"pyzmq_pub_go_recv": {[]uint32{1, 4}, "topic, msg-0 | topic, msg-1 | topic, msg-2 | " + burst},
		"go_send_pyzmq_sub": {want: "go, m0 | go, m1 | go, m2 | go, m3 | go, m4 | go, m5 | b*4003 | tail"},
	} {
		packets := sessions(t)[name]
		r := newReceiver(packets[0].to, SubscriberConfig{}, testRandom(1))
		var got []string
		for _, p := range packets {
			if kindOf(p.bytes) == kindODATA && slices.Contains(c.deafTo, sequenceOf(p.bytes)) {
				continue
			}
			for _, e := range r.Handle(began.Add(p.at), p.from.Addr(), p.bytes) {
				if e.Message != nil {
					got = append(got, show(e.Message))
				} else if !e.Gone {
					t.Errorf("%s: %v", name, e.Lost)
				}
			}
		}
		if got := strings.Join(got, " | "); got != c.want {
			t.Errorf("%s: %s\nwant %s", name, got, c.want)
		}
		if stats := r.Stats(); stats.Malformed > 0 || stats.Lost > 0 || stats.Torn > 0 || stats.Sources != 1 {
			t.Errorf("%s: %+v", name, stats)
		}
	}
}

// A late joiner begins at the next message, in the midst of whatever is sent; nothing
// older is asked for.
func TestLateJoin(t *testing.T) {
	n := newSim(t)
	p := n.publisher(PublisherConfig{Rate: 1_000_000}, 0)
	n.subscriber(SubscriberConfig{})
	for range 10 {
		n.publish(p, 20)
	}
	for range 8 {
		n.publish(p, 30_000)
	}
	n.run(100 * time.Millisecond) // a long one is under way
	late := n.subscriber(SubscriberConfig{})
	n.run(10 * time.Second)
	first := slices.IndexFunc(p.published, func(m string) bool { return m == digest(late.of(p)[0].Message) })
	if missing, _ := n.check(late, p, first); missing > 0 || first < 12 || first > 17 {
		t.Errorf("it begins at message %d, and misses %d", first, missing)
	}
	if stats := late.Stats(); stats.NAKs > 0 || stats.Lost > 0 || stats.Torn > 0 {
		t.Errorf("%+v", stats)
	}
}

// Who has heard data and no SPM asks for one, once.
func TestAskingForAnSPM(t *testing.T) {
	s := testSession()
	r := newReceiver(simGroup, SubscriberConfig{}, testRandom(1))
	data := func(i int) []byte { return seal(append(s.data(uint32(i), 0, 3), 0, 0, 1)) }
	var asked []ask
	for now := began; now.Before(began.Add(900 * time.Millisecond)); now = now.Add(10 * time.Millisecond) {
		r.Handle(now, s.source, data(int(now.Sub(began)/(10*time.Millisecond))))
		_, asks := r.Tick(now)
		asked = append(asked, asks...)
	}
	if len(asked) != 1 || kindOf(asked[0].packet) != kindSPMR || asked[0].to != s.source {
		t.Errorf("%v", asked)
	}
	if p, err := parse(asked[0].packet); err != nil || p.tsi != s.tsi || p.port != s.port {
		t.Errorf("%+v, %v", p, err)
	}
	r.Handle(began.Add(time.Second), s.source, s.spm(0, 0, 89, false))
	r.Handle(began.Add(3*time.Second), s.source, data(90))
	if _, asks := r.Tick(began.Add(4 * time.Second)); len(asks) > 0 {
		t.Errorf("%v", asks)
	}
}

// NAKs go to where the packets come from, and repeat where the source says that it is.
func TestWhereNAKsGo(t *testing.T) {
	s := testSession()
	s.source = netip.MustParseAddr("192.0.2.1") // what it says
	from := simAddr(1)
	r := newReceiver(simGroup, SubscriberConfig{}, testRandom(1))
	r.Handle(began, from, s.spm(0, 0, 9, false))
	r.Handle(began, from, s.spm(1, 0, 90, false))
	_, asks := r.Tick(began.Add(mostBackOff))
	if len(asks) != 2 {
		t.Fatalf("%d packets ask for 81, want 2", len(asks))
	}
	var all []uint32
	for _, a := range asks {
		p, err := parse(a.packet)
		if err != nil || a.to != from || p.source != s.source || p.group != s.group {
			t.Errorf("%+v, %v, to %v", p, err, a.to)
		}
		all = append(all, slices.Collect(p.sequences)...)
	}
	if len(all) != 81 || all[0] != 10 || all[80] != 90 || !slices.IsSorted(all) {
		t.Errorf("%d", all)
	}
}

// A long gap is asked for little by little.
func TestLongGapMakesNoFlood(t *testing.T) {
	s := testSession()
	r := newReceiver(simGroup, SubscriberConfig{}, testRandom(1))
	r.Handle(began, s.source, s.spm(0, 0, 9, false))
	r.Handle(began, s.source, s.spm(1, 0, 4000, false))
	naks, asked := 0, 0
	for at := began; at.Before(began.Add(ncfWait)); at = at.Add(time.Millisecond) {
		_, asks := r.Tick(at)
		if len(asks) > mostNAKs {
			t.Fatalf("%d NAKs at once", len(asks))
		}
		for _, a := range asks {
			p, _ := parse(a.packet)
			asked += len(slices.Collect(p.sequences))
		}
		naks += len(asks)
	}
	if naks < 20 || naks > 4*11 || asked > naks*(1+maxList) {
		t.Errorf("%d NAKs for %d packets within %v", naks, asked, ncfWait)
	}
}

// crowd is data of many sources, each from an address of its own.
func crowdData(i int, sequence uint32, apdu []byte) (netip.Addr, []byte) {
	s := testSession()
	s.source = netip.AddrFrom4([4]byte{10, 1, byte(i >> 8), byte(i)})
	return s.source, seal(append(s.data(sequence, 0, len(apdu)), apdu...))
}

// There are no more sources than may be; one that has been silent for long makes room.
func TestSourcesAreBounded(t *testing.T) {
	r := newReceiver(simGroup, SubscriberConfig{Sources: 10}, testRandom(1))
	say := func(at time.Duration, i int, sequence uint32) (events []Event) {
		from, b := crowdData(i, sequence, apdu(0, "\x02\x00a"))
		return slices.Clone(r.Handle(began.Add(at), from, b))
	}
	for i := range 20 {
		if events := say(0, i, 0); (len(events) == 1) != (i < 10) {
			t.Fatalf("source %d: %v", i, events)
		}
	}
	for i := 1; i < 10; i++ { // all but the first
		say(30*time.Second, i, 1)
	}
	if events := say(59*time.Second, 30, 0); len(events) > 0 {
		t.Fatalf("no source has been silent for long: %v", events)
	}
	events := say(60*time.Second, 30, 0)
	if len(events) != 2 || !events[0].Gone || events[0].Source.Addr != netip.MustParseAddr("10.1.0.0") || events[1].Message == nil {
		t.Fatalf("%v", events)
	}
	if stats := r.Stats(); stats.Sources != 10 || stats.Refused != 11 {
		t.Errorf("%+v", stats)
	}
}

// All that many sources make wait stays within the bound, and a newcomer is still heard.
func TestMemoryIsBounded(t *testing.T) {
	const memory = 1 << 20
	r := newReceiver(simGroup, SubscriberConfig{Memory: memory}, testRandom(1))
	start := apdu(0, "\xff\x00\x00\x00\x00\x00\xf0\x00\x00\x00") // of a message of 15 MiB
	piece := append([]byte{0xff, 0xff}, make([]byte, 1400)...)
	for sequence := range uint32(400) {
		for i := range 20 {
			b := piece
			if sequence == 0 {
				b = start
			}
			if i%2 == 0 && sequence > 1 { // a gap, so that all else waits
				from, b := crowdData(i, sequence+1, b)
				r.Handle(began, from, b)
			} else {
				from, b := crowdData(i, sequence, b)
				r.Handle(began, from, b)
			}
			if r.held > memory || r.held < 0 {
				t.Fatalf("%d bytes are held", r.held)
			}
		}
	}
	if stats := r.Stats(); stats.Held < memory/2 || stats.Unheld == 0 || stats.Torn == 0 {
		t.Errorf("%+v: was it ever full?", stats)
	}
	for sequence, want := range []int{1, 0, 2} { // 1 is late
		from, b := crowdData(99, []uint32{0, 2, 1}[sequence], apdu(0, "\x02\x00a"))
		if events := r.Handle(began, from, b); len(events) != want {
			t.Errorf("a newcomer's packet gives %d events, want %d", len(events), want)
		}
	}
	r.Tick(began.Add(DefaultExpiry))
	if stats := r.Stats(); stats.Held != 0 || stats.Sources != 0 {
		t.Errorf("%+v when all are gone", stats)
	}
}

// One packet that is far ahead, of whoever may send such, is believed; the source's next
// SPM sets that right.
func TestPacketFarAhead(t *testing.T) {
	n := newSim(t)
	p, s := n.publisher(fast, 0), n.subscriber(SubscriberConfig{})
	n.publish(p, 20)
	n.run(10 * time.Millisecond)
	s.note(s.Handle(n.now, p.addr, seal(append(p.data(1<<30, 1<<30, 5), apdu(0, "\x02\x00a")...))))
	n.run(time.Second)
	events := s.of(p)
	if last := events[len(events)-1]; !last.Gone {
		t.Fatalf("%+v", last)
	}
	n.publish(p, 20)
	n.run(10 * time.Millisecond)
	events = s.of(p)
	if last := events[len(events)-1]; digest(last.Message) != p.published[1] {
		t.Errorf("%+v", last)
	}
	if stats := s.Stats(); stats.Lost != 1<<30-1 {
		t.Errorf("%+v", stats)
	}
}

// What a long gap takes in memory is given back when it is closed.
func TestLongGapIsGivenBack(t *testing.T) {
	n := newSim(t)
	lost := true
	n.path = func(b []byte, p *simPublisher, s *simSubscriber, up bool) []time.Duration {
		if lost && isData(b) && sequenceOf(b) == 1 {
			return nil
		}
		return lan(b, p, s, up)
	}
	p, s := n.publisher(fast, 0), n.subscriber(SubscriberConfig{})
	for range 1000 {
		n.publish(p, 20)
		n.run(time.Millisecond)
	}
	if held := s.Stats().Held; held < 900*(slotSize+20) {
		t.Errorf("%d bytes are held behind a gap", held)
	}
	lost = false
	n.run(time.Second)
	if missing, _ := n.check(s, p, 0); missing > 0 || s.Stats().Held > leastSlots*slotSize {
		t.Errorf("%d messages are missing, %d bytes are held", missing, s.Stats().Held)
	}
}

// Packets that are not for this receiver, or of no use to it, change nothing.
func TestPacketsThatMeanNothing(t *testing.T) {
	s := testSession()
	other := s
	other.port++
	parity := s.data(0, 0, 2)
	parity[5] |= flagParity
	for name, b := range map[string][]byte{
		"another port":         seal(append(other.data(0, 0, 5), apdu(0, "\x02\x00a")...)),
		"a NAK":                s.nak(kindNAK, []uint32{1}),
		"an NCF of a stranger": s.nak(kindNCF, []uint32{1}),
		"an SPMR":              s.spmr(),
		"a stranger's repair":  repair(seal(append(s.data(0, 0, 5), apdu(0, "\x02\x00a")...)), 0),
		"a stranger's end":     s.spm(0, 0, 0, true),
		"parity":               seal(append(parity, 0, 0)),
		"POLL":                 seal(s.header(0x01, 0, headerSize)),
	} {
		r := newReceiver(simGroup, SubscriberConfig{}, testRandom(1))
		events := r.Handle(began, s.source, b)
		if stats := r.Stats(); len(events) > 0 || stats != (SubscriberStats{}) || !r.Next().IsZero() {
			t.Errorf("%s: %v, %+v", name, events, stats)
		}
	}
}

// A packet with a piece of an APDU (OPT_FRAGMENT, which libzmq never sends) is there, so
// not asked for, but nothing can be made of it.
func TestFragmentsAreNotUnderstood(t *testing.T) {
	s := testSession()
	r := newReceiver(simGroup, SubscriberConfig{}, testRandom(1))
	whole := func(i uint32) []byte { return seal(append(s.data(i, 0, 5), apdu(0, "\x02\x00a")...)) }
	b := s.data(1, 0, 5)
	b[5] |= flagOptions
	b = append(b, optionLength, lengthSize, 0, 20, optionFragment|optionLast, 16)
	b = append(b, make([]byte, 14)...)
	var got []string
	for _, b := range [][]byte{whole(0), seal(append(b, apdu(0, "\x02\x00b")...)), whole(2)} {
		for _, e := range r.Handle(began, s.source, b) {
			got = append(got, fmt.Sprint(show(e.Message), e.Lost))
		}
	}
	if want := []string{"a<nil>", LossMalformed.text(), "a<nil>"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func (l LossReason) text() string { return Loss{Why: l}.String() }
