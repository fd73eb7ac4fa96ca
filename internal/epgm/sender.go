package epgm

import (
	"slices"
	"time"
)

const (
	// repairHold is for how long after a repair the same packet is not sent again:
	// those who have asked at the same time have heard the repair. Whoever has not asks
	// again after 200 ms (receivers of libzmq and of this package).
	repairHold = 100 * time.Millisecond
	// controlShare is the part of the rate that NCFs may take beside the data, so that
	// nobody makes us flood the group by asking; leastControl, in bits per second, makes
	// up for low rates.
	controlShare = 10
	leastControl = 20_000
	// lingerQuiet is how long after the last packet a publisher that ends still answers:
	// long enough for an SPM to tell of it, and for a NAK to come.
	lingerQuiet = 250 * time.Millisecond
)

// sender is what a publisher decides: which packet goes out when. It reads no clock and
// no socket. Its owner calls Tick when Next says so, after Handle and after Publish, and
// sends what Tick returns to the group. One owner.
type sender struct {
	session
	queue  outqueue
	window sendWindow
	// rate is for data and repairs, control for NCFs.
	rate, control bucket
	beat          heartbeat
	spms          uint32 // sent so far
	lastData      time.Time
	// confirm are NCFs to send, bounded by control. repairs are packets to send again,
	// in the order in which they were asked for, each once: no more than the window held
	// when somebody asked last, and what that NAK asked for.
	confirm [][]byte
	repairs []uint32
	// repaired says that the last packet was a repair: repairs and data take turns, so
	// that nobody stops the data by asking.
	repaired bool
	out      [][]byte
	stats    PublisherStats
}

// newSender returns the sender of a session whose first packet is number first.
func newSender(s session, c PublisherConfig, first uint32) *sender {
	c = c.withDefaults()
	return &sender{
		session: s,
		queue:   outqueue{maxMessages: c.QueueMessages, maxBytes: c.QueueBytes},
		window:  sendWindow{maxAge: c.Recovery, maxBytes: c.windowBytes(), trail: first},
		rate:    bucket{rate: c.Rate},
		control: bucket{rate: max(c.Rate/controlShare, leastControl)},
	}
}

// Publish queues a message. The error matches ErrFull or ErrTooLarge.
func (s *sender) Publish(frames [][]byte) error {
	err := checkMessage(frames)
	if err == nil {
		err = s.queue.add(frames)
	}
	if err != nil {
		s.stats.Dropped++
		return err
	}
	s.stats.Messages++
	return nil
}

// Handle takes a packet that was sent to the source.
func (s *sender) Handle(now time.Time, b []byte) {
	p, err := parse(b)
	switch {
	case err != nil:
		s.stats.Malformed++
	case p.tsi != s.tsi || p.port != s.port:
	case p.kind == kindSPMR:
		s.beat.ask()
	case p.kind == kindNAK && !p.parity && p.source == s.source && p.group == s.group:
		s.asked(now, &p)
	}
}

// asked takes a NAK.
func (s *sender) asked(now time.Time, p *packet) {
	s.stats.NAKs++
	s.window.room(now, 0)
	if len(s.repairs) > len(s.window.packets) { // some have left the window since they were asked for
		s.repairs = slices.DeleteFunc(s.repairs, func(sequence uint32) bool { return s.window.get(sequence) == nil })
	}
	confirm := make([]uint32, 0, 1+maxList)
	for sequence := range p.sequences {
		e := s.window.get(sequence)
		if e == nil {
			if ahead(sequence, s.window.trail) < 0 {
				s.stats.Unrepairable++
				s.beat.ask() // an SPM says that it is gone
			}
			continue
		}
		confirm = append(confirm, sequence)
		if !e.asked && now.Sub(e.repaired) >= repairHold {
			e.asked = true
			s.repairs = append(s.repairs, sequence)
		}
	}
	if len(confirm) == 0 {
		return
	}
	if ncf := s.nak(kindNCF, confirm); !s.control.ready(len(ncf)).After(now) {
		s.control.take(now, len(ncf))
		s.confirm = append(s.confirm, ncf)
	}
}

// Tick returns what is to be sent to the group now. The slice is valid until the next
// call.
func (s *sender) Tick(now time.Time) [][]byte {
	s.out = append(s.out[:0], s.confirm...)
	s.confirm = s.confirm[:0]
	s.window.room(now, 0)
	for range s.spmsDue(now) {
		s.out = append(s.out, s.nextSPM(false))
		s.beat.sent(now)
	}
	for {
		repair, size := s.pick()
		if size == 0 || s.rate.ready(size).After(now) {
			return s.out
		}
		s.rate.take(now, size)
		s.repaired = repair
		if repair {
			s.out = append(s.out, s.sendRepair(now))
		} else {
			s.out = append(s.out, s.sendData(now))
		}
	}
}

func (s *sender) spmsDue(now time.Time) int {
	switch {
	case s.beat.last.IsZero():
		return startSPMs
	case !now.Before(s.beat.at()):
		return 1
	}
	return 0
}

// Next returns when Tick has something to do, a time that has passed for at once.
func (s *sender) Next() time.Time {
	if len(s.confirm) > 0 {
		return time.Time{}
	}
	next := s.beat.at()
	if _, size := s.pick(); size > 0 {
		if at := s.rate.ready(size); at.Before(next) {
			next = at
		}
	}
	return next
}

// pick says whether the next packet is a repair, and how long it is; 0 if there is none.
func (s *sender) pick() (repair bool, size int) {
	for len(s.repairs) > 0 && s.window.get(s.repairs[0]) == nil { // too late
		s.repairs = s.repairs[1:]
	}
	if len(s.repairs) > 0 && (!s.repaired || s.queue.empty()) {
		return true, len(s.window.get(s.repairs[0]).packet)
	}
	if n := s.queue.size(); n > 0 {
		return false, dataHeaderSize + n
	}
	return false, 0
}

func (s *sender) sendRepair(now time.Time) []byte {
	e := s.window.get(s.repairs[0])
	s.repairs = s.repairs[1:]
	e.asked, e.repaired = false, now
	s.stats.Repairs++
	return repair(e.packet, s.window.trail)
}

func (s *sender) sendData(now time.Time) []byte {
	size := s.queue.size()
	s.window.room(now, dataHeaderSize+size)
	b := s.data(s.window.next(), s.window.trail, size)
	b = seal(s.queue.appendAPDU(b))
	s.window.add(now, b)
	s.beat.data(now)
	s.lastData = now
	s.stats.Packets++
	s.stats.Bytes += uint64(len(b))
	return b
}

func (s *sender) nextSPM(fin bool) []byte {
	b := s.spm(s.spms, s.window.trail, s.window.next()-1, fin)
	s.spms++
	return b
}

// Quiet reports whether nothing waits to be sent, and nobody is likely to ask.
func (s *sender) Quiet(now time.Time) bool {
	return s.queue.empty() && len(s.repairs) == 0 && now.Sub(s.lastData) >= lingerQuiet
}

// Finish returns the packets that say good-bye.
func (s *sender) Finish() [][]byte {
	s.out = s.out[:0]
	for range endSPMs {
		s.out = append(s.out, s.nextSPM(true))
	}
	return s.out
}

// Stats returns what has happened so far.
func (s *sender) Stats() PublisherStats {
	stats := s.stats
	stats.Waiting, stats.WaitingBytes = len(s.queue.waiting), s.queue.bytes
	stats.Window, stats.WindowBytes = len(s.window.packets), s.window.bytes
	return stats
}
