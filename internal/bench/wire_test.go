package bench

import (
	"bytes"
	"encoding/binary"
	"io"
	"net"
	"strings"
	"testing"

	"homebus/internal/zmtp"
)

// testIntake is an intake of the only subscriber of a run.
func testIntake(c Config) (*intake, *bytes.Buffer) {
	r := newRun(c)
	in, answers := r.intakes[0], &bytes.Buffer{}
	in.answer = func(b []byte) error { answers.Write(b); return nil }
	return in, answers
}

// feed gives in a stream in pieces of so many bytes, as client.read does.
func feed(in *intake, stream []byte, piece int) error {
	var held []byte
	for len(stream) > 0 {
		n := min(piece, len(stream))
		held = append(held, stream[:n]...)
		stream = stream[n:]
		used, err := in.arrived(held)
		if err != nil {
			return err
		}
		held = held[used:]
	}
	return nil
}

// said is a server's stream with n messages of a run's publisher, and other things.
func said(c Config, n int) []byte {
	var b []byte
	for i := range n {
		payload := bytes.Repeat([]byte("x"), c.Size)
		if c.numbered() {
			copy(payload, wordOf(0, int64(i)))
		}
		b = appendDelivery(b, c, payload)
		switch {
		case i == 1 && c.Protocol == ZMTP:
			b = zmtp.AppendPing(b, 0, []byte("hello"))
			b = zmtp.AppendMessage(b, [][]byte{[]byte("one frame")})
			b = zmtp.AppendMessage(b, [][]byte{[]byte("and"), []byte("three"), []byte("frames")})
		case i == 1 && c.Protocol == NATS:
			b = append(b, "PING\r\nINFO {}\r\n+OK\r\n"...)
		case i == 1 && c.Protocol == MQTT:
			b = append(b, 0xd0, 0) // PINGRESP
		}
	}
	return appendDelivery(b, c, bytes.Repeat([]byte("o"), c.Size+1)) // somebody else's
}

func wordOf(publisher int, n int64) []byte {
	return binary.LittleEndian.AppendUint64(nil, numberOf(publisher, n))
}

// appendDelivery appends a message as the server sends it to a subscriber.
func appendDelivery(b []byte, c Config, payload []byte) []byte {
	if c.Protocol == NATS {
		b = append(b, "MSG bench.kitchen.toaster 1 "...)
		b = append(b, strings.TrimPrefix(string(natsSize(len(payload))), " ")...)
		return append(append(b, payload...), "\r\n"...)
	}
	b, _ = newWire(c).message(b, c.Topic, payload)
	return b
}

// natsSize is how a PUB line ends.
func natsSize(n int) []byte {
	b, at := nats{}.message(nil, "t", make([]byte, n))
	return b[len("PUB t"):at]
}

func TestWiresReadHoweverItIsCut(t *testing.T) {
	for _, p := range []Protocol{ZMTP, NATS, MQTT} {
		for _, size := range []int{4, 8, 64, 300, 20_000} {
			c := sample()
			c.Protocol, c.Size = p, size
			const n = 5
			stream := said(c, n)
			for _, piece := range []int{1, 7, 100, len(stream)} {
				if piece == 1 && size > 300 {
					continue
				}
				in, answers := testIntake(c)
				if err := feed(in, stream, piece); err != nil {
					t.Fatalf("%s, %d bytes, in pieces of %d: %v", p, size, piece, err)
				}
				strange := map[Protocol]int64{ZMTP: 3, NATS: 1, MQTT: 1}[p]
				if in.heard.Load() != n || in.strange != strange {
					t.Errorf("%s, %d bytes, in pieces of %d: heard %d, strange %d; want %d, %d", p, size, piece, in.heard.Load(), in.strange, n, strange)
				}
				want := map[Protocol]string{ZMTP: string(zmtp.AppendPong(nil, []byte("hello"))), NATS: "PONG\r\n"}[p]
				if answers.String() != want {
					t.Errorf("%s: answered %q, want %q", p, answers, want)
				}
			}
		}
	}
}

func TestWiresSayWhatIsBroken(t *testing.T) {
	for _, c := range []struct {
		protocol Protocol
		stream   string
		want     string
	}{
		{ZMTP, "\x80\x00", "reserved bits"},
		{ZMTP, string(zmtp.AppendCommand(nil, zmtp.CommandError, []byte("\x02no"))), `the forwarder says "\x02no"`},
		{ZMTP, string(zmtp.AppendCommand(nil, zmtp.CommandPing, []byte("x"))), "PING of 1 bytes"},
		{NATS, "-ERR 'Slow Consumer'\r\n", `the server says "'Slow Consumer'"`},
		{NATS, "MSG a 1 x\r\n", "a MSG without the length of its payload"},
		{NATS, "MSG a 1 123456789\r\n", "a MSG without the length of its payload"},
		{NATS, strings.Repeat("x", maxLine+1), "a line of more than 65536 bytes"},
		{MQTT, "\x30\xff\xff\xff\xff\x01", "a packet's length has more than four bytes"},
		{MQTT, "\x30\x03\x00\x02a", "a PUBLISH that is shorter than its topic"},
		{MQTT, "\x32\x05\x00\x01a\x00\x01", "a message of QoS 1, where 0 was asked for"},
	} {
		cfg := sample()
		cfg.Protocol = c.protocol
		in, _ := testIntake(cfg)
		if err := feed(in, []byte(c.stream), len(c.stream)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s, %.30q: %v, want %q", c.protocol, c.stream, err, c.want)
		}
	}
}

// converse has f talk to somebody who says what is given, and then nothing more.
func converse(says string, f func(net.Conn) error) (heard string, err error) {
	here, there := net.Pipe()
	all := make(chan string)
	go func() {
		b, _ := io.ReadAll(there)
		all <- string(b)
	}()
	go func() {
		_, _ = io.WriteString(there, says)
	}()
	err = f(here)
	_ = here.Close()
	heard = <-all
	_ = there.Close()
	return heard, err
}

func TestNATSShakesHands(t *testing.T) {
	heard, err := converse("INFO {\"max_payload\":1048576}\r\nMSG a 1 3\r\nabc\r\n+OK\r\nPONG\r\n", func(c net.Conn) error {
		return nats{}.subscribe(c, []string{"a.b", "c.*"})
	})
	want := `CONNECT {"verbose":false,"pedantic":false,"lang":"go","version":"0","name":"bus bench"}` + "\r\nSUB a.b 1\r\nSUB c.* 2\r\nPING\r\n"
	if err != nil || heard != want {
		t.Errorf("%v; said %q, want %q", err, heard, want)
	}
	for says, want := range map[string]string{
		"SSH-2.0\r\n": `no NATS server: it begins with "SSH-2", want INFO`,
		"INFO {}\r\n-ERR 'Authorization Violation'\r\n": `the server says "'Authorization Violation'"`,
	} {
		if _, err := converse(says, nats{}.publish); err == nil || err.Error() != want {
			t.Errorf("%q: %v, want %q", says, err, want)
		}
	}
}

func TestMQTTShakesHands(t *testing.T) {
	connAck, ack := "\x20\x02\x00\x00", "\x90\x04\x00\x01\x00\x00"
	heard, err := converse(connAck+"\x30\x05\x00\x01abc"+ack, func(c net.Conn) error {
		return mqtt{}.subscribe(c, []string{"a/b", "c/+"})
	})
	if want := "\x82\x0e\x00\x01\x00\x03a/b\x00\x00\x03c/+\x00"; err != nil || !strings.HasSuffix(heard, want) || !strings.Contains(heard, "\x00\x04MQTT\x04\x02\x00\x00") {
		t.Errorf("%v; said %q, want a CONNECT and %q", err, heard, want)
	}
	many := make([]string, perSubscribe+1)
	for i := range many {
		many[i] = "t"
	}
	two := connAck + "\x90\x66\x00\x01" + strings.Repeat("\x00", perSubscribe) + "\x90\x03\x00\x02\x00"
	if _, err := converse(two, func(c net.Conn) error { return mqtt{}.subscribe(c, many) }); err != nil {
		t.Errorf("subscribe to %d topics: %v", len(many), err)
	}
	for says, want := range map[string]string{
		"HTTP/1.1":                       `no MQTT broker: it answers CONNECT with a packet 0x48 of 84 bytes`,
		"\x20\x02\x00\x05":               "the broker refuses the connection, return code 5 (MQTT 3.1.1, 3.2.2.3)",
		connAck + "\x90\x03\x00\x01\x80": "the broker refuses a subscription, return code 0x80 (MQTT 3.1.1, 3.9.3)",
		connAck + "\x90\xff\xff\xff\x7f": "wait for SUBACK: a packet of 268435455 bytes",
		"\x20\xff\xff\xff\xff\x01":       "wait for CONNACK: " + errMQTTLength.Error(),
	} {
		if says == "HTTP/1.1" {
			says += strings.Repeat(" ", 100)
		}
		if _, err := converse(says, func(c net.Conn) error { return mqtt{}.subscribe(c, []string{"t"}) }); err == nil || err.Error() != want {
			t.Errorf("%q: %v, want %q", says, err, want)
		}
	}
}

// fuzzWire checks that any stream is read alike however it is cut, and that nothing is read
// behind its end.
func fuzzWire(f *testing.F, p Protocol) {
	c := sample()
	c.Protocol, c.Size, c.Batch = p, 8, 0
	f.Add(said(c, 3), 5)
	f.Fuzz(func(t *testing.T, stream []byte, piece int) {
		piece = max(1, piece)
		whole, _ := testIntake(c)
		cut, _ := testIntake(c)
		a, b := feed(whole, stream, max(1, len(stream))), feed(cut, stream, piece)
		if (a == nil) != (b == nil) {
			t.Fatalf("%v in one piece, %v in pieces of %d", a, b, piece)
		}
		if whole.heard.Load() != cut.heard.Load() || whole.strange != cut.strange {
			t.Fatalf("heard %d, strange %d in one piece; %d, %d in pieces of %d", whole.heard.Load(), whole.strange, cut.heard.Load(), cut.strange, piece)
		}
	})
}

func FuzzZMTP(f *testing.F) { fuzzWire(f, ZMTP) }
func FuzzNATS(f *testing.F) { fuzzWire(f, NATS) }
func FuzzMQTT(f *testing.F) { fuzzWire(f, MQTT) }

// FuzzShake has strangers answer a handshake: it ends, whatever they say.
func FuzzShake(f *testing.F) {
	f.Add("INFO {}\r\nPONG\r\n")
	f.Add("\x20\x02\x00\x00\x90\x03\x00\x01\x00")
	f.Fuzz(func(t *testing.T, says string) {
		for _, w := range []wire{nats{}, mqtt{}} {
			conn := &canned{Reader: strings.NewReader(says)}
			_ = w.subscribe(conn, []string{"a"})
		}
	})
}

// canned is a connection whose other side has said all it has to say.
type canned struct {
	net.Conn
	*strings.Reader
}

func (c *canned) Read(b []byte) (int, error)  { return c.Reader.Read(b) }
func (c *canned) Write(b []byte) (int, error) { return len(b), nil }
func (c *canned) LocalAddr() net.Addr         { return &net.TCPAddr{} }

func TestNothingIsAllocatedForAMessage(t *testing.T) {
	for _, p := range []Protocol{ZMTP, NATS, MQTT} {
		c := sample()
		c.Protocol, c.Count = p, 1<<40
		c.Rate, c.Latency = 1e6, true
		in, _ := testIntake(c)
		pub := newPublisher(c, in.wire, 0)
		pub.conn = &canned{}
		stream := said(c, 1)
		stream = stream[:len(appendDelivery(nil, c, make([]byte, c.Size)))]
		if n := testing.AllocsPerRun(100, func() { _, _ = in.arrived(stream) }); n != 0 {
			t.Errorf("%s: %v allocations for a message that is heard", p, n)
		}
		if n := testing.AllocsPerRun(100, func() { _ = pub.write(1000) }); n != 0 {
			t.Errorf("%s: %v allocations for a write", p, n)
		}
	}
}
