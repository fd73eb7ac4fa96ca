package eventloop

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"
)

// start runs a loop until the test ends, and finds that it ends without an error.
func start(t *testing.T) *Loop {
	t.Helper()
	l, stop, ended := run(t)
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return l
}

// run runs a loop until stop is called; ended is where its error comes then.
func run(t *testing.T) (l *Loop, stop func(), ended <-chan error) {
	t.Helper()
	l, err := New()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ran := make(chan error, 1)
	go func() { ran <- l.Run(ctx) }()
	return l, cancel, ran
}

// pair returns the two ends of a connection, of which the loop has one.
func pair(t *testing.T, l *Loop, network string) (ours *Conn, theirs net.Conn) {
	t.Helper()
	at := "127.0.0.1:0"
	if network == "unix" {
		at = filepath.Join(t.TempDir(), "s")
	}
	listener, err := net.Listen(network, at)
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	theirs, err = net.Dial(network, listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { theirs.Close() })
	accepted, err := listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	if ours, err = l.Adopt(accepted); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ours.Close() })
	return ours, theirs
}

// step is a Step that may ask for another.
type step func(fd uintptr) (again bool, err error)

// reader is a step that reads n bytes at a time, and hands on what it read.
func reader(n int, took func(b []byte)) step {
	b := make([]byte, n)
	return func(fd uintptr) (bool, error) {
		switch n, err := syscall.Read(int(fd), b); {
		case err == syscall.EAGAIN:
			return false, nil
		case err != nil:
			return false, err
		case n == 0:
			return false, io.EOF
		default:
			took(b[:n])
			return false, nil
		}
	}
}

// serve starts c, and returns where why it ended comes.
func serve(t *testing.T, c *Conn, step step) <-chan error {
	t.Helper()
	ended := make(chan error, 1)
	err := c.Start(func(fd uintptr) (Next, error) {
		again, err := step(fd)
		if again {
			return Again, err
		}
		return Wait, err
	}, func(why error) { ended <- why })
	if err != nil {
		t.Fatal(err)
	}
	return ended
}

// labour takes so long.
func labour(d time.Duration) {
	for begin := time.Now(); time.Since(begin) < d; {
	}
}

// within fails the test if nothing comes.
func within[T any](t *testing.T, from <-chan T, what string) (v T) {
	t.Helper()
	select {
	case v = <-from:
	case <-time.After(20 * time.Second):
		t.Fatalf("in vain: %s", what)
	}
	return v
}

func TestEverythingIsReadToTheEnd(t *testing.T) {
	for _, network := range []string{"tcp", "unix"} {
		t.Run(network, func(t *testing.T) {
			c, peer := pair(t, start(t), network)
			var got bytes.Buffer
			ended := serve(t, c, reader(1000, func(b []byte) { got.Write(b) }))
			want := bytes.Repeat([]byte("something else"), 100_000)
			if _, err := peer.Write(want); err != nil {
				t.Fatal(err)
			}
			peer.Close()
			if err := within(t, ended, "the end"); err != io.EOF {
				t.Errorf("it ended with %v", err)
			}
			if !bytes.Equal(got.Bytes(), want) {
				t.Errorf("%d bytes arrived of %d, or not those", got.Len(), len(want))
			}
		})
	}
}

// Who has not done all steps again without anything having arrived, in turn with others.
func TestWhoHasMuchToDoTakesTurns(t *testing.T) {
	l := start(t)
	busy, peer := pair(t, l, "tcp")
	other, otherPeer := pair(t, l, "tcp")
	const much = 1000
	var left, seen int // both belong to the loop
	done := serve(t, busy, func(fd uintptr) (bool, error) {
		if left == 0 {
			left = much
			_, _ = syscall.Read(int(fd), make([]byte, 1))
			_, err := otherPeer.Write([]byte("x"))
			return true, err
		}
		if left--; left == 0 {
			return false, io.EOF
		}
		return true, nil
	})
	heard := serve(t, other, func(uintptr) (bool, error) { seen = left; return false, io.EOF })
	if _, err := peer.Write([]byte("x")); err != nil {
		t.Fatal(err)
	}
	within(t, heard, "the other's turn")
	within(t, done, "the end of it all")
	if seen == 0 {
		t.Error("the other had its turn only when all was done")
	}
}

// Whoever takes long steps aside, and comes back when its steps are short again.
func TestWhoTakesLongStepsAside(t *testing.T) {
	l := start(t)
	c, peer := pair(t, l, "tcp")
	var slow atomic.Bool
	slow.Store(true)
	read := reader(1, func([]byte) {})
	steppers := make(chan stepper, 1)
	ended := serve(t, c, func(fd uintptr) (bool, error) {
		if slow.Load() {
			labour(2 * long)
		}
		if again, err := read(fd); err != nil {
			return again, err
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		steppers <- c.stepper
		return false, nil
	})
	step := func() stepper {
		if _, err := peer.Write([]byte("x")); err != nil {
			t.Fatal(err)
		}
		return within(t, steppers, "a step")
	}
	for i := range often + 2 {
		want := looped
		if i >= often {
			want = running
		}
		if got := step(); got != want {
			t.Fatalf("step %d was made by %v, not %v", i, got, want)
		}
	}
	slow.Store(false)
	for i := 0; step() != looped; i++ {
		if i > 2*often {
			t.Fatal("it does not come back")
		}
	}
	peer.Close()
	if err := within(t, ended, "the end"); err != io.EOF {
		t.Error(err)
	}
}

// Nobody waits for one that takes long for more than a few of its steps.
func TestNobodyWaitsForOneThatTakesLong(t *testing.T) {
	l := start(t)
	slow, slowPeer := pair(t, l, "tcp")
	var steps atomic.Int64
	release := make(chan struct{})
	ended := serve(t, slow, func(uintptr) (bool, error) {
		if steps.Add(1) <= often {
			labour(2 * long)
			return true, nil
		}
		<-release
		return false, io.EOF
	})
	if _, err := slowPeer.Write([]byte("x")); err != nil {
		t.Fatal(err)
	}
	c, peer := pair(t, l, "tcp")
	heard := make(chan struct{}, 1)
	serve(t, c, reader(1, func([]byte) { heard <- struct{}{} }))
	if _, err := peer.Write([]byte("x")); err != nil {
		t.Fatal(err)
	}
	within(t, heard, "the other's step")
	close(release)
	within(t, ended, "the end")
}

func TestCloseEndsAll(t *testing.T) {
	l := start(t)
	idle, _ := pair(t, l, "tcp")
	ended := serve(t, idle, reader(1, func([]byte) {}))
	idle.Close()
	if err := within(t, ended, "the end"); err != net.ErrClosed {
		t.Errorf("it ended with %v", err)
	}
	if err := idle.Close(); err != net.ErrClosed {
		t.Errorf("closed twice: %v", err)
	}
	if err := idle.Start(nil, nil); err != net.ErrClosed {
		t.Errorf("started after its end: %v", err)
	}

	// In its own step, and in one aside.
	for _, slow := range []time.Duration{0, 2 * long} {
		c, peer := pair(t, l, "tcp")
		n := 0
		ended := serve(t, c, func(uintptr) (bool, error) {
			labour(slow)
			if n++; n == often+2 {
				c.Close()
			}
			return true, nil
		})
		if _, err := peer.Write([]byte("x")); err != nil {
			t.Fatal(err)
		}
		if err := within(t, ended, "the end"); err != net.ErrClosed {
			t.Errorf("it ended with %v", err)
		}
	}
}

func TestThePeerHearsOfCloseAtOnce(t *testing.T) {
	c, peer := pair(t, start(t), "tcp")
	stuck := make(chan struct{})
	ended := serve(t, c, func(uintptr) (bool, error) { <-stuck; return false, nil })
	if _, err := peer.Write([]byte("x")); err != nil {
		t.Fatal(err)
	}
	c.Close()
	if _, err := peer.Read(make([]byte, 1)); err != io.EOF {
		t.Errorf("read: %v", err)
	}
	close(stuck)
	within(t, ended, "the end")
}

func TestAPanicEndsItsConnection(t *testing.T) {
	for _, steps := range []int{1, often + 1} { // in the loop, and aside
		l := start(t)
		c, peer := pair(t, l, "tcp")
		n := 0
		ended := serve(t, c, func(uintptr) (bool, error) {
			if n++; n == steps {
				panic("on purpose")
			}
			labour(2 * long)
			return true, nil
		})
		if _, err := peer.Write([]byte("x")); err != nil {
			t.Fatal(err)
		}
		var p *PanicError
		if err := within(t, ended, "the panic"); !errors.As(err, &p) || p.Value != "on purpose" || !bytes.Contains(p.Stack, []byte("loop_linux_test.go")) {
			t.Errorf("it ended with %v, which does not say where that came from", err)
		}
		other, peer := pair(t, l, "tcp")
		heard := make(chan struct{}, 1)
		serve(t, other, reader(1, func([]byte) { heard <- struct{}{} }))
		if _, err := peer.Write([]byte("x")); err != nil {
			t.Fatal(err)
		}
		within(t, heard, "the loop goes on")
	}
}

// Who asks for it steps aside at once, and the loop goes on meanwhile.
func TestAStepMayAskForAGoroutine(t *testing.T) {
	l := start(t)
	c, peer := pair(t, l, "tcp")
	read := reader(1, func([]byte) {})
	steppers := make(chan stepper, 1)
	release := make(chan struct{})
	asked := false
	ended := make(chan error, 1)
	err := c.Start(func(fd uintptr) (Next, error) {
		if asked = !asked; asked {
			return Aside, nil
		}
		<-release
		c.mu.Lock()
		steppers <- c.stepper
		c.mu.Unlock()
		_, err := read(fd)
		return Wait, err
	}, func(why error) { ended <- why })
	if err != nil {
		t.Fatal(err)
	}
	other, otherPeer := pair(t, l, "tcp")
	heard := make(chan struct{}, 1)
	serve(t, other, reader(1, func([]byte) { heard <- struct{}{} }))
	for range 3 {
		for _, to := range []net.Conn{peer, otherPeer} {
			if _, err := to.Write([]byte("x")); err != nil {
				t.Fatal(err)
			}
		}
		within(t, heard, "the other's step")
		release <- struct{}{}
		if by := within(t, steppers, "a step"); by != running {
			t.Errorf("the step was made by %v", by)
		}
	}
	peer.Close()
	release <- struct{}{}
	within(t, steppers, "the last step")
	if err := within(t, ended, "the end"); err != io.EOF {
		t.Errorf("it ended with %v", err)
	}
}

func TestWriteWaitsForRoom(t *testing.T) {
	for _, served := range []bool{true, false} {
		c, peer := pair(t, start(t), "tcp")
		if served {
			serve(t, c, reader(1, func([]byte) {}))
		}
		want := bytes.Repeat([]byte("much"), 4<<20)
		wrote := make(chan error, 1)
		go func() {
			n, err := c.Write(want)
			if err == nil && n != len(want) {
				err = io.ErrShortWrite
			}
			wrote <- err
			c.Close()
		}()
		got, err := io.ReadAll(peer)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%d bytes arrived of %d, %v", len(got), len(want), err)
		}
		if err := within(t, wrote, "the writing"); err != nil {
			t.Error(err)
		}
	}
}

// Who waits for room is not left waiting when the connection ends, from here or there.
func TestWriteEndsWithTheConnection(t *testing.T) {
	l := start(t)
	for name, end := range map[string]func(c *Conn, peer net.Conn){
		"here":  func(c *Conn, _ net.Conn) { c.Close() },
		"there": func(_ *Conn, peer net.Conn) { _ = peer.(*net.TCPConn).SetLinger(0); peer.Close() },
	} {
		c, peer := pair(t, l, "tcp")
		wrote := make(chan error, 1)
		go func() {
			_, err := c.Write(make([]byte, 64<<20))
			wrote <- err
		}()
		for waits := false; !waits; {
			c.mu.Lock()
			waits = c.writer != nil
			c.mu.Unlock()
		}
		end(c, peer)
		if err := within(t, wrote, "the end of writing"); err == nil {
			t.Errorf("%s: 64 MiB went to nobody", name)
		}
	}
}

func TestTheEndOfTheLoopEndsAll(t *testing.T) {
	before := descriptors(t)
	l, cancel, ran := run(t)
	var ended []<-chan error
	var ours []*Conn
	for range 10 {
		c, _ := pair(t, l, "tcp")
		ours = append(ours, c)
		ended = append(ended, serve(t, c, reader(1, func([]byte) {})))
	}
	late, latePeer := pair(t, l, "tcp")
	cancel()
	if err := within(t, ran, "the end of the loop"); err != nil {
		t.Error(err)
	}
	for _, e := range ended {
		if err := within(t, e, "the end of who is served"); err != net.ErrClosed {
			t.Errorf("it ended with %v", err)
		}
	}
	if err := late.Start(nil, nil); err != net.ErrClosed {
		t.Errorf("started after the end: %v", err)
	}
	late.Close()
	latePeer.Close()
	for _, c := range ours {
		c.Close()
	}
	if n := descriptors(t); n > before+10 { // the peers', which the test closes at its end
		t.Errorf("%d descriptors are open, %d were before", n, before)
	}
}

// Who steps aside ends with the loop too, whether or not it has done all.
func TestTheEndOfTheLoopEndsWhoStepsAside(t *testing.T) {
	for _, busy := range []bool{true, false} {
		l, cancel, ran := run(t)
		c, peer := pair(t, l, "tcp")
		steps := 0
		ended := serve(t, c, func(uintptr) (bool, error) {
			labour(2 * long)
			if steps++; steps == often+1 {
				cancel()
				for !l.isOver() {
					runtime.Gosched()
				}
			}
			return busy || steps <= often, nil
		})
		if _, err := peer.Write([]byte("x")); err != nil {
			t.Fatal(err)
		}
		if err := within(t, ended, "the end"); err != net.ErrClosed {
			t.Errorf("it ended with %v", err)
		}
		if err := within(t, ran, "the end of the loop"); err != nil {
			t.Error(err)
		}
		if _, err := peer.Read(make([]byte, 1)); err == nil {
			t.Error("the connection goes on")
		}
		if err := c.Close(); err != net.ErrClosed {
			t.Errorf("busy %v: it was not closed by the loop: %v", busy, err)
		}
	}
}

func descriptors(t *testing.T) int {
	t.Helper()
	all, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(all)
}

// Connections come, say something and go, some of them closed from here, some while they
// step aside: all that was said is heard, and nothing is left.
func TestManyComeAndGo(t *testing.T) {
	l := start(t)
	before := descriptors(t)
	var g errgroup.Group
	for worker := range 8 {
		g.Go(func() error {
			for round := range 50 {
				c, peer := pair(t, l, "tcp")
				const said = 300
				heard := 0
				read := reader(7, func(b []byte) { heard += len(b) })
				var once sync.Once
				ended := serve(t, c, func(fd uintptr) (bool, error) {
					if worker == 0 && round%10 == 0 {
						labour(long)
					}
					if worker == 1 && heard > said/2 {
						once.Do(func() { go c.Close() })
					}
					return read(fd)
				})
				_, err := peer.Write(make([]byte, said))
				peer.Close()
				switch end := within(t, ended, "the end"); {
				case worker == 1 && errors.Is(end, net.ErrClosed):
				case err != nil || end != io.EOF || heard != said:
					t.Errorf("%d bytes heard of %d, then %v (%v)", heard, said, end, err)
				}
				c.Close()
			}
			return nil
		})
	}
	_ = g.Wait()
	for deadline := time.Now().Add(10 * time.Second); ; {
		n := descriptors(t)
		if n <= before {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d descriptors are open, %d were before", n, before)
		}
		runtime.Gosched()
	}
}

// A connection that has ended and is not closed yet costs nothing.
func TestWhatHasEndedIsNotLookedAtAgain(t *testing.T) {
	l := start(t)
	c, peer := pair(t, l, "tcp")
	peer.Close()
	steps := 0
	if err := within(t, serve(t, c, func(uintptr) (bool, error) { steps++; return false, io.EOF }), "the end"); err != io.EOF {
		t.Error(err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if steps != 1 || c.listening != 0 {
		t.Errorf("%d steps, and %d is waited for", steps, c.listening)
	}
}

func TestOnlyWhatIsTheSystemsIsAdopted(t *testing.T) {
	l := start(t)
	a, b := net.Pipe()
	defer a.Close()
	defer b.Close()
	if c, err := l.Adopt(a); err == nil {
		t.Errorf("adopted as %v", c)
	}
}
