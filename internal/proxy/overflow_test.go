package proxy

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"

	"homebus/internal/zmtp"
)

func TestOverflowsHaveNames(t *testing.T) {
	for _, o := range []Overflow{DropNewest, DropOldest, Disconnect} {
		if got, err := ParseOverflow(o.String()); got != o || err != nil {
			t.Errorf("%v: %v, %v", o, got, err)
		}
	}
	if _, err := ParseOverflow("drop"); err == nil {
		t.Error("drop is taken")
	}
}

// queueModel is an outbox as its documentation has it, message by message.
type queueModel struct {
	limits         Limits
	overflow       Overflow
	waiting, taken [][]byte
	written        []byte
	pushed, sent   int
	dropped        int
	cut            bool
}

func size(list [][]byte) (n int) {
	for _, m := range list {
		n += len(m)
	}
	return n
}

// messages counts those that are no commands.
func messages(list [][]byte) (n int) {
	for _, m := range list {
		if m[0]&zmtp.FlagCommand == 0 {
			n++
		}
	}
	return n
}

func (m *queueModel) fits(n, count int) bool {
	return size(m.waiting)+size(m.taken)+n <= m.limits.QueueBytes &&
		messages(m.waiting)+messages(m.taken)+count <= m.limits.QueueMessages
}

func (m *queueModel) push(raw []byte) {
	m.pushed++
	switch {
	case m.cut:
		m.dropped++
		return
	case m.fits(len(raw), 1):
	case m.overflow == Disconnect:
		m.cut = true
		m.dropped += messages(m.waiting) + 1
		m.waiting = nil
		return
	case m.overflow == DropOldest && size(m.taken)+len(raw) <= m.limits.QueueBytes && messages(m.taken) < m.limits.QueueMessages:
		for !m.fits(len(raw), 1) {
			m.dropped += messages(m.waiting[:1])
			m.waiting = m.waiting[1:]
		}
	default:
		m.dropped++
		return
	}
	m.waiting = append(m.waiting, raw)
}

// take notes that the outbox gave b to its writer: whole messages, the first that
// wait.
func (m *queueModel) take(b []byte) error {
	for len(b) > 0 {
		if len(m.waiting) == 0 || !bytes.HasPrefix(b, m.waiting[0]) {
			return fmt.Errorf("taken is what does not come next, or not whole: %d bytes", len(b))
		}
		b = b[len(m.waiting[0]):]
		m.taken = append(m.taken, m.waiting[0])
		m.waiting = m.waiting[1:]
	}
	return nil
}

// Under each rule a subscriber is given what the rule says, whole, in order, and
// counted exactly, whatever comes and however slowly it reads.
func TestEveryOverflowLosesWhatItSays(t *testing.T) {
	t.Parallel()
	for _, overflow := range []Overflow{DropNewest, DropOldest, Disconnect} {
		t.Run(overflow.String(), func(t *testing.T) {
			for seed := range uint64(150) {
				if err := playOverflow(overflow, seed); err != nil {
					t.Fatalf("seed %d: %v", seed, err)
				}
			}
		})
	}
}

func playOverflow(overflow Overflow, seed uint64) error {
	rnd := rand.New(rand.NewPCG(seed, uint64(overflow)))
	limits := Limits{
		QueueBytes: 1000 << rnd.IntN(11), QueueMessages: 10 << rnd.IntN(8), Overflow: overflow,
	}.orDefaults()
	o := newOutbox(limits, testBudget())
	m := &queueModel{limits: limits, overflow: overflow}
	cut := false
	o.onOverflow(func() { cut = true })
	number := 0
	message := func() []byte {
		number++
		frames := [][]byte{fmt.Append(nil, number), make([]byte, sizeBelow(rnd, 1<<rnd.IntN(18)))}
		return NewRaw(frames[:1+rnd.IntN(2)])
	}
	for range 60 {
		switch rnd.IntN(8) {
		case 0, 1, 2, 3:
			var run []byte
			n := 1 + rnd.IntN(20)
			for range n {
				raw := message()
				run = append(run, raw...)
			}
			pushRun(o, m, run, n, rnd.IntN(2) == 0)
		case 4:
			raw := message()
			m.push(raw)
			o.give(raw)
		case 5:
			raw := message()
			m.push(raw)
			var ps pieces
			ps.add(raw, o.budget)
			o.pushPieces(nil, ps, len(raw))
			ps.free()
		case 6:
			pong := zmtp.AppendPong(nil, nil)
			if !m.cut && m.fits(len(pong), 0) {
				m.waiting = append(m.waiting, pong)
			}
			o.control(pong)
		case 7:
			if err := m.write(o); err != nil {
				return err
			}
		}
		if err := m.agrees(o, cut); err != nil {
			return err
		}
	}
	for range 1000 {
		if err := m.write(o); err != nil {
			return err
		}
	}
	if err := m.agrees(o, cut); err != nil {
		return err
	}
	if len(m.waiting) > 0 || !cut && m.sent+m.dropped != m.pushed {
		return fmt.Errorf("%d still wait; %d sent and %d dropped of %d", len(m.waiting), m.sent, m.dropped, m.pushed)
	}
	if n := o.budget.used.Load(); n != 0 {
		return fmt.Errorf("nothing waits, and %d bytes are paid for", n)
	}
	return nil
}

// sizeBelow returns a size below n, of which many are small.
func sizeBelow(rnd *rand.Rand, n int) int { return rnd.IntN(1 + rnd.IntN(n)) }

// pushRun pushes a run to both. It comes in whole, or message by message.
func pushRun(o *outbox, m *queueModel, run []byte, n int, share bool) {
	if ps := sharedPieces(nil, run, o.budget); share && ps != nil {
		o.pushShared(nil, ps, run, n)
		ps.free()
	} else {
		ps.free()
		o.push(nil, run, n)
	}
	for len(run) > 0 {
		k := firstMessage(run)
		m.push(run[:k])
		run = run[k:]
	}
}

// write finishes what was taken before, and takes more.
func (m *queueModel) write(o *outbox) error {
	if len(m.taken) > 0 {
		m.sent += messages(m.taken)
		m.written = append(m.written, bytes.Join(m.taken, nil)...)
		m.taken = nil
		o.wrote()
	}
	b := bytes.Join(o.take(nil), nil)
	if len(b) == 0 && len(m.waiting) > 0 {
		return fmt.Errorf("%d wait, and nothing is taken", len(m.waiting))
	}
	return m.take(b)
}

func (m *queueModel) agrees(o *outbox, cut bool) error {
	sent, sentBytes, dropped, waiting := o.counts()
	switch {
	case cut != m.cut:
		return fmt.Errorf("cut is %v", cut)
	case int(sent) != m.sent || int(sentBytes) != len(m.written):
		return fmt.Errorf("%d sent of %d bytes, want %d of %d", sent, sentBytes, m.sent, len(m.written))
	case int(dropped) != m.dropped:
		return fmt.Errorf("%d dropped, want %d", dropped, m.dropped)
	case waiting != messages(m.waiting)+messages(m.taken):
		return fmt.Errorf("%d wait, want %d", waiting, messages(m.waiting)+messages(m.taken))
	case m.sent+m.dropped+waiting != m.pushed:
		return fmt.Errorf("%d sent, %d dropped and %d waiting of %d", m.sent, m.dropped, waiting, m.pushed)
	}
	return nil
}
