package bench

import (
	"fmt"
	"strconv"
	"strings"
)

// checkTopic says why a topic cannot be published on by the protocol. What NATS and MQTT
// take for a pattern, and what ends a word of NATS's protocol, is left out for all.
func checkTopic(p Protocol, topic string) error {
	if topic == "" || len(topic) > MaxTopic {
		return fmt.Errorf("--topic has %d bytes; want 1 to %d", len(topic), MaxTopic)
	}
	for _, c := range []byte(topic) {
		if c <= ' ' || c == 0x7f {
			return fmt.Errorf("--topic %q: want no spaces and no control characters", topic)
		}
	}
	if p == ZMTP {
		return nil
	}
	if strings.ContainsAny(topic, "*>#+.") || strings.Contains("/"+topic+"/", "//") {
		return fmt.Errorf("--topic %q: with --protocol %s want words with / between them, and none of the characters *>#+. in them", topic, p)
	}
	return nil
}

// lastLevel is how long the part behind the last / is.
func lastLevel(topic string) int { return len(topic) - 1 - strings.LastIndexByte(topic, '/') }

// digits is how many digits the numbers below n have, all written alike.
func digits(n int) int { return len(strconv.Itoa(n - 1)) }

// topicSet is what is published on.
type topicSet struct {
	base string
	n    int
}

// name is topic i: the last characters of base are its number, if there are several.
func (t topicSet) name(i int) string {
	if t.n == 1 {
		return t.base
	}
	return fmt.Sprintf("%s%0*d", t.prefix(), digits(t.n), i)
}

// prefix is what all topics begin with, and none other of their length.
func (t topicSet) prefix() string {
	if t.n == 1 {
		return t.base
	}
	return t.base[:len(t.base)-digits(t.n)]
}

// level is all levels of the topics but the last, with the / behind them.
func (t topicSet) level() string { return t.base[:len(t.base)-lastLevel(t.base)] }
