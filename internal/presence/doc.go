// Package presence is what is said on online topics: whether an appliance is there,
// and what whoever asks it to do something is told when it is not.
//
// The hub and the house in virtual time share it, so that a command to an appliance
// that is offline is refused with the same words in both.
//
// Everything here is pure and safe for concurrent use.
package presence
