package proxy

import (
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"homebus/internal/zmtp/zmtptest"
)

func TestSubset(t *testing.T) {
	for _, tt := range []struct{ only, wanted, within string }{
		{"a/ b/", "", "a/ b/"},
		{"a/ b/", "a/x", "a/x"},
		{"a/ b/", "a/", "a/"},
		{"a/ b/", "a", "a/"},
		{"a/ b/", "c/", ""},
		{"a/ b/", "a0", ""},
		{"b/ a/ a/x a/", "", "a/ b/"}, // a/x is in a/
		{"a/x a/y a/z b", "a/", "a/x a/y a/z"},
		{"aa ab b", "a", "aa ab"},
		{"\xff\xff \xff", "", "\xff"},
	} {
		s := newSubset(strings.Fields(tt.only))
		if got := strings.Join(s.within(tt.wanted), " "); got != tt.within {
			t.Errorf("of %q wanted %q: %q, want %q", tt.only, tt.wanted, got, tt.within)
		}
		for _, p := range s.within(tt.wanted) {
			if !s.has([]byte(p)) {
				t.Errorf("of %q wanted %q: %q is not of it", tt.only, tt.wanted, p)
			}
		}
	}
	for _, only := range [][]string{nil, {}, {""}, {"a", ""}} {
		if newSubset(only) != nil {
			t.Errorf("%q is not everything", only)
		}
	}
}

// A publisher is told of each subscription as Only cuts it, when the first comes
// that needs it, and of its end with the last.
func TestPublishersAreAskedForTheSubset(t *testing.T) {
	f := start(t, Config{Only: []string{"a/", "b/"}, Wants: []string{"a/own", "c/own"}})
	pub := publisherOf(t, f)
	pub.Want("\x01a/own")
	all := subscriberOf(t, f, "")
	pub.Want("\x01a/", "\x01b/")
	some := subscriberOf(t, f, "a/x", "c/", "b")
	pub.Want("\x01a/x") // c/ is excluded, and b/ was asked for
	late := publisherOf(t, f)
	late.Want("\x01a/own", "\x01a/", "\x01b/", "\x01a/x")
	_ = all.Close()
	pub.Want("\x00a/") // b/ is still needed
	_ = some.Close()
	rest := []string{pub.Receive(), pub.Receive()}
	slices.Sort(rest)
	if want := []string{"\x00a/x", "\x00b/"}; !slices.Equal(rest, want) {
		t.Errorf("told %q, want %q", rest, want)
	}
}

// A publisher that sends whatever it likes, as one may that speaks ZMTP 3.0.
func TestWhatIsExcludedIsNotForwarded(t *testing.T) {
	f := start(t, Config{Only: []string{"a/", "b/"}, Monitor: []string{"tcp://127.0.0.1:0"}})
	listener := listenerOf(t, f, "in")
	sub := subscriberOf(t, f, "", "c/")
	pub := publisherOf(t, f)
	pub.Want("\x01a/", "\x01b/")
	large := strings.Repeat("x", 300<<10)
	var stream []byte
	for _, m := range [][]string{
		{"a/1", "x"}, {"a/2", "y"}, {"c/1", "x"}, {"c/1", "x"}, {"a/2", "z"}, {"a/2", "z"}, {"a", ""}, {""}, {"b/", "1"},
	} {
		stream = append(stream, zmtptest.Wire(m...)...)
	}
	pub.Say(stream)
	pub.Send("c/large", large)
	pub.Send("a/large", large)
	want := []string{"a/1|x", "a/2|y", "a/2|z", "a/2|z", "b/|1", "a/large|" + large}
	sub.Want(want...)
	for _, w := range want {
		listener.Want("in|" + w)
	}
	local := f.Attach("local")
	defer local.Close()
	if err := local.Publish([][]byte{[]byte("c/1"), nil}); err != nil {
		t.Error(err)
	}
	st, passed := f.Stats(), f.Statistics()
	if st.In.Messages != 12 || st.Excluded != 6 || passed.Frontend.Received.Messages != 12 || passed.Backend.Sent.Messages != 6 {
		t.Errorf("%+v, %+v", st, passed)
	}
	if size := uint64(len("a/1xa/2ya/2za/2zb/1a/large") + len(large)); passed.Backend.Sent.Bytes != size {
		t.Errorf("%d bytes sent, want %d", passed.Backend.Sent.Bytes, size)
	}
}

// What is excluded means nothing to the program either.
func TestWhatIsExcludedIsNotWatched(t *testing.T) {
	f := start(t, Config{Only: []string{"a/"}, Tap: faultyTap{}})
	p := publisherOf(t, f)
	sub := subscriberOf(t, f, "a/")
	p.Send("fault") // would end the connection
	p.Send("a/1")
	sub.Want("a/1")
}

// A subset that does not fit is asked for as a whole, and no more than it.
func TestOverflowAsksForTheSubset(t *testing.T) {
	f := start(t, Config{Only: []string{"a/", "b/"}, Limits: Limits{UpstreamBytes: 40}})
	sub := subscriberOf(t, f, "a/1234567890", "b/1234567890")
	publisherOf(t, f).Want("\x01a/1234567890", "\x01b/1234567890")
	sub.Subscribe("a/2")
	sub.Subscribe("a/3")
	publisherOf(t, f).Want("\x01a/", "\x01b/")
}

// libzmq filters by what it is asked for: nothing arrives that would have to be
// excluded.
func TestSubsetWithLibzmq(t *testing.T) {
	zmtptest.NeedLibzmq(t)
	f := start(t, Config{Only: []string{"a/", "b/"}})
	sub := subscriberOf(t, f, "a", "b/x", "c/")
	cmd := exec.Command(zmtptest.Python, filepath.Join("testdata", "publisher.py"), "tcp://"+f.Addrs().Frontend[0].String(),
		"c/1", "b/y", "a", "a/1", "b/x")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = cmd.Process.Kill(); _ = cmd.Wait() }()
	seen := map[string]bool{}
	for range 20 {
		seen[sub.Receive()] = true
	}
	if want := map[string]bool{"a/1|from libzmq": true, "b/x|from libzmq": true}; len(seen) != 2 || !seen["a/1|from libzmq"] || !seen["b/x|from libzmq"] {
		t.Errorf("got %v, want %v", seen, want)
	}
	if st := f.Stats(); st.Excluded != 0 || st.In.Messages < 20 {
		t.Errorf("%d messages, of which %d are excluded", st.In.Messages, st.Excluded)
	}
}
