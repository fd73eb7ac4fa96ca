// Package presence is what is said on online topics: whether an appliance is there;
// and on ack topics: what whoever asks it to do something is told, also when it is not
// there.
//
// Whoever speaks for appliances shares it: they themselves, the hub, and the house in
// virtual time, where a command to one that is offline is refused with the same words.
//
// Everything here is pure and safe for concurrent use.
package presence
