package bench

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
)

// nats speaks the client protocol of NATS
// (https://docs.nats.io/reference/reference-protocols/nats-protocol), as much of it as
// publishing and subscribing takes. A / in a topic is a . there.
type nats struct{}

// maxLine is the longest line of the server that is read, in bytes: its INFO names every
// server of a cluster.
const maxLine = 64 << 10

func subject(topic string) string { return strings.ReplaceAll(topic, "/", ".") }

func (n nats) publish(conn net.Conn) error { return n.connect(conn, nil) }

func (n nats) subscribe(conn net.Conn, patterns []string) error {
	var b []byte
	for i, p := range patterns {
		b = fmt.Appendf(b, "SUB %s %d\r\n", p, i+1)
	}
	return n.connect(conn, b)
}

func (n nats) hold(conn net.Conn, patterns []string) error { return n.subscribe(conn, patterns) }

// connect shakes hands and says more, and waits until the server has dealt with that.
func (nats) connect(conn net.Conn, more []byte) error {
	var hail [len("INFO ")]byte
	if _, err := io.ReadFull(conn, hail[:]); err != nil {
		return fmt.Errorf("wait for INFO: %w", err)
	}
	if string(hail[:]) != "INFO " {
		return fmt.Errorf("no NATS server: it begins with %q, want INFO", hail)
	}
	if _, err := readLine(conn); err != nil {
		return fmt.Errorf("read INFO: %w", err)
	}
	hello := append([]byte(`CONNECT {"verbose":false,"pedantic":false,"lang":"go","version":"0","name":"bus bench"}`+"\r\n"), more...)
	if _, err := conn.Write(append(hello, "PING\r\n"...)); err != nil {
		return err
	}
	for {
		line, err := readLine(conn)
		if err != nil {
			return fmt.Errorf("wait for PONG: %w", err)
		}
		switch verb, size, err := parseLine(line); {
		case err != nil:
			return err
		case verb == natsPong:
			return nil
		case verb == natsMessage: // of another publisher, or a probe that is said again
			if _, err := io.CopyN(io.Discard, conn, int64(size)+2); err != nil {
				return err
			}
		}
	}
}

// readLine reads one line byte by byte, so that nothing behind it is read.
func readLine(r io.Reader) ([]byte, error) {
	var line []byte
	var b [1]byte
	for len(line) < maxLine {
		if _, err := io.ReadFull(r, b[:]); err != nil {
			return nil, err
		}
		if line = append(line, b[0]); b[0] == '\n' {
			return line, nil
		}
	}
	return nil, fmt.Errorf("a line of more than %d bytes", maxLine)
}

func (nats) everything(t topicSet) string {
	if t.n == 1 {
		return subject(t.base)
	}
	return subject(t.level()) + "*"
}

func (nats) only(topic string) string { return subject(topic) }

func (nats) message(b []byte, topic string, payload []byte) ([]byte, int) {
	b = fmt.Appendf(b, "PUB %s %d\r\n", subject(topic), len(payload))
	at := len(b)
	return append(append(b, payload...), "\r\n"...), at
}

func (nats) parse(b []byte, in *intake) (int, error) {
	done := 0
	for {
		rest := b[done:]
		end := bytes.IndexByte(rest, '\n') + 1
		if end == 0 {
			if len(rest) > maxLine {
				return done, fmt.Errorf("a line of more than %d bytes", maxLine)
			}
			return done, nil
		}
		verb, size, err := parseLine(rest[:end])
		if err != nil {
			return done, err
		}
		switch verb {
		case natsPing:
			if err := in.answer([]byte("PONG\r\n")); err != nil {
				return done, err
			}
		case natsMessage:
			if len(rest)-end < size+2 {
				return done, nil
			}
			in.take(rest[end : end+size])
			end += size + 2
		}
		done += end
	}
}

// natsVerb is what a line of the server is.
type natsVerb int

const (
	natsOther natsVerb = iota // +OK, INFO
	natsMessage
	natsPing
	natsPong
)

var (
	errNATSLine = errors.New("a MSG without the length of its payload")
	msgVerb     = []byte("MSG ")
	pingVerb    = []byte("PING")
	pongVerb    = []byte("PONG")
	errVerb     = []byte("-ERR")
)

// parseLine reads a line with its end. The length of a message's payload is the last word
// of its line.
func parseLine(line []byte) (verb natsVerb, size int, err error) {
	switch {
	case bytes.HasPrefix(line, msgVerb):
		size, ok := lastNumber(line)
		if !ok {
			return natsOther, 0, errNATSLine
		}
		return natsMessage, size, nil
	case bytes.HasPrefix(line, pingVerb):
		return natsPing, 0, nil
	case bytes.HasPrefix(line, pongVerb):
		return natsPong, 0, nil
	case bytes.HasPrefix(line, errVerb):
		return natsOther, 0, fmt.Errorf("the server says %s", strconv.Quote(string(bytes.TrimSpace(line[len(errVerb):]))))
	}
	return natsOther, 0, nil
}

// lastNumber reads the number of at most 8 digits at the end of a line.
func lastNumber(line []byte) (int, bool) {
	line = bytes.TrimRight(line, "\r\n")
	number, unit := 0, 1
	i := len(line) - 1
	for ; i >= 0 && line[i] >= '0' && line[i] <= '9'; i-- {
		if unit > 1e7 {
			return 0, false
		}
		number += unit * int(line[i]-'0')
		unit *= 10
	}
	return number, unit > 1 && i > 0 && line[i] == ' '
}
