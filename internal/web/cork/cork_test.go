package cork

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"homebus/internal/link/linktest"
)

func TestMain(m *testing.M) { os.Exit(linktest.Main(m, "internal/web/cork.")) }

// recorder is a connection that takes everything and tells what each write was.
type recorder struct {
	net.Conn
	writes []string
	err    error
}

func (r *recorder) SetWriteDeadline(time.Time) error { return nil }

func (r *recorder) Write(p []byte) (int, error) {
	r.writes = append(r.writes, string(p))
	return len(p), r.err
}

func write(t *testing.T, c *Conn, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if n, err := c.Write([]byte(text)); n != len(text) || err != nil {
			t.Fatalf("write of %d bytes: %d, %v", len(text), n, err)
		}
	}
}

func TestWhatIsCorkedIsWrittenAtOnce(t *testing.T) {
	full, over := strings.Repeat("f", Room), strings.Repeat("o", Room+1)
	for _, tt := range []struct {
		name   string
		writes []string
		want   []string
	}{
		{"nothing", nil, nil},
		{"one", []string{"a"}, []string{"a"}},
		{"three", []string{"a", "b", "c"}, []string{"abc"}},
		{"what has just room", []string{full}, []string{full}},
		{"what has no room any more", []string{"a", full, "b"}, []string{"a", full, "b"}},
		{"more than there ever is room for", []string{"a", over, "b", "c"}, []string{"a", over, "bc"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := &recorder{}
			c := New(r, time.Second)
			for range 2 { // the second time like the first
				r.writes = nil
				c.Cork()
				write(t, c, tt.writes...)
				if err := c.Uncork(); err != nil {
					t.Fatal(err)
				}
				if fmt.Sprint(r.writes) != fmt.Sprint(tt.want) {
					t.Errorf("%.20q, want %.20q", r.writes, tt.want)
				}
			}
			r.writes = nil
			write(t, c, tt.writes...)
			if fmt.Sprint(r.writes) != fmt.Sprint(tt.writes) {
				t.Errorf("not corked: %.20q", r.writes)
			}
		})
	}
}

func TestMakeRoom(t *testing.T) {
	r := &recorder{}
	c := New(r, time.Second)
	c.Cork()
	for _, n := range []int{Room - 10, 10, 1, 2 * Room} {
		if err := c.MakeRoom(n); err != nil {
			t.Fatal(err)
		}
		write(t, c, strings.Repeat("x", n))
	}
	if err := c.Uncork(); err != nil {
		t.Fatal(err)
	}
	var sizes []int
	for _, w := range r.writes {
		sizes = append(sizes, len(w))
	}
	if fmt.Sprint(sizes) != fmt.Sprint([]int{Room, 1, 2 * Room}) {
		t.Errorf("%d bytes written", sizes)
	}
}

func TestAnErrorStays(t *testing.T) {
	broken := errors.New("broken")
	r := &recorder{err: broken}
	c := New(r, time.Second)
	c.Cork()
	write(t, c, "a")
	if err := c.Uncork(); err != broken {
		t.Errorf("uncork: %v", err)
	}
	r.err = nil
	if _, err := c.Write([]byte("b")); err != broken {
		t.Errorf("write: %v", err)
	}
	if c.Cork(); c.Uncork() != broken || len(r.writes) != 1 {
		t.Errorf("%q written in all", r.writes)
	}
}

// TestAWriteThatWaits has a peer that takes nothing at first.
func TestAWriteThatWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ours, theirs := net.Pipe()
		c := New(ours, time.Minute)
		c.Cork()
		write(t, c, "data ")
		var g sync.WaitGroup
		g.Go(func() {
			if err := c.Uncork(); err != nil {
				t.Error(err)
			}
		})
		synctest.Wait()
		if p := c.Progress(); p != (Progress{Writing: true}) {
			t.Errorf("%+v", p)
		}
		write(t, c, "pong ", "pong ") // does not wait
		full := strings.Repeat("f", Room-10)
		write(t, c, full)
		g.Go(func() {
			if _, err := c.Write([]byte("more")); err != nil { // waits
				t.Error(err)
			}
		})
		time.Sleep(2 * longWrite)
		want := "data pong pong " + full + "more"
		got := make([]byte, len(want))
		if _, err := io.ReadFull(theirs, got); err != nil || string(got) != want {
			t.Errorf("%d bytes, %v", len(got), err)
		}
		g.Wait()
		if p := c.Progress(); p != (Progress{Waits: 1}) {
			t.Errorf("%+v, want that the data has waited", p)
		}
	})
}

func TestAPeerThatTakesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ours, theirs := net.Pipe()
		defer theirs.Close()
		c := New(ours, 30*time.Second)
		began := time.Now()
		c.Cork()
		write(t, c, "data")
		if err := c.Uncork(); !errors.Is(err, ErrStuck) || time.Since(began) != 30*time.Second {
			t.Errorf("after %v: %v", time.Since(began), err)
		}
		if c.Progress().Waits != 0 {
			t.Error("what was not taken is a sign of life")
		}
	})
}

func TestCloseEndsAWrite(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ours, theirs := net.Pipe()
		defer theirs.Close()
		c := New(ours, time.Minute)
		var g sync.WaitGroup
		g.Go(func() {
			if _, err := c.Write([]byte("data")); !errors.Is(err, io.ErrClosedPipe) {
				t.Error(err)
			}
		})
		synctest.Wait()
		c.Close()
		g.Wait()
	})
}

// TestNothingIsLostOrTorn has one goroutine that writes frames of any length and another
// that corks and uncorks, over TCP, whose buffers are full at times.
func TestNothingIsLostOrTorn(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	theirs, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer theirs.Close()
	ours, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	c := New(ours, time.Minute)

	var want bytes.Buffer
	var g sync.WaitGroup
	written := make(chan struct{})
	g.Go(func() {
		defer close(written)
		random := rand.New(rand.NewPCG(1, 2))
		for i := range 3000 {
			size := random.IntN(200)
			if i%50 == 0 {
				size = random.IntN(3 * Room)
			}
			frame := bytes.Repeat([]byte{byte(i)}, size)
			want.Write(frame)
			if _, err := c.Write(frame); err != nil {
				t.Error(err)
				return
			}
		}
	})
	g.Go(func() {
		defer c.Close()
		for {
			c.Cork()
			if err := c.Uncork(); err != nil {
				t.Error(err)
				return
			}
			select {
			case <-written:
				if err := c.Uncork(); err != nil {
					t.Error(err)
				}
				return
			default:
			}
		}
	})
	got, err := io.ReadAll(theirs)
	g.Wait()
	if err != nil || !bytes.Equal(got, want.Bytes()) {
		t.Errorf("%d bytes of %d, %v", len(got), want.Len(), err)
	}
}
