package gateway

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"homebus/internal/proxy"
)

// rawPeer is a client that writes what bytes it likes.
type rawPeer struct {
	t    testing.TB
	conn net.Conn
	in   *bufio.Reader
	// patience is how long it waits for a frame.
	patience time.Duration
}

// raw connects to the gateway, and has the answer to the upgrade behind it.
func (h *house) raw(query string) *rawPeer {
	h.t.Helper()
	return dialRaw(h.t, h.server.Listener.Addr(), query)
}

func dialRaw(t testing.TB, addr net.Addr, query string) *rawPeer {
	t.Helper()
	conn, err := net.Dial("tcp", addr.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	p := &rawPeer{t, conn, bufio.NewReader(conn), patience}
	p.write(fmt.Sprintf("GET /ws%s HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n", query))
	resp, err := http.ReadResponse(p.in, nil)
	if err != nil || resp.StatusCode != http.StatusSwitchingProtocols {
		t.Fatal(resp, err)
	}
	if ext := resp.Header.Get("Sec-WebSocket-Extensions"); ext != "" {
		t.Errorf("extensions %q", ext)
	}
	return p
}

func (p *rawPeer) write(b string) {
	p.t.Helper()
	if _, err := io.WriteString(p.conn, b); err != nil {
		p.t.Fatal(err)
	}
}

// frame returns a masked frame (RFC 6455, section 5.2); the key is 0, which changes
// nothing. first is its first byte.
func frame(first byte, payload string) string {
	b := []byte{first}
	switch n := len(payload); {
	case n < 126:
		b = append(b, 0x80|byte(n))
	case n < 1<<16:
		b = binary.BigEndian.AppendUint16(append(b, 0x80|126), uint16(n))
	default:
		b = binary.BigEndian.AppendUint64(append(b, 0x80|127), uint64(n))
	}
	return string(append(b, 0, 0, 0, 0)) + payload
}

const (
	fin    = 0x80
	text   = 1
	ping   = 9
	pong   = 10
	closed = 8
)

// next returns the next frame, which is not fragmented.
func (p *rawPeer) next() (opcode byte, payload string, err error) {
	_ = p.conn.SetReadDeadline(time.Now().Add(p.patience))
	var head [2]byte
	if _, err := io.ReadFull(p.in, head[:]); err != nil {
		return 0, "", err
	}
	if head[0]&0x70 != 0 || head[0]&fin == 0 || head[1]&0x80 != 0 {
		return 0, "", fmt.Errorf("header %x", head)
	}
	n := uint64(head[1])
	var long [8]byte
	switch n {
	case 126:
		_, err = io.ReadFull(p.in, long[6:])
		n = binary.BigEndian.Uint64(long[:])
	case 127:
		_, err = io.ReadFull(p.in, long[:])
		n = binary.BigEndian.Uint64(long[:])
	}
	if err != nil {
		return 0, "", err
	}
	b := make([]byte, n)
	_, err = io.ReadFull(p.in, b)
	return head[0] & 0xF, string(b), err
}

func (p *rawPeer) expect(opcode byte, payload string) {
	p.t.Helper()
	if op, got, err := p.next(); err != nil || op != opcode || !strings.HasPrefix(got, payload) {
		p.t.Errorf("%d %.100q, %v; want %d %q", op, got, err, opcode, payload)
	}
}

// expectEnd wants the end of the connection, and returns the code of the close frame
// before it, 0 if there was none.
func (p *rawPeer) expectEnd() (code uint16) {
	p.t.Helper()
	for {
		op, payload, err := p.next()
		if netErr := net.Error(nil); errors.As(err, &netErr) && netErr.Timeout() {
			p.t.Error("the connection stays")
			return code
		}
		if err != nil {
			return code
		}
		if op == closed && len(payload) >= 2 {
			code = binary.BigEndian.Uint16([]byte(payload))
		}
	}
}

const fence = `{"op":"fence"}`
const fenced = `{"error":"unknown op \"fence\"`

func TestFragments(t *testing.T) {
	h := open(t, Limits{}, proxy.Limits{}, nil)
	p := h.raw("")
	// Pings may stand between the fragments of a message (RFC 6455, section 5.4).
	p.write(frame(text, fence[:3]) + frame(fin|ping, "hi") + frame(0, "") + frame(0, fence[3:7]) + frame(fin, fence[7:]))
	p.expect(pong, "hi")
	p.expect(text, fenced)
	for i := range fence { // and TCP may tear a frame anywhere
		p.write(frame(fin|text, fence)[:i])
		p.write(frame(fin|text, fence)[i:])
		p.expect(text, fenced)
	}
	p.write(frame(fin|closed, "\x03\xe8bye"))
	if code := p.expectEnd(); code != 1000 {
		t.Errorf("answered with %d", code)
	}
}

// TestBreachesEndTheConnection is about frames that RFC 6455 forbids. The connection ends;
// code is that of the close frame, 0 for any or none.
func TestBreachesEndTheConnection(t *testing.T) {
	h := open(t, Limits{}, proxy.Limits{}, nil)
	good := h.dial("?prefix=t")
	good.expectNothing()
	for _, tt := range []struct {
		name  string
		bytes string
		code  uint16
	}{
		{"not masked", "\x81\x02{}", 1002},
		{"reserved bit 1", frame(fin|0x40|text, "{}"), 1002},
		{"reserved bit 3", frame(fin|0x10|text, "{}"), 1002},
		{"unknown opcode", frame(fin|3, "{}"), 1002},
		{"unknown control opcode", frame(fin|11, ""), 1002},
		{"a continuation of nothing", frame(fin, "{}"), 1002},
		{"a message in a message", frame(text, "{") + frame(fin|text, "{}"), 1002},
		{"fragmented ping", frame(ping, "x"), 1002},
		{"long ping", frame(fin|ping, strings.Repeat("x", 126)), 1002},
		{"close code of one byte", frame(fin|closed, "\x03"), 1002},
		{"close code 1005", frame(fin|closed, "\x03\xed"), 1002},
		{"no UTF-8", frame(fin|text, "\"\xff\""), 1007},
		{"a surrogate", frame(fin|text, "\"\xed\xa0\x80\""), 1007},
		{"too long", frame(fin|text, strings.Repeat("x", DefaultLimits.MessageBytes+1)), 1009},
		{"too long in pieces", frame(text, strings.Repeat("x", DefaultLimits.MessageBytes)) + frame(fin, "xx"), 1009},
		{"a length of 2⁶³-1", "\x81\xff\x7f\xff\xff\xff\xff\xff\xff\xff\x00\x00\x00\x00{}", 0},
		{"a length of 2⁶⁴-1", "\x81\xff\xff\xff\xff\xff\xff\xff\xff\xff\x00\x00\x00\x00{}", 0},
		{"another protocol", "\xff\x00\x00\x00\x00\x00\x00\x00\x01\x7f\x03\x00NULL" + strings.Repeat("\x00", 48), 1002},
		{"HTTP", "GET / HTTP/1.1\r\nHost: x\r\n\r\n", 1002},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := h.raw("")
			p.t = t
			if _, err := io.WriteString(p.conn, tt.bytes); err != nil && tt.code != 1009 {
				t.Fatal(err)
			}
			_ = p.conn.(*net.TCPConn).CloseWrite()
			if code := p.expectEnd(); tt.code != 0 && code != tt.code {
				t.Errorf("close code %d, want %d", code, tt.code)
			}
		})
	}
	h.publish("t", "1")
	good.expect(`{"topic":"t","payload":1}`)
	h.awaitClients(1)
}

func TestCloseAnywhere(t *testing.T) {
	h := open(t, Limits{}, proxy.Limits{}, tokenOf(""))
	whole := frame(text, `{"op":"pub",`) + frame(fin|ping, "x") + frame(fin, `"topic":"t"}`)
	for i := range whole {
		p := h.raw("?prefix=")
		p.write(whole[:i])
		if i%2 == 0 {
			_ = p.conn.(*net.TCPConn).SetLinger(0) // a reset
		}
		_ = p.conn.Close()
	}
	h.awaitClients(0)
}

// TestAPingStorm has a client that pings and takes no answer: it is cut, and nobody else
// notices.
func TestAPingStorm(t *testing.T) {
	t.Parallel() // takes the 5 s that the library gives a PONG
	h := open(t, Limits{}, proxy.Limits{}, nil)
	good := h.dial("?prefix=t")
	good.expectNothing()
	p := h.raw("")
	_ = p.conn.SetWriteDeadline(time.Now().Add(2 * patience))
	storm := strings.Repeat(frame(fin|ping, strings.Repeat("x", 125)), 1000)
	for {
		if _, err := io.WriteString(p.conn, storm); err != nil {
			break
		}
	}
	h.awaitClients(1)
	h.publish("t", "1")
	good.expect(`{"topic":"t","payload":1}`)
}
