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
//   - A subscription is a byte prefix of the topic; subscriptions outlive
//     reconnections; a prefix subscribed twice is subscribed once.
//   - The last values that match a new subscription come first and once.
//   - Status changes and messages come through one channel, in the order in
//     which they happened: after a Status that is not Up nothing of the old
//     connection follows.
//   - Publish never blocks and never reports success for what it throws away;
//     see Link.Publish for what waits while there is no connection.
//   - A consumer that does not read Events slows its own link down and nobody
//     else; what is then lost is lost at the hub, which counts it.
//   - Run returns only when its context ends, with nothing left running. It
//     first tries, for a short bounded time, to send what was queued.
package link
