package scene

import (
	"fmt"
	"slices"
	"strings"

	"homebus/internal/sun"
)

// Remark is something in a file that is no mistake, and that its author may not
// know.
type Remark struct {
	Path string
	Pos  Pos
	// Where says in which part: `scene "dusk", trigger 1`.
	Where string
	What  string
}

// String returns `scenes.toml:12:34: note: scene "dusk", trigger 1: …`.
func (r Remark) String() string {
	return fmt.Sprintf("%s:%s: note: %s: %s", printable(r.Path), r.Pos, r.Where, r.What)
}

// Remarks returns what there is to remark on a file, in file order: days of the year
// on which the sun does not do what a trigger waits for, scenes that run one another in
// a ring, and steps that are more than a run may do at one instant.
func (f *File) Remarks(year int) []Remark {
	var all []Remark
	gaps := make(map[sun.Event]string) // a year of the sun takes a while to find
	for _, s := range f.Scenes {
		for i, t := range s.When {
			on, ok := t.(*SunTrigger)
			if !ok {
				continue
			}
			days, known := gaps[on.Event]
			if !known {
				days = f.sunless(on.Event, year)
				gaps[on.Event] = days
			}
			if days != "" {
				all = append(all, Remark{f.Path, on.Pos, fmt.Sprintf("scene %q, trigger %d", s.Name, i+1),
					fmt.Sprintf("there is no %v here on the days %s; it does not fire then", on.Event, days)})
			}
		}
	}
	all = append(all, f.rings()...)
	all = append(all, f.bursts()...)
	slices.SortStableFunc(all, func(a, b Remark) int { return a.Pos.Compare(b.Pos) })
	return all
}

// sunless names the days without the sun's event, "" if there are none.
func (f *File) sunless(event sun.Event, year int) string {
	var stretches []string
	for _, gap := range f.Home.place().Gaps(event, year, f.Home.Zone) {
		stretches = append(stretches, gap.String())
	}
	return strings.Join(stretches, " and ")
}

// rings remarks on scenes that, once one of them runs, run one another until the
// bound on links ends that: at one of each ring.
func (f *File) rings() []Remark {
	var all []Remark
	w := ringWalk{file: f, scenes: make(map[string]*Scene), at: make(map[string]int)}
	for _, s := range f.Scenes {
		w.scenes[s.Name] = s
	}
	w.found = func(ring []string) {
		s := w.scenes[ring[0]]
		what := "it runs itself"
		if len(ring) > 1 {
			what = "it runs itself by way of " + shorten(strings.Join(ring[1:], ", "))
		}
		all = append(all, Remark{f.Path, s.Pos, fmt.Sprintf("scene %q", s.Name),
			fmt.Sprintf("%s, without a condition; that ends after %d links", what, maxHops)})
	}
	for _, s := range f.Scenes {
		w.visit(s.Name)
	}
	return all
}

// ringWalk goes along the runs of scenes, depth first, through each scene once.
type ringWalk struct {
	file   *File
	scenes map[string]*Scene
	path   []string
	at     map[string]int // place in the path, from 1; done for those that were left
	found  func(ring []string)
}

const done = -1

func (w *ringWalk) visit(name string) {
	if w.at[name] != 0 {
		return
	}
	w.path = append(w.path, name)
	w.at[name] = len(w.path)
	told := false
	steps := w.scenes[name].Do
	for i := range steps {
		certain(&steps[i], func(run *Run) {
			if w.at[run.Scene] > 0 && !told {
				w.found(w.path[w.at[run.Scene]-1:])
				told = true
				return
			}
			w.visit(run.Scene)
		})
	}
	w.path = w.path[:len(w.path)-1]
	w.at[name] = done
}

// certain calls visit with each run in a step that is done whatever holds.
func certain(s *Step, visit func(*Run)) {
	if s.If != nil {
		return
	}
	switch a := s.Action.(type) {
	case *Run:
		visit(a)
	case *Repeat, *Together:
		for _, inner := range s.Inner() {
			certain(inner, visit)
		}
	}
}
