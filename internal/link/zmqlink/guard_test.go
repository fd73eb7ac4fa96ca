package zmqlink

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"homebus/internal/endpoint"
	"homebus/internal/zmtp"
	"homebus/internal/zmtp/zmtptest"

	"golang.org/x/sync/errgroup"
)

// withHub runs a publisher's guard and socket against a scripted hub, which has
// the connection after the handshake.
func withHub(t *testing.T, script func(c net.Conn, r *zmtp.Reader) error, client func(ctx context.Context, p *publisher) error) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var g errgroup.Group
	g.Go(func() error {
		c, err := l.Accept()
		if err != nil {
			return err
		}
		defer c.Close()
		c.SetDeadline(time.Now().Add(patience))
		if _, err := zmtp.Handshake(c, zmtp.Config{SocketType: zmtp.XSUB, Minor: 1}); err != nil {
			return err
		}
		if err := script(c, zmtp.NewReader(c, zmtp.DefaultLimits)); err != nil {
			return fmt.Errorf("the hub: %w", err)
		}
		return nil
	})
	p, err := dialPublisher(ctx, endpoint.Of(l.Addr()))
	if err != nil {
		t.Fatal(err)
	}
	runCtx, stop := context.WithCancel(ctx)
	var guarding errgroup.Group
	guarding.Go(func() error { return p.run(runCtx) })
	if err := client(ctx, p); err != nil {
		t.Error(err)
	}
	if err := g.Wait(); err != nil {
		t.Error(err)
	}
	stop()
	_ = guarding.Wait() // it says that the connection was closed
	p.closeSocket()
}

// reads returns an error unless the next item that is no PING is want.
func reads(r *zmtp.Reader, want string) error {
	for {
		item, err := r.Read()
		if err != nil {
			return err
		}
		if got := fmt.Sprintf("%.40q", item.Frames); got == want {
			return nil
		} else if !item.Command || zmtp.ParseCommand(item.Frames[0]).Name != zmtp.CommandPing {
			return fmt.Errorf("%s, want %s", got, want)
		}
	}
}

func TestGuardAnswersPing(t *testing.T) {
	t.Parallel()
	withHub(t, func(c net.Conn, r *zmtp.Reader) error {
		if _, err := c.Write(zmtp.AppendPing(nil, 0, []byte("context"))); err != nil {
			return err
		}
		return reads(r, `["\x04PONGcontext"]`)
	}, func(context.Context, *publisher) error { return nil })
}

func TestGuardSendsWhatTheHubWantsInOrderAndNothingElse(t *testing.T) {
	t.Parallel()
	withHub(t, func(c net.Conn, r *zmtp.Reader) error {
		both := zmtp.AppendSubscription(nil, true, []byte("a/"))             // the message form
		both = zmtp.AppendCommand(both, zmtp.CommandSubscribe, []byte("b/")) // the command form
		if _, err := c.Write(both); err != nil {
			return err
		}
		for _, want := range []string{`["a/1" "x" ""]`, `["b/2" "y"]`, `["a/3"]`} {
			if err := reads(r, want); err != nil {
				return err
			}
		}
		return nil
	}, func(ctx context.Context, p *publisher) error {
		if err := p.attach(ctx); err != nil {
			return err
		}
		if !p.awaitWanted(ctx, []string{"a/", "b/"}) {
			return fmt.Errorf("the subscriptions are not seen")
		}
		for _, m := range []string{"c/|no", "a/1|x|", "a|no", "b/2|y", "", "a/3"} {
			frames := [][]byte{}
			for f := range strings.SplitSeq(m, "|") {
				frames = append(frames, []byte(f))
			}
			if room, _ := p.reserve(); !room {
				return errors.New("there is no room for six messages")
			}
			if err := p.send(frames); err != nil {
				return err
			}
		}
		if !p.await(ctx, func() bool { return p.given == 6 && p.passed == 6 }) {
			return fmt.Errorf("%d of %d messages have come out of zmq4", p.passed, p.given)
		}
		return nil
	})
}

func TestRoundTripSaysThatTheHubHasReadEverything(t *testing.T) {
	t.Parallel()
	withHub(t, func(c net.Conn, r *zmtp.Reader) error {
		item, err := r.Read()
		if err != nil {
			return err
		}
		_, context, err := zmtp.ParsePing(zmtp.ParseCommand(item.Frames[0]))
		if err != nil {
			return err
		}
		wrong := zmtp.AppendPong(nil, []byte("\x00\x00\x00\x00\x00\x00\x00\x63")) // never asked
		wrong = zmtp.AppendPong(wrong, []byte("short"))
		if _, err = c.Write(zmtp.AppendCommand(wrong, zmtp.CommandSubscribe, []byte("before the PONG"))); err != nil {
			return err
		}
		_, err = c.Write(zmtp.AppendPong(nil, context))
		return err
	}, func(ctx context.Context, p *publisher) error {
		if err := p.roundTrip(ctx); err != nil {
			return err
		}
		if known, _ := p.state(func() bool { return p.wants([]byte("before the PONG")) }); !known {
			return fmt.Errorf("the PONG has overtaken a subscription, or a wrong one was taken")
		}
		return nil
	})
}

// clock is a connection that notes its deadlines.
type clock struct {
	net.Conn
	read, write time.Time
}

func (c *clock) SetReadDeadline(t time.Time) error  { c.read = t; return nil }
func (c *clock) SetWriteDeadline(t time.Time) error { c.write = t; return nil }
func (c *clock) Read(b []byte) (int, error)         { return len(b), nil }
func (c *clock) Write(b []byte) (int, error)        { return len(b), nil }

func TestGuardSetsDeadlines(t *testing.T) {
	t.Parallel()
	c := &clock{}
	g := &guard{wire: c, answered: make(chan struct{})}
	in := func(at time.Time, d time.Duration) bool {
		return time.Until(at) > d-time.Second && time.Until(at) <= d
	}
	if _, err := (idleReader{g}).Read(make([]byte, 1)); err != nil || !c.read.IsZero() {
		t.Errorf("%v: a hub that may not know PING must speak by %v", err, c.read)
	}
	if _, err := g.ping(); err != nil || !in(c.write, writeTimeout) {
		t.Errorf("%v: a write has until %v", err, c.write)
	}
	g.pong([]byte{0, 0, 0, 0, 0, 0, 0, 1})
	if _, err := (idleReader{g}).Read(make([]byte, 1)); err != nil || !in(c.read, idleTimeout) {
		t.Errorf("%v: a hub that answers PING must speak by %v", err, c.read)
	}
}

// A PING is owed to a hub that says nothing else; what is known to have arrived is
// not asked for again.
func TestGuardPingsASilentHub(t *testing.T) {
	t.Parallel()
	g := &guard{wire: &clock{}, answered: make(chan struct{})}
	for look, talks := range []bool{true, false, false, true, false} {
		before := g.pings
		g.talks.Store(talks)
		if pause, more := g.pingAgain(func(error) {}); pause != pingInterval || !more {
			t.Errorf("look %d: %v until the next, %v", look, pause, more)
		}
		if pinged := g.pings > before; pinged == talks {
			t.Errorf("look %d: the hub talks: %v, it is pinged: %v", look, talks, pinged)
		}
	}
	if !g.allArrived() {
		t.Error("something has not arrived, and nothing was sent")
	}
	if err := g.send(zmtp.AppendMessage(nil, [][]byte{[]byte("a")})); err != nil {
		t.Fatal(err)
	}
	pong := func(number byte) { g.pong([]byte{0, 0, 0, 0, 0, 0, 0, number}) }
	pong(byte(g.pings)) // the PING before the message
	if g.allArrived() {
		t.Error("the PONG of an earlier PING says that a message has arrived")
	}
	number, err := g.ping()
	if err != nil {
		t.Fatal(err)
	}
	if pong(byte(number)); !g.allArrived() {
		t.Error("the PONG does not say that the message has arrived")
	}
}

// overdue is a connection that was not read until its deadline, when there is
// something to read.
type overdue struct {
	clock
	frozen bool // there is nothing after all
	reads  int
}

func (o *overdue) Read(b []byte) (int, error) {
	if o.reads++; o.reads == 1 || o.frozen {
		return 0, os.ErrDeadlineExceeded
	}
	return len(b), nil
}

// A program that was stopped for longer than it waits for the hub must look at what
// the hub has said meanwhile.
func TestGuardThatStoodStillLooksAgain(t *testing.T) {
	t.Parallel()
	for _, frozen := range []bool{false, true} {
		c := &overdue{frozen: frozen}
		n, err := idleReader{&guard{wire: c, ponged: 1}}.Read(make([]byte, 5))
		if ok := err == nil && n == 5; ok == frozen || c.reads != 2 || time.Until(c.read) > secondLook {
			t.Errorf("hub frozen %v: %d bytes, %v, in %d reads", frozen, n, err, c.reads)
		}
	}
}

// TestPeerOfZMTP30 is the like of a bare zmq4 as forwarder: it announces 3.0,
// must be sent no command, and answers nothing.
func TestPeerOfZMTP30(t *testing.T) {
	t.Parallel()
	// The verdicts on the first two connections; later ones end as they may.
	verdicts := map[zmtp.SocketType]chan error{zmtp.XPUB: make(chan error, 1), zmtp.XSUB: make(chan error, 1)}
	judge := func(typ zmtp.SocketType, err error) {
		select {
		case verdicts[typ] <- err:
		default:
		}
	}
	s, err := zmtptest.Serve(func(c net.Conn, typ zmtp.SocketType) {
		if _, err := zmtp.Handshake(c, zmtp.Config{SocketType: typ, Minor: 0}); err != nil {
			return
		}
		r := zmtp.NewReader(c, zmtp.DefaultLimits)
		if typ == zmtp.XPUB {
			judge(typ, reads(r, `["\x01bus/heartbeat"]`))
			wait(c)
			return
		}
		c.Write(zmtp.AppendSubscription(nil, true, nil))
		item, err := r.Read()
		if err == nil && (item.Command || string(item.Frames[0]) != "a") {
			err = fmt.Errorf("the first item is %q", item.Frames)
		}
		judge(typ, err)
	}, zmtp.XSUB, zmtp.XPUB)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	l, err := linkTo(s)
	if err != nil {
		t.Fatal(err)
	}
	c := run(t, l)
	c.await("up", up)
	c.publish("a", "1")
	c.await("the end, for the server has read enough", down)
	if err := errors.Join(<-verdicts[zmtp.XPUB], <-verdicts[zmtp.XSUB]); err != nil {
		t.Error(err)
	}
	c.end()
}
