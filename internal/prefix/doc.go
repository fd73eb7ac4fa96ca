// Package prefix finds, among very many byte prefixes, all that a topic starts
// with. It is the one structure behind every set of subscriptions: a
// subscription is a byte prefix of a message's first frame (RFC 29 "PUB-SUB").
//
// # Why two structures
//
// Prefixes and topics come from strangers. A map that is asked once for each
// length that occurs is by far the fastest where there are many prefixes (a sixth
// of a tree's time with a million, for it touches memory once where a tree does
// at every fork), and its memory grows in small steps, so that no Put stalls
// whoever holds the lock. But topics of 4 KiB and prefixes of all 4,096 lengths
// cost it milliseconds, as each look-up hashes its prefix anew. In a radix tree
// every byte of a topic is looked at once, whatever the prefixes are.
//
// So the prefixes of up to 64 bytes, which nearly all are, lie in a map, whose
// hash Go seeds for each process; all others lie in a radix tree. A topic costs 65
// look-ups of short strings and one way down the tree, at worst. docs/bench.md has
// the figures.
package prefix
