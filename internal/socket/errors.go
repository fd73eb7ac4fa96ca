package socket

import "errors"

// ErrClosed is what every call on a closed socket returns, and what ends those that
// wait when it is closed.
var ErrClosed = errors.New("the socket is closed")

// ErrTurn is what Send and Recv of a REQ or a REP return when it is the other's turn
// (RFC 28): a REP has no request to answer, or one that is not answered yet; a REQ
// has asked nothing.
var ErrTurn = errors.New("not this call's turn")

// ErrMessage is what Send returns for what cannot be sent as a message.
var ErrMessage = errors.New("no message")

// Why a socket closes a connection itself, for the log.
var (
	errAgain     = errors.New("no answer in time, asking again")
	errGivenUp   = errors.New("the question on it is given up")
	errSilent    = errors.New("the peer is silent")
	errGreedy    = errors.New("its unfinished message took too much")
	errTakenOver = errors.New("its identity was taken over by a newer peer")
	errSpared    = errors.New("idle, and others want to come")
	errUnread    = errors.New("the peer does not read what is subscribed to")
)
