package scene

// repeat begins a block that is done several times, or passes it over.
func (s *strand) repeat(o *op, a *Repeat) {
	if a.Times == 0 || len(a.Do) == 0 {
		s.Place = o.to
		return
	}
	s.Loops = append(s.Loops, a.Times)
	s.Place++
}

// loop ends one time of a block: on to the next, or behind the last.
func (s *strand) loop(o *op) {
	left := &s.Loops[len(s.Loops)-1]
	if *left--; *left > 0 {
		s.Place = o.to
		return
	}
	s.Loops = s.Loops[:len(s.Loops)-1]
	s.Place++
}

// choose goes to the first option whose condition holds, else to the else.
func (e *Engine) choose(s *strand, o *op, a *Choose) {
	for i, option := range a.Options {
		if e.holds(s.run.player, option.If) {
			e.noteStep(s, "chose "+describeCondition(option.If))
			s.Place = o.branches[i]
			return
		}
	}
	e.noteStep(s, "no option holds, else")
	s.Place = o.branches[len(a.Options)]
}

// together begins strands, in the file's order, and lets s wait for their end.
func (e *Engine) together(s *strand, o *op) {
	r := s.run
	var begun []*strand
	for _, place := range o.branches {
		begun = append(begun, r.newStrand(s.ID, place))
	}
	s.Phase = over // not to be woken before all have begun
	for _, strand := range begun {
		e.advance(strand)
		if r.over {
			return
		}
	}
	if s.Phase = joining; !r.begunBy(s) {
		s.Phase, s.Place = ready, o.to
	}
}
