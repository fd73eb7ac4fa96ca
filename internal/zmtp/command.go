package zmtp

import "encoding/binary"

// The names of the commands.
const (
	CommandReady     = "READY"
	CommandError     = "ERROR"
	CommandSubscribe = "SUBSCRIBE"
	CommandCancel    = "CANCEL"
	CommandPing      = "PING"
	CommandPong      = "PONG"
)

// MaxPingContext is the longest context of a PING in bytes (RFC 37, "Heartbeating").
const MaxPingContext = 16

// Command is the body of a command frame, taken apart. Name is "" if the body
// has no well-formed name, which libzmq ignores after the handshake.
type Command struct {
	Name string
	Data []byte
}

// ParseCommand takes a command body apart; Data points into body.
func ParseCommand(body []byte) Command {
	if len(body) == 0 || len(body) < 1+int(body[0]) {
		return Command{}
	}
	n := 1 + int(body[0])
	return Command{Name: commandName(body[1:n]), Data: body[n:]}
}

// commandName spares the allocation for the names we know.
func commandName(b []byte) string {
	for _, name := range [...]string{CommandReady, CommandError, CommandSubscribe, CommandCancel, CommandPing, CommandPong} {
		if string(b) == name {
			return name
		}
	}
	return string(b)
}

// AppendCommand appends a whole command frame to b.
func AppendCommand(b []byte, name string, data []byte) []byte {
	b = AppendHeader(b, FlagCommand, 1+len(name)+len(data))
	b = append(b, byte(len(name)))
	return append(append(b, name...), data...)
}

// MaxPingTTL is the longest ttl to send, in tenths of a second: libzmq 4.3.4
// computes it in 16 bits of milliseconds and takes 70 s for 4.5 s (wire capture
// zmtp31_ping_ttl_overflow).
const MaxPingTTL = 655

// AppendPing appends a PING frame. ttl is in tenths of a second, at most
// MaxPingTTL, 0 is none; context is cut to MaxPingContext bytes.
func AppendPing(b []byte, ttl uint16, context []byte) []byte {
	data := binary.BigEndian.AppendUint16(make([]byte, 0, 2+MaxPingContext), ttl)
	data = append(data, context[:min(len(context), MaxPingContext)]...)
	return AppendCommand(b, CommandPing, data)
}

// ParsePing returns what a PING holds: its ttl in tenths of a second, and its
// context, cut to 16 bytes as libzmq does.
func ParsePing(c Command) (ttl uint16, context []byte, err error) {
	if len(c.Data) < 2 {
		return 0, nil, protocolError("PING of %d bytes, want at least 2", len(c.Data))
	}
	context = c.Data[2:]
	return binary.BigEndian.Uint16(c.Data), context[:min(len(context), MaxPingContext)], nil
}

// AppendPong appends the PONG that answers a PING with the context.
func AppendPong(b, context []byte) []byte { return AppendCommand(b, CommandPong, context) }

// AppendSubscription appends a subscription in the message form, which every
// peer understands: \x01 or \x00 and the topic (RFC 23, RFC 29).
func AppendSubscription(b []byte, subscribe bool, topic []byte) []byte {
	b = AppendHeader(b, 0, 1+len(topic))
	if subscribe {
		b = append(b, 1)
	} else {
		b = append(b, 0)
	}
	return append(b, topic...)
}

// Subscription is a SUBSCRIBE or CANCEL in either form.
type Subscription struct {
	Subscribe bool
	Topic     []byte
}

// ParseSubscription reads the body of a frame from a subscriber as a
// subscription: the command of ZMTP 3.1 or the message of 3.0. Peers use both,
// whatever they announced. Topic points into body.
func ParseSubscription(command bool, body []byte) (Subscription, bool) {
	if !command {
		if len(body) == 0 || body[0] > 1 {
			return Subscription{}, false
		}
		return Subscription{Subscribe: body[0] == 1, Topic: body[1:]}, true
	}
	switch c := ParseCommand(body); c.Name {
	case CommandSubscribe:
		return Subscription{Subscribe: true, Topic: c.Data}, true
	case CommandCancel:
		return Subscription{Topic: c.Data}, true
	}
	return Subscription{}, false
}

func parseErrorReason(data []byte) string {
	if len(data) == 0 || len(data) < 1+int(data[0]) {
		return ""
	}
	return string(data[1 : 1+int(data[0])])
}
