// Package link is a program's connection to the bus, seen from the program:
// the Link interface, and an in-memory bus whose links behave like the real
// ones, for tests and for programs that hold everything in one process.
//
// A Link keeps itself connected for as long as its Run lasts. It never reports
// a failed connection as an error of the program: it says what it knows of the
// connection with a Status, and goes on trying.
//
// What every Link promises, and linktest checks:
//
//   - Messages from one link arrive at another in the order of publishing.
//   - A message that a link publishes after it has subscribed comes back to it (but see
//     epgmlink for links that do the one by multicast and the other over TCP).
//   - A subscription is a byte prefix of the topic; subscriptions outlive
//     reconnections; a prefix subscribed twice is subscribed once.
//   - The last values that match a new subscription come first and once. One
//     that a subscription already held covers brings none.
//   - Status changes and messages come through one channel, in the order in
//     which they happened: the messages of a connection come between its Status
//     with Up and the next one without.
//   - Publish never blocks and never reports success for what it throws away
//     itself; see Link.Publish for what waits while there is no connection.
//   - A link that ends, or is lost, without having said that its appliances are
//     offline has that said for it, by the hub: their last will.
//   - A consumer that does not read Events slows its own link down and nobody
//     else; what is then lost is lost at the hub, which counts it.
//   - Run returns only when its context ends, with nothing left running. It
//     first tries, for a short bounded time, to send what was queued.
//
// # Queues
//
// Between the bus and the reader of Events lies a bounded queue. The link to a
// hub in another process stops reading its socket when it is full, so the hub's
// own queue for this subscriber fills and then loses whole messages, the newest
// first. The in-memory bus does the same at once: a link with EventQueue unread
// events, or EventQueueBytes of them, loses each further message until its reader
// takes one, and Dropped counts it. A Status is never lost; of several in a row that
// nobody has read, with no message between them, the newest is kept.
//
// Towards the bus, messages wait only while there is no connection: Waiting
// says which, and how many.
package link
