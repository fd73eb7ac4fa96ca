// Package socket holds ZeroMQ's sockets: PUSH and PULL (RFC 30), REQ, REP, DEALER and
// ROUTER (RFC 28), PUB and SUB (RFC 29), PAIR (RFC 31), each a type of its own, so that
// a PULL has no Send. They speak ZMTP 3.1 (internal/zmtp) with one another and with
// libzmq.
//
//	pull := socket.NewPull(socket.Config{})
//	where, err := pull.Bind("tcp://127.0.0.1:0")
//	push := socket.NewPush(socket.Config{})
//	err = push.Connect(where)
//	err = push.Send(ctx, [][]byte{[]byte("hello")})
//	message, err := pull.Recv(ctx)
//	err = push.Close(ctx) // when what was sent has gone out
//
// # What every socket promises
//
//   - It may be bound and connected to any number of endpoints at once. A lost
//     connection is attempted again, whatever ended it, after a pause of 0.1 to 1 s
//     (Config.ReconnectMin); but not before Recv has had what came by it, lest a peer
//     that comes and goes fills the memory.
//   - A message is a slice of frames. It is sent and received whole or not at all, and
//     the messages of one peer arrive in its order.
//   - Send copies what it is given; what Recv returns belongs to the caller. Both may be
//     called at the same time, by any number of goroutines. A context ends a wait, and
//     its cause is in the error; with a context that has ended they do what needs no
//     waiting.
//   - Whatever waits for a peer, or of a peer's for Recv, is bounded in messages and
//     bytes (Config.HWM, Config.QueueBytes), and so is all of it together, however
//     many peers there are (Config.QueueTotal): the more of that is used, the less
//     each may have, so that those who hold much take nothing from those who hold
//     little. Nothing is read from a peer whose messages have no room: TCP then holds
//     it back, and it waits. Unfinished messages cannot wait: if there is too much of
//     those, the peer with the largest is cut.
//   - Recv takes one message of each peer in turn.
//   - A peer can end its own connection and nothing else: newcomers have a deadline,
//     lengths are checked before memory is touched, a panic ends one connection.
//   - Close refuses further messages, waits for those taken to be written until its
//     context ends, and returns with nothing left running.
//
// # What may be lost
//
// PUSH, DEALER, PAIR and REQ lose nothing that was not written: what waits for a peer
// that goes goes to another, or waits for the next. They block, or end with their
// context, where there is no room. What was written to TCP when a connection broke may
// or may not have arrived, and no acknowledgement says which: whoever must know uses
// REQ, which asks again (so a request may be done twice).
//
// PUB, ROUTER and REP never wait for a peer: a message is dropped if the queue of its
// peer is full, and so is what waits for a peer that goes. Stats counts each.
//
// An endpoint that PUSH or DEALER connects to takes its turn from the moment of
// Connect (RFC 28, RFC 30), as long as the first attempt is under way; if that fails,
// its messages go elsewhere. libzmq would keep them for as long as it takes. If nobody
// is there, as much as one queue holds waits for the first connection. A socket that is
// only bound waits for a peer.
//
// # Liveness
//
// Peers that announced ZMTP 3.1 are pinged every Config.PingEvery and cut after
// Config.Silence without a byte; a PING's time to live is honoured (RFC 37). A peer
// that was sent messages since it was last heard may be busy with them and not have
// come to the PING behind them, as a libzmq PULL with a full queue; its silence does
// not count until it is heard again, or until TCP itself has had no answer from it
// for about 12 s (Linux; elsewhere TCP's own patience).
//
// # How it is built
//
// Socket is the core: peers, their pipes, one lock. A pattern is a file that says in a
// few lines what becomes of a message that arrives or was not written. Names are
// libzmq's: a pipe is the pair of bounded queues between a socket and one peer, fair
// queueing is how Recv chooses (fairqueue.go), balancing is how Send does
// (balance.go). For each connection one goroutine reads and one writes; it writes all
// that waits at once, up to 64 KiB.
package socket
