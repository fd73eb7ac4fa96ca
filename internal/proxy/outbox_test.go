package proxy

import (
	"bytes"
	"strings"
	"testing"

	"homebus/internal/zmtp"
	"homebus/internal/zmtp/zmtptest"
)

func testBudget() *budget { return newBudget(DefaultLimits.QueueTotal) }

// drain takes and writes everything that waits.
func drain(o *outbox) []byte {
	var b []byte
	for {
		parts := o.take(nil)
		if len(parts) == 0 {
			return b
		}
		b = append(b, bytes.Join(parts, nil)...)
		o.wrote()
	}
}

func TestOutboxGivesBackWhatWasPushed(t *testing.T) {
	o := newOutbox(DefaultLimits, testBudget())
	var want []byte
	for _, size := range []int{0, 1, 4000, 200, 70_000, 1, 300_000, 64 << 10, 3} {
		m := zmtptest.Wire("t", strings.Repeat("x", size))
		o.push(nil, m, 1)
		want = append(want, m...)
	}
	if got := drain(o); !bytes.Equal(got, want) {
		t.Errorf("%d bytes came out, %d went in", len(got), len(want))
	}
	if sent, bytes, dropped, waiting := o.counts(); sent != 9 || bytes != uint64(len(want)) || dropped != 0 || waiting != 0 {
		t.Errorf("sent %d messages of %d bytes, dropped %d, %d wait", sent, bytes, dropped, waiting)
	}
}

func TestAFullOutboxLosesTheNewestWholeMessages(t *testing.T) {
	one := zmtptest.Wire("t", strings.Repeat("x", 88)) // 93 bytes
	for _, tt := range []struct {
		name   string
		limits Limits
		fit    int
	}{
		{"bytes", Limits{QueueBytes: 10*len(one) + 92}, 10},
		{"messages", Limits{QueueMessages: 7}, 7},
	} {
		o := newOutbox(tt.limits.orDefaults(), testBudget())
		o.push(nil, bytes.Repeat(one, 5), 5)
		o.push(nil, bytes.Repeat(one, 20), 20)
		o.push(nil, one, 1)
		if _, _, dropped, waiting := o.counts(); dropped != uint64(26-tt.fit) || waiting != tt.fit {
			t.Errorf("%s: %d dropped, %d wait", tt.name, dropped, waiting)
		}
		o.take(nil) // what is with the writer counts as waiting
		o.push(nil, one, 1)
		if _, _, dropped, waiting := o.counts(); dropped != uint64(27-tt.fit) || waiting != tt.fit {
			t.Errorf("%s: with the writer: %d dropped, %d wait", tt.name, dropped, waiting)
		}
		o.wrote()
		o.push(nil, one, 1)
		if _, _, dropped, waiting := o.counts(); dropped != uint64(27-tt.fit) || waiting != 1 {
			t.Errorf("%s: afterwards: %d dropped, %d wait", tt.name, dropped, waiting)
		}
	}
}

func TestASmallerMessageMayFitWhereALargeOneDoesNot(t *testing.T) {
	o := newOutbox(Limits{QueueBytes: 1000}.orDefaults(), testBudget())
	large, small := zmtptest.Wire("t", strings.Repeat("x", 2000)), zmtptest.Wire("t", "y")
	run := append(append(bytes.Clone(small), large...), small...)
	o.push(nil, run, 3)
	if got := drain(o); !bytes.Equal(got, append(bytes.Clone(small), small...)) {
		t.Errorf("got %q", got)
	}
}

// A large last value is in memory once, however many wait for it, and counts for
// each of them.
func TestALargeLastValueIsShared(t *testing.T) {
	value := Raw(zmtptest.Wire("t", strings.Repeat("x", SharedFrom)))
	small := Raw(zmtptest.Wire("t", "y"))
	o := newOutbox(Limits{QueueBytes: 2*len(value) + 2*len(small)}.orDefaults(), testBudget())
	for _, m := range []Raw{small, value, small, value, value, small} {
		o.give(m)
	}
	if _, _, dropped, waiting := o.counts(); dropped != 2 || waiting != 4 {
		t.Errorf("%d dropped, %d wait", dropped, waiting)
	}
	if n := o.budget.used.Load(); n >= 3*SharedFrom || len(o.budget.lent) != 1 {
		t.Errorf("%d bytes are paid for, %d values", n, len(o.budget.lent))
	}
	want := bytes.Join([][]byte{small, value, small, value}, nil)
	if got := drain(o); !bytes.Equal(got, want) {
		t.Errorf("%d bytes, want %d", len(got), len(want))
	}
	if sent, bytes, _, waiting := o.counts(); sent != 4 || bytes != uint64(len(want)) || waiting != 0 {
		t.Errorf("%d sent of %d bytes, %d wait", sent, bytes, waiting)
	}
	if n := o.budget.used.Load(); n != 0 || len(o.budget.lent) != 0 {
		t.Errorf("%d bytes in %d values are paid for, and nothing waits", n, len(o.budget.lent))
	}
	o.close()
	o.give(value)
	if _, _, dropped, waiting := o.counts(); dropped != 2 || waiting != 0 {
		t.Errorf("closed: %d dropped, %d wait", dropped, waiting)
	}
}

func TestAClosedOutboxTakesNothing(t *testing.T) {
	o := newOutbox(DefaultLimits, testBudget())
	o.push(nil, zmtptest.Wire("t"), 1)
	o.close()
	o.push(nil, zmtptest.Wire("t"), 1)
	if _, _, dropped, waiting := o.counts(); len(drain(o)) != 0 || dropped != 0 || waiting != 0 {
		t.Errorf("%d dropped, %d wait", dropped, waiting)
	}
}

// A burst costs a publisher's connection its memory only until it is written.
func TestAnUpstreamDoesNotKeepALargeBuffer(t *testing.T) {
	u := newUpstream(DefaultLimits, nil, testBudget())
	for i := range 10_000 {
		u.change(i%2 == 0, "some/topic")
	}
	for range 2 {
		if len(u.take(nil)) == 0 {
			t.Fatal("nothing waits")
		}
		u.wrote()
		u.control(zmtp.AppendPong(nil, nil))
	}
	if n := cap(u.pending) + cap(u.spare); n > 2*keepUpstream {
		t.Errorf("%d bytes are kept", n)
	}
}

// Who comes when there are more subscriptions than it can be told of is asked for
// everything, at no cost.
func TestTooManySubscriptionsForANewcomer(t *testing.T) {
	x := newSwitchboard(Limits{UpstreamBytes: 100}.orDefaults(), silentTap{}, nil)
	s := x.attachSink("s")
	told := func() string {
		_, u := x.attachUpstream()
		return string(bytes.Join(u.take(nil), nil))
	}
	topic := bytes.Repeat([]byte("x"), 60)
	x.enter(x.interestIn(topic), s)
	if got := told(); len(got) != minSubscription+60 {
		t.Errorf("told %q", got)
	}
	x.enter(x.interestIn(append([]byte("another"), topic...)), s)
	before := len(x.upstreams)
	if got := told(); got != "\x00\x01\x01" {
		t.Errorf("told %q, want all", got)
	}
	if len(x.upstreams) != before {
		t.Error("who is asked for everything is to be told of changes")
	}
	x.cancel(s, topic)
	if got := told(); len(got) != minSubscription+67 {
		t.Errorf("told %q", got)
	}
}

func TestUpstreamOverflowBecomesOneSubscriptionToEverything(t *testing.T) {
	u := newUpstream(Limits{UpstreamBytes: 100}, appendSubscription(nil, true, ""), testBudget())
	pong := zmtp.AppendPong(nil, []byte("kept"))
	u.change(true, "taken")
	if got := bytes.Join(u.take(nil), nil); string(got) != "\x00\x06\x01taken" {
		t.Fatalf("first: %q", got)
	}
	u.change(true, "lost")
	u.control(pong)
	for i := 0; u.change(true, strings.Repeat("x", 20)); i++ {
		if i > 10 {
			t.Fatal("no overflow")
		}
	}
	u.change(false, "taken")
	if got, want := bytes.Join(u.take(nil), nil), string(pong)+"\x00\x01\x01"; string(got) != want {
		t.Errorf("got %q, want %q", got, want)
	}
	u.control(pong)
	if got := bytes.Join(u.take(nil), nil); !bytes.Equal(got, pong) {
		t.Errorf("later: %q", got)
	}
}

// What is lent takes no memory: nobody gives way for it.
func TestWhatIsLentIsNotRationed(t *testing.T) {
	run := bytes.Repeat(zmtptest.Wire("t", strings.Repeat("x", 90)), 1000)
	o := newOutbox(Limits{Overflow: Disconnect}.orDefaults(), testBudget())
	o.onOverflow(func() { t.Error("it is cut") })
	o.staff(&handWriter{})
	o.lend(&courier{}, run, 1000)
	if o.lent == nil {
		t.Fatal("nothing is lent")
	}
	if n := o.holds(); n != 0 {
		t.Errorf("it holds %d bytes", n)
	}
	o.trim(1000)
	if n := o.cutIfStuck(1000); n != 0 {
		t.Errorf("%d bytes are to be free soon", n)
	}
}

// Who cannot go on has no more in the writer's hands, where nothing can be dropped, after
// a run was lent than otherwise: little while memory is short.
func TestLittleOfWhatWasLentIsStuck(t *testing.T) {
	most := writeAhead * pieceSizes[len(pieceSizes)-1]
	message := zmtptest.Wire("t", strings.Repeat("x", 90))
	for _, tt := range []struct {
		size  int
		short bool
		most  int
	}{
		{lendFrom, false, most}, {most / 2, false, most}, {most, false, most}, {2 * most, false, most},
		{lendFrom, true, most / writeAhead}, {most, true, most / writeAhead},
	} {
		o := newOutbox(DefaultLimits, testBudget())
		if tt.short {
			o.budget.share.Store(1000)
		}
		o.staff(&handWriter{})
		count := tt.size / len(message)
		o.lend(&courier{}, bytes.Repeat(message, count), count)
		for range 20 {
			o.push(nil, bytes.Repeat(message, 1000), 1000)
		}
		o.take(nil)
		if o.wrotePart(1); o.takenBytes > tt.most+len(message) {
			t.Errorf("of %+v the writer holds %d bytes", tt, o.takenBytes)
		}
	}
}
