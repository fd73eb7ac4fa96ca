// Package guard says who may ask a server on HTTP, and who may publish through it.
//
// # Whom it keeps out
//
// A browser carries the pages of strangers, and reaches what they cannot: the loopback
// interface and the home network. Two of their ways lead to a server like ours.
//
//   - A page of another origin opens a WebSocket, to which the same-origin policy does
//     not apply (RFC 6455, section 10.2). The browser says whose page it is in Origin,
//     which must be ours or one that was allowed.
//   - A public name of the stranger's resolves to 127.0.0.1, or to an address of the home
//     (DNS rebinding). Then the page is of the very origin that it asks, and Origin says
//     nothing. But the name stands in Host, and so Host must be one that no stranger can
//     have in the public DNS: an IP address, a name of one label, or one under a domain
//     that is reserved for homes.
//
// Neither header holds up a program that is no browser: it says what it likes. It keeps
// out nobody who reaches the server with a program of their own; that is up to where the
// server listens, and to the token.
//
// # Who may publish
//
// Whoever has the token. Where none was set, whoever is on the same machine, as far as
// can be seen: the listener is on loopback, Host and Origin name this machine, and no
// header says that a proxy has brought the request from elsewhere. On any other listener
// without a token: nobody.
//
// A Guard does not change, and is safe for concurrent use. It reads no clock and no file
// but for ReadToken.
package guard
