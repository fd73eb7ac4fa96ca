package zmtp

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"homebus/internal/zmtp/captured"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// meaning tells what this package reads in one direction of a connection.
func meaning(b []byte) []string {
	if len(b) == 0 {
		return nil
	}
	if err := checkSignature(b); err != nil {
		return []string{err.Error()}
	}
	if len(b) < GreetingSize {
		return []string{fmt.Sprintf("a greeting cut short after %d bytes", len(b))}
	}
	g, err := ParseGreeting(b)
	if err != nil {
		return []string{err.Error()}
	}
	lines := []string{fmt.Sprintf("greeting %d.%d %s, commands %t", g.Major, g.Minor, g.Mechanism, g.SpeaksCommands())}
	r := NewReader(bytes.NewReader(b[GreetingSize:]), DefaultLimits)
	for handshake := true; ; handshake = false {
		item, err := r.Read()
		if err != nil {
			return append(lines, err.Error())
		}
		lines = append(lines, itemMeaning(item, handshake))
	}
}

func itemMeaning(item Item, handshake bool) string {
	if !item.Command && !handshake { // libzmq takes handshake commands without the flag
		return fmt.Sprintf("message %.30q", item.Frames)
	}
	c := ParseCommand(item.Frames[0])
	if s, ok := ParseSubscription(true, item.Frames[0]); ok {
		return fmt.Sprintf("%s %.30q", map[bool]string{true: "SUBSCRIBE", false: "CANCEL"}[s.Subscribe], s.Topic)
	}
	switch c.Name {
	case CommandReady:
		m, err := ParseMetadata(c.Data)
		return fmt.Sprintf("READY type %q identity %q other %q %v", m.SocketType, m.Identity, m.Other, err)
	case CommandError:
		return fmt.Sprintf("ERROR %q", parseErrorReason(c.Data))
	case CommandPing:
		ttl, context, err := ParsePing(c)
		return fmt.Sprintf("PING ttl %d context %q %v", ttl, context, err)
	}
	return fmt.Sprintf("command %q %q", c.Name, c.Data)
}

func TestCapturedMeaning(t *testing.T) {
	names := captured.Names()
	if len(names) < 25 {
		t.Fatalf("only %d captured sessions", len(names))
	}
	var got strings.Builder
	for _, name := range names {
		if name == "zmtp31_subscribe_len246_bug" { // cut frames: TestCapturedBrokenSubscriptions
			continue
		}
		for i, conn := range captured.Connections(captured.Session(name)) {
			for _, side := range []byte{captured.Libzmq, captured.Peer} {
				fmt.Fprintf(&got, "%s, connection %d, %c\n", name, i+1, side)
				for _, line := range meaning(captured.Stream(conn, side)) {
					fmt.Fprintf(&got, "\t%s\n", line)
				}
			}
		}
	}
	golden := filepath.Join("testdata", "meaning.golden")
	if *update {
		if err := os.WriteFile(golden, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got.String() != string(want) {
		t.Errorf("the captured sessions mean something else now; compare after -update. Got:\n%s", got.String())
	}
}

func TestCapturedBrokenSubscriptions(t *testing.T) {
	frames := 0
	for _, e := range captured.Session("zmtp31_subscribe_len246_bug") {
		about, cut, _ := strings.Cut(e.Comment, ": first 20 of ")
		var total int
		if _, err := fmt.Sscanf(cut, "%d bytes", &total); err != nil {
			t.Fatalf("comment %q: %v", e.Comment, err)
		}
		frame := append(bytes.Clone(e.Bytes), bytes.Repeat([]byte("t"), total-len(e.Bytes))...)
		var topic int
		fmt.Sscanf(about[strings.Index(about, "topic of "):], "topic of %d", &topic)
		item, err := NewReader(bytes.NewReader(frame), DefaultLimits).Read()
		if strings.HasPrefix(about, "3.0 peer, topic of 255") {
			if err != nil || item.Command || len(item.Frames[0]) != 0 {
				t.Errorf("%s: %q, %v; want an empty message, as by the letter", about, item.Frames, err)
			}
			continue
		}
		if err != nil {
			t.Fatalf("%s: %v", about, err)
		}
		sub, ok := ParseSubscription(item.Command, item.Frames[0])
		if !ok || len(sub.Topic) != topic || sub.Subscribe == strings.HasPrefix(about, "CANCEL") {
			t.Errorf("%s: read %v %d bytes %t", about, sub.Subscribe, len(sub.Topic), ok)
		}
		frames++
	}
	if frames != 8 {
		t.Errorf("%d frames read, want 8", frames)
	}
}

func TestCapturedBinaries(t *testing.T) {
	for name, want := range map[string]string{"greeting_null_31.bin": "NULL", "greeting_curve_31.bin": "CURVE"} {
		g, err := ParseGreeting(captured.File(name))
		if err != nil || g != (Greeting{Major: 3, Minor: 1, Mechanism: want}) {
			t.Errorf("%s: %+v, %v", name, g, err)
		}
	}
	own := Metadata{SocketType: DEALER, Identity: []byte("dl1")}
	if got := AppendCommand(nil, CommandReady, own.Append(nil)); !bytes.Equal(got, captured.File("ready_dealer_dl1.bin")) {
		t.Errorf("READY of DEALER: %x", got)
	}
	own = Metadata{SocketType: REP, Identity: []byte("not sent by REP")}
	if got := AppendCommand(nil, CommandReady, own.Append(nil)); !bytes.Equal(got, captured.File("ready_rep.bin")) {
		t.Errorf("READY of REP: %x", got)
	}
	r := NewReader(bytes.NewReader(captured.File("subscribe_len246_broken.bin")), DefaultLimits)
	item, err := r.Read()
	if sub, ok := ParseSubscription(item.Command, item.Frames[0]); err != nil || !ok || len(sub.Topic) != 246 {
		t.Errorf("broken SUBSCRIBE: %v %v", sub, err)
	}
	if _, err := r.Read(); err != io.EOF {
		t.Errorf("after the broken SUBSCRIBE: %v", err)
	}
}

// scriptedPeer plays one side of a captured connection. It gives a piece only
// once as much has been written as its original waited for, and one byte a read.
type scriptedPeer struct {
	events  []captured.Event
	side    byte
	written int
}

func (p *scriptedPeer) Write(b []byte) (int, error) {
	p.written += len(b)
	return len(b), nil
}

func (p *scriptedPeer) Read(b []byte) (int, error) {
	needs := 0
	for i := range p.events {
		e := &p.events[i]
		if e.Side != p.side {
			needs += len(e.Bytes)
			continue
		}
		if len(e.Bytes) == 0 {
			continue
		}
		if p.written < min(needs, GreetingSize) {
			return 0, fmt.Errorf("deadlock: the peer waits for %d bytes, has seen %d", needs, p.written)
		}
		b[0] = e.Bytes[0]
		e.Bytes = e.Bytes[1:]
		return 1, nil
	}
	return 0, io.EOF
}

func TestHandshakeWithCaptured(t *testing.T) {
	tests := []struct {
		name string
		side byte
		own  SocketType
		want error  // nil, or what the error matches
		says string // what stands in the error, or the peer's type
	}{
		{"zmtp31_null_dealer_connect", 'L', ROUTER, nil, "DEALER"}, // staged greeting
		{"zmtp31_null_sub", 'L', PUB, nil, "SUB"},
		{"zmtp30_null_sub", 'R', SUB, nil, "PUB"}, // a 3.0 peer
		{"zmtp31_null_pub", 'L', XSUB, nil, "XPUB"},
		{"zmtp31_null_rep", 'L', DEALER, nil, "REP"},
		{"zmtp31_null_router_bind", 'R', ROUTER, nil, "DEALER"},
		{"zmtp31_proxy_forward", 'L', PUB, nil, "XSUB"},
		{"zmtp31_ipc", 'L', REQ, nil, "REP"},
		{"zmtp31_no_type", 'R', DEALER, nil, ""},
		{"zmtp31_ready_variants", 'R', DEALER, ErrProtocol, `a DEALER socket does not talk to a "NOSUCH" socket`},
		{"zmtp31_type_mismatch", 'R', DEALER, ErrProtocol, `a DEALER socket does not talk to a "PUB" socket`},
		{"zmtp31_error_recv", 'R', DEALER, ErrRefused, `"400"`},
		{"zmtp31_null_zap_400", 'L', REQ, ErrRefused, `"400"`},
		{"zmtp31_null_zap_300", 'L', REQ, io.ErrUnexpectedEOF, "read handshake"},
		{"zmtp31_mech_mismatch", 'L', DEALER, io.ErrUnexpectedEOF, "read greeting"},
		{"zmtp31_mech_mismatch", 'R', DEALER, ErrProtocol, "the peer wants mechanism PLAIN, this end speaks NULL"},
		{"zmtp_future_2_0", 'R', SUB, nil, "PUB"},
		{"zmtp_future_3_2", 'R', SUB, nil, "PUB"},
		{"zmtp_future_4_0", 'R', SUB, nil, "PUB"},
		{"zmtp10_peer", 'R', ROUTER, ErrProtocol, "first byte is 0x01"},
		{"zmtp20_peer", 'R', DEALER, ErrProtocol, "the peer speaks ZMTP 2.0; 3.0 or later is needed"},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprintf("%s/%c", tt.name, tt.side), func(t *testing.T) {
			conn := captured.Connections(captured.Session(tt.name))[0]
			rest := captured.Stream(conn, tt.side)
			script := &scriptedPeer{events: conn, side: tt.side}
			peer, err := Handshake(script, Config{SocketType: tt.own, Minor: 1})
			if tt.want != nil {
				if !errors.Is(err, tt.want) || !strings.Contains(err.Error(), tt.says) {
					t.Fatalf("error %v, want %v with %q", err, tt.want, tt.says)
				}
				return
			}
			if err != nil || string(peer.Metadata.SocketType) != tt.says {
				t.Fatalf("peer %+v, %v", peer, err)
			}
			left := len(captured.Stream(script.events, tt.side))
			h, _ := ParseHeader(rest[GreetingSize:], MaxHandshakeFrame)
			if want := len(rest) - GreetingSize - h.Size - h.Length; left != want {
				t.Errorf("%d bytes left after the handshake, want %d", left, want)
			}
		})
	}
}
