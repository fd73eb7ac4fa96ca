// Package tail decides how a file is followed: what to read of it, given what a look at its
// path shows, and where its lines are. It does no I/O and reads no clock; internal/follower
// does what it says.
//
// A File is an offset and a few bytes. What a file has that ends with no newline yet is
// not kept: it is read again once there is more. So ten thousand files cost a few hundred
// bytes each.
//
// That the path leads to another file now is seen by the identity (Sight.ID). That a file
// was cut and written anew is seen by its size, or, where it has grown past the
// offset since, by the bytes before the offset: they are not those that were read (Mark).
package tail
