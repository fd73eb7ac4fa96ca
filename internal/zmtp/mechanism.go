package zmtp

// Mechanism is a security mechanism of ZMTP: NULL now; PLAIN and CURVE later.
// It is a value that serves any number of connections at once.
type Mechanism interface {
	// Name is what the greeting announces; both sides must name the same.
	Name() string
	// Negotiate begins the handshake of one connection.
	Negotiate(own Metadata) Negotiation
}

// Negotiation is one handshake, a pure state machine with one owner. The caller
// writes what Send returns until it returns nil, then passes in the next command
// it reads, and so on until Done.
type Negotiation interface {
	// Send returns the next whole command frame to write, or nil if it is the
	// peer's turn.
	Send() []byte
	// Receive takes the peer's next command. An error ends the connection; if
	// Send then returns a frame, it is the ERROR to part with.
	Receive(c Command) error
	// Done reports whether the handshake is complete, and with whom.
	Done() (peer Metadata, ok bool)
}

// Null is the NULL mechanism: each side sends READY, without waiting (RFC 37,
// section "The NULL Security Mechanism").
type Null struct{}

var _ Mechanism = Null{}

// Name returns "NULL".
func (Null) Name() string { return "NULL" }

// Negotiate begins a NULL handshake.
func (Null) Negotiate(own Metadata) Negotiation { return &nullNegotiation{own: own} }

type nullNegotiation struct {
	own, peer      Metadata
	sent, received bool
}

func (n *nullNegotiation) Send() []byte {
	if n.sent {
		return nil
	}
	n.sent = true
	return AppendCommand(nil, CommandReady, n.own.Append(nil))
}

func (n *nullNegotiation) Receive(c Command) error {
	if n.received {
		return protocolError("a second handshake command, %q", c.Name)
	}
	switch c.Name {
	case CommandReady:
		peer, err := ParseMetadata(c.Data)
		if err != nil {
			return err
		}
		n.peer, n.received = peer, true
		return nil
	case CommandError:
		return refusal(parseErrorReason(c.Data))
	}
	return protocolError("command %q in place of READY", c.Name)
}

func (n *nullNegotiation) Done() (Metadata, bool) { return n.peer, n.sent && n.received }
