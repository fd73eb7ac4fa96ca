// Package hub is the hub of a home: a forwarder (internal/proxy) that knows what
// our topics mean. It remembers last values, speaks last wills, runs the scenes,
// and says how it is.
//
// The parts, one file each:
//
//	Hub       what runs together                          hub.go
//	memory    last values and last wills                  memory.go, online.go
//	pulse     bus/heartbeat and bus/stats                 pulse.go, stats.go
//	director  drives the scene engine in real time        director.go
//	keeper    the devices that live in the hub            keeper.go
//	hubLink   a link.Link inside this process             link.go
//	voice     what the hub itself publishes               voice.go
//
// # Last values
//
// Of every retained topic (topics.Retained) the newest message is kept as it
// came, and given to a peer on each subscription that none of its others
// covers: to it alone, in byte order of the topics, before anything newer. A
// message with an empty second frame deletes. A message of one frame has no
// payload: it is relayed, and neither kept nor does it delete. Limits bounds
// topics and bytes; what would go beyond is relayed and not kept, and its topic
// then has no last value at all rather than an old one.
//
// # Last wills
//
// The connection, or in-process link, that last published true on online/x/y
// holds that appliance's will. If it ends without saying false, the hub
// publishes {"online":false,"reason":"connection lost"} for it, once. A true on
// another connection takes the will over; a false or a deletion by anybody ends
// it. What cannot be understood there, or has more than 4 KiB, changes nothing and
// is logged. There are as many wills as Limits.RetainedTopics at most, of topics of
// 255 bytes at most; one more is not taken, which is logged too.
package hub
