// Package hub is the hub of a home: a forwarder (internal/proxy) that knows what
// our topics mean. It remembers last values, speaks last wills, answers for
// appliances that are offline, keeps what lives in it, runs the scenes, and says how
// it is.
//
// The parts, one file each:
//
//	Hub       what runs together                          hub.go
//	memory    last values, last wills, who is offline     memory.go, slot.go, willslot.go
//	          and what may have led to what               causes.go
//	deputy    answers for appliances that are offline     deputy.go
//	pulse     bus/heartbeat and bus/stats                 pulse.go, stats.go
//	director  drives the scene engine in real time        director.go
//	keeper    the devices that live in the hub            keeper.go
//	Why       what led to what, for whoever asks          why.go
//	recall    what is remembered, for whoever asks        recall.go
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
//
// # Commands to who is offline
//
// A command to an appliance whose last value on online/x/y says false is refused by
// the hub, once for each arrival, unless its own scenes sent it, or somebody holds a
// subscription to exactly that command topic, whose answer it then is to give. At
// most 10,000 a second; beyond that, and 1,024 that wait, there is no answer, which
// is counted and logged.
//
// # What led to what
//
// Every command, event, fault, notice and report of a scene is remembered, every answer,
// and every report in which the word of an appliance changes, for as long as there is
// room: 3 MiB (chronicle.DefaultBounds). So is whatever the scenes have answered. Topics
// that are not ours cost nothing.
//
// # What lives in the hub
//
// Devices of the house whose declaration says InHub are run by the keeper, which
// speaks and answers in their names. If anybody else has the last word on their
// state or online topics, it says again what is, at most once a second.
package hub
