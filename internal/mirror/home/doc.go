// Package home is what the bus has said about a home, in the form in which a
// person needs it: appliances by room with what they do and how long it takes,
// what was asked of them and not yet confirmed, scenes with their step, what
// happened and why, power, and whether the bus is there at all.
//
// A Home is a value with one owner. It reads no clock and talks to nobody:
// Apply and Connection take what the link said, Tick lets time pass, and Ask
// returns the command to publish. The same calls at the same times give the
// same home. It is not safe for concurrent use.
//
// What is known is never shown as newer than it is. Whenever the connection is
// lost or the hub was restarted, every value becomes old until its appliance
// has reported again (Appliance.Fresh).
//
// Everything is bounded, because anybody may publish: appliances and scenes
// beyond MaxAppliances and MaxScenes are counted and not kept, the stream keeps
// its newest entries, and a cause is found among the newest messages only.
package home
