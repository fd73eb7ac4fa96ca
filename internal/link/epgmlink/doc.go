// Package epgmlink is link.Link over multicast (epgm://, internal/epgm): one way, or both,
// are a group in place of a connection. The other way, if only one is, is a half of a link
// over TCP (zmqlink).
//
//	frontend  the group to which the link publishes, which a forwarder or hub hears
//	backend   the group that the link hears, to which a forwarder or hub sends
//
// Frontend and backend may be the same group: then there is no hub between, and everybody
// there hears everybody, himself too.
//
// # Station
//
// All links of a process share a Station, which has one socket a direction: NAKs come to a
// computer's port, and only one publisher there gets them; and what one packet brings need
// not be read once a link. The publisher is opened by the first message, so that a program
// that only listens takes no NAKs from one that speaks. The sockets are open while a link
// runs; one that fails, or for which there is no interface yet, is tried again each second,
// with all others, the publisher of who has once published among them.
//
// # What a link can know
//
// A group has no connection, so what package link promises is kept as follows.
//
//   - Up: the sockets are open and, if the backend is a group, a heartbeat of a hub was
//     heard, or none for 1.5 s (a plain forwarder sends none, and neither does nobody at
//     all). Nobody can say that somebody hears what is published.
//   - Down: a socket has failed, or for 3.5 s nothing was heard of whoever has brought a
//     heartbeat, not even packets of a message that is not whole; from then on only another
//     heartbeat brings the link up. Where none was ever heard, it stays up.
//   - Boot is there once a heartbeat is. While a hub beats, the boot id of another one is
//     not believed, so that two hubs at one group do not have everything said over and over.
//   - Last values do not come through a group: its backend brings what is published from
//     then on. With a backend over TCP they do.
//   - The last will is the hub's if the program dies: 300 s after its last packet
//     (epgm.DefaultExpiry), and not at once. A link that ends speaks it itself, for no
//     connection ends with it.
//   - With a backend over TCP, what is published right after Subscribe may pass the hub
//     before it: they go two ways.
//   - Publish reports success for what is queued. Packets are repaired for as long as
//     epgm.PublisherConfig.Recovery, and what is lost for good is lost to whoever missed it.
//
// # Queues
//
// Towards the group 4096 messages or 32 MiB of all links together wait for their turn at the
// publisher's rate; then Publish says link.ErrFull. From the group each link has a
// link.Queue: who does not read loses messages of its own, the newest, and a line in the log
// counts them. What Run's end leaves in the publisher's queue after half a second is lost,
// and counted there too.
package epgmlink
