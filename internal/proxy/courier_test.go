package proxy

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"homebus/internal/zmtp/zmtptest"
)

// handWriter is a writer that does nothing but count.
type handWriter struct{ started, expected, carried int }

func (w *handWriter) start()  { w.started++ }
func (w *handWriter) expect() { w.expected++ }
func (w *handWriter) carry()  { w.carried++ }

// However little of what was lent and of what waits behind it the system takes at a time,
// all is written, in order and once, and the inbox is free after the first time.
func TestWhatIsLentIsWrittenOrKept(t *testing.T) {
	run := bytes.Repeat(zmtptest.Wire("t", strings.Repeat("x", 90)), lendFrom/90+1)
	count := len(run) / 95
	behind := zmtptest.Wire("t", strings.Repeat("y", 9_000))
	want := append(bytes.Clone(run), behind...)
	for _, step := range []int{0, 1, 94, 512, 4095, len(run) - 1, len(run), len(run) + 1, len(want) - 1} {
		o := newOutbox(DefaultLimits, testBudget())
		o.staff(&handWriter{})
		inbox := bytes.Clone(run)
		o.lend(&courier{}, inbox, len(run)/95)
		if o.lent == nil {
			t.Fatal("nothing is lent")
		}
		o.push(nil, behind, 1)
		var got []byte
		for n := step; ; n = max(n, 1) {
			all := bytes.Join(o.take(nil), nil)
			if len(all) <= n {
				got = append(got, all...)
				o.wrote()
				if len(all) == 0 {
					break
				}
				continue
			}
			got = append(got, all[:n]...)
			o.wrotePart(n)
			clear(inbox)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%d bytes at a time: %d come out, %d went in", step, len(got), len(want))
		}
		if sent, n, dropped, waiting := o.counts(); sent != uint64(count+1) || n != uint64(len(want)) || dropped != 0 || waiting != 0 {
			t.Errorf("%d bytes at a time: sent %d messages of %d bytes, dropped %d, %d wait", step, sent, n, dropped, waiting)
		}
		if n := o.budget.used.Load(); n != 0 {
			t.Errorf("%d bytes at a time: %d bytes are paid for, and nothing waits", step, n)
		}
	}
}

// What is put into an outbox by several is carried by one of them, and whoever finds it
// taken care of does nothing.
func TestOneCourierCarries(t *testing.T) {
	o := newOutbox(DefaultLimits, testBudget())
	w := &handWriter{}
	o.staff(w)
	var a, b courier
	for _, c := range []*courier{&a, &b, &a} {
		o.push(c, zmtptest.Wire("t"), 1)
	}
	b.deliver()
	a.deliver()
	if *w != (handWriter{expected: 1, carried: 1}) {
		t.Errorf("%+v", *w)
	}
	o.push(&a, zmtptest.Wire("t"), 1)
	a.deliver()
	if *w != (handWriter{expected: 1, carried: 1}) {
		t.Errorf("while somebody carries: %+v", *w)
	}
	drain(o)
	if !o.leave() {
		t.Error("something waits")
	}
	o.push(nil, zmtptest.Wire("t"), 1)
	if *w != (handWriter{started: 1, expected: 1, carried: 1}) {
		t.Errorf("without a courier: %+v", *w)
	}
	if a.errands != nil && len(a.errands)+len(b.errands) > 0 {
		t.Error("errands are left")
	}
}

// A subscriber that has left is carried nothing, and who had promised to is awaited.
func TestNothingIsCarriedToWhoHasLeft(t *testing.T) {
	o := newOutbox(DefaultLimits, testBudget())
	w := &handWriter{}
	o.staff(w)
	var c courier
	o.push(&c, zmtptest.Wire("t"), 1)
	o.lend(&c, bytes.Repeat(zmtptest.Wire("t"), lendFrom), lendFrom)
	o.staff(nil)
	o.close()
	c.deliver()
	if *w != (handWriter{}) {
		t.Errorf("%+v", *w)
	}
	o.push(&c, zmtptest.Wire("t"), 1)
	if len(c.errands) != 0 {
		t.Error("a closed outbox is an errand")
	}
}

// Who keeps up costs no goroutine but that which reads.
func TestWhoKeepsUpHasNoWriter(t *testing.T) {
	f := start(t, Config{})
	sub, pub := subscriberOf(t, f, "t"), publisherOf(t, f)
	pub.Want("\x01t")
	writers := countWriters(f)
	for i := range 100 {
		pub.Send("t", fmt.Sprint(i))
		sub.Want("t|" + fmt.Sprint(i))
	}
	if n := writers.Load(); n != 0 {
		t.Errorf("%d times a goroutine wrote", n)
	}
}

// countWriters counts how often a goroutine begins to write to a subscriber that is there
// now, and to which nobody writes.
func countWriters(f *Forwarder) *atomic.Int64 {
	began := new(atomic.Int64)
	f.board.mu.Lock()
	defer f.board.mu.Unlock()
	for sink := range f.board.sinks {
		sink.mu.Lock()
		s := sink.bell.writer.(*session)
		write := s.work.write
		s.work.write = func() error { began.Add(1); return write() }
		sink.mu.Unlock()
	}
	return began
}

// Several publishers at full speed, some subscribers that all want, two of which do not
// read until the others are done, so that the system takes a part and then no more:
// everybody gets all there is of every publisher, in order.
func TestCouriersKeepTheOrder(t *testing.T) {
	const pubs, each = 3, 1500
	f := start(t, Config{Limits: Limits{QueueBytes: 1 << 30, QueueTotal: 2 << 30}})
	var subs []*zmtptest.Peer
	for range 4 {
		subs = append(subs, subscriberOf(t, f, "t"))
	}
	subs = append(subs, subscriberOf(t, f, "t1")) // alone with its topic for most of the time
	var senders []*zmtptest.Peer
	for range pubs {
		senders = append(senders, publisherOf(t, f))
	}
	for _, p := range senders {
		p.Want("\x01t")
		p.Want("\x01t1")
	}
	var g, prompt sync.WaitGroup
	prompt.Add(len(subs) - 2)
	for i, p := range senders {
		g.Go(func() { sayMuch(p, i, each) })
	}
	for i, s := range subs {
		_ = s.SetDeadline(time.Now().Add(6 * zmtptest.Patience)) // it is much that comes
		g.Go(func() {
			if i < 2 {
				prompt.Wait()
			} else {
				defer prompt.Done()
			}
			next := make([]int, pubs)
			for range expected(i, pubs) * each {
				var from, n int
				text := s.Receive()
				if _, err := fmt.Sscanf(text, "t%d|%d", &from, &n); err != nil || from >= pubs || n != next[from] {
					t.Errorf("subscriber %d: %.40q, %v; the next are %v", i, text, err, next)
					return
				}
				next[from]++
			}
		})
	}
	g.Wait()
	if st := f.Stats(); st.Dropped != 0 {
		t.Errorf("%d dropped", st.Dropped)
	}
}

// expected is how many publishers a subscriber hears.
func expected(sub, pubs int) int {
	if sub == 4 {
		return 1
	}
	return pubs
}

// sayMuch sends numbered messages of all lengths, some at a time.
func sayMuch(p *zmtptest.Peer, who, n int) {
	rnd := rand.New(rand.NewPCG(uint64(who), 1))
	var b []byte
	for i := range n {
		pad := strings.Repeat("x", rnd.IntN(1<<rnd.IntN(15)))
		b = append(b, zmtptest.Wire(fmt.Sprintf("t%d", who), fmt.Sprintf("%d %s", i, pad))...)
		if rnd.IntN(20) == 0 || i == n-1 {
			p.Say(b)
			b = b[:0]
		}
	}
}

// A courier forgets how much it has delivered when there is nothing more.
func TestACourierCountsTheLastDelivery(t *testing.T) {
	o := newOutbox(DefaultLimits, testBudget())
	o.staff(&handWriter{})
	c := courier{}
	o.push(&c, zmtptest.Wire("t"), 1)
	c.bytes = 3
	if c.deliver(); c.writes != 1 || c.wrote != 3 {
		t.Errorf("%d writes, %d bytes", c.writes, c.wrote)
	}
	c.bytes = 5 // for somebody who has a writer
	if c.deliver(); c.writes != 0 || c.bytes != 0 {
		t.Errorf("nothing was delivered: %d writes, %d bytes, %d to come", c.writes, c.wrote, c.bytes)
	}
}

// A connection that ends while something is lent to it ends when that is given back, and
// not before.
func TestTheEndWaitsForWhoHasLent(t *testing.T) {
	here, there := net.Pipe()
	defer func() { _ = there.Close() }()
	o := newOutbox(DefaultLimits, testBudget())
	s := &session{conn: here, queue: o, survive: func(do func() error) error { return do() }}
	stop := s.writing(s.close)
	run := bytes.Repeat(zmtptest.Wire("t"), lendFrom)
	var c courier
	o.lend(&c, run, lendFrom)
	stopped := make(chan struct{})
	go func() { defer close(stopped); stop() }()
	for !s.cut.Load() {
		runtime.Gosched()
	}
	select {
	case <-stopped:
		t.Error("it does not wait")
	default:
	}
	c.deliver()
	<-stopped
	clear(run) // and nobody reads it any more
	if o.lent != nil || o.takenBytes != 0 {
		t.Errorf("%d bytes are still lent", len(o.lent))
	}
}

// Whatever is lent and put behind it, taken in parts, given up or lost by whichever rule,
// what comes out are whole messages in order, and every one is counted once.
func TestWhatIsWrittenInPartsIsCounted(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(7, 8))
	for round := range 60 {
		overflow := []Overflow{DropNewest, DropOldest, Disconnect}[round%3]
		o := newOutbox(Limits{QueueBytes: 100_000 << rnd.IntN(5), QueueMessages: 500 << rnd.IntN(5), Overflow: overflow}.orDefaults(), testBudget())
		o.onOverflow(func() {})
		o.staff(&handWriter{})
		pushed, out, inbox := 0, []byte(nil), []byte(nil)
		for range 60 {
			var run []byte
			n := 1 + rnd.IntN(300)
			for range n {
				run = append(run, zmtptest.Wire("t", fmt.Sprint(pushed, strings.Repeat("x", rnd.IntN(200))))...)
				pushed++
			}
			if rnd.IntN(2) == 0 {
				inbox = run
				o.lend(&courier{}, inbox, n)
			} else {
				o.push(&courier{}, run, n)
			}
			if rnd.IntN(8) == 0 {
				o.trim(rnd.IntN(200_000))
			}
			if rnd.IntN(3) == 0 {
				continue
			}
			all := bytes.Join(o.take(nil), nil)
			switch k := rnd.IntN(len(all) + 1); {
			case k == len(all) || rnd.IntN(3) == 0:
				out = append(out, all...)
				o.wrote()
				o.bell.away = true // as if all were written by who leaves then
			default:
				out = append(out, all[:k]...)
				o.wrotePart(k)
			}
			clear(inbox)
			inbox = nil
		}
		out = append(out, drain(o)...)
		checkWritten(t, o, out, pushed)
	}
}

// checkWritten checks what came out of an outbox in which nothing waits any more.
func checkWritten(t *testing.T, o *outbox, out []byte, pushed int) {
	t.Helper()
	sent, n, dropped, waiting := o.counts()
	if n != uint64(len(out)) || waiting != 0 || int(sent+dropped) != pushed || o.budget.used.Load() != 0 {
		t.Errorf("%v: %d bytes came out; sent %d of %d messages in %d bytes, dropped %d, %d wait, %d bytes are paid for",
			o.overflow, len(out), sent, pushed, n, dropped, waiting, o.budget.used.Load())
	}
	last, whole := -1, 0
	for rest := out; len(rest) > 0; whole++ {
		size := firstMessage(rest)
		if size == 0 {
			t.Fatalf("%v: no message behind %d", o.overflow, last)
		}
		body, _ := Raw(rest[:size]).Frame(1)
		number, err := strconv.Atoi(strings.TrimRight(string(body), "x"))
		if err != nil || number <= last {
			t.Fatalf("%v: %d comes after %d, %v", o.overflow, number, last, err)
		}
		last, rest = number, rest[size:]
	}
	if whole != int(sent) {
		t.Errorf("%v: %d messages came out, %d are counted", o.overflow, whole, sent)
	}
}
