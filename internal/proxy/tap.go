package proxy

// PeerID names a connection or an in-process peer for as long as the forwarder
// lives; 0 is the forwarder itself.
type PeerID uint64

// Tap is how a program adds meaning to a forwarder: last values and wills, for
// the hub. All methods, and those of the Watchers, are called under the
// forwarder's lock, in the exact order of the traffic. They must be quick and
// must not call the forwarder; the functions they are given are theirs to call
// until they return.
type Tap interface {
	// Watch returns who sees the messages on a topic, nil for nobody. The answer
	// is remembered for as long as it pleases the forwarder; a topic that nobody
	// watches costs nothing.
	Watch(topic []byte) Watcher
	// Subscribed says that a peer holds a subscription to prefix now that none of
	// its others covers. Whatever is passed to give reaches that peer alone, before
	// anything that is forwarded later. It is copied if it is shorter than
	// SharedFrom; if not, it must not change any more.
	Subscribed(prefix []byte, give func(Raw))
	// Much reports, quickly, whether Subscribed would pass so much for prefix that
	// others notice: then only one peer at a time is about to be given it.
	Much(prefix []byte) bool
	// Gone says that a peer that could publish is gone. Whatever is passed to
	// publish is forwarded. If there is more to say than is quickly said, it
	// returns true and is called again once others have had their turn.
	Gone(peer PeerID, publish func(Raw)) (more bool)
}

// Watcher sees the messages on one topic.
type Watcher interface {
	// Message is called before the message is forwarded. m is the watcher's only
	// until Message returns.
	Message(from PeerID, m Raw)
}

// silentTap is the Tap of a forwarder that has none.
type silentTap struct{}

func (silentTap) Watch([]byte) Watcher         { return nil }
func (silentTap) Subscribed([]byte, func(Raw)) {}
func (silentTap) Much([]byte) bool             { return false }
func (silentTap) Gone(PeerID, func(Raw)) bool  { return false }
