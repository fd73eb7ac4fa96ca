package zmtp

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"
	"pgregory.net/rapid"
)

func TestParseGreeting(t *testing.T) {
	good := Greeting{Major: 3, Minor: 1, Mechanism: "NULL"}
	with := func(at int, value byte) []byte {
		b := good.Append(nil)
		b[at] = value
		return b
	}
	tests := []struct {
		name  string
		bytes []byte
		want  Greeting
		says  string // in the error; "" for none
	}{
		{"ours", good.Append(nil), good, ""},
		{"padding is ignored", with(8, 77), good, ""},
		{"as server", with(32, 1), Greeting{Major: 3, Minor: 1, Mechanism: "NULL", AsServer: true}, ""},
		{"filler is ignored", with(63, 9), good, ""},
		{"only bit 0 of byte 9 counts", with(9, 0x01), good, ""},
		{"an HTTP client", []byte("GET / HTTP/1.1\r\n"), Greeting{}, "first byte is 0x47"},
		{"ZMTP 1.0 with a long identity", with(9, 0x7e), Greeting{}, "byte 9"},
		{"revision 0", with(10, 0), Greeting{}, "ZMTP 1.0; 3.0 or later"},
		{"revision 1", with(10, 1), Greeting{}, "ZMTP 2.0; 3.0 or later"},
		{"short", good.Append(nil)[:63], Greeting{}, "63 bytes"},
		{"empty", nil, Greeting{}, "0 bytes"},
		{"no mechanism", Greeting{Major: 3}.Append(nil), Greeting{}, "is no name"},
		{"mechanism in lower case", Greeting{Major: 3, Mechanism: "null"}.Append(nil), Greeting{}, "is no name"},
		{"mechanism with a gap", with(18, 'X'), Greeting{}, "is no name"},
		{"a mechanism of 20", Greeting{Major: 3, Mechanism: "ABCDEFGHIJKLMNOPQRST"}.Append(nil), Greeting{Major: 3, Mechanism: "ABCDEFGHIJKLMNOPQRST"}, ""},
	}
	for _, tt := range tests {
		g, err := ParseGreeting(tt.bytes)
		if g != tt.want || (err == nil) != (tt.says == "") || err != nil && !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%s: %+v, %v", tt.name, g, err)
		}
		if err != nil && !errors.Is(err, ErrProtocol) {
			t.Errorf("%s: %v is no ErrProtocol", tt.name, err)
		}
	}
}

func TestParseMetadata(t *testing.T) {
	tests := []struct{ name, bytes, says string }{
		{"nothing at all", "", ""},
		{"any case", "0b 53 4f 43 4b 45 54 2d 74 79 70 65 00 00 00 03 53 55 42", ""},
		{"no name", "00 00 00 00 00", "without a name"},
		{"a left-over byte", "01 58 00 00 00 00 61", "truncated"},
		{"cut in the name", "05 58 59", "truncated"},
		{"cut in the length", "01 58 00 00 00", "truncated"},
		{"cut in the value", "01 58 00 00 00 02 61", "announces 2 bytes, 1 are there"},
		{"a lying length", "01 58 ff ff ff ff 61", "announces 4294967295 bytes"},
		{"a reserved identity", "08 49 64 65 6e 74 69 74 79 00 00 00 01 00", "starts with 0"},
		{"an identity of 256", "08 49 64 65 6e 74 69 74 79 00 00 01 00" + strings.Repeat("41", 256), "256 bytes is too long"},
		{"an identity of 255", "08 49 64 65 6e 74 69 74 79 00 00 00 ff" + strings.Repeat("41", 255), ""},
		{"64 properties", strings.Repeat("01 58 00 00 00 00", 64), ""},
		{"65 properties", strings.Repeat("01 58 00 00 00 00", 65), "more than 64"},
	}
	for _, tt := range tests {
		_, err := ParseMetadata(unhex(t, tt.bytes))
		if (err == nil) != (tt.says == "") || err != nil && !(errors.Is(err, ErrProtocol) && strings.Contains(err.Error(), tt.says)) {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
	if m, _ := ParseMetadata(unhex(t, tests[1].bytes)); m.SocketType != SUB {
		t.Errorf("%s: %+v", tests[1].name, m)
	}
}

func TestMetadataRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := Metadata{
			SocketType: rapid.SampledFrom([]SocketType{REQ, DEALER, ROUTER}).Draw(t, "type"),
			Identity:   append([]byte("i"), rapid.SliceOfN(rapid.Byte(), 0, MaxIdentity-1).Draw(t, "identity")...),
		}
		for range rapid.IntRange(0, 3).Draw(t, "properties") {
			name := "X-" + rapid.StringN(0, 20, 200).Draw(t, "name")
			m.Other = append(m.Other, Property{Name: name, Value: append([]byte{}, rapid.SliceOf(rapid.Byte()).Draw(t, "value")...)})
		}
		if got, err := ParseMetadata(m.Append(nil)); err != nil || !reflect.DeepEqual(got, m) {
			t.Fatalf("%+v, %v; want %+v", got, err, m)
		}
	})
}

// shake runs both ends of a handshake over a real socket, which takes bytes that
// nobody reads yet.
func shake(t *testing.T, a, b Config) (fromA, fromB Peer, errA, errB error) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	other, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	deadline := time.Now().Add(5 * time.Second)
	conn.SetDeadline(deadline)
	other.SetDeadline(deadline)
	var g errgroup.Group
	g.Go(func() error { defer conn.Close(); fromA, errA = Handshake(conn, a); return nil })
	g.Go(func() error { defer other.Close(); fromB, errB = Handshake(other, b); return nil })
	g.Wait()
	return fromA, fromB, errA, errB
}

func TestHandshakeWithItself(t *testing.T) {
	all := []SocketType{REQ, REP, DEALER, ROUTER, PUB, SUB, XPUB, XSUB, PUSH, PULL, PAIR}
	for _, a := range all {
		for _, b := range all {
			if a.Accepts(b) != b.Accepts(a) {
				t.Errorf("%s and %s do not agree on each other", a, b)
			}
		}
	}
	p, q, errP, errQ := shake(t, Config{SocketType: DEALER, Identity: []byte("me"), Minor: 1}, Config{SocketType: ROUTER, Minor: 0})
	if errP != nil || errQ != nil {
		t.Fatal(errP, errQ)
	}
	if p.Metadata.SocketType != ROUTER || p.Greeting.SpeaksCommands() {
		t.Errorf("the dealer sees %+v", p)
	}
	if q.Metadata.SocketType != DEALER || string(q.Metadata.Identity) != "me" || !q.Greeting.SpeaksCommands() {
		t.Errorf("the router sees %+v", q)
	}
	if _, _, errP, errQ = shake(t, Config{SocketType: PUB}, Config{SocketType: PULL}); !errors.Is(errP, ErrProtocol) || !errors.Is(errQ, ErrProtocol) {
		t.Errorf("PUB with PULL: %v, %v", errP, errQ)
	}
}

func TestHandshakeRefusesABadIdentity(t *testing.T) {
	for _, identity := range []string{"\x00x", strings.Repeat("i", 256)} {
		conn := &oneSided{Reader: strings.NewReader("")}
		_, err := Handshake(conn, Config{SocketType: DEALER, Identity: []byte(identity)})
		if err == nil || conn.written.Len() > 0 {
			t.Errorf("%.5q: %v, %d bytes written", identity, err, conn.written.Len())
		}
	}
}

func TestHandshakePassesTimeoutsOn(t *testing.T) {
	conn, other := net.Pipe()
	defer other.Close()
	go io.Copy(io.Discard, other) // ends when conn is closed
	defer conn.Close()
	conn.SetDeadline(time.Now())
	_, err := Handshake(conn, Config{SocketType: SUB, Minor: 1})
	if !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("error %v", err)
	}
}

// talker is a mechanism that never comes to an end.
type talker struct{ fail error }

func (talker) Name() string                     { return "TALK" }
func (m talker) Negotiate(Metadata) Negotiation { return &talking{fail: m.fail} }

type talking struct {
	fail, failed error
	sent         int
}

func (n *talking) Send() []byte {
	if n.sent > 0 && n.failed == nil {
		return nil
	}
	if n.failed != nil {
		n.failed = nil
		return AppendCommand(nil, CommandError, []byte("\x03400"))
	}
	n.sent++
	return AppendCommand(nil, "HELLO", nil)
}
func (n *talking) Receive(Command) error { n.failed = n.fail; return n.fail }
func (*talking) Done() (Metadata, bool)  { return Metadata{}, false }

func TestHandshakeEnds(t *testing.T) {
	greeting := Greeting{Major: 3, Minor: 1, Mechanism: "TALK"}.Append(nil)
	conn := &oneSided{Reader: io.MultiReader(bytes.NewReader(greeting), &endless{piece: AppendCommand(nil, "MORE", nil)})}
	_, err := Handshake(conn, Config{SocketType: SUB, Mechanism: talker{}, Minor: 1})
	if !errors.Is(err, ErrProtocol) || !strings.Contains(err.Error(), "no end of the handshake after 8 commands") {
		t.Errorf("an endless handshake: %v", err)
	}
	fail := fmt.Errorf("no")
	conn = &oneSided{Reader: io.MultiReader(bytes.NewReader(greeting), &endless{piece: AppendCommand(nil, "MORE", nil)})}
	_, err = Handshake(conn, Config{SocketType: SUB, Mechanism: talker{fail: fail}, Minor: 1})
	if err != fail || !bytes.HasSuffix(conn.written.Bytes(), []byte("\x05ERROR\x03400")) {
		t.Errorf("a failed handshake: %v, parted with %q", err, conn.written.Bytes()[GreetingSize:])
	}
}

func TestNullRefusesWhatIsNoReady(t *testing.T) {
	greeting := string(Greeting{Major: 3, Minor: 1, Mechanism: "NULL"}.Append(nil))
	tests := map[string]string{
		"an empty command":  "\x04\x00",
		"another command":   "\x04\x05\x04PING",
		"a message":         "\x00\x05hello",
		"a truncated READY": "\x04\x08\x05READY\x05x",
		"too long a READY":  "\x06\x00\x00\x00\x00\x00\x00\x20\x01",
		"reserved flags":    "\x48\x06\x05READY",
	}
	for name, frame := range tests {
		_, err := Handshake(&oneSided{Reader: strings.NewReader(greeting + frame)}, Config{SocketType: SUB, Minor: 1})
		if !errors.Is(err, ErrProtocol) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
