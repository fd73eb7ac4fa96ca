package zmtptest

import (
	"fmt"
	"slices"
	"strings"

	"homebus/internal/zmtp"
)

// badGreetings are what comes in place of a greeting of 64 bytes, or as one
// (RFC 37, section "The Greeting"; wire capture zmtp10_peer and its like).
func badGreetings() []Hostile {
	good := greeting(3, 1, "NULL")
	var all []Hostile
	for n := range len(good) {
		all = append(all, at(connected, "connected", say(fmt.Sprintf("%d bytes of a greeting", n), good[:n]), closes, silent)...)
	}
	for _, n := range []int{0, 1, 9, 10, 11, 12, 32, 63, 64} {
		all = append(all, at(connected, "connected", say(fmt.Sprintf("%d bytes of a greeting", n), good[:n]), resets, halfCloses)...)
	}
	for _, l := range slices.Concat(strangeGreetings(good), mechanisms(), []line{
		say("HTTP", "GET / HTTP/1.1\r\nHost: bus\r\n\r\n"),
		say("an answer of HTTP", "HTTP/1.1 400 Bad Request\r\n\r\n"),
		say("a ClientHello of TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"+strings.Repeat("\x5a", 512)),
		say("SSH", "SSH-2.0-OpenSSH_9.2\r\n"),
		say("the greeting of ZMTP 1.0", "\x01\x00"),
		say("a long identity of ZMTP 1.0", "\xff\x7f\xff\xff\xff\xff\xff\xff\xff\x00"),
		say("a message of ZMTP 1.0 of 2^64-1 bytes", "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x00"),
		say("the greeting of ZMTP 2.0", "\xff\x00\x00\x00\x00\x00\x00\x00\x01\x7f\x01\x02\x00\x00"),
		say("a newline", "\n"),
		say("its greeting twice", good+good),
		say("64 bytes of 0", strings.Repeat("\x00", 64)),
		say("64 bytes of ff", strings.Repeat("\xff", 64)),
	}) {
		all = append(all, at(connected, "connected", l, silent)...)
	}
	return all
}

// strangeGreetings differ from a good one in a byte.
func strangeGreetings(good string) []line {
	changed := func(i int, to byte) string { return good[:i] + string([]byte{to}) + good[i+1:] }
	var all []line
	for bit := range 8 {
		all = append(all, say(fmt.Sprintf("a greeting whose first byte lacks bit %d", bit), changed(0, 0xff&^(1<<bit))))
	}
	for _, b := range []byte{0x00, 0x7e, 0x80, 0xfe} {
		all = append(all, say(fmt.Sprintf("a greeting with %#02x at byte 9", b), changed(9, b)))
	}
	for _, major := range []byte{0, 1, 2, 4, 5, 0x7f, 0x80, 0xff} {
		all = append(all, say(fmt.Sprintf("a greeting of ZMTP %d.1 and nothing more", major), changed(10, major)))
	}
	for _, minor := range []byte{0, 2, 3, 0x7f, 0x80, 0xff} {
		all = append(all, say(fmt.Sprintf("a greeting of ZMTP 3.%d and nothing more", minor), changed(11, minor)))
	}
	for _, i := range []int{1, 8, 32, 33, 63} { // padding, as-server, filler: all of no account
		all = append(all, say(fmt.Sprintf("a greeting with ff at byte %d and nothing more", i), changed(i, 0xff)))
	}
	return all
}

// mechanisms are greetings with another mechanism than NULL, or none.
func mechanisms() []line {
	var all []line
	for _, name := range []string{
		"CURVE", "PLAIN", "GSSAPI", "", "null", "Null", "NUL", "NULLL", "NULL ", "NU\x00LL", "NULL\x00X", "\x00NULL", "N\xc3\xbcLL",
		"NULL\n", "../../etc/passwd", strings.Repeat("N", 20), "\xff\xff\xff\xff", "%s%s%n",
	} {
		all = append(all, say(fmt.Sprintf("a greeting with mechanism %q", name), greeting(3, 1, name)))
	}
	return all
}

// badHandshakes are what comes after a good greeting in place of READY (RFC 37,
// section "The NULL Security Mechanism").
func badHandshakes() []Hostile {
	var all []Hostile
	for n := range len(readyOf(zmtp.SUB)) { // no other is shorter
		l := line{name: fmt.Sprintf("%d bytes of READY", n), says: func(as zmtp.SocketType) []byte { return readyOf(as)[:n] }}
		all = append(all, at(greeted, "greeted", l, closes, silent)...)
	}
	for _, l := range slices.Concat(handshakeCommands(), handshakeLengths("READY", zmtp.FlagCommand), handshakeFlags()) {
		all = append(all, at(greeted, "greeted", l, silent)...)
	}
	return all
}

func readyOf(as zmtp.SocketType) []byte {
	return zmtp.AppendCommand(nil, zmtp.CommandReady, zmtp.Metadata{SocketType: as}.Append(nil))
}

// handshakeCommands are commands that have no place there.
func handshakeCommands() []line {
	return []line{
		say("ERROR 400", command("ERROR", "\x03400")),
		say("ERROR without a reason", command("ERROR", "")),
		say("ERROR with a lying reason", command("ERROR", "\xff400")),
		say("ERROR with a reason of 255 bytes", command("ERROR", "\xff"+strings.Repeat("\x1b[2J", 63)+"xxx")),
		say("libzmq's misspelled ERROR", "\x04\x09\x5eRROR\x03400"), // wire capture zmtp31_plain_server
		say("HELLO", command("HELLO", "\x05admin\x06secret")),
		say("WELCOME", command("WELCOME", "")),
		say("INITIATE", command("INITIATE", property("Socket-Type", 3, "SUB"))),
		say("MESSAGE", command("MESSAGE", strings.Repeat("x", 33))),
		say("SUBSCRIBE", command("SUBSCRIBE", "a")),
		say("CANCEL", command("CANCEL", "a")),
		say("PING", command("PING", "\x00\x64context")),
		say("PONG", command("PONG", "context")),
		say("ready in lower case", command("ready", property("Socket-Type", 3, "SUB"))),
		say("READY with a blank", command("READY ", property("Socket-Type", 3, "SUB"))),
		say("an unknown command", command("WHATEVER", "x")),
		say("a command without a name", command("", "x")),
		say("a command of no bytes", "\x04\x00"),
		say("a command whose name is longer than it is", "\x04\x02\xffR"),
		say("a message", "\x00\x05hello"),
		say("an empty message", "\x00\x00"),
		say("a message without end", strings.Repeat("\x01\x00", 100)),
		say("a subscription", "\x00\x02\x01a"),
		say("100 commands of no bytes", strings.Repeat("\x04\x00", 100)),
		say("100 PINGs", strings.Repeat(command("PING", "\x00\x00"), 100)),
		say("random bytes", "\x93\x1f\x8e\x00\xd4\x5a\x77\x31\xe0\x0b\xc2\x9d\x44\x68\xaf\x12"),
	}
}

// lyingPowers are the lengths around which a count of bits or a sign changes, and
// some in between.
var lyingPowers = []int{13, 14, 15, 16, 17, 23, 24, 25, 30, 31, 32, 33, 40, 47, 48, 53, 62, 63}

// handshakeLengths announce much and send nothing of it.
func handshakeLengths(what string, flags byte) []line {
	var all []line
	for _, power := range lyingPowers {
		all = append(all, say(fmt.Sprintf("%s of 2^%d+1 bytes announced", what, power), longHeader(flags, 1<<power+1)))
	}
	return append(all,
		say(what+" of 2^64-1 bytes announced", longHeader(flags, 1<<64-1)),
		say(what+" of 8192 bytes announced", longHeader(flags, 8192)),
		say(what+" of 0 bytes in the long form", longHeader(flags, 0)),
	)
}

// handshakeFlags are frames whose flags have no place there.
func handshakeFlags() []line {
	var all []line
	for _, flags := range []byte{0x01, 0x03, 0x05, 0x07, 0x08, 0x0c, 0x10, 0x20, 0x40, 0x80, 0x84, 0xfc, 0xff} {
		all = append(all, say(fmt.Sprintf("a frame with flags %#02x", flags), string([]byte{flags, 1})+"xxxxxxxx"))
	}
	return all
}

// badMetadata are READYs of which the properties are wrong (RFC 37, section
// "Metadata"; wire capture zmtp31_ready_variants).
func badMetadata() []Hostile {
	lines := map[string]string{
		"a truncated property":         property("Socket-Type", 9, "SUB"),
		"a property of 2^32-1 bytes":   property("Socket-Type", 1<<32-1, "SUB"),
		"a property of 2^31 bytes":     property("X-Much", 1<<31, ""),
		"a property of 2^31-1 bytes":   property("X-Much", 1<<31-1, ""),
		"half a name":                  "\xffSock",
		"a name and no length":         "\x0bSocket-Type",
		"three bytes of a length":      "\x0bSocket-Type\x00\x00\x00",
		"a property without a name":    property("", 3, "SUB"),
		"one byte left over":           property("X-A", 1, "1") + "\x01",
		"65 properties":                strings.Repeat(property("X-A", 1, "1"), 65),
		"600 empty properties":         strings.Repeat(property("X", 0, ""), 600),
		"an identity of 256 bytes":     property("Identity", 256, strings.Repeat("i", 256)),
		"a reserved identity":          property("Identity", 5, "\x00abcd"),
		"an unknown type":              property("Socket-Type", 4, "NOPE"),
		"a type of control characters": property("Socket-Type", 8, "\x1b[2J\r\n\x00\x07"),
		"a type of 4000 bytes":         property("Socket-Type", 4000, strings.Repeat("X", 4000)),
		"a type in lower case":         property("Socket-Type", 3, "sub"),
		"two types, the second wrong":  property("Socket-Type", 3, "PUB") + property("Socket-Type", 3, "REQ"),
		"8 KiB and more":               strings.Repeat(property("X", 200, strings.Repeat("x", 200)), 60),
	}
	for _, wrong := range []zmtp.SocketType{zmtp.REQ, zmtp.REP, zmtp.DEALER, zmtp.ROUTER, zmtp.PUSH, zmtp.PULL, zmtp.PAIR} {
		lines["the type "+string(wrong)] = property("Socket-Type", uint32(len(wrong)), string(wrong))
	}
	var all []Hostile
	for _, name := range sortedKeys(lines) {
		all = append(all, at(greeted, "greeted", say("READY with "+name, command("READY", lines[name])), silent)...)
	}
	return all
}
