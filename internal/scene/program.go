package scene

import "fmt"

// program is the steps of a scene laid out in one line, blocks and all, so that a
// place in them is a number, and a run in the midst of blocks is data.
type program []op

// op is one place in a program.
type op struct {
	kind opKind
	// step is the step that begins here, of opStep; name is what people call it:
	// "step 3", or "step 3.2" for the second of the block that is the third.
	step *Step
	name string
	// top is the index in Scene.Do of the step that this belongs to.
	top int
	// to is where to go on: after the step, with all that is in it, for opStep; to
	// the first of the block for opLoop; behind the block for opJump.
	to int
	// branches are where the options of a choose begin, the last one its else, and
	// where the strands of a together do.
	branches []int
}

type opKind int

const (
	// opStep begins a step.
	opStep opKind = iota
	// opLoop ends the block of a repeat.
	opLoop
	// opJump ends an option of a choose.
	opJump
	// opEnd ends a strand, and the whole program.
	opEnd
)

// compile lays out the steps of a scene.
func compile(steps []Step) program {
	c := &compiler{}
	for i := range steps {
		c.top = i
		c.step(&steps[i], fmt.Sprintf("step %d", i+1))
	}
	c.top = len(steps)
	c.add(op{kind: opEnd})
	return c.program
}

type compiler struct {
	program program
	top     int
}

// add appends an op and returns its place.
func (c *compiler) add(o op) int {
	o.top = c.top
	c.program = append(c.program, o)
	return len(c.program) - 1
}

func (c *compiler) step(s *Step, name string) {
	head := c.add(op{kind: opStep, step: s, name: name})
	switch a := s.Action.(type) {
	case *Repeat:
		c.block(a.Do, name)
		c.add(op{kind: opLoop, to: head + 1})
	case *Choose:
		c.choose(head, a, name)
	case *Together:
		var begins []int
		for i := range a.Strands {
			begins = append(begins, len(c.program))
			c.strand(a.Strands[i], fmt.Sprintf("%s.%d", name, i+1))
			c.add(op{kind: opEnd})
		}
		c.program[head].branches = begins
	}
	c.program[head].to = len(c.program)
}

// block lays out the steps of a block, which are numbered in it.
func (c *compiler) block(steps []Step, name string) {
	for i := range steps {
		c.step(&steps[i], fmt.Sprintf("%s.%d", name, i+1))
	}
}

// strand lays out one strand: a step alone has the strand's name.
func (c *compiler) strand(steps []Step, name string) {
	if len(steps) == 1 {
		c.step(&steps[0], name)
		return
	}
	c.block(steps, name)
}

func (c *compiler) choose(head int, a *Choose, name string) {
	var begins, ends []int
	for i := range a.Options {
		begins = append(begins, len(c.program))
		c.block(a.Options[i].Do, fmt.Sprintf("%s.%d", name, i+1))
		ends = append(ends, c.add(op{kind: opJump}))
	}
	begins = append(begins, len(c.program))
	c.block(a.Else, name+".else")
	for _, end := range ends {
		c.program[end].to = len(c.program)
	}
	c.program[head].branches = begins
}
