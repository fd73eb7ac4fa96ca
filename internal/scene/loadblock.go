package scene

import (
	"fmt"

	"homebus/internal/scene/tomltree"
)

// mostRepeats bounds "repeat".
const mostRepeats = 1000

// steps reads the steps of a block, which are numbered behind the name of the block:
// "step 3.2" is the second of step 3.
func (f *fields) steps(key string, within string) []Step {
	var all []Step
	for i, n := range f.list(key, fmt.Sprintf("a list of steps, %s = [ … ]", key)) {
		if s, ok := f.oneStep(n, fmt.Sprintf("%s.%d", within, i+1)); ok {
			all = append(all, s)
		}
	}
	return all
}

func (f *fields) oneStep(n *tomltree.Node, where string) (Step, bool) {
	sub, ok := f.fields(n, where, "a step in { }")
	if !ok {
		return Step{}, false
	}
	return sub.step(), true
}

func (f *fields) repeat() Action {
	f.only("repeat", "do", "if")
	f.need("do", `do = [ { wait = "1s" } ]`)
	return &Repeat{Times: int(f.whole("repeat", 1, mostRepeats)), Do: f.steps("do", f.where)}
}

func (f *fields) choose() Action {
	f.only("choose", "else", "if")
	a := &Choose{}
	options := f.list("choose", "a list of options, choose = [ { if = { … }, do = [ … ] } ]")
	if n := f.get("choose"); n.IsList && len(options) == 0 {
		f.wrong("choose", "one or more options { if = { … }, do = [ … ] }")
	}
	for i, n := range options {
		within := fmt.Sprintf("%s.%d", f.where, i+1)
		if sub, ok := f.fields(n, fmt.Sprintf("%s, option %d", f.where, i+1), "an option { if = { … }, do = [ … ] }"); ok {
			a.Options = append(a.Options, sub.option(within))
		}
	}
	a.Else = f.steps("else", f.where+".else")
	return a
}

func (f *fields) option(within string) Option {
	f.only("if", "do")
	f.need("if", `if = { device = "kitchen/toaster", is = "idle" }`)
	f.need("do", `do = [ { say = "Good morning" } ]`)
	return Option{If: f.inner("if"), Do: f.steps("do", within)}
}

// together reads strands: a step alone, or a list of steps.
func (f *fields) together() Action {
	f.only("together", "if")
	a := &Together{}
	strands := f.list("together", "a list of steps, together = [ … ]")
	if n := f.get("together"); n.IsList && len(strands) == 0 {
		f.wrong("together", "one or more steps")
	}
	for i, n := range strands {
		where := fmt.Sprintf("%s.%d", f.where, i+1)
		if !n.IsList {
			if s, ok := f.oneStep(n, where); ok {
				a.Strands = append(a.Strands, []Step{s})
			}
			continue
		}
		var strand []Step
		for j, n := range n.List {
			if s, ok := f.oneStep(n, fmt.Sprintf("%s.%d", where, j+1)); ok {
				strand = append(strand, s)
			}
		}
		a.Strands = append(a.Strands, strand)
	}
	return a
}
