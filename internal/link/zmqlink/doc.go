// Package zmqlink is link.Link to a hub in another process, over ZeroMQ: a PUB
// socket to its frontend, a SUB socket to its backend, both of go-zeromq/zmq4.
// It works with every forwarder that speaks ZMTP 3, such as libzmq's zmq_proxy;
// last values, wills and boot ids are there only if the forwarder is our hub. A link
// with one endpoint alone is a half for internal/link/epgmlink, whose other way is
// multicast; without a backend it hears no boot id either.
//
// # Guard
//
// zmq4 trusts whoever it talks to: a hostile length ends the process, a PING
// reaches the application, a dead peer is not noticed. So zmq4 never sees the
// network. A guard stands between each socket and its connection: it shakes
// hands with the hub itself (ZMTP 3.1), and with zmq4 over a pipe in memory
// (ZMTP 3.0), under a transport scheme of its own. What passes has been parsed
// and measured by internal/zmtp. The guard answers PING and sends it to a hub that
// says nothing else, bounds every write by a deadline, and keeps the hub's upstream
// subscriptions, so that a message nobody wants is not sent.
//
// # Session
//
// A session is one pair of connections with fresh sockets; when either fails,
// both end and, after 0.1 to 1 s, the next session begins, for as long as Run's
// context lasts; with a hub that shakes hands and fails hundreds of times in a row,
// after up to a minute. A link is up when the hub has answered a PING behind our
// subscriptions and another behind its own, so that both are known to be in
// effect. A forwarder that answers no PING is given one second instead. What is
// published after a later subscription waits for it in the same way, a second at most;
// that long it may take while the reader of Events is slow.
//
// A session ends when
//
//   - a connection does: closed, reset, a write that takes more than 5 s, a
//     violation of ZMTP;
//   - three heartbeats are missed, once one has been heard;
//   - a peer that has answered PING says nothing for 3.5 s.
//
// So a frozen hub is found within 4 s, also one that freezes before its first
// heartbeat, and a plain forwarder too.
//
// Links that share Turns connect a few at a time.
//
// # Queues
//
// Towards the hub at most 4096 messages or 32 MiB wait; then Publish says
// link.ErrFull. What waits when a connection is lost is kept if its topic is
// retained (link.Waiting), else lost. From the hub a few messages are held for
// the reader of Events; when that one is slow, the socket is not read any more,
// and the hub counts what it then throws away.
//
// What the hub sends costs at most the limits of zmtp.DefaultLimits for the
// message being read, and as much again for each of the few that are held.
package zmqlink
