// Package gateway opens the bus to whatever speaks WebSocket (RFC 6455), browsers first: a
// client subscribes, is sent one text frame a message, and publishes. docs/websocket.md is
// the protocol, for those who write clients.
//
// # What it promises
//
//   - A client is a peer of the forwarder as any other (proxy.Local): last values first,
//     each message once and in its publisher's order, the same bounds of its queue, the
//     same rule and counters for what is lost, the same wills.
//   - Every frame that it is sent is JSON and UTF-8, whatever the bus carries, and says
//     what the message was, byte for byte.
//   - What a client gets wrong is told to it in words, as {"error":…,"op":…}, and its
//     connection goes on. Only what breaks WebSocket itself, is too long, or guesses tokens
//     ends it, with a close frame that says why.
//   - A client can end its own connection and nothing else, and costs no more than its
//     queue, one message of its own and some buffers. Answers to it are not queued: while
//     it does not take one, nothing more is read from it.
//   - All are closed when Run's context ends, with 1001 (going away), and gone within half
//     a second of it.
//
// # Many frames in one write
//
// A write costs ten times as much as what is in it. What waits for a client goes out as one
// (internal/web/cork), 64 KiB at most. As long as there is time for that it does so at once;
// when a thousand clients want more writes than half a processor can do, they take turns, and
// more gathers for each meanwhile.
//
// # When a client is cut
//
// A client that reads slowly loses messages and stays. It is cut if the system cannot
// write 64 KiB to it within Limits.Patience, or if it does not answer a ping, which it is
// sent every Limits.PingEvery, within Limits.Silence and takes nothing meanwhile either;
// and with --overflow disconnect when its queue is full.
//
// # What it does not do
//
// It does not look at Origin or Host: the server before it has, and must have. Frames are
// not compressed: messages are short, and most of what compression would take is time of
// the one process that has to keep running, and 32 KiB and more for each client.
//
// # The files
//
//	connections   gateway, client, write, pacer
//	JSON          encode, op, fields, value
//	bounds        limits, stats
package gateway
