package bench

import (
	"strings"
	"testing"
)

// sample is a run that is asked for in order.
func sample() Config {
	c := Defaults()
	c.Count, c.Window = 1000, 1<<20
	return c
}

func TestCheckSaysWhatIsWrong(t *testing.T) {
	for _, c := range []struct {
		name string
		set  func(*Config)
		want string // "" is nothing
	}{
		{"nothing", func(c *Config) {}, ""},
		{"no payload", func(c *Config) { c.Size = 0 }, ""},
		{"a protocol", func(c *Config) { c.Protocol = "amqp" }, `--protocol is "amqp"; want zmtp, nats or mqtt`},
		{"no publisher", func(c *Config) { c.Pubs = 0 }, "--pubs is 0; want 1 to 4096"},
		{"no subscriber", func(c *Config) { c.Subs = 0 }, "--subs is 0; want 1 or more"},
		{"size", func(c *Config) { c.Size = -1 }, "--size is -1; want 0 to 16777216 bytes"},
		{"a payload", func(c *Config) { c.Payload, c.Size = "{}", 2 }, ""},
		{"a payload of another size", func(c *Config) { c.Payload = "{}" }, "--payload has 2 bytes and --size is 64; want only one of them"},
		{"latency of a payload", func(c *Config) { c.Latency, c.Rate, c.Payload, c.Size = true, 10, "12345678", 8 }, "--latency needs numbered payloads; want no --payload, which is the same in each message"},
		{"topics of idle ones", func(c *Config) { c.Connections, c.IdleTopics = 1, 10_000_001 }, "--idle-topics is 10000001; want 0 to 10000000"},
		{"topics of nobody", func(c *Config) { c.IdleTopics = 1 }, "--idle-topics are those of --connections, of which there are none; want --connections too, such as --connections 1000"},
		{"count", func(c *Config) { c.Count = 0 }, "--count is 0; want 1 to 1099511627776"},
		{"rate", func(c *Config) { c.Rate = -5 }, "--rate is -5; want 0 (as many as possible) or messages a second"},
		{"batch", func(c *Config) { c.Batch = -1 }, "--batch is -1; want 0 (a message a write) or a number of bytes"},
		{"distinct", func(c *Config) { c.Distinct = 0 }, "--distinct is 0; want 1 or more"},
		{"connections", func(c *Config) { c.Connections = -1 }, "--connections is -1; want 0 or more"},
		{"window", func(c *Config) { c.Window = -1 }, "--window is -1; want 0 (no bound) or a number of bytes"},
		{"times", func(c *Config) { c.Quiet = 0 }, "--quiet is 0s and --timeout 10s; want more than 0"},
		{"latency of a flood", func(c *Config) { c.Latency = true }, "--latency is measured from when a message is due; want a --rate too, such as --rate 10000"},
		{"latency of small ones", func(c *Config) { c.Latency, c.Rate, c.Size = true, 10, 7 }, "--latency needs a --size of 8 or more, for the number from which follows when a message is due"},
		{"no topic", func(c *Config) { c.Topic = "" }, "--topic has 0 bytes; want 1 to 200"},
		{"long topic", func(c *Config) { c.Topic = strings.Repeat("a", 201) }, "--topic has 201 bytes; want 1 to 200"},
		{"space", func(c *Config) { c.Topic = "a b" }, `--topic "a b": want no spaces and no control characters`},
		{"a dot", func(c *Config) { c.Topic = "a.b" }, ""},
		{"a dot on NATS", func(c *Config) { c.Topic, c.Protocol = "a.b", NATS }, `--topic "a.b": with --protocol nats want words with / between them, and none of the characters *>#+. in them`},
		{"a hole on MQTT", func(c *Config) { c.Topic, c.Protocol = "a/", MQTT }, `--topic "a/": with --protocol mqtt want words with / between them, and none of the characters *>#+. in them`},
		{"too many for the topic", func(c *Config) { c.Topic, c.Distinct = "bench/abc", 1001 }, `--topic "bench/abc": its last part becomes the number of one of 1001 topics; want 4 characters or more behind the last /`},
		{"just enough for it", func(c *Config) { c.Topic, c.Distinct = "bench/abc", 1000 }, ""},
		{"too much memory", func(c *Config) { c.Size, c.Distinct = 1<<20, 10000 }, "--distinct 10000 for --pubs 1 makes messages of 10486130000 bytes; want 1073741824 at most"},
		{"two things", func(c *Config) { c.Pubs, c.Subs = 0, 0 }, "--pubs is 0; want 1 to 4096\n--subs is 0; want 1 or more"},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg := sample()
			c.set(&cfg)
			got := ""
			if err := cfg.Check(); err != nil {
				got = err.Error()
			}
			if got != c.want {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
		})
	}
}

func TestTopicsAreAllAsLong(t *testing.T) {
	for _, c := range []struct {
		n           int
		first, last string
		zmtp        string
		nats        string
		mqtt        string
	}{
		{1, "bench/kitchen/toaster", "bench/kitchen/toaster", "bench/kitchen/toaster", "bench.kitchen.toaster", "bench/kitchen/toaster"},
		{10, "bench/kitchen/toaste0", "bench/kitchen/toaste9", "bench/kitchen/toaste", "bench.kitchen.*", "bench/kitchen/+"},
		{1001, "bench/kitchen/toa0000", "bench/kitchen/toa1000", "bench/kitchen/toa", "bench.kitchen.*", "bench/kitchen/+"},
	} {
		s := topicSet{DefaultTopic, c.n}
		if got := s.name(0); got != c.first {
			t.Errorf("the first of %d is %q, want %q", c.n, got, c.first)
		}
		if got := s.name(c.n - 1); got != c.last {
			t.Errorf("the last of %d is %q, want %q", c.n, got, c.last)
		}
		for _, p := range []struct{ got, want string }{
			{zmtpWire{}.everything(s), c.zmtp}, {nats{}.everything(s), c.nats}, {mqtt{}.everything(s), c.mqtt},
		} {
			if p.got != p.want {
				t.Errorf("all of %d are %q, want %q", c.n, p.got, p.want)
			}
		}
	}
}
