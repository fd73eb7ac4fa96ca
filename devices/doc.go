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
// attributes, actions, events, faults and configuration keys, and what its words
// mean to a person. The checks of scenes.toml, its suggestions, sim --describe and
// the mirror's controls are all made from it.
//
// The files, one noun each:
//
//	declaration.go  Type and its parts; check.go and values.go hold values to it,
//	                nearest.go knows what was meant
//	registry.go     all types
//	restore.go      how to bring one back to a state
//	model.go        what a type must be able to do
//	curve.go        quantities whose course is known; meter.go power and energy,
//	                battery.go what lives without a plug
//	toaster.go …    the types: declaration and model; alarm.go what leak-sensor and
//	                smoke-sensor share, washing_programs.go what the machine runs
//	appliance.go    the shell around a model, the same for all types:
//	                command.go, memory.go, report.go, faults.go
//	fleet.go        all appliances of a house; schedule.go who is next, natural.go
//	                what touching one means
//	wiring.go       who is wired to whom; power.go who feeds and measures whom
//
// To add an appliance, write its file as toaster.go is written, and nothing else;
// the tests that go through all types then try it too, and go test ./devices -update
// writes it into docs/appliances.md.
//
// # Physics
//
// Nothing is added up from tick to tick. Between two events each quantity is a
// curve that is known in closed form: power is a line, energy its exact integral,
// temperature an exponential. Events are foreseen where curves say, to the
// nanosecond, and happen at that time, however late anybody looks.
//
// # Wires
//
// A Fleet is the appliances of one house, wired together, hub or no hub. A light
// switch that controls a light toggles it when pressed. A smart plug gives what is
// plugged into it its power, or takes it away, and measures it; the house's meter
// measures all. What has no power draws none, refuses whatever takes power, and
// keeps what needs none to be kept: its heat, its water, its bread. It stays on the
// bus: what a simulator reports is the house as it is, not only what a radio in
// the dead appliance could still say.
package devices
