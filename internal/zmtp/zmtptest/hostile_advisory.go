package zmtptest

import (
	"fmt"
	"net"
	"strings"

	"homebus/internal/zmtp"
)

// badAdvised are shapes after the advisories that were published for libzmq, beyond
// those that other lists have anyway (lengths of which a sum overflows, CVE-2019-6250;
// endless memory for whoever has not shaken hands, CVE-2021-20235). Their names say
// which.
func badAdvised() []Hostile {
	curve := greeting(3, 1, "CURVE")
	all := []Hostile{}
	for _, l := range []line{
		// CVE-2019-13132: metadata of CURVE overran the stack before anybody was
		// authenticated.
		say("CURVE, HELLO of 200 bytes", curve+command("HELLO", "\x01\x00"+strings.Repeat("\x00", 192))),
		say("CURVE, HELLO cut (CVE-2019-13132)", curve+command("HELLO", "\x01\x00"+strings.Repeat("x", 100))),
		say("CURVE, INITIATE of 8 KB (CVE-2019-13132)", curve+command("INITIATE", strings.Repeat("x", 8000))),
		say("CURVE, INITIATE of 64 KB (CVE-2019-13132)", curve+command("INITIATE", strings.Repeat("x", 64<<10))),
		say("PLAIN, HELLO with lying lengths", greeting(3, 1, "PLAIN")+command("HELLO", "\xffuser\xffpass")),
		say("PLAIN, HELLO of no bytes", greeting(3, 1, "PLAIN")+command("HELLO", "")),
		// CVE-2021-20234, 20235: the decoders of ZMTP 1.0 and 2.0, for whoever comes
		// without a mechanism.
		say("ZMTP 1.0, a frame of 2^63 bytes (CVE-2021-20235)", "\xff\x80\x00\x00\x00\x00\x00\x00\x00\x7e"),
		say("ZMTP 1.0, a frame of no bytes at all (CVE-2021-20235)", "\x00"),
		say("ZMTP 1.0, 10,000 small frames (CVE-2021-20234)", strings.Repeat("\x02\x01x", 10_000)),
		say("ZMTP 2.0, a frame of 2^64-1 bytes (CVE-2021-20235)", "\xff\x00\x00\x00\x00\x00\x00\x00\x01\x7f\x01\x02"+longHeader(0, 1<<64-1)),
		say("ZMTP 2.0, 10,000 subscriptions (CVE-2021-20234)", "\xff\x00\x00\x00\x00\x00\x00\x00\x01\x7f\x01\x02\x00\x00"+strings.Repeat("\x00\x02\x01a", 10_000)),
		// CVE-2020-15166: who speaks to a socket that wants another mechanism, and
		// stays, stalled it for the others.
		say("CURVE and then messages (CVE-2020-15166)", curve+strings.Repeat(string(Wire("t", "x")), 1000)),
		say("no mechanism, and then subscriptions (CVE-2020-15166)", greeting(3, 1, "")+strings.Repeat("\x00\x02\x01a", 1000)),
	} {
		all = append(all, at(connected, "connected", l, silent)...)
	}
	for _, l := range advisedTraffic() {
		all = append(all, at(ready, "ready", l, closes, resets)...)
	}
	return append(all, Hostile{
		Name: "ready: subscribes and leaves, again and again, for what it left (CVE-2021-20237)", Ends: true,
		Play: func(conn net.Conn, as zmtp.SocketType) {
			if ready(conn, as) == nil {
				_, _ = conn.Write([]byte(strings.Repeat("\x00\x01\x01", 1000) + strings.Repeat("\x00\x01\x00", 1000)))
			}
		},
	})
}

// advisedTraffic is about subscriptions that nest: libzmq's tree of them was as deep
// as the longest, and walked by recursion (CVE-2021-20236).
func advisedTraffic() []line {
	nest := func(subscribe bool, from, to, step int) string {
		var b []byte
		for n := from; n != to; n += step {
			b = zmtp.AppendSubscription(b, subscribe, []byte(strings.Repeat("a", n)))
		}
		return string(b)
	}
	var wide []byte
	for i := range 256 {
		for j := range 16 {
			wide = zmtp.AppendSubscription(wide, true, []byte{byte(i), byte(j), 0, 255})
		}
	}
	return []line{
		say("2,000 nested subscriptions (CVE-2021-20236)", nest(true, 0, 2000, 1)),
		say("2,000 nested subscriptions, the longest first (CVE-2021-20236)", nest(true, 2000, 0, -1)),
		say("2,000 nested subscriptions and their cancels (CVE-2021-20236)", nest(true, 0, 2000, 1)+nest(false, 0, 2000, 1)),
		say("2,000 nested cancels of nothing (CVE-2021-20236)", nest(false, 0, 2000, 1)),
		say("one subscription of 4,096 equal bytes (CVE-2021-20236)", nest(true, 4096, 4097, 1)),
		say("one subscription of 60,000 equal bytes (CVE-2021-20236)", nest(true, 60_000, 60_001, 1)),
		say("4,096 subscriptions as wide as can be (CVE-2021-20236)", string(wide)),
		say("an online message of brackets", string(Wire("online/a/b", strings.Repeat(`{"online":`, 400)))),
		say("an online message of 1 MB", string(Wire("online/a/b", `{"online":true,"x":"`+strings.Repeat("x", 1<<20)+`"}`))),
		say("a topic of 1 MB", string(Wire(strings.Repeat("t", 1<<20), "x"))),
		say("a topic of kinds and slashes", string(Wire("state/"+strings.Repeat("/", 1000), "{}"))),
		say("topics of all bytes", everyByte()),
	}
}

func everyByte() string {
	var b strings.Builder
	for i := range 256 {
		b.Write(Wire(fmt.Sprintf("%c%[1]c", i), string([]byte{byte(i)})))
		b.Write(Wire(string([]byte{byte(i)})))
	}
	return b.String()
}
