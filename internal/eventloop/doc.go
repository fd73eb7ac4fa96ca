// Package eventloop waits for many connections in one goroutine, with epoll(7), and has
// what arrives on them read right there. Go's own poller wakes a thread, which makes a
// goroutine ready, which a scheduler then runs; where a connection brings little at a
// time, that costs more than the reading. Linux only: elsewhere New returns
// errors.ErrUnsupported, and a connection is read in a goroutine of its own.
//
// # What it promises
//
//   - A step of a connection, which reads what there is and does what is to be done with
//     it, is called when something has arrived, its end or a failure included; never by
//     two goroutines at a time, and what one call did the next one sees.
//   - Connections of a loop take turns: each that something has arrived on, or that has
//     not done all, makes one step a round.
//   - Who takes long keeps nobody else waiting for more than a few of its steps: from then
//     on it steps in a goroutine of its own, until its steps are short again. A step may
//     also ask for that.
//   - A step that panics ends its connection, and nothing else.
//   - A loop in which little happens costs little more than Go's poller.
//   - A connection that nothing arrives on costs what the system keeps of it and a Conn,
//     and no goroutine; nothing is woken for it.
//   - Close may be called by anybody at any time: no descriptor is closed while it is in
//     use, nor used after that.
//
// It does not know what is read, and a Conn has no deadlines.
//
// # Who owns what
//
// Adopt takes a connection away from Go's poller by duplicating its descriptor and
// closing the original; from then on the Conn is the connection. The loop holds a
// reference to it while it listens for it. Run ends all connections when it ends, and
// waits for the goroutines in which they step or say that they have ended.
package eventloop
