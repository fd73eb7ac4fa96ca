package zmtp

import (
	"fmt"
	"io"
)

// MaxHandshakeFrame is the longest handshake command accepted, in bytes. A
// CURVE INITIATE with ordinary metadata needs about 300.
const MaxHandshakeFrame = 8 << 10

// maxHandshakeCommands bounds a handshake; CURVE needs two from each side.
const maxHandshakeCommands = 8

// Peer is who is on the other end of a connection, after its handshake.
type Peer struct {
	Greeting Greeting
	Metadata Metadata
}

// Config says how to shake hands.
type Config struct {
	SocketType SocketType
	// Identity is sent by REQ, DEALER and ROUTER; up to MaxIdentity bytes, the
	// first not 0.
	Identity []byte
	// Mechanism is Null{} if nil.
	Mechanism Mechanism
	// Minor is the minor version to announce, 0 or 1. Announce 1 unless the
	// other end is known to misunderstand it: to a peer that announced 3.0
	// libzmq writes a subscription to a topic of 255 bytes that nobody can read
	// (see ParseHeader).
	Minor byte
}

// Handshake exchanges greetings and runs the mechanism on a fresh connection.
// It reads no byte beyond the handshake. Both ends write first, so conn must
// take 64 bytes that nobody reads yet, as sockets do and net.Pipe does not. The
// caller sets the deadline on conn and closes it on error; net.Error timeouts
// pass through (errors.As).
func Handshake(conn io.ReadWriter, cfg Config) (Peer, error) {
	if len(cfg.Identity) > MaxIdentity || len(cfg.Identity) > 0 && cfg.Identity[0] == 0 {
		return Peer{}, fmt.Errorf("own identity %.20q of %d bytes: at most %d, the first not 0", cfg.Identity, len(cfg.Identity), MaxIdentity)
	}
	mechanism := cfg.Mechanism
	if mechanism == nil {
		mechanism = Null{}
	}
	peer := Peer{}
	var err error
	own := Greeting{Major: 3, Minor: cfg.Minor, Mechanism: mechanism.Name()}
	if peer.Greeting, err = exchangeGreetings(conn, own); err != nil {
		return Peer{}, err
	}
	n := mechanism.Negotiate(Metadata{SocketType: cfg.SocketType, Identity: cfg.Identity})
	if peer.Metadata, err = negotiate(conn, n); err != nil {
		return Peer{}, err
	}
	if !cfg.SocketType.Accepts(peer.Metadata.SocketType) {
		return Peer{}, protocolError("a %s socket does not talk to a %q socket", cfg.SocketType, peer.Metadata.SocketType)
	}
	return peer, nil
}

// exchangeGreetings writes ours whole and first: libzmq sends the rest of its
// own only after it has seen the first 10 bytes of the peer's.
func exchangeGreetings(conn io.ReadWriter, own Greeting) (Greeting, error) {
	if _, err := conn.Write(own.Append(nil)); err != nil {
		return Greeting{}, fmt.Errorf("write greeting: %w", err)
	}
	var buf [GreetingSize]byte
	for n := 0; n < len(buf); {
		m, err := conn.Read(buf[n:])
		n += m
		if bad := checkSignature(buf[:n]); bad != nil {
			return Greeting{}, bad
		}
		if err != nil && n < len(buf) {
			return Greeting{}, fmt.Errorf("read greeting: %w", noEOF(err))
		}
	}
	peer, err := ParseGreeting(buf[:])
	if err != nil {
		return Greeting{}, err
	}
	if peer.Mechanism != own.Mechanism {
		return Greeting{}, protocolError("the peer wants mechanism %s, this end speaks %s", peer.Mechanism, own.Mechanism)
	}
	return peer, nil
}

func negotiate(conn io.ReadWriter, n Negotiation) (Metadata, error) {
	for received := 0; ; received++ {
		for frame := n.Send(); frame != nil; frame = n.Send() {
			if _, err := conn.Write(frame); err != nil {
				return Metadata{}, fmt.Errorf("write handshake: %w", err)
			}
		}
		if peer, ok := n.Done(); ok {
			return peer, nil
		}
		if received == maxHandshakeCommands {
			return Metadata{}, protocolError("no end of the handshake after %d commands", received)
		}
		command, err := readHandshakeCommand(conn)
		if err != nil {
			return Metadata{}, err
		}
		if err := n.Receive(command); err != nil {
			if frame := n.Send(); frame != nil {
				_, _ = conn.Write(frame) // a courtesy; the connection is lost either way
			}
			return Metadata{}, err
		}
	}
}

// readHandshakeCommand reads one frame byte-exactly. libzmq does not look at
// the COMMAND flag of handshake frames, and neither do we.
func readHandshakeCommand(conn io.Reader) (Command, error) {
	var head [MaxHeaderSize]byte
	need := 2
	if _, err := io.ReadFull(conn, head[:need]); err != nil {
		return Command{}, fmt.Errorf("read handshake: %w", noEOF(err))
	}
	if head[0]&FlagLong != 0 {
		if _, err := io.ReadFull(conn, head[need:]); err != nil {
			return Command{}, fmt.Errorf("read handshake: %w", noEOF(err))
		}
		need = MaxHeaderSize
	}
	h, err := parseHeader(head[:need], MaxHandshakeFrame, true)
	if err != nil {
		return Command{}, err
	}
	body := make([]byte, h.Length)
	if _, err := io.ReadFull(conn, body); err != nil {
		return Command{}, fmt.Errorf("read handshake: %w", noEOF(err))
	}
	return ParseCommand(body), nil
}

// noEOF makes an early end of the stream an error of its own: within a
// handshake it is never the orderly end that io.EOF stands for.
func noEOF(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

func refusal(reason string) error { return fmt.Errorf("%w: %q", ErrRefused, reason) }

func tooLarge(what string, length uint64, limit int) error {
	return fmt.Errorf("%w: a %s of %d bytes, at most %d are taken", ErrTooLarge, what, length, limit)
}
