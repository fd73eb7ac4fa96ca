package proxy

// outgoing is what the system knows of the bytes on their way to a peer.
type outgoing struct {
	// taken grows with what the peer's end has taken.
	taken uint64
	// waiting says that something is on its way.
	waiting bool
	// window is how much more the peer's end would take, 0 if that is not known.
	window uint32
}

// muchTaken is how much must have been taken to be a sign of life: the system of a
// peer that is stopped itself takes what is small, such as a PING.
const muchTaken = 64

// draining finds out whether a peer that says nothing still reads. A PING lies behind
// everything else that is on its way to a peer, some MiB at worst, so a slow reader
// answers late. But its system takes more only when the peer has read: that
// is a sign of life too. One owner, which looks at times.
type draining struct {
	// watching says that the peer owes an answer to a PING.
	watching bool
	last     outgoing
}

// begin takes down how things are when a PING is to be sent.
func (d *draining) begin(now outgoing) { d.watching, d.last = true, now }

// goesOn reports whether the peer has read something since the last time it was
// found to.
func (d *draining) goesOn(now outgoing) bool {
	before := d.last
	if before.waiting && now.taken >= before.taken+muchTaken || now.window > before.window {
		d.last = now
		return true
	}
	d.last.waiting = before.waiting || now.waiting
	d.last.window = min(before.window, now.window)
	return false
}
