package eventloop

import "fmt"

// Step reads what has arrived at fd, once and without waiting, and does what is to be
// done with it, or a part of that. It does not take long for one call.
type Step func(fd uintptr) (Next, error)

// Next says when the next step is to be.
type Next int

const (
	// Wait is when something arrives.
	Wait Next = iota
	// Again is also if nothing does, after the steps of others.
	Again
	// Aside is at once in a goroutine of its own, in which it may take as long as it
	// likes.
	Aside
)

// PanicError is what a connection ends with if a step panics.
type PanicError struct {
	Value any
	Stack []byte
}

// Error says what the panic was, and where.
func (p *PanicError) Error() string { return fmt.Sprintf("%v\n%s", p.Value, p.Stack) }
