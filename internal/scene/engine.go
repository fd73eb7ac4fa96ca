package scene

import (
	"time"

	"homebus/internal/message"
)

// Engine runs the scenes of a file. One owner; not safe for concurrent use. All
// messages that it returns are complete, in the order in which they are to be
// published.
type Engine struct{}

// EngineOptions are what an Engine needs besides the file.
type EngineOptions struct {
	// IDs gives the messages their ids.
	IDs message.IDs
	// From is the client's name in the meta of the messages; "bus" if empty.
	From string
}

// NewEngine returns an engine that begins at now: "for" counts from then.
func NewEngine(f *File, now time.Time, opts EngineOptions) *Engine { panic("being built") }

// Start returns what the engine says first: the state of each scene.
func (e *Engine) Start(now time.Time) []message.Message { panic("being built") }

// Prefixes returns what the engine wants to hear, as subscriptions.
func (e *Engine) Prefixes() []string { panic("being built") }

// Handle takes one message of the bus. The engine's own messages come back to
// it too; it knows them and takes each once.
func (e *Engine) Handle(now time.Time, m message.Message) []message.Message { panic("being built") }

// Tick does what is due at now.
func (e *Engine) Tick(now time.Time) []message.Message { panic("being built") }

// Next returns when Tick is due; false if nothing is.
func (e *Engine) Next() (time.Time, bool) { panic("being built") }
