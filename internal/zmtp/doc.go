// Package zmtp is the wire protocol of ZeroMQ: ZMTP 3.1 as RFC 37/ZMTP has it
// and as libzmq 4.3.4 really speaks it, on any byte stream.
//
// It promises: greeting, mechanism handshake, frames and commands, each with
// every length checked against a limit before anything is allocated; no
// goroutine, no clock, no queue. What a peer sends can end its own connection
// with an error, and nothing else. The caller owns the net.Conn, its deadlines
// and its closing.
//
// It does not: reconnect, route, subscribe, or know socket patterns beyond
// their names and which of them may talk to each other.
//
// A connection's life (RFC 37, section "Overall behaviour"):
//
//	greeting, 64 bytes each way  →  handshake commands of the mechanism
//	→  traffic: message frames and command frames  →  either side closes
//
// Handshake does the first two; ParseHeader, Reader and the Append functions
// serve the third.
//
// # Mechanisms
//
// NULL is here. PLAIN (RFC 24) and CURVE (RFC 25/26) fit behind Mechanism: a
// Negotiation is a pure state machine of commands in and commands out. CURVE
// also wraps the traffic that follows; its Negotiation will say so through one
// more small interface, which Handshake hands on to the caller.
//
// # Where libzmq differs from the RFC
//
// libzmq writes its greeting in three pieces and waits for ours between them,
// so ours is written at once and whole; its greeting's padding is not zero; it
// announces as-server 0 always; it accepts and sends subscriptions both as
// messages and as commands; it ignores reserved flag bits, which we refuse, since
// no peer sets them and they may come to mean something; it writes a broken
// frame for subscriptions of 246 to 255 bytes, which ParseHeader understands.
package zmtp
