// Package proxy is the forwarder: it links any number of publishers to any
// number of subscribers, speaking ZMTP on its own (internal/zmtp). It knows
// nothing of the topics of a house; a program adds what it knows with a Tap.
//
// # What it promises
//
//   - Every message of a publisher goes to every subscriber that holds a
//     subscription which is a byte prefix of its first frame, once, in the
//     publisher's order, as the very bytes that came in: one frame or many.
//   - A message is relayed whole or not at all: one that is torn by a
//     disconnect, or over a limit, reaches nobody.
//   - A publisher is sent, in the message form, what the subscribers and the
//     program want: all of it right after the handshake and before anything
//     else (so that the PONG of a PING sent then means "that was all"), later
//     each change. What several want is asked for when the first wants it, and
//     withdrawn when the last does not. If the publisher's queue overflows, what
//     waits there is replaced by one subscription to everything, and no further
//     change is sent; so it is if all publishers together take too little of theirs,
//     or if there are so many publishers and subscriptions that telling is too much.
//   - With Config.Only, "everything" is what begins with one of its prefixes: no
//     other message is forwarded, watched or monitored, and publishers are asked
//     for no other.
//   - A subscriber that cannot keep up loses whole messages of its own, by the
//     rule of Limits.Overflow, counted exactly; it costs nobody else anything. If
//     all queues together hold too much, the longest are shortened. What still
//     waits for a subscriber when it leaves is gone with it.
//   - A peer can end its own connection and nothing else: lengths are checked
//     against Limits before memory is touched, a large message grows in pieces
//     that follow what has arrived, and a panic ends one connection.
//
// # Monitor, pause, statistics
//
// A monitor (Config.Monitor) is a forwarder of its own with a backend only, fed
// under the switchboard's lock: its listeners hear what passes in the order in
// which it passes, and lose what they are too slow for. While nobody is connected
// to it, it costs one look at a counter for each run. Pause stops the publishers'
// goroutines where each begins its turn. Statistics counts as libzmq's proxies do.
//
// # The data path
//
//	publisher → inbox → scan → batch → switchboard → outbox → subscriber
//
// A publisher's bytes are read, as much as there is, into its inbox, which has
// a buffer only while there is something, and a larger one while much comes. An event
// loop does that, or, where there is none, a goroutine for each (internal/eventloop); in
// what follows it is the publisher's goroutine in both cases. Messages are found in place
// (short, scan). The switchboard's lock is taken once for what was read, unless
// that lasts longer than a turn: then whoever waits comes first. A batch joins consecutive
// messages with the same receivers into one run of bytes; those on the topic of the one
// before show by their first frame, compared as it lies there, that they belong to it.
// A run is appended to each receiver's outbox: a short one at the end of the turn, with all
// others for that receiver (stage); a long one is copied once and held by
// all of them, or not at all if there is only one, for whom nothing waits: then it is lent.
//
// When that is done, without the lock, the publisher's own goroutine writes what it has put
// into outboxes, as far as the connections take it at once (courier). Only for one that does
// not is there a writer, a goroutine that waits for the connection and goes when all is
// written. So a message takes no detour over another goroutine, and nothing waits for more
// to come; but what comes while one writes is written together. Nothing is allocated for a
// message.
//
// The rest of the package meets the switchboard only in attach, detach, subscribe,
// cancel and batch, so that it can be rebuilt alone.
//
// # The files
//
//	the switchboard     switchboard, turn, interest, route, batch, stage, tap
//	what comes in       publisher, subscriber, inbox, short, scan, assembly, claim
//	what goes out       courier, outbox, outbox_take, outbox_staff, pushed, overflow, backlog, piece, budget, bell
//	what is asked for   demand, upstream, subset
//	connections         forwarder, loops, session, liveness, drain, vanished, spare, limits
//	upkeep              stats, statistics, tidy, swell, pause
//	in this process     local, raw
//	queue and streamer  relay, hold; monitor for all three
//
// Lock order: sessions.mu alone, or switchboard.muches, switchboard.mu, the monitor's
// switchboard.mu; then outbox.mu or upstream.mu; last budget.mu. A relay holds a pump's
// passing before the monitor's switchboard.mu.
package proxy
