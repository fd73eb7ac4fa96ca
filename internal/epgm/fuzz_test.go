package epgm

import (
	"bytes"
	"encoding/binary"
	"testing"
	"time"
)

// Whatever is read as a packet points into what came, and costs nothing.
func FuzzParse(f *testing.F) {
	for _, packets := range sessions(f) {
		for _, c := range packets {
			f.Add(c.bytes)
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) >= headerSize { // so that the sum does not hide the rest
			b = seal(bytes.Clone(b))
		}
		p, err := parse(b)
		if err != nil {
			return
		}
		n := 0
		for range p.sequences {
			n++
		}
		if n > 1+maxList || len(p.data) > len(b)-dataHeaderSize && len(p.data) > 0 {
			t.Fatalf("%+v of %d bytes", p, len(b))
		}
		if p.kind == kindNCF && !p.parity && !p.fin && !p.foreign {
			s := session{p.tsi, p.port, p.source, p.group}
			var list []uint32
			for sequence := range p.sequences {
				list = append(list, sequence)
			}
			if again, err := parse(s.nak(kindNCF, list)); err != nil || again.sequence != p.sequence || !bytes.Equal(again.list, p.list) {
				t.Fatalf("%+v, again %+v, %v", p, again, err)
			}
		}
	})
}

// pieces cuts b into pieces that begin with a byte for their length.
func pieces(b []byte) (all [][]byte) {
	for len(b) > 0 {
		n := min(int(b[0]), len(b)-1)
		all = append(all, b[1:1+n])
		b = b[1+n:]
	}
	return all
}

// However a stream is cut, what waits is bounded, and a message that was read can be
// written and read again.
func FuzzStream(f *testing.F) {
	f.Add([]byte("\x05\x00\x00\x03\x00a\x03\xff\xffb\x05\x00\x00\x02\x01x\x05\xff\xff\x02\x00y"))
	f.Add([]byte("\x0d\x00\x00\xff\x00\x00\x00\x00\x00\x00\x00\x02\x00a\x04\x00\x09\x02\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		const room = 300
		var s stream
		for _, a := range pieces(b) {
			torn, errs := s.torn, uint64(0)
			s.read(a, room, func(message [][]byte, err error) {
				if err != nil {
					errs++
					return
				}
				again := apdu(0, string(appendMessage(nil, message)))
				var got heard
				(&stream{}).read(again, MaxMessage, got.take)
				if len(got) != 1 || got[0] != show(message) || len(again)-offsetSize != wireSize(message) {
					t.Fatalf("%q, again %q", message, got)
				}
			})
			if s.held() > room || s.torn-torn != errs {
				t.Fatalf("%d bytes are held; %d torn, %d errors", s.held(), s.torn-torn, errs)
			}
		}
	})
}

// Whatever comes, a receiver stays within its bounds, and its sums are right.
func FuzzReceiver(f *testing.F) {
	s := testSession()
	seed := func(packets ...[]byte) {
		var b []byte
		for _, p := range packets {
			b = append(append(b, byte(len(p))), p...)
		}
		f.Add(b)
	}
	data := func(i, trail uint32, stream string) []byte {
		return seal(append(s.data(i, trail, len(stream)+2), apdu(0, stream)...))
	}
	seed(s.spm(0, 0, 0xffffffff, false), data(0, 0, "\x02\x00a"), data(2, 0, "\x02\x00c"), repair(data(1, 0, "\x02\x00b"), 0), s.spm(1, 0, 2, true))
	seed(data(7, 0, "\x09\x00a"), s.nak(kindNCF, []uint32{8, 9}), data(20, 15, "\x02\x00c"), s.spm(9, 20, 2000, false), s.spm(1, 0, 3, false))
	f.Fuzz(func(t *testing.T, b []byte) {
		const memory, window, sources = 20_000, 128, 3
		r := newReceiver(simGroup, SubscriberConfig{Memory: memory, Window: window, Sources: sources}, testRandom(1))
		now := began
		for _, p := range pieces(b) {
			if len(p) >= headerSize { // nearly one of ours, so that it is not refused at once
				p = bytes.Clone(p)
				p[8] &= 3
				copy(p[9:14], s.tsi[1:])
				binary.BigEndian.PutUint16(p, s.tsi.port())
				binary.BigEndian.PutUint16(p[2:], simGroup.Port())
				p = seal(p)
			}
			now = now.Add(time.Duration(len(p)) * 3 * time.Millisecond)
			for _, e := range r.Handle(now, s.source, p) {
				checkEvent(t, e)
			}
			checkBounds(t, r)
			events, asks := r.Tick(now)
			for _, e := range events {
				checkEvent(t, e)
			}
			for _, a := range asks {
				if _, err := parse(a.packet); err != nil {
					t.Fatalf("%x: %v", a.packet, err)
				}
			}
			checkBounds(t, r)
			if next := r.Next(); !next.IsZero() && !next.After(now) {
				t.Fatalf("at %v something is due at %v", now, next)
			}
		}
		r.Tick(now.Add(2 * DefaultExpiry)) // good-byes are remembered, and then forgotten
		r.Tick(now.Add(4 * DefaultExpiry))
		if r.held != 0 || len(r.sources) != 0 || len(r.order) != 0 || !r.Next().IsZero() {
			t.Fatalf("%+v when all are gone", r.Stats())
		}
	})
}

func checkEvent(t *testing.T, e Event) {
	t.Helper()
	told := 0
	for _, is := range []bool{e.Message != nil, e.Lost != nil, e.Gone} {
		if is {
			told++
		}
	}
	if told != 1 || e.Lost != nil && (e.Lost.Why == "" || e.Lost.Packets > 1<<31) {
		t.Fatalf("%+v, %v", e, e.Lost)
	}
}

// checkBounds holds a receiver against its config, and its sums against what is there.
func checkBounds(t *testing.T, r *receiver) {
	t.Helper()
	held := 0
	for _, s := range r.order {
		own := len(s.window.slots)*slotSize + s.stream.held()
		for i := range s.window.n {
			slot := s.window.at(i)
			own += len(slot.data)
			if slot.missing() && (s.due.IsZero() || s.due.After(slot.at)) {
				t.Fatalf("a missing packet waits for %v, and nobody looks before %v", slot.at, s.due)
			}
		}
		if s.window.n > 0 && !s.window.at(0).missing() {
			t.Fatal("the first packet that waits is there")
		}
		if own != s.held || s.window.n > r.Window {
			t.Fatalf("%d bytes are held, counted as %d; %d packets", own, s.held, s.window.n)
		}
		held += own
	}
	if held != r.held || held > r.Memory || len(r.order) > r.Sources || len(r.order) != len(r.sources) {
		t.Fatalf("%d bytes are held, counted as %d; %d sources", held, r.held, len(r.order))
	}
}

// Whatever is sent to a sender, what it sends are packets, within its rate.
func FuzzSender(f *testing.F) {
	s := testSession()
	f.Add(append([]byte{nakSize}, s.nak(kindNAK, []uint32{1})...))
	f.Add(append([]byte{nakSize + 16}, s.nak(kindNAK, []uint32{1, 2, 400})...))
	f.Add(append([]byte{headerSize}, s.spmr()...))
	f.Fuzz(func(t *testing.T, b []byte) {
		sender := newSender(s, PublisherConfig{}, 0xfffffff0)
		now, sent := began, 0
		for _, p := range pieces(b) {
			if len(p) >= headerSize {
				p = bytes.Clone(p)
				copy(p, s.nak(kindNAK, []uint32{0})[:4])
				copy(p[8:], s.tsi[:6])
				p = seal(p)
			}
			_ = sender.Publish([][]byte{p})
			sender.Handle(now, p)
			for _, out := range sender.Tick(now) {
				if _, err := parse(out); err != nil {
					t.Fatalf("%x: %v", out, err)
				}
				sent += len(out) + overhead
			}
			if next := sender.Next(); !next.After(now) {
				t.Fatalf("at %v something is due at %v", now, next)
			}
			now = now.Add(time.Millisecond)
		}
		seconds := now.Sub(began).Seconds()
		most := (DefaultRate+leastControl)/8*(1+seconds) + 3000 + seconds/askedSPM.Seconds()*spmSize*2
		if float64(sent) > most {
			t.Fatalf("%d bytes in %v s, at most %v are allowed", sent, seconds, most)
		}
	})
}
