package zmtptest

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"homebus/internal/zmtp"
	"homebus/internal/zmtp/captured"
)

func sortedKeys(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }

// badFrames are wrong frames after a good handshake (RFC 37, section "Framing").
func badFrames() []Hostile {
	var all []Hostile
	for name, flags := range map[string]byte{"message": 0, "part": zmtp.FlagMore, "command": zmtp.FlagCommand} {
		all = append(all, lyingLengths(name, flags)...)
	}
	for reserved := 3; reserved < 8; reserved++ {
		for _, legal := range []byte{0, zmtp.FlagMore, zmtp.FlagLong, zmtp.FlagCommand, zmtp.FlagLong | zmtp.FlagCommand} {
			flags := legal | 1<<reserved
			l := sayIllegally(fmt.Sprintf("a frame with flags %#02x", flags), string([]byte{flags})+strings.Repeat("\x00", 8))
			all = append(all, at(ready, "ready", l, silent)...)
		}
	}
	for _, flags := range []byte{0x05, 0x07} {
		l := sayIllegally(fmt.Sprintf("a command with MORE, flags %#02x", flags), string([]byte{flags})+strings.Repeat("\x00", 8))
		all = append(all, at(ready, "ready", l, silent)...)
	}
	message := string(Wire("topic", "payload"))
	for n := range len(message) {
		all = append(all, at(ready, "ready", say(fmt.Sprintf("%d bytes of a message", n), message[:n]), closes, resets)...)
	}
	all = append(all, at(ready, "ready", say("half a message", message[:10]), silent, halfCloses)...)
	all = append(all, at(ready, "ready", sayIllegally("1025 parts", strings.Repeat("\x01\x01x", 1025)), silent)...)
	slices.SortFunc(all, func(a, b Hostile) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// lyingLengths announce much and send nothing of it. Whoever takes 16 MiB, as
// zmtp.DefaultLimits do, waits for those.
func lyingLengths(name string, flags byte) []Hostile {
	var all []Hostile
	for _, power := range lyingPowers {
		l := say(fmt.Sprintf("a %s of 2^%d bytes announced", name, power), longHeader(flags, 1<<power))
		l.illegal = 1<<power > zmtp.DefaultLimits.Frame || power == 63
		all = append(all, at(ready, "ready", l, silent)...)
	}
	return append(all, at(ready, "ready", sayIllegally(fmt.Sprintf("a %s of 2^64-1 bytes announced", name), longHeader(flags, 1<<64-1)), silent)...)
}

// badCommands are commands that have no place or no sense after the handshake.
func badCommands() []Hostile {
	lines := []line{
		sayIllegally("ERROR 500", command("ERROR", "\x03500")),
		sayIllegally("ERROR without a reason", command("ERROR", "")),
		sayIllegally("ERROR with a lying reason", command("ERROR", "\xff500")),
		sayIllegally("a PING of no bytes", command("PING", "")),
		sayIllegally("a PING of one byte", command("PING", "\x00")),
		say("a PING with a context of 17 bytes", command("PING", "\x00\x000123456789abcdefX")),
		say("a PING with a context of 8 KB", command("PING", "\x00\x00"+strings.Repeat("x", 8000))),
		say("a PING with the longest time to live", command("PING", "\xff\xff")),
		say("a PONG of no bytes", command("PONG", "")),
		say("a PONG that nobody asked for", command("PONG", "\x00\x00\x00\x00\x00\x00\xff\xff")),
		say("a PONG of 8 KB", command("PONG", strings.Repeat("x", 8000))),
		say("READY again", command("READY", "")),
		say("HELLO", command("HELLO", "\x05admin\x06secret")),
		say("WELCOME", command("WELCOME", "")),
		say("INITIATE", command("INITIATE", "")),
		say("MESSAGE", command("MESSAGE", strings.Repeat("x", 40))),
		say("an unknown command", command("WHATEVER", "x")),
		say("a command without a name", command("", "x")),
		say("a command of no bytes", "\x04\x00"),
		say("a command whose name is longer than it is", "\x04\x02\xffR"),
		say("a command between two parts", "\x01\x01a"+command("PING", "\x00\x00")+"\x00\x01b"),
		say("an unknown command of 1 MB", command("X", strings.Repeat("x", 1<<20))),
		say("its greeting again", greeting(3, 1, "NULL")),
	}
	var all []Hostile
	for _, l := range lines {
		all = append(all, at(ready, "ready", l, silent)...)
	}
	return all
}

// badSubscriptions are subscriptions that are none, or too long, in both forms.
func badSubscriptions() []Hostile {
	var all []Hostile
	for _, n := range []int{255, 256, 4 << 10, 1 << 20} {
		topic := []byte(strings.Repeat("t", n))
		all = append(all, at(ready, "ready", say(fmt.Sprintf("a subscription of %d bytes", n), string(zmtp.AppendSubscription(nil, true, topic))), silent)...)
		all = append(all, at(ready, "ready", say(fmt.Sprintf("a SUBSCRIBE of %d bytes", n), command("SUBSCRIBE", string(topic))), silent)...)
		all = append(all, at(ready, "ready", say(fmt.Sprintf("a CANCEL of %d bytes that was not subscribed", n), command("CANCEL", string(topic))), silent)...)
	}
	broken := string(captured.File("subscribe_len246_broken.bin"))
	for _, n := range []int{1, 2, 3, 8, 9, 10, 11, 100, len(broken)} {
		all = append(all, at(ready, "ready", say(fmt.Sprintf("%d bytes of libzmq's broken SUBSCRIBE", n), broken[:n]), silent, closes)...)
	}
	return all
}

// badHeartbeats are messages on the hub's own topics that the hub does not send.
func badHeartbeats() []Hostile {
	const topic = "bus/heartbeat"
	lines := map[string]string{
		"that is no JSON":           string(Wire(topic, "{")),
		"of no payload":             string(Wire(topic)),
		"of an empty payload":       string(Wire(topic, "")),
		"of 20 parts":               string(Wire(append([]string{topic}, make([]string, 19)...)...)),
		"whose boot is a number":    string(Wire(topic, `{"boot":1,"seq":1}`)),
		"whose boot is null":        string(Wire(topic, `{"boot":null}`)),
		"whose boot is empty":       string(Wire(topic, `{"boot":""}`)),
		"whose boot has 4 KiB":      string(Wire(topic, `{"boot":"`+strings.Repeat("x", 4<<10)+`"}`)),
		"that is 1 MB":              string(Wire(topic, strings.Repeat("[", 1<<20))),
		"that is an array":          string(Wire(topic, `[{"boot":"b"}]`)),
		"whose seq is beyond all":   string(Wire(topic, `{"boot":"b","seq":1e999}`)),
		"whose meta is nonsense":    string(Wire(topic, `{"boot":"b","seq":1}`, "\x00\xff{")),
		"of bytes that are no UTF8": string(Wire(topic, "{\"boot\":\"\xff\xfe\"}")),
		"of a topic longer by one":  string(Wire(topic+"s", `{"boot":"b","seq":1}`)),
	}
	var all []Hostile
	for _, name := range sortedKeys(lines) {
		all = append(all, at(ready, "ready", say("a heartbeat "+name, lines[name]), silent)...)
	}
	once := say("one good heartbeat", string(Wire(topic, `{"boot":"b","seq":1}`)))
	return append(all, at(ready, "ready", once, silent, closes)...)
}

// strangeSessions say what libzmq or its peer said in a captured session: whole,
// in place of their own handshake, and its traffic after a handshake.
func strangeSessions() []Hostile {
	var all []Hostile
	for _, name := range captured.Names() {
		for i, conn := range captured.Connections(captured.Session(name)) {
			for _, side := range []byte{captured.Libzmq, captured.Peer} {
				b := captured.Stream(conn, side)
				if len(b) == 0 {
					continue
				}
				what := fmt.Sprintf("%s, connection %d, %c", name, i+1, side)
				all = append(all, at(connected, "connected", say(what, string(b)), closes)...)
				if len(b) > zmtp.GreetingSize {
					all = append(all, at(ready, "ready", say(what+" without its greeting", string(b[zmtp.GreetingSize:])), closes)...)
				}
			}
		}
	}
	return all
}
