package bench

import "net"

// wire is a protocol, as far as a run needs it. One value serves all connections.
type wire interface {
	// publish, subscribe and hold shake hands on a fresh connection, which has a deadline.
	// They read no byte of what comes behind that. subscribe asks for the patterns.
	publish(conn net.Conn) error
	subscribe(conn net.Conn, patterns []string) error
	// hold is subscribe for patterns that nobody publishes on. It waits until the other
	// side has dealt with them, as far as that can be asked.
	hold(conn net.Conn, patterns []string) error
	// everything is the pattern of all topics of a set, and only that of one topic.
	everything(t topicSet) string
	only(topic string) string
	// message appends a message to b, and returns where in it the payload begins.
	message(b []byte, topic string, payload []byte) ([]byte, int)
	// parse gives in the payload of every whole message at the beginning of b, and
	// returns how many bytes it has dealt with: the rest is the beginning of something
	// that is not whole yet. Whatever else the other side says is dealt with too; an
	// answer goes through in. An error ends the connection.
	parse(b []byte, in *intake) (int, error)
}

func newWire(c Config) wire {
	switch c.Protocol {
	case NATS:
		return nats{}
	case MQTT:
		return mqtt{}
	}
	return newZMTP(c)
}
