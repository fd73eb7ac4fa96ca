package proxy

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestEachGivesWhatWasPublished(t *testing.T) {
	f := start(t, Config{})
	l := f.Attach("local")
	defer l.Close()
	if err := l.Subscribe(""); err != nil {
		t.Fatal(err)
	}
	// Lengths that lie within a piece, across two, and across more than are taken at once.
	var want [][]byte
	for i, size := range []int{0, 1, 400, 300, 5_000, 70_000, 2, 300_000, 1_500_000, 3} {
		frames := [][]byte{fmt.Append(nil, "topic ", i), bytes.Repeat([]byte{byte(i)}, size)}
		if i%3 == 0 {
			frames = append(frames, nil, []byte("fourth"))
		}
		want = append(want, bytes.Join(frames, []byte("|")))
		if err := l.Publish(frames); err != nil {
			t.Fatal(err)
		}
	}
	var got [][]byte
	if err := l.Each(func(frames [][]byte) error {
		got = append(got, bytes.Join(frames, []byte("|")))
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if len(got) != len(want) {
		t.Fatalf("%d messages, want %d", len(got), len(want))
	}
	for i := range want {
		if !bytes.Equal(got[i], want[i]) {
			t.Errorf("message %d: %.40q of %d bytes, want %.40q of %d", i, got[i], len(got[i]), want[i], len(want[i]))
		}
	}
	if st := f.Stats(); st.Out.Messages != uint64(len(want)) || f.board.waiting.used.Load() != 0 {
		t.Errorf("%d counted as sent, %d bytes are held", st.Out.Messages, f.board.waiting.used.Load())
	}
}

func TestWhatEachHasNotPassedOnWaits(t *testing.T) {
	f := start(t, Config{Limits: Limits{QueueMessages: 3}})
	l := f.Attach("local")
	defer l.Close()
	if err := l.Subscribe(""); err != nil {
		t.Fatal(err)
	}
	publish := func(topics string) {
		t.Helper()
		for topic := range strings.FieldsSeq(topics) {
			if err := l.Publish([][]byte{[]byte(topic)}); err != nil {
				t.Fatal(err)
			}
		}
	}
	publish("a b c d") // d is one too many
	gone := errors.New("gone")
	var got string
	err := l.Each(func(frames [][]byte) error {
		got += string(frames[0])
		publish("e") // and there is no room before all that was taken is passed on
		if got == "abc" {
			return gone
		}
		return nil
	})
	if err != gone || got != "abc" || l.Dropped() != 4 {
		t.Errorf("%q, %v, %d dropped; want abc, gone and 4", got, err, l.Dropped())
	}
	publish("f")
	if err := l.Each(func(frames [][]byte) error {
		got += string(frames[0])
		return nil
	}); err != nil || got != "abcf" {
		t.Errorf("%q, %v; want abcf", got, err)
	}
}

func TestALocalCanBeCutOff(t *testing.T) {
	f := start(t, Config{Limits: Limits{QueueMessages: 2, Overflow: Disconnect}})
	l := f.Attach("local")
	defer l.Close()
	cut := 0
	l.OnCut(func() { cut++ })
	if err := l.Subscribe(""); err != nil {
		t.Fatal(err)
	}
	for range 4 {
		if err := l.Publish([][]byte{[]byte("t")}); err != nil {
			t.Fatal(err)
		}
	}
	if err := l.Each(func([][]byte) error { return errors.New("something waits") }); err != nil {
		t.Error(err)
	}
	if cut != 1 || l.Dropped() != 4 {
		t.Errorf("cut %d times, %d dropped", cut, l.Dropped())
	}
}

func BenchmarkLocal(b *testing.B) {
	const batch = 100
	for _, bm := range []struct {
		name string
		read func(l *Local) int
	}{
		{"next", func(l *Local) (n int) {
			for {
				if _, ok := l.Next(); !ok {
					return n
				}
				n++
			}
		}},
		{"each", func(l *Local) (n int) {
			_ = l.Each(func([][]byte) error { n++; return nil })
			return n
		}},
	} {
		b.Run(bm.name, func(b *testing.B) {
			f := start(b, Config{})
			l := f.Attach("local")
			defer l.Close()
			if err := l.Subscribe(""); err != nil {
				b.Fatal(err)
			}
			run := bytes.Repeat(NewRaw([][]byte{[]byte("state/kitchen/toaster"), make([]byte, 64), make([]byte, 200)}), batch)
			b.ReportAllocs()
			for range b.N / batch {
				l.sink.push(nil, run, batch)
				if n := bm.read(l); n != batch {
					b.Fatal(n)
				}
			}
		})
	}
}
