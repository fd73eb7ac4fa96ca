package zmtp

import "slices"

// SocketType is the name of a socket pattern as it stands in the handshake.
type SocketType string

// The socket types of RFC 28 (request-reply), 29 (publish-subscribe),
// 30 (pipeline) and 31 (exclusive pair).
const (
	REQ    SocketType = "REQ"
	REP    SocketType = "REP"
	DEALER SocketType = "DEALER"
	ROUTER SocketType = "ROUTER"
	PUB    SocketType = "PUB"
	SUB    SocketType = "SUB"
	XPUB   SocketType = "XPUB"
	XSUB   SocketType = "XSUB"
	PUSH   SocketType = "PUSH"
	PULL   SocketType = "PULL"
	PAIR   SocketType = "PAIR"
)

// compatible says who may talk to whom (RFC 37, section "The Socket-Type Property").
var compatible = map[SocketType][]SocketType{
	REQ:    {REP, ROUTER},
	REP:    {REQ, DEALER},
	DEALER: {REP, DEALER, ROUTER},
	ROUTER: {REQ, DEALER, ROUTER},
	PUB:    {SUB, XSUB},
	XPUB:   {SUB, XSUB},
	SUB:    {PUB, XPUB},
	XSUB:   {PUB, XPUB},
	PUSH:   {PULL},
	PULL:   {PUSH},
	PAIR:   {PAIR},
}

// Accepts reports whether a socket of type t talks to one of type peer. A peer
// that did not name its type is accepted, as libzmq does.
func (t SocketType) Accepts(peer SocketType) bool {
	return peer == "" || slices.Contains(compatible[t], peer)
}

// sendsIdentity follows libzmq, which sends Identity, even empty, from these.
func (t SocketType) sendsIdentity() bool { return t == REQ || t == DEALER || t == ROUTER }
