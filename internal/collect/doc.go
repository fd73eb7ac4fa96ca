// Package collect decides what a collector of files of many nodes does: which bytes it
// appends where, which it lacks, and what it asks for next. It does no I/O and reads no
// clock: a Store holds the bytes, now is a parameter; internal/collector does the rest.
//
// What a Collector knows of a source after a restart is what the Store holds of it, and
// nothing else. Bytes are appended only where the Store's end is, so that what it holds is
// the beginning of what the source has, whenever the program is killed.
//
// It hears of bytes in two ways. Lines come by themselves; one that does not follow what
// there is, because others were lost or because it was cut off, is let go, and what is
// missing is asked for. And each node says once a second, in a Beat, how far its revision
// is: the Collector asks for what has changed since, so that also a loss behind which
// nothing follows is found.
//
// Two nodes of one name would be mixed up, and what there is be set aside for ever: by
// their beats, which have two runs in turn, they are found, and left alone until one of
// them has gone.
//
// # Bounds
//
// Sources: MaxSources, nodes: MaxNodes; further ones are ignored and counted. Requests
// under way: InFlight in all, one for each source and one for the list of each node; the
// others wait in turn. A request without an answer is asked again after Patience, then
// after pauses that grow to MaxPause; a node that has not been heard for Silence is not
// asked. Where there is no room for a node, one makes it that has been silent for a minute.
// Lines that cannot be appended are not kept.
package collect
