package bench

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"sync/atomic"
)

// mqtt speaks MQTT 3.1.1 (OASIS Standard, 29 October 2014), as much of it as publishing and
// subscribing with QoS 0 takes.
type mqtt struct{}

// The packets' types, with the flags that the standard fixes (2.2).
const (
	mqttConnect   = 0x10
	mqttConnAck   = 0x20
	mqttPublish   = 0x30
	mqttSubscribe = 0x82
	mqttSubAck    = 0x90
)

// clients numbers the connections, for a broker ends one if another has its name.
var clients atomic.Int64

func (m mqtt) publish(conn net.Conn) error { return m.connect(conn) }

func (m mqtt) connect(conn net.Conn) error {
	name := fmt.Sprintf("bus-bench-%s-%d", conn.LocalAddr(), clients.Add(1))
	body := appendString(nil, "MQTT")
	body = append(body, 4, 2, 0, 0) // level 4, a clean session, no keep-alive (3.1.2)
	if _, err := conn.Write(appendPacket(nil, mqttConnect, appendString(body, name))); err != nil {
		return err
	}
	kind, answer, err := readPacket(conn)
	if err != nil {
		return fmt.Errorf("wait for CONNACK: %w", err)
	}
	if kind != mqttConnAck || len(answer) != 2 {
		return fmt.Errorf("no MQTT broker: it answers CONNECT with a packet %#02x of %d bytes", kind, len(answer))
	}
	if answer[1] != 0 {
		return fmt.Errorf("the broker refuses the connection, return code %d (MQTT 3.1.1, 3.2.2.3)", answer[1])
	}
	return nil
}

// perSubscribe is how many patterns one SUBSCRIBE has, some KiB.
const perSubscribe = 100

func (m mqtt) subscribe(conn net.Conn, patterns []string) error {
	if err := m.connect(conn); err != nil {
		return err
	}
	for id := uint16(1); len(patterns) > 0; id = id%0xffff + 1 {
		some := patterns[:min(len(patterns), perSubscribe)]
		patterns = patterns[len(some):]
		body := binary.BigEndian.AppendUint16(nil, id)
		for _, p := range some {
			body = append(appendString(body, p), 0)
		}
		if _, err := conn.Write(appendPacket(nil, mqttSubscribe, body)); err != nil {
			return err
		}
		if err := waitSubAck(conn); err != nil {
			return err
		}
	}
	return nil
}

func (m mqtt) hold(conn net.Conn, patterns []string) error { return m.subscribe(conn, patterns) }

// waitSubAck passes over messages, which may come before the SUBACK (3.8.4).
func waitSubAck(r io.Reader) error {
	for {
		kind, body, err := readPacket(r)
		if err != nil {
			return fmt.Errorf("wait for SUBACK: %w", err)
		}
		if kind != mqttSubAck {
			continue
		}
		for _, code := range body[min(2, len(body)):] {
			if code > 2 {
				return fmt.Errorf("the broker refuses a subscription, return code %#02x (MQTT 3.1.1, 3.9.3)", code)
			}
		}
		return nil
	}
}

func (mqtt) everything(t topicSet) string {
	if t.n == 1 {
		return t.base
	}
	return t.level() + "+"
}

func (mqtt) only(topic string) string { return topic }

func (mqtt) message(b []byte, topic string, payload []byte) ([]byte, int) {
	b = appendPacket(b, mqttPublish, append(appendString(nil, topic), payload...))
	return b, len(b) - len(payload)
}

func (mqtt) parse(b []byte, in *intake) (int, error) {
	done := 0
	for {
		kind, body, n, err := cutPacket(b[done:])
		if n == 0 || err != nil {
			return done, err
		}
		if kind&0xf0 == mqttPublish {
			payload, err := publishPayload(kind, body)
			if err != nil {
				return done, err
			}
			in.take(payload)
		}
		done += n
	}
}

var (
	errMQTTLength = errors.New("a packet's length has more than four bytes (MQTT 3.1.1, 2.2.3)")
	errMQTTTopic  = errors.New("a PUBLISH that is shorter than its topic")
)

// cutPacket takes the first packet of b apart; n is 0 while it is not whole.
func cutPacket(b []byte) (kind byte, body []byte, n int, err error) {
	length := 0
	for i := 1; i < len(b); i++ {
		length |= int(b[i]&0x7f) << (7 * (i - 1))
		if b[i]&0x80 == 0 {
			if len(b)-1-i < length {
				return 0, nil, 0, nil
			}
			return b[0], b[i+1 : i+1+length], i + 1 + length, nil
		}
		if i == 4 {
			return 0, nil, 0, errMQTTLength
		}
	}
	return 0, nil, 0, nil
}

func publishPayload(kind byte, body []byte) ([]byte, error) {
	if qos := kind >> 1 & 3; qos != 0 {
		return nil, fmt.Errorf("a message of QoS %d, where 0 was asked for", qos)
	}
	if len(body) < 2 || len(body)-2 < int(binary.BigEndian.Uint16(body)) {
		return nil, errMQTTTopic
	}
	return body[2+binary.BigEndian.Uint16(body):], nil
}

// maxHandshakePacket is the longest packet that is read before the traffic, in bytes.
const maxHandshakePacket = 64 << 10

// readPacket reads one packet and nothing behind it.
func readPacket(r io.Reader) (kind byte, body []byte, err error) {
	var b []byte
	for {
		b = append(b, 0)
		if _, err := io.ReadFull(r, b[len(b)-1:]); err != nil {
			return 0, nil, err
		}
		if len(b) > 1 && b[len(b)-1]&0x80 == 0 {
			break
		}
		if len(b) == 5 {
			return 0, nil, errMQTTLength
		}
	}
	length := 0
	for i, c := range b[1:] {
		length |= int(c&0x7f) << (7 * i)
	}
	if length > maxHandshakePacket {
		return 0, nil, fmt.Errorf("a packet of %d bytes", length)
	}
	body = make([]byte, length)
	_, err = io.ReadFull(r, body)
	return b[0], body, err
}

func appendString(b []byte, s string) []byte {
	return append(binary.BigEndian.AppendUint16(b, uint16(len(s))), s...)
}

func appendPacket(b []byte, kind byte, body []byte) []byte {
	b = append(b, kind)
	length := len(body)
	for ; length >= 0x80; length >>= 7 {
		b = append(b, byte(length)|0x80)
	}
	return append(append(b, byte(length)), body...)
}
