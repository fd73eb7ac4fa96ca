package scene

import "fmt"

// bursts remarks on steps that fail whenever they are taken, for what is in them is more
// than a run may do at one instant.
func (f *File) bursts() []Remark {
	var all []Remark
	for _, s := range f.Scenes {
		for i := range s.Do {
			if n, waits := burst(&s.Do[i]); !waits && n > maxSteps {
				all = append(all, Remark{f.Path, s.Do[i].Pos, fmt.Sprintf("scene %q, step %d", s.Name, i+1),
					fmt.Sprintf("it takes more than %d steps, itself included, without a wait; then a scene fails", maxSteps)})
			}
		}
	}
	return all
}

// burst returns how many steps are taken at one instant by a step and what is in it,
// counted up to a little over maxSteps, and whether something in it may wait. Of a choose
// nothing is certain but the step itself.
func burst(s *Step) (n int, waits bool) {
	times := 1
	switch a := s.Action.(type) {
	case *Wait:
		return 1, a.For > 0
	case *Until:
		return 1, true
	case *Command:
		return 1, a.Confirm > 0
	case *Choose:
		for _, inner := range s.Inner() {
			_, w := burst(inner)
			waits = waits || w
		}
		return 1, waits
	case *Repeat:
		times = a.Times
	}
	inside := 0
	for _, inner := range s.Inner() {
		m, w := burst(inner)
		if inner.If != nil {
			m = 1 // which is to look at it
		}
		inside, waits = min(inside+m, maxSteps+1), waits || w
	}
	return 1 + times*inside, waits
}
