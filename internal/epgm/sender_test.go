package epgm

import (
	"bytes"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"
)

// sends lets a sender go on for a while, alone, and returns what it sends, and when.
func sends(t *testing.T, s *sender, now, until time.Time) (log []string) {
	t.Helper()
	for !now.After(until) {
		for _, b := range s.Tick(now) {
			p, err := parse(b)
			if err != nil {
				t.Fatal(err)
			}
			line := fmt.Sprintf("%v %s", now.Sub(began), nameOf(p.kind))
			if p.kind != kindSPM {
				line += fmt.Sprint(" ", slices.Collect(p.sequences))
			}
			log = append(log, line)
		}
		next := s.Next()
		if !next.After(now) {
			t.Fatalf("at %v something is due at %v", now, next)
		}
		now = next
	}
	return log
}

func nameOf(k kind) string {
	return map[kind]string{kindSPM: "SPM", kindODATA: "ODATA", kindRDATA: "RDATA", kindNAK: "NAK", kindNCF: "NCF", kindSPMR: "SPMR"}[k]
}

// As libzmq's: three at the start, and behind the last packet ever more seldom.
func TestWhenSPMsAreSent(t *testing.T) {
	s := newSender(testSession(), PublisherConfig{}, 0)
	got := sends(t, s, began, began.Add(31*time.Second))
	if want := []string{"0s SPM", "0s SPM", "0s SPM", "30s SPM"}; !slices.Equal(got, want) {
		t.Errorf("idle: %q, want %q", got, want)
	}
	if err := s.Publish([][]byte{{1}}); err != nil {
		t.Fatal(err)
	}
	at := began.Add(40 * time.Second)
	got = sends(t, s, at, at.Add(2*time.Minute))
	want := []string{"40s ODATA [0]", "40.1s SPM", "40.2s SPM", "40.3s SPM", "40.4s SPM", "41.7s SPM", "48.7s SPM", "1m4.7s SPM", "1m29.7s SPM", "1m59.7s SPM", "2m29.7s SPM"}
	if !slices.Equal(got, want) {
		t.Errorf("after a packet: %q, want %q", got, want)
	}
	for range 10 {
		s.Handle(at.Add(3*time.Minute), (&session{tsi: s.tsi, port: s.port}).spmr())
	}
	at = at.Add(3 * time.Minute)
	if got := sends(t, s, at, at.Add(time.Second)); len(got) != askedSPMs {
		t.Errorf("asked ten times for an SPM: %q, want two", got)
	}
}

// While data flows, which puts off the heartbeats, there is one in a second.
func TestSPMsWhileDataFlows(t *testing.T) {
	s := newSender(testSession(), PublisherConfig{}, 0)
	spms := 0
	for now := began; now.Before(began.Add(10 * time.Second)); now = now.Add(50 * time.Millisecond) {
		if err := s.Publish([][]byte{{1}}); err != nil {
			t.Fatal(err)
		}
		for _, b := range s.Tick(now) {
			if kindOf(b) == kindSPM {
				spms++
			}
		}
	}
	if spms != startSPMs+9 {
		t.Errorf("%d SPMs in 10 s, want %d", spms, startSPMs+9)
	}
}

// 8 full packets at once, and then one in 118 ms: so was libzmq measured.
func TestDefaultRateIsLibzmqs(t *testing.T) {
	s := newSender(testSession(), PublisherConfig{}, 0)
	sends(t, s, began, began)
	for range 20 {
		if err := s.Publish([][]byte{make([]byte, 1436-12)}); err != nil {
			t.Fatal(err)
		}
	}
	at := began.Add(time.Minute)
	var data []string
	for _, line := range sends(t, s, at, at.Add(400*time.Millisecond)) {
		if strings.Contains(line, "ODATA") {
			data = append(data, line)
		}
	}
	if len(data) != 11 || !strings.HasPrefix(data[7], "1m0s ") || strings.HasPrefix(data[8], "1m0s ") {
		t.Errorf("%q, want 8 at once, and 3 in 400 ms", data)
	}
}

// However high the rate: what goes out in any time is no more than it and the bucket.
func TestRateIsHeld(t *testing.T) {
	for _, rate := range []int{1000, 100_000, 20_000_000, 1_000_000_000} {
		n := newSim(t)
		p := n.publisher(PublisherConfig{Rate: rate, QueueMessages: 10_000}, 0)
		s := n.subscriber(SubscriberConfig{})
		sent, start := 0, n.now
		n.path = func(b []byte, _ *simPublisher, _ *simSubscriber, up bool) []time.Duration {
			if !up && isData(b) {
				sent += len(b) + overhead
				most := float64(rate)/8*n.now.Sub(start).Seconds() + max(min(float64(rate)/8, mostAtOnce+overhead), maxTPDU)
				if float64(sent) > most+1 {
					t.Fatalf("at %d bit/s: %d bytes in %v", rate, sent, n.now.Sub(start))
				}
			}
			if n.random.Float64() < .2 {
				return nil
			}
			return []time.Duration{0}
		}
		for range 300 {
			n.publish(p, 1300)
		}
		n.run(2 * time.Second)
		if float64(sent) < min(float64(rate)/8, 300*1300)/2 {
			t.Errorf("at %d bit/s: %d bytes in 2 s", rate, sent)
		}
		_ = s
	}
}

// asker makes NAKs for a sender.
func nakOf(s *sender, sequences ...uint32) []byte { return s.nak(kindNAK, sequences) }

func withSent(t *testing.T, c PublisherConfig, n int) *sender {
	t.Helper()
	s := newSender(testSession(), c, 0)
	for range n {
		if err := s.Publish([][]byte{{1}}); err != nil {
			t.Fatal(err)
		}
		s.Tick(began)
	}
	return s
}

func TestNAKsAreAnswered(t *testing.T) {
	for name, c := range map[string]struct {
		nak  func(s *sender) []byte
		at   time.Duration
		want []string
	}{
		"one":                     {func(s *sender) []byte { return nakOf(s, 1) }, 0, []string{"NCF [1]", "RDATA [1]"}},
		"a list":                  {func(s *sender) []byte { return nakOf(s, 3, 1, 4) }, 0, []string{"NCF [3 1 4]", "RDATA [3]", "RDATA [1]", "RDATA [4]"}},
		"one twice":               {func(s *sender) []byte { return nakOf(s, 3, 3) }, 0, []string{"NCF [3 3]", "RDATA [3]"}},
		"what is not sent yet":    {func(s *sender) []byte { return nakOf(s, 5, 1) }, 0, []string{"NCF [1]", "RDATA [1]"}},
		"what is no longer there": {func(s *sender) []byte { return nakOf(s, 1) }, time.Minute, []string{"SPM"}},
		"another source's": {func(s *sender) []byte {
			other := s.session
			other.tsi[0]++
			return other.nak(kindNAK, []uint32{1})
		}, 0, nil},
		"another address": {func(s *sender) []byte {
			other := s.session
			other.source = simAddr(2)
			return other.nak(kindNAK, []uint32{1})
		}, 0, nil},
		"another group": {func(s *sender) []byte {
			other := s.session
			other.group = netip.MustParseAddr("239.192.1.2")
			return other.nak(kindNAK, []uint32{1})
		}, 0, nil},
		"nonsense": {func(*sender) []byte { return []byte("nonsense") }, 0, nil},
	} {
		s := withSent(t, PublisherConfig{}, 5)
		now := began.Add(50*time.Millisecond + c.at)
		for len(s.Tick(now)) > 0 {
		}
		s.Handle(now, c.nak(s))
		var got []string
		for _, b := range append(slices.Clone(s.Tick(now)), s.Tick(now.Add(askedSPM))...) {
			p, err := parse(b)
			if err != nil {
				t.Fatal(err)
			}
			line := nameOf(p.kind)
			if p.kind != kindSPM {
				line += fmt.Sprint(" ", slices.Collect(p.sequences))
			} else if p.trail != 5 {
				t.Errorf("%s: the SPM has trail %d", name, p.trail)
			}
			got = append(got, line)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// Those who have missed the same ask at about the same time; one repair is for all, and who
// asks later has missed that too.
func TestRepairsAreHeldBack(t *testing.T) {
	s := withSent(t, PublisherConfig{}, 5)
	for _, c := range []struct {
		at      time.Duration
		repairs uint64
	}{{0, 1}, {10 * time.Millisecond, 1}, {99 * time.Millisecond, 1}, {200 * time.Millisecond, 2}} {
		s.Handle(began.Add(c.at), nakOf(s, 2))
		s.Tick(began.Add(c.at))
		if got := s.Stats().Repairs; got != c.repairs {
			t.Errorf("asked at %v: %d repairs, want %d", c.at, got, c.repairs)
		}
	}
}

// Who asks without end gets neither the group flooded nor the data stopped.
func TestFloodOfNAKs(t *testing.T) {
	s := newSender(testSession(), PublisherConfig{}, 0)
	now, sent, data, ncfs := began, 0, 0, 0
	const seconds = 20
	var list []uint32
	for now.Before(began.Add(seconds * time.Second)) {
		_ = s.Publish([][]byte{make([]byte, 1000)})
		if len(list) < 60 {
			list = append(list, uint32(len(list)))
		}
		for i := range list {
			list[i] = s.window.next() - uint32(i)
		}
		for range 20 {
			s.Handle(now, nakOf(s, list...))
		}
		for _, b := range s.Tick(now) {
			sent += len(b) + overhead
			switch kindOf(b) {
			case kindODATA:
				data += len(b) + overhead
			case kindNCF:
				ncfs++
			}
		}
		if len(s.confirm) > 0 || len(s.repairs) > len(s.window.packets)+1+maxList {
			t.Fatalf("%d confirmations, %d repairs wait", len(s.confirm), len(s.repairs))
		}
		now = now.Add(time.Millisecond)
	}
	const fair = DefaultRate / 8 * seconds
	if sent > fair*15/10 || data < fair*4/10 || ncfs == 0 {
		t.Errorf("%d bytes sent, %d of them data, %d NCFs; want %d bytes and a half more at most, and half of it data", sent, data, ncfs, fair)
	}
}

// The window is bounded in bytes and in time, and the trail says so.
func TestWindow(t *testing.T) {
	s := newSender(testSession(), PublisherConfig{Rate: 8000, Recovery: time.Second}, 10)
	if s.window.maxBytes != leastWindow {
		t.Fatalf("a window of %d bytes, want %d", s.window.maxBytes, leastWindow)
	}
	s.rate.rate = 1 << 30 // the rate is another test's
	now := began
	for i := range 300 {
		if err := s.Publish([][]byte{make([]byte, 1300)}); err != nil {
			t.Fatal(err)
		}
		now = now.Add(time.Millisecond)
		s.Tick(now)
		if s.window.bytes > leastWindow {
			t.Fatalf("%d bytes in the window", s.window.bytes)
		}
		if s.window.next() != uint32(11+i) {
			t.Fatalf("next is %d after %d packets from 10 on", s.window.next(), i+1)
		}
	}
	full := len(s.window.packets)
	s.Tick(now.Add(900 * time.Millisecond))
	before := len(s.window.packets)
	s.Tick(now.Add(1100 * time.Millisecond))
	if full < 40 || before != full || len(s.window.packets) != 0 || s.window.trail != 310 {
		t.Errorf("%d packets, %d after 0.9 s, %d after 1.1 s, trail %d", full, before, len(s.window.packets), s.window.trail)
	}
}

// A publisher that ends waits for who may ask, and says good-bye three times.
func TestFinish(t *testing.T) {
	s := withSent(t, PublisherConfig{}, 1)
	if s.Quiet(began.Add(lingerQuiet-1)) || !s.Quiet(began.Add(lingerQuiet)) {
		t.Error("not quiet when it should be")
	}
	for i, b := range s.Finish() {
		if p, err := parse(b); err != nil || !p.fin || p.lead != 0 || p.sequence != uint32(startSPMs+i) {
			t.Errorf("%+v, %v", p, err)
		}
	}
	if !bytes.Equal(s.Finish()[2][36:], []byte{0, 4, 0, 8, 0x8e, 4, 0, 0}) {
		t.Error("not libzmq's OPT_FIN")
	}
}

func TestMessagesThatAreNotSent(t *testing.T) {
	s := newSender(session{port: 5555, source: simAddr(1), group: simGroup.Addr()}, PublisherConfig{QueueMessages: 3, QueueBytes: 1000}, 0)
	for _, c := range []struct {
		name    string
		message [][]byte
		want    error
	}{
		{"one that is too long", [][]byte{make([]byte, MaxMessage), {0}}, ErrTooLarge},
		{"one of too many frames", make([][]byte, MaxParts+1), ErrTooLarge},
		{"a long one, alone", [][]byte{make([]byte, 1000)}, nil},
		{"a short one behind it", [][]byte{{1}}, ErrFull},
	} {
		if err := s.Publish(c.message); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
	if err := s.Publish(nil); err == nil {
		t.Error("a message of no frames was taken")
	}
	s.queue.appendAPDU(nil)
	for i, want := range []error{nil, nil, nil, ErrFull} {
		if err := s.Publish([][]byte{{1}}); !errors.Is(err, want) {
			t.Errorf("short message %d: %v, want %v", i, err, want)
		}
	}
	if stats := s.Stats(); stats.Messages != 4 || stats.Dropped != 5 {
		t.Errorf("%+v", stats)
	}
}
