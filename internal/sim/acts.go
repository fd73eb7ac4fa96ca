package sim

import (
	"math/rand/v2"
	"time"
)

const (
	// maxActs is how many acts are done in one go, so that a house with more of them
	// than it can do still hears and ends.
	maxActs = 500
	// maxBehind is how late an act may be. What is later is left out.
	maxBehind = time.Second
	// maxDraws is how often another appliance is drawn if there is nothing to do at
	// one.
	maxDraws = 16
)

// acts is what people do at the appliances: the n-th act comes n/rate seconds after
// the beginning, at an appliance drawn by lot. One owner.
type acts struct {
	began  time.Time // by the wall clock
	rate   float64   // a second
	done   float64   // how many are behind us
	random *rand.Rand
}

// newActs returns acts of which the seed decides who is touched.
func newActs(began time.Time, rate float64, seed uint64) *acts {
	return &acts{began: began, rate: rate, random: rand.New(rand.NewPCG(seed, 0x61637473))} // not an appliance's
}

// next returns when the next act is.
func (a *acts) next() time.Time {
	return a.began.Add(time.Duration((a.done + 1) / a.rate * float64(time.Second)))
}

// skip leaves out what is too late at now and returns how much that was.
func (a *acts) skip(now time.Time) int {
	due := float64(int64(now.Add(-maxBehind).Sub(a.began).Seconds() * a.rate))
	if due <= a.done {
		return 0
	}
	missed := due - a.done
	a.done = due
	return int(missed)
}

// touch does the acts that are due at now, by the wall clock, each at its own time, and
// before each what those who live here do until then.
func (s *simulator) touch(now time.Time) {
	if s.acts == nil {
		return
	}
	s.tally.missed += s.acts.skip(now)
	for range maxActs {
		next := s.acts.next()
		if next.After(now) {
			return
		}
		at := s.cfg.Clock.House(next)
		if !s.reach(at) {
			return // the house is behind its clock
		}
		s.acts.done++
		s.touchOne(at)
	}
}

// touchOne does at some appliance what a person would who just touches it.
func (s *simulator) touchOne(at time.Time) {
	for range maxDraws {
		id := s.cfg.Specs[s.acts.random.IntN(len(s.cfg.Specs))].ID
		do := s.fleet.Natural(at, id)
		if do == "" {
			continue
		}
		outputs, err := s.fleet.Touch(at, id, do, nil)
		s.act(outputs)
		s.tally.acts++
		if err != nil {
			s.tally.refused++
		}
		return
	}
}
