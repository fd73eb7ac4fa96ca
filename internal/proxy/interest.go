package proxy

import "slices"

// interest is a prefix that somebody wants, and who does. It belongs to the
// switchboard's lock.
type interest struct {
	// sinks are in no order; each knows its place. They begin in one, for most
	// interests never have more.
	sinks []*sink
	one   [1]*sink
	demand
	// pinned: the program wants it, whoever else does.
	pinned bool
}

// interestIn returns the interest in a prefix, a new one if nobody had any.
func (x *switchboard) interestIn(topic []byte) *interest {
	i, known := x.interests.Get(topic)
	if !known {
		i = &interest{demand: demand{prefix: string(topic)}}
		i.sinks = i.one[:0]
		x.interests.Put(i.prefix, i)
		x.want(i)
	}
	return i
}

// enter adds s to i, where it is not.
func (x *switchboard) enter(i *interest, s *sink) {
	if s.held == nil {
		s.held = make(map[*interest]int)
	}
	s.held[i] = len(i.sinks)
	s.prefixBytes += len(i.prefix)
	i.sinks = append(i.sinks, s)
	x.subscriptions++
	x.generation++
}

// leave takes s out of i, where it is; its place goes to the last one.
func (x *switchboard) leave(i *interest, s *sink) {
	at, last := s.held[i], len(i.sinks)-1
	i.sinks[last].held[i] = at
	i.sinks[at] = i.sinks[last]
	i.sinks[last] = nil
	i.sinks = i.sinks[:last]
	delete(s.held, i)
	s.prefixBytes -= len(i.prefix)
	x.subscriptions--
	x.generation++
	switch {
	case last == 0 && !i.pinned:
		x.interests.Remove(i.prefix)
		x.unwant(i)
	case last < cap(i.sinks)/4:
		i.sinks = slices.Clone(i.sinks) // the crowd is gone
	}
}

// holds reports whether s subscribed to exactly this prefix, and to what.
func (x *switchboard) holds(s *sink, topic []byte) (*interest, bool) {
	i, known := x.interests.Get(topic)
	if !known {
		return nil, false
	}
	_, held := s.held[i]
	return i, held
}

// covered reports whether a subscription of s covers the prefix.
func (x *switchboard) covered(s *sink, topic []byte) bool {
	covered := false
	x.interests.Match(topic, func(i *interest) bool {
		_, covered = s.held[i]
		return !covered
	})
	return covered
}
