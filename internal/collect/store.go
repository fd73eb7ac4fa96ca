package collect

import (
	"fmt"

	"homebus/internal/filewire"
)

// Source is a file of a node.
type Source struct{ Node, Path string }

// Store holds the bytes of sources. An error ends the collector, unless it is a Refusal or
// a Changed.
type Store interface {
	// Size is how many bytes there are of the generation that is being collected; 0 of a
	// source that is new.
	Size(Source) (int64, error)
	// Append adds bytes.
	Append(Source, []byte) error
	// Proof is of the bytes of the generation that is being collected.
	Proof(Source) (filewire.Proof, error)
	// SetAside ends the generation: the next bytes are of another. If there are no bytes
	// it does nothing.
	SetAside(Source) error
	// Aside is the Proof of the newest generation that was set aside; nil if there is none.
	Aside(Source) (*filewire.Proof, error)
}

// Refusal is the error of a Store that cannot hold this one source, such as one whose path
// is that of a folder of another. The source is left alone from then on.
type Refusal struct{ Err error }

// Error says why.
func (r Refusal) Error() string { return r.Err.Error() }

// Unwrap returns the reason.
func (r Refusal) Unwrap() error { return r.Err }

// Changed is the error of a Store whose bytes of this one source are no longer those that
// it was given: somebody has written to its file, or moved or removed it. What was to be
// done has not been done. The Collector goes on with what there is then.
type Changed struct {
	Source Source
	Err    error
}

// Error says what is different.
func (c Changed) Error() string {
	return fmt.Sprintf("%s of node %s: %v", c.Source.Path, c.Source.Node, c.Err)
}

// Unwrap returns what is different.
func (c Changed) Unwrap() error { return c.Err }
