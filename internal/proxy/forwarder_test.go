package proxy

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"homebus/internal/zmtp"
	"homebus/internal/zmtp/zmtptest"
)

func TestRelaysEveryShapeOfMessage(t *testing.T) {
	f := start(t, Config{})
	sub := subscriberOf(t, f, "")
	pub := publisherOf(t, f)
	shapes := [][]string{
		{"topic data"}, {""}, {"t", ""}, {"", ""}, {"t", "", "x", ""}, {"t", "payload"},
		{"t", strings.Repeat("a", 255)}, {"t", strings.Repeat("b", 256)}, {strings.Repeat("c", 300), "x"},
		{"t", strings.Repeat("d", 1<<20)}, {strings.Repeat("e", 1<<20)},
		{"t", strings.Repeat("f", 200<<10), strings.Repeat("g", 200<<10), "h"},
		append([]string{"t"}, make([]string, 1000)...),
	}
	for _, frames := range shapes {
		pub.Send(frames...)
	}
	for _, frames := range shapes {
		sub.Want(strings.Join(frames, "|"))
	}
}

// What a stream of small messages has in common with the broken subscriptions
// of libzmq must not confuse the forwarder.
func TestRelaysSmallMessagesThatLookLikeABrokenSubscription(t *testing.T) {
	f := start(t, Config{})
	sub := subscriberOf(t, f, "")
	pub := publisherOf(t, f)
	want := bytes.Join([][]byte{zmtptest.Wire(""), zmtptest.Wire(""), zmtptest.Wire(""), zmtptest.Wire("\x00"), zmtptest.Wire("\x01"), zmtptest.Wire("", "", "", "\x00")}, nil)
	pub.Say(want)
	got := make([]byte, len(want))
	if _, err := io.ReadFull(sub, got); err != nil || !bytes.Equal(got, want) {
		t.Errorf("got % x, %v; want % x", got, err, want)
	}
}

func TestGivesEachMessageOnceToWhoeverSubscribed(t *testing.T) {
	f := start(t, Config{})
	both := subscriberOf(t, f, "state/", "state/kitchen/", "state/kitchen/")
	kitchen := subscriberOf(t, f, "state/kitchen/")
	all := subscriberOf(t, f, "")
	pub := publisherOf(t, f)
	pub.Send("state/hall/lamp", "1")
	pub.Send("state/kitchen/toaster", "2")
	pub.Send("event/x", "3")
	pub.Send("state/kitchen/kettle", "4")
	both.Want("state/hall/lamp|1", "state/kitchen/toaster|2", "state/kitchen/kettle|4")
	kitchen.Want("state/kitchen/toaster|2", "state/kitchen/kettle|4")
	all.Want("state/hall/lamp|1", "state/kitchen/toaster|2", "event/x|3", "state/kitchen/kettle|4")
}

func TestCommandsMayStandBetweenFrames(t *testing.T) {
	f := start(t, Config{})
	sub := subscriberOf(t, f, "")
	pub := publisherOf(t, f)
	big := strings.Repeat("x", 300<<10)
	b := zmtp.AppendFrame(nil, []byte("t"), true)
	b = zmtp.AppendPing(b, 0, []byte("one"))
	b = zmtp.AppendFrame(b, []byte(big), true)
	b = zmtp.AppendPing(b, 0, []byte("two"))
	b = zmtp.AppendFrame(b, []byte("end"), false)
	b = append(b, zmtptest.Wire("next", "1")...)
	pub.Say(b)
	sub.Want("t|"+big+"|end", "next|1")
	for _, want := range []string{"\x01", "one", "two"} { // the subscription to "" comes first
		item := pub.Next()
		got := string(item.Frames[0])
		if item.Command {
			got = string(zmtp.ParseCommand(item.Frames[0]).Data)
		}
		if got != want {
			t.Errorf("upstream: got %q, want %q", got, want)
		}
	}
}

// However long a topic and its message are, the longest subscription matches.
func TestALongTopicOfALargeMessage(t *testing.T) {
	f := start(t, Config{})
	topic := strings.Repeat("t", DefaultLimits.SubscriptionBytes)
	sub := subscriberOf(t, f, topic)
	pub := publisherOf(t, f)
	for _, size := range []int{1, 300 << 10} {
		body := strings.Repeat("x", size)
		pub.Send(topic, body)
		pub.Send(topic[1:], body)
		pub.Send(topic+"t", body)
		sub.Want(topic+"|"+body, topic+"t|"+body)
	}
}

func TestWhoIsSubscribedToExactlyAPrefix(t *testing.T) {
	f := start(t, Config{Wants: []string{"wanted/"}})
	local := f.Attach("a part of the program")
	defer local.Close()
	if err := local.Subscribe("a/local"); err != nil {
		t.Fatal(err)
	}
	sub := subscriberOf(t, f, "a/sub", "a/", "a/local-2")
	for _, tt := range []struct {
		prefix string
		but    *Local
		want   bool
	}{
		{"a/sub", nil, true}, {"a/sub", local, true}, {"a/", nil, true},
		{"a/su", nil, false}, {"a/sub/", nil, false}, {"", nil, false}, {"wanted/", nil, false},
		{"a/local", nil, true}, {"a/local", local, false},
	} {
		if got := f.Subscribed(tt.prefix, tt.but); got != tt.want {
			t.Errorf("%q, without a local peer %v: %v", tt.prefix, tt.but != nil, got)
		}
	}
	sub.Say(zmtp.AppendSubscription(nil, false, []byte("a/sub")))
	sub.Barrier()
	if f.Subscribed("a/sub", nil) {
		t.Error("still subscribed")
	}
	if other := f.Attach("another"); other.ID() == local.ID() {
		t.Error("two peers have one id")
	}
}
