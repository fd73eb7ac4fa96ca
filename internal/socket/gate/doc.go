// Package gate lets ZMTP connections in: whoever connects is held to a deadline and
// to limits until its handshake is done, and then served in a goroutine of its own.
// The proxies and the sockets listen through it.
//
// # What it promises
//
//   - A newcomer that is silent, slow or no ZMTP peer is cut at its deadline, and
//     costs nobody else anything: handshakes run side by side.
//   - No more than Limits.Pending newcomers are in their handshake at a time. One
//     more waits for a moment, and then cuts the oldest.
//   - There are no more than Limits.Connections connections; beyond that, what has
//     not shaken hands gives way to newcomers, then what can be spared, and if
//     there is nothing, newcomers are closed at once.
//   - Without descriptors it makes room in the same way, waits until a connection ends
//     or a growing pause is over, and does not spin.
//   - A panic while a connection is served ends that connection.
//   - Why a connection was refused or closed for a fault is logged, at most one line
//     a second of each kind; the line says how many there were without one.
//   - Serve returns once all that it has started has ended.
//
// It does not know what is spoken after the handshake.
package gate
