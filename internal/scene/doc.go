// Package scene is the language of scenes.toml: the house, its scenes and the
// scenes' tests; loading and validating the file; and the engine that runs
// scenes.
//
// Everything here is pure. Load takes the bytes of a file and returns the whole
// file or every mistake in it, each with its place and what would be right. The
// Engine is a value with Handle, Tick and Next: it starts no goroutine, reads no
// clock and does no I/O; a running scene is data, so that it can be saved, shown
// and restored. internal/hub drives it in real time, internal/house in virtual
// time, and both get the same messages from it.
//
// The parts, one file each:
//
//	File       what scenes.toml says            file.go
//	Trigger    what starts a scene              trigger.go
//	Condition  what must hold                   condition.go
//	Step       what is done                     step.go
//	Household  who lives there                  file.go, internal/occupancy
//	Test       a story told in virtual time     test.go
//	Engine     runs the scenes                  engine.go, player.go, run.go, strand.go
//	program    the steps, laid out in a line    program.go, blocks.go
//	Remark     what is no mistake               remark.go
//	View       the home as messages tell it     view.go
//	Status     what a scene says of itself      status.go
//
// A file is read in two steps: tomltree makes a tree of it in which every key and
// value has its place, and readers of tables (fields.go, value.go and load*.go) make
// the File of that.
package scene
