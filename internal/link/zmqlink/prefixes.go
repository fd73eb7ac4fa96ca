package zmqlink

// prefixes is a set of subscriptions. A topic is matched by one look-up for each
// length among them. The zero prefixes is empty and ready. One owner.
type prefixes struct {
	set     map[string]struct{}
	lengths map[int]int // how many prefixes of each length
}

// add reports whether p is new.
func (s *prefixes) add(p string) bool {
	if _, held := s.set[p]; held {
		return false
	}
	if s.set == nil {
		s.set, s.lengths = make(map[string]struct{}), make(map[int]int)
	}
	s.set[p] = struct{}{}
	s.lengths[len(p)]++
	return true
}

// remove reports whether p was there.
func (s *prefixes) remove(p string) bool {
	if _, held := s.set[p]; !held {
		return false
	}
	delete(s.set, p)
	if s.lengths[len(p)]--; s.lengths[len(p)] == 0 {
		delete(s.lengths, len(p))
	}
	return true
}

// cover reports whether one of the prefixes covers topic, which may be a prefix
// itself.
func (s *prefixes) cover(topic []byte) bool {
	for n := range s.lengths {
		if n <= len(topic) {
			if _, held := s.set[string(topic[:n])]; held {
				return true
			}
		}
	}
	return false
}
