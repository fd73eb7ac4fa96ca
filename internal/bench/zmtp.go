package bench

import (
	"fmt"
	"io"
	"net"

	"homebus/internal/zmtp"
)

// zmtpWire speaks ZMTP 3.1 with a forwarder: XSUB at the frontend, XPUB at the backend.
type zmtpWire struct {
	// The shape of the run's own messages, by which they are known at a glance: how
	// long the topic is, what stands between it and the payload, and the payload.
	topic int
	head  string
	size  int
}

func newZMTP(c Config) zmtpWire {
	return zmtpWire{topic: len(c.Topic), head: string(zmtp.AppendHeader(nil, 0, c.Size)), size: c.Size}
}

func (zmtpWire) publish(conn net.Conn) error {
	_, err := shake(conn, zmtp.PUB)
	return err
}

func (zmtpWire) subscribe(conn net.Conn, patterns []string) error {
	if _, err := shake(conn, zmtp.SUB); err != nil {
		return err
	}
	_, err := conn.Write(subscriptions(patterns))
	return err
}

func subscriptions(patterns []string) []byte {
	var b []byte
	for _, p := range patterns {
		b = zmtp.AppendSubscription(b, true, []byte(p))
	}
	return b
}

// hold waits for the answer to a PING behind the subscriptions. A forwarder that speaks
// none (ZMTP 3.0) is not waited for; libzmq answers when it has read them, which may be
// a moment before they are in effect.
func (zmtpWire) hold(conn net.Conn, patterns []string) error {
	peer, err := shake(conn, zmtp.SUB)
	if err != nil {
		return err
	}
	b := subscriptions(patterns)
	if !peer.Greeting.SpeaksCommands() {
		_, err := conn.Write(b)
		return err
	}
	if _, err := conn.Write(zmtp.AppendPing(b, 0, nil)); err != nil {
		return err
	}
	for {
		c, err := readCommand(conn)
		if err != nil {
			return fmt.Errorf("wait for PONG: %w", err)
		}
		switch c.Name {
		case zmtp.CommandPong:
			return nil
		case zmtp.CommandPing:
			_, context, err := zmtp.ParsePing(c)
			if err != nil {
				return err
			}
			if _, err := conn.Write(zmtp.AppendPong(nil, context)); err != nil {
				return err
			}
		}
	}
}

// readCommand reads one command and no byte behind it.
func readCommand(conn net.Conn) (zmtp.Command, error) {
	head := make([]byte, 2) // PING, PONG and ERROR are short
	if _, err := io.ReadFull(conn, head); err != nil {
		return zmtp.Command{}, err
	}
	if head[0] != zmtp.FlagCommand {
		return zmtp.Command{}, fmt.Errorf("a frame with the flags %#02x, where only short commands are expected", head[0])
	}
	body := make([]byte, head[1])
	if _, err := io.ReadFull(conn, body); err != nil {
		return zmtp.Command{}, err
	}
	return zmtp.ParseCommand(body), nil
}

func shake(conn net.Conn, as zmtp.SocketType) (zmtp.Peer, error) {
	return zmtp.Handshake(conn, zmtp.Config{SocketType: as, Minor: 1})
}

func (zmtpWire) everything(t topicSet) string { return t.prefix() }
func (zmtpWire) only(topic string) string     { return topic }

func (zmtpWire) message(b []byte, topic string, payload []byte) ([]byte, int) {
	b = zmtp.AppendMessage(b, [][]byte{[]byte(topic), payload})
	return b, len(b) - len(payload)
}

func (z zmtpWire) parse(b []byte, in *intake) (int, error) {
	head := 2 + z.topic
	payload := head + len(z.head)
	whole := payload + z.size
	flags, length := z.head[0], z.head[1] // the length's first byte, if there are eight
	done := 0
	for {
		if len(b)-done >= whole {
			m := b[done : done+whole]
			if m[0] == zmtp.FlagMore && int(m[1]) == z.topic && m[head] == flags && m[head+1] == length &&
				(flags&zmtp.FlagLong == 0 || string(m[head:payload]) == z.head) {
				in.take(m[payload:])
				done += whole
				continue
			}
		}
		n, err := parseOther(b[done:], in)
		if n == 0 || err != nil {
			return done, err
		}
		done += n
	}
}

// parseOther takes one message or command of any shape; 0 says that it is not whole.
func parseOther(b []byte, in *intake) (int, error) {
	frames, n := 0, 0
	var payload []byte
	for {
		h, err := zmtp.ParseHeader(b[n:], maxMessage)
		if err != nil {
			return 0, err
		}
		if h.Size == 0 || len(b)-n-h.Size < h.Length {
			return 0, nil
		}
		body := b[n+h.Size : n+h.Size+h.Length]
		n += h.Size + h.Length
		if h.Command {
			if frames == 0 {
				return n, answerCommand(body, in)
			}
			continue // between the frames of a message: its sender can do without an answer
		}
		if frames++; frames == 2 {
			payload = body
		}
		if !h.More {
			break
		}
	}
	if frames == 2 {
		in.take(payload)
	} else {
		in.other()
	}
	return n, nil
}

func answerCommand(body []byte, in *intake) error {
	switch c := zmtp.ParseCommand(body); c.Name {
	case zmtp.CommandPing:
		_, context, err := zmtp.ParsePing(c)
		if err != nil {
			return err
		}
		return in.answer(zmtp.AppendPong(nil, context))
	case zmtp.CommandError:
		return fmt.Errorf("the forwarder says %.80q", c.Data)
	}
	return nil
}
