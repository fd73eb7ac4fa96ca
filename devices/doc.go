// Package devices holds the household appliances: pure models of what a real
// one does over time, with physics, power and faults, and the declaration of
// each type.
//
// An appliance is a state machine with one owner. It starts no goroutine, reads
// no clock and does no I/O: Handle gives it a message at a time, Tick lets time
// pass, Next says when it wants the next Tick. The same seed, commands and times
// give the same messages, byte for byte, whatever the ticks in between.
//
// Each type stands in a file of its own, with one declaration (Type): its
// attributes, actions, events, faults and configuration keys. The checks of
// scenes.toml, its suggestions, sim --describe and the mirror's controls are all
// made from it.
//
// The files, one noun each:
//
//	declaration.go  Type and its parts; check.go holds values to it
//	registry.go     all types
//	model.go        what a type must be able to do
//	curve.go        quantities whose course is known; meter.go power and energy
//	toaster.go …    the types: declaration and model
//	appliance.go    the shell around a model, the same for all types:
//	                command.go, memory.go, report.go, faults.go
//	fleet.go        all appliances of a house; schedule.go who is next
//
// To add an appliance, write its file as toaster.go is written, and its name
// into registry.go; the tests that go through all types then try it too.
//
// A Fleet is the appliances of one house, wired together: a light switch that
// controls a light toggles it when pressed, as a wire would, hub or no hub.
package devices
