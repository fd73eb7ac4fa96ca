//go:build linux

package endtoend

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"homebus/internal/zmtp"
	"homebus/internal/zmtp/zmtptest"

	"golang.org/x/sync/errgroup"
)

// trouble is what can be done to a hub from outside. Each kind goes on until its
// context ends; that a connection fails is in the nature of things.
type trouble struct {
	at                                               place
	comers, hostiles, killed, stopped, churned, loud atomic.Int64
}

func newTrouble(at place) *trouble { return &trouble{at: at} }

// start starts all of it.
func (x *trouble) start(ctx context.Context, g *errgroup.Group) {
	often := func(n int, pause time.Duration, do func(ctx context.Context)) {
		for range n {
			g.Go(func() error {
				again := time.NewTicker(pause)
				defer again.Stop()
				for {
					do(ctx)
					select {
					case <-again.C:
					case <-ctx.Done():
						return nil
					}
				}
			})
		}
	}
	next := hostileDeck()
	often(2, 20*time.Millisecond, func(context.Context) { x.comeAndGo() }) // 5,000 and more in a minute
	often(6, 10*time.Millisecond, func(ctx context.Context) { x.beHostile(ctx, next()) })
	often(1, 500*time.Millisecond, func(ctx context.Context) { x.kill(ctx, "sim") })
	often(1, 700*time.Millisecond, func(ctx context.Context) { x.kill(ctx, "bus", "sub", "noise", "state/") })
	often(1, 500*time.Millisecond, x.stopAndContinue)
	often(2, time.Second, x.readSlowly)
	often(20, time.Second, x.saySilence)
	often(1, time.Second, x.churnSubscriptions)
	often(2, time.Second, x.makeNoise)
}

func (x *trouble) summary() string {
	return fmt.Sprintf("%d came and went, %d were hostile, %d processes killed, %d stopped, %d subscriptions made and undone, %d messages of noise",
		x.comers.Load(), x.hostiles.Load(), x.killed.Load(), x.stopped.Load(), x.churned.Load(), x.loud.Load())
}

// leave ends a connection politely or not.
func leave(conn net.Conn) {
	if rand.IntN(2) == 0 {
		_ = conn.(*net.TCPConn).SetLinger(0)
	}
	_ = conn.Close()
}

// open connects, and closes with ctx.
func (x *trouble) open(ctx context.Context, endpoint string, as zmtp.SocketType) (net.Conn, func()) {
	conn, err := connect(endpoint, as)
	if err != nil {
		return nil, func() {}
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	return conn, func() { stop(); leave(conn) }
}

// comeAndGo is a client that comes, says something and goes.
func (x *trouble) comeAndGo() {
	x.comers.Add(1)
	if rand.IntN(2) == 0 {
		if conn, err := connect(x.at.backend, zmtp.SUB); err == nil {
			_, _ = conn.Write(zmtp.AppendSubscription(nil, true, []byte([]string{"noise", "pair/", "state/", ""}[rand.IntN(4)])))
			leave(conn)
		}
		return
	}
	if conn, err := connect(x.at.frontend, zmtp.PUB); err == nil {
		name := fmt.Sprint("soak/x", rand.IntN(1000))
		_, _ = conn.Write(append(zmtptest.Wire("online/"+name, `{"online":true}`), zmtptest.Wire("state/"+name, `{"state":"on"}`)...))
		leave(conn)
	}
}

// hostileDeck deals the ways to be hostile, each before any comes again.
func hostileDeck() func() zmtptest.Hostile {
	deck := zmtptest.Hostiles()
	order := rand.Perm(len(deck))
	var dealt atomic.Int64
	return func() zmtptest.Hostile { return deck[order[int(dealt.Add(1)-1)%len(deck)]] }
}

// beHostile plays a hostile part on one of the ports.
func (x *trouble) beHostile(ctx context.Context, h zmtptest.Hostile) {
	endpoint, as := x.at.frontend, zmtp.PUB
	if rand.IntN(2) == 0 {
		endpoint, as = x.at.backend, zmtp.SUB
	}
	conn, err := net.Dial("tcp", hostPort(endpoint))
	if err != nil {
		return
	}
	x.hostiles.Add(1)
	defer leave(conn)
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	_ = conn.SetDeadline(time.Now().Add(500 * time.Millisecond))
	h.Play(conn, as)
}

// spawn starts a program in the house, with nothing that it says kept.
func (x *trouble) spawn(program string, args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(programs, program), args...)
	cmd.Dir = filepath.Dir(scenes)
	cmd.Env = append(os.Environ(), "HOMEBUS_FRONTEND="+x.at.frontend, "HOMEBUS_BACKEND="+x.at.backend)
	if cmd.Start() != nil {
		return nil
	}
	return cmd
}

// kill starts a program and kills it some time later.
func (x *trouble) kill(ctx context.Context, program string, args ...string) {
	cmd := x.spawn(program, args...)
	if cmd == nil {
		return
	}
	wait(ctx, rand.N(time.Second))
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	x.killed.Add(1)
}

// stopAndContinue stops a subscriber of everything, and then lets it go on or
// kills it.
func (x *trouble) stopAndContinue(ctx context.Context) {
	cmd := x.spawn("bus", "sub")
	if cmd == nil {
		return
	}
	defer func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}()
	wait(ctx, 300*time.Millisecond)
	_ = cmd.Process.Signal(syscall.SIGSTOP)
	x.stopped.Add(1)
	wait(ctx, rand.N(12*time.Second)) // a hub cuts it after 10
	if rand.IntN(2) == 0 {
		_ = cmd.Process.Signal(syscall.SIGCONT)
		wait(ctx, 300*time.Millisecond)
	}
}

// readSlowly subscribes to the noise and reads a little of it.
func (x *trouble) readSlowly(ctx context.Context) {
	conn, done := x.open(ctx, x.at.backend, zmtp.SUB)
	defer done()
	if conn == nil {
		return
	}
	_, _ = conn.Write(zmtp.AppendSubscription(nil, true, []byte("noise")))
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for range 500 {
		<-tick.C
		if _, err := io.CopyN(io.Discard, conn, 500); err != nil {
			return
		}
	}
}

// saySilence connects and says nothing, before or after its handshake.
func (x *trouble) saySilence(ctx context.Context) {
	if rand.IntN(2) == 0 {
		conn, done := x.open(ctx, x.at.backend, zmtp.SUB)
		defer done()
		if conn != nil {
			wait(ctx, rand.N(10*time.Second))
		}
		return
	}
	conn, err := net.Dial("tcp", hostPort(x.at.frontend))
	if err != nil {
		return
	}
	defer leave(conn)
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	_, _ = io.Copy(io.Discard, conn) // until it is cut
}

// churnSubscriptions subscribes and cancels all the time.
func (x *trouble) churnSubscriptions(ctx context.Context) {
	conn, done := x.open(ctx, x.at.backend, zmtp.SUB)
	defer done()
	if conn == nil {
		return
	}
	go func() { _, _ = io.Copy(io.Discard, conn) }() // ends with conn
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for range 1000 {
		var b []byte
		for range 20 {
			topic := []byte([]string{"pair/", "noise", "", "state/", fmt.Sprint("x", rand.IntN(1000))}[rand.IntN(5)])
			b = zmtp.AppendSubscription(zmtp.AppendSubscription(b, true, topic), false, topic)
		}
		if _, err := conn.Write(b); err != nil {
			return
		}
		x.churned.Add(20)
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// makeNoise publishes about a thousand messages of 1 KiB a second.
func (x *trouble) makeNoise(ctx context.Context) {
	conn, done := x.open(ctx, x.at.frontend, zmtp.PUB)
	defer done()
	if conn == nil {
		return
	}
	go func() { _, _ = io.Copy(io.Discard, conn) }() // ends with conn
	batch := []byte(strings.Repeat(string(zmtptest.Wire("noise", strings.Repeat("x", 1000))), 10))
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for ctx.Err() == nil {
		if _, err := conn.Write(batch); err != nil {
			return
		}
		x.loud.Add(10)
		select {
		case <-tick.C:
		case <-ctx.Done():
		}
	}
}

// wait lets time pass, or ctx end.
func wait(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
