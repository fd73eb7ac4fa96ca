// Package control is a proxy's control endpoint: a REP socket through which whoever
// reaches it can pause the proxy, resume it, ask for its statistics and end it. There
// are no passwords: it is for the machine's owner, on a loopback or ipc endpoint.
//
// It understands two kinds of request, both of one frame.
//
// The commands of zmq_proxy_steerable(3), in capitals: PAUSE, RESUME and TERMINATE
// are answered with one empty frame, as libzmq 4.3.5 does (4.3.4 leaves them without
// an answer), STATISTICS with eight frames: messages received, bytes received,
// messages sent, bytes sent at the frontend, then the same at the backend, each an
// unsigned integer of 8 bytes, little-endian on every machine (libzmq: the host's
// order).
//
// JSON requests, {"do":"pause"} with resume, statistics and terminate likewise, and
// whatever else a program adds with Handle, as the hub does why and why-not. They are answered with one JSON object
// that has "ok":true and what was asked for, or "ok":false and "error".
//
// What it does not understand it answers too, with what would be right: libzmq ends
// the program there.
//
// A client can do no harm to the endpoint: requests are served one after the other
// and each at once, so none waits for a client that does not read its answers.
package control
