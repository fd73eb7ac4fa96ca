package bench

import (
	"context"
	"encoding/binary"
	"fmt"
	"net"
	"sync/atomic"
	"time"

	"homebus/internal/endpoint"
)

// publisher sends its part of the messages. Its goroutine is the one owner.
type publisher struct {
	number int
	conn   net.Conn
	limit  int64 // how many it sends in all

	// ring holds slots messages, one behind the other, length bytes each, the payload at
	// the same place in each. Message n stands in slot n modulo slots.
	ring     []byte
	slots    int64
	length   int64
	payload  int
	perWrite int64
	numbered bool

	next int64
	sent atomic.Int64 // the same for others
	bell chan struct{}
}

func newPublisher(c Config, w wire, number int) *publisher {
	p := &publisher{number: number, limit: c.each(), numbered: c.numbered(), bell: make(chan struct{}, 1)}
	payload := make([]byte, c.Size)
	for i := range payload {
		payload[i] = 'x'
	}
	copy(payload, c.Payload)
	topics := topicSet{c.Topic, c.Distinct}
	first, at := w.message(nil, topics.name(0), payload)
	p.length, p.payload = int64(len(first)), at
	p.perWrite = max(1, int64(c.Batch)/p.length)
	p.slots = int64(c.Distinct)
	if p.slots < p.perWrite { // whole rounds of the topics, so that every write is as long
		p.slots = p.perWrite - p.perWrite%p.slots
		p.perWrite = p.slots
	}
	p.ring = make([]byte, 0, p.slots*p.length)
	for i := range p.slots {
		p.ring, _ = w.message(p.ring, topics.name(int(i%int64(c.Distinct))), payload)
	}
	return p
}

// write writes up to n of the next messages at once.
func (p *publisher) write(n int64) error {
	slot := p.next % p.slots
	n = min(n, p.perWrite, p.slots-slot, p.limit-p.next)
	chunk := p.ring[slot*p.length : (slot+n)*p.length]
	if p.numbered {
		word := numberOf(p.number, p.next)
		for at := p.payload; at < len(chunk); at += int(p.length) {
			binary.LittleEndian.PutUint64(chunk[at:], word)
			word++
		}
	}
	wrote, err := p.conn.Write(chunk)
	p.next += int64(wrote) / p.length
	p.sent.Store(p.next)
	if err != nil {
		return fmt.Errorf("publisher %d: write: %w", p.number+1, endpoint.Reason(err))
	}
	return nil
}

// patience is how long nothing may arrive anywhere before what is under way is taken for
// lost, so that it holds nobody up.
const patience = 250 * time.Millisecond

// flood sends as fast as the forwarder takes it, within the window.
func (p *publisher) flood(ctx context.Context, w *window) error {
	for p.next < p.limit && ctx.Err() == nil {
		if err := w.wait(ctx, p.bell); err != nil {
			return nil // the run is over
		}
		before := p.next
		err := p.write(p.perWrite)
		w.sent.Add(p.next - before)
		if err != nil {
			return err
		}
	}
	return nil
}

// longSleep is the longest time that a publisher cannot be woken from.
const longSleep = 20 * time.Millisecond

// keepTime sends each message when it is due; those that are due together, up to the size
// of a batch, at once.
func (p *publisher) keepTime(ctx context.Context, s schedule, c *clock) error {
	defer punctual()()
	for p.next < p.limit && ctx.Err() == nil {
		now := c.now()
		if due := s.upTo(p.number, now); due > p.next {
			if err := p.write(due - p.next); err != nil {
				return err
			}
			continue
		}
		sleep(min(s.due(p.number, p.next)-now, longSleep))
	}
	return nil
}
