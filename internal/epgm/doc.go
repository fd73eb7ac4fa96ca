// Package epgm is multicast publish/subscribe as libzmq's epgm:// speaks it: reliable
// multicast (PGM, RFC 3208) in UDP (IPv4), with messages framed as in ZMTP 1.0. One
// packet reaches every subscriber on the network, whatever their number; what a
// subscriber misses it asks for again.
//
// It interoperates with libzmq 4.3.4 (OpenPGM 5.3) in both directions. There is no
// handshake, and the publisher knows nobody: who subscribes is not asked, so everything
// is sent, and each subscriber filters for itself.
//
//	publisher, err := epgm.NewPublisher(endpoint, epgm.PublisherConfig{})
//	go publisher.Run(ctx)             // awaited by whoever starts it
//	err = publisher.Publish([][]byte{[]byte("topic"), []byte("payload")})
//
//	subscriber, err := epgm.NewSubscriber(endpoint, epgm.SubscriberConfig{}, func(e epgm.Event) { … })
//	err = subscriber.Run(ctx)         // calls the function, until ctx ends
//
// # Warning
//
// Whoever is in the group hears everything, and whoever can send to it can speak as
// anybody: nothing is encrypted, nobody is known (Warning has it in words for users).
// Packets have a time to live of 1, so that no router passes them on, unless
// PublisherConfig.TTL says otherwise.
//
// # What is promised
//
//   - The messages of one source arrive whole, in its order, and once each, or their loss
//     is told: an Event with a Loss stands where they are missing.
//   - A subscriber hears a source from the first message that begins after it came.
//     Nothing older is asked for: there are no last values here.
//   - A source that starts again is another source. One that has been silent for too long,
//     or has said good-bye, is forgotten, with an Event that says so.
//   - A publisher never waits for a subscriber. It sends at its Rate and no faster, which
//     is 100 kbit/s unless it is told otherwise, as libzmq has it; what comes faster waits
//     in a queue, and what finds that full is refused with ErrFull.
//   - A sent packet is sent again for whoever asks within PublisherConfig.Recovery, as long
//     as the window holds it. What is older is lost for who has missed it.
//
// # Bounds
//
// The publisher's queue is bounded in messages and bytes, the newest being refused, and
// its window in time and in bytes. A subscriber bounds its sources in number, and all that
// it holds for them in bytes (SubscriberConfig.Memory): each may take as much as it leaves
// free, so that one that takes much takes little from the others. A packet without room is
// treated as if the network had lost it. Whatever is lost is counted in Stats.
//
// # As an endpoint of a proxy or a link
//
// The frontend of a forwarder (where publishers are) is a Subscriber: for each
// Event.Source it attaches a peer of its own, on which it publishes Event.Message, and
// closes that when Event.Gone comes, so that last wills are spoken. Its backend is a
// Publisher, fed by a peer that subscribes to everything, or to the prefixes that are to
// leave by multicast: subscriptions do not come up from the group. ErrFull is that
// peer's drop (internal/multicast). A link has a Publisher, or a Subscriber whose events it
// filters by its subscriptions, or both; what it can know there, and what the links of a
// process share, is told in internal/link/epgmlink.
//
// # How it is built
//
// sender and receiver decide: they are given packets and the time, start nothing, read
// no clock and no socket, and are tested in virtual time. Publisher and Subscriber hold a
// socket each and do what they say. The words are those of RFC 3208:
//
//	SPM     source path message: which packets there are, where the source is
//	ODATA   original data; RDATA: the same again, a repair
//	NAK     a receiver asks for packets; NCF: the source confirms that it has heard
//	SPMR    a receiver asks for an SPM
//	TSI     who the source is: 6 bytes and a port
//	APDU    what a data packet holds: here 2 bytes and a piece of the stream of frames
package epgm

// Warning is what a user has to know who asks for epgm://, in words.
const Warning = "epgm: whoever is in the multicast group hears everything and can publish as anybody; nothing is encrypted. " +
	"Use it on networks you trust."
