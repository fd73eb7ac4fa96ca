// Package chronicle remembers what has passed, so that one can ask what led to what: a
// Chronicle keeps the newest messages within a bound of bytes, and a Book made of it
// goes from a message back along the causes that the metas name.
//
// To remember costs one copy of bytes into memory that is used again and again, for it
// is done where all traffic waits. Everything is read and understood only when somebody
// asks, on a copy.
//
// Metas are foreign: an id may name anything, come twice or lead in a circle, and a
// cause may have been forgotten or have never passed here. A chain ends there and says
// how (End).
//
// Everything here is pure: no clock, no goroutine, no I/O.
package chronicle
