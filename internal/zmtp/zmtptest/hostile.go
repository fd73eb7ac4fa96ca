package zmtptest

import (
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"slices"

	"homebus/internal/zmtp"
)

// Hostile is one way to be a bad peer, for the tests of whatever talks to
// strangers: of clients, against a server that behaves so, and of servers,
// against a client that does.
type Hostile struct {
	// Name says in words what the peer does. No two have the same.
	Name string
	// Ends says that the connection comes to an end within the other side's
	// deadline for handshakes: this one ends it, or says what the other side must
	// end it for. Otherwise the other side may bear with it for as long as it likes.
	Ends bool
	// Play plays the part on a fresh connection, as a socket of type as, and
	// returns when it has had its say or the connection has failed. What it sends
	// is bounded by about FloodBytes. The caller sets deadlines and closes conn,
	// which ends Play soon.
	Play func(conn net.Conn, as zmtp.SocketType)
}

// FloodBytes is about how much a Hostile sends at most that sends without end; it
// is more than zmtp.DefaultLimits take in one message.
const FloodBytes = 40 << 20

// Hostiles returns several hundred ways to be a bad peer, in a fixed order.
func Hostiles() []Hostile {
	return slices.Concat(badGreetings(), badHandshakes(), badMetadata(), badFrames(), badCommands(),
		badSubscriptions(), badHeartbeats(), floods(), tricklers(), strangeSessions(), badAdvised())
}

// line is something to say, at some stage of a connection, by a socket of some type.
type line struct {
	name string
	says func(as zmtp.SocketType) []byte
	// illegal says that no peer may go on with whoever says this.
	illegal bool
}

func say(name, bytes string) line {
	return line{name: name, says: func(zmtp.SocketType) []byte { return []byte(bytes) }}
}

func sayIllegally(name, bytes string) line {
	l := say(name, bytes)
	l.illegal = true
	return l
}

// stage brings a fresh connection to where a line is said.
type stage func(conn net.Conn, as zmtp.SocketType) error

func connected(net.Conn, zmtp.SocketType) error { return nil }

// greeted has sent its greeting, and nothing behind it.
func greeted(conn net.Conn, _ zmtp.SocketType) error {
	_, err := io.WriteString(conn, greeting(3, 1, "NULL"))
	return err
}

// ready has shaken hands as an honest peer.
func ready(conn net.Conn, as zmtp.SocketType) error {
	_, err := zmtp.Handshake(conn, zmtp.Config{SocketType: as, Minor: 1})
	return err
}

// ending is what follows a line.
type ending struct {
	name string
	end  func(conn net.Conn)
	ends bool // the connection
}

var (
	closes = ending{"closes", func(net.Conn) {}, true}
	resets = ending{"resets", func(conn net.Conn) {
		if tcp, ok := conn.(interface{ SetLinger(sec int) error }); ok {
			_ = tcp.SetLinger(0)
		}
		_ = conn.Close()
	}, true}
	halfCloses = ending{"closes its half", func(conn net.Conn) {
		if half, ok := conn.(interface{ CloseWrite() error }); ok {
			_ = half.CloseWrite()
		}
		listen(conn)
	}, true}
	silent = ending{"is silent", listen, false}
)

// listen reads until the other side ends the connection.
func listen(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) }

// at makes a Hostile of a line at a stage, and each of the endings.
func at(s stage, where string, l line, endings ...ending) []Hostile {
	beforeReady := where != "ready"
	all := make([]Hostile, len(endings))
	for i, e := range endings {
		all[i] = Hostile{
			Name: fmt.Sprintf("%s: %s, then %s", where, l.name, e.name),
			Ends: l.illegal || e.ends || beforeReady,
			Play: func(conn net.Conn, as zmtp.SocketType) {
				if s(conn, as) != nil {
					return
				}
				if _, err := conn.Write(l.says(as)); err == nil {
					e.end(conn)
				}
			},
		}
	}
	return all
}

func greeting(major, minor byte, mechanism string) string {
	return string(zmtp.Greeting{Major: major, Minor: minor, Mechanism: mechanism}.Append(nil))
}

func command(name, data string) string { return string(zmtp.AppendCommand(nil, name, []byte(data))) }

// property is one property of a handshake, of which the length may lie.
func property(name string, length uint32, value string) string {
	b := append([]byte{byte(len(name))}, name...)
	return string(append(binary.BigEndian.AppendUint32(b, length), value...))
}

// longHeader is the header of a frame with an 8-byte length, true or not.
func longHeader(flags byte, length uint64) string {
	return string(binary.BigEndian.AppendUint64([]byte{flags | zmtp.FlagLong}, length))
}
