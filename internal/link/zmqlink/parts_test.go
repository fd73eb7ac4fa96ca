package zmqlink

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"time"

	"homebus/internal/link"
	"homebus/internal/message"
	"homebus/internal/zmtp"
	"homebus/topics"

	"golang.org/x/sync/errgroup"
)

func TestBadEndpointsAreAllNamed(t *testing.T) {
	_, err := New(Config{Frontend: "here", Backend: "there"})
	if err == nil || !strings.Contains(err.Error(), `"here"`) || !strings.Contains(err.Error(), `"there"`) {
		t.Errorf("two bad endpoints: %v", err)
	}
}

func TestPipeCarriesEveryByte(t *testing.T) {
	a, b := newPipe()
	sent := make([]byte, 5*pipeSize+17)
	for i := range sent {
		sent[i] = byte(rand.Uint32())
	}
	var g errgroup.Group
	g.Go(func() error {
		for rest := sent; len(rest) > 0; {
			n := min(len(rest), 1+rand.IntN(2*pipeSize))
			if _, err := a.Write(rest[:n]); err != nil {
				return err
			}
			rest = rest[n:]
		}
		return nil
	})
	got := make([]byte, len(sent))
	for at := 0; at < len(got); {
		n, err := b.Read(got[at:min(len(got), at+1+rand.IntN(pipeSize))])
		if err != nil {
			t.Fatal(err)
		}
		at += n
	}
	if err := g.Wait(); err != nil || !bytes.Equal(sent, got) {
		t.Errorf("the bytes differ, or %v", err)
	}
}

// There are thousands of pipes, most of which hold nothing most of the time.
func TestAnEmptyPipeTakesLittleMemory(t *testing.T) {
	a, b := newPipe()
	for _, n := range []int{1, 300, keptRing, pipeSize, 300} {
		if _, err := a.Write(make([]byte, n)); err != nil {
			t.Fatal(err)
		}
		if ring := len(a.out.ring); ring < n || ring > max(2*n, keptRing) {
			t.Errorf("%d bytes are held in %d", n, ring)
		}
		if _, err := io.ReadFull(b, make([]byte, n)); err != nil {
			t.Fatal(err)
		}
		if ring := len(a.out.ring); ring > keptRing {
			t.Errorf("after %d bytes %d are kept for nothing", n, ring)
		}
	}
}

func TestPipeEndsWithEOF(t *testing.T) {
	a, b := newPipe()
	var g errgroup.Group
	g.Go(func() error { _, err := b.Read(make([]byte, 1)); return wantEOF("a waiting Read", err) })
	g.Go(func() error { _, err := b.Write(make([]byte, 2*pipeSize)); return wantEOF("a waiting Write", err) })
	for !b.out.full() {
		runtime.Gosched()
	}
	a.Close()
	if err := g.Wait(); err != nil {
		t.Error(err)
	}
	_, err := a.Read(make([]byte, 1)) // what was not read is gone
	_, err2 := a.Write([]byte("x"))
	if err := errors.Join(wantEOF("a late Read", err), wantEOF("a late Write", err2)); err != nil {
		t.Error(err)
	}
}

func (s *stream) full() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.held == pipeSize
}

func wantEOF(what string, err error) error {
	if err != io.EOF {
		return fmt.Errorf("%s says %v", what, err)
	}
	return nil
}

// Its context is over before there is a message: it must see that, not spin.
func TestTheQueueEndsWithItsContext(t *testing.T) {
	s := &session{link: &Link{out: newOutbox()}, pub: &publisher{changed: make(chan struct{})}}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	ended := make(chan error, 1)
	go func() { ended <- s.serveQueue(ctx) }()
	select {
	case err := <-ended:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("serveQueue goes on after its context's end")
	}
}

func TestOutbox(t *testing.T) {
	o := newOutbox()
	state := func(name, payload string) message.Message {
		return message.Message{Topic: topics.State("attic", name), Payload: []byte(payload)}
	}
	event := message.Message{Topic: topics.Event("attic", "fan")}
	expect := func(what string, got, want error) {
		t.Helper()
		if !errors.Is(got, want) {
			t.Errorf("%s: %v, want %v", what, got, want)
		}
	}
	expect("a state while down", o.put(state("fan", "1")), nil)
	expect("an event while down", o.put(event), link.ErrDown)
	o.rise()
	expect("an event while up", o.put(event), nil)
	expect("a state while up", o.put(state("fan", "2")), nil)
	for _, want := range []string{"1", ""} {
		if m, ok := o.take(); !ok || string(m.Payload) != want {
			t.Errorf("took %q, want %q", m.Payload, want)
		}
	}
	expect("another event", o.put(event), nil)
	if lost := o.fall(); lost != 1 {
		t.Errorf("%d lost, want the event", lost)
	}
	if _, ok := o.take(); ok {
		t.Error("something to take while down")
	}
	o.rise()
	if m, ok := o.take(); !ok || string(m.Payload) != "2" {
		t.Errorf("the state has not waited: %q", m.Payload)
	}
	for range maxQueued {
		expect("up to the bound", o.put(event), nil)
	}
	expect("one more", o.put(event), link.ErrFull)
	o.fall()
	o.rise()
	big := message.Message{Topic: topics.Event("attic", "fan"), Payload: make([]byte, 12<<20)}
	expect("12 MiB", o.put(big), nil)
	expect("24 MiB", o.put(big), nil)
	expect("36 MiB", o.put(big), link.ErrFull)
	o.end()
	expect("after the end", o.put(state("fan", "3")), link.ErrDown)
}

func TestPulse(t *testing.T) {
	at := func(seconds float64) time.Time {
		return time.Unix(1000, 0).Add(time.Duration(seconds * float64(time.Second)))
	}
	beat := func(boot string) message.Message {
		return message.Message{Topic: topics.BusHeartbeat, Payload: fmt.Appendf(nil, `{"boot":%q,"seq":1}`, boot)}
	}
	var memory endpointMemory
	p := &pulse{memory: &memory}
	p.listen(at(0))
	if err := p.check(at(100)); err != nil {
		t.Errorf("no heartbeat was ever heard, and yet: %v", err)
	}
	if !p.beat(at(100), beat("one")) || p.beat(at(101), beat("one")) || !p.beat(at(102), beat("two")) {
		t.Error("a new boot is not told from the old")
	}
	for _, payload := range []string{"", "{", `{"boot":7}`, `{"seq":1}`, `{"boot":"` + strings.Repeat("x", maxBoot+1) + `"}`} {
		if p.beat(at(104), message.Message{Payload: []byte(payload)}) {
			t.Errorf("%.20q is taken for a heartbeat", payload)
		}
	}
	if err := p.check(at(105.4)); err != nil {
		t.Errorf("3.4 s after the last: %v", err)
	}
	if left := p.left(at(105.4)); left != 100*time.Millisecond {
		t.Errorf("3.4 s after the last, %v are left", left)
	}
	p.pause()
	if err := p.check(at(200)); err != nil {
		t.Errorf("while the reader is slow: %v", err)
	}
	p.listen(at(200))
	if err := p.check(at(203.5)); err == nil {
		t.Error("3.5 s without a heartbeat pass")
	}
	p.away(absence)
	if err := p.check(at(203.5)); err == nil {
		t.Error("a look that is a little late excuses the hub")
	}
	p.away(10 * time.Second)
	if err := p.check(at(213.4)); err != nil {
		t.Errorf("after 10 s in which this program was stopped: %v", err)
	}
	if err := p.check(at(213.5)); err == nil {
		t.Error("3.5 s without a heartbeat pass, after this program was stopped")
	}

	next := &pulse{memory: &memory} // the next session hears none at all
	next.listen(at(300))
	if err := next.check(at(303.5)); err == nil {
		t.Error("a heartbeat is expected of an endpoint that has sent some")
	}
	after := &pulse{memory: &memory} // so something else is there now
	after.listen(at(400))
	if err := after.check(at(500)); err != nil || memory.bootID() != "" {
		t.Errorf("the endpoint is not forgotten: %v, boot %q", err, memory.bootID())
	}
}

func TestUpstreamIsBounded(t *testing.T) {
	p := &publisher{changed: make(chan struct{})}
	sub := func(topic string) { p.take(zmtp.Subscription{Subscribe: true, Topic: []byte(topic)}) }
	sub("a")
	if p.wants([]byte("b")) || !p.wants([]byte("ab")) {
		t.Error("filtered wrongly")
	}
	p.take(zmtp.Subscription{Topic: []byte("a")})
	if p.wants([]byte("ab")) {
		t.Error("a CANCEL has no effect")
	}
	for i := range maxUpstream {
		sub(fmt.Sprint(i))
	}
	if p.all {
		t.Error("everything, at the bound")
	}
	sub("one more")
	if !p.wants([]byte("b")) || p.upstream.Len() != 0 {
		t.Error("beyond the bound it is not everything")
	}
	q := &publisher{changed: make(chan struct{})}
	for i := range 6 {
		q.take(zmtp.Subscription{Subscribe: true, Topic: append(make([]byte, 1<<20), byte(i))})
	}
	if !q.all {
		t.Error("megabytes of topics are kept")
	}
}
