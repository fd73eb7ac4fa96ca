//go:build linux

package endtoend

import (
	"context"
	"flag"
	"net"
	"os/exec"
	"regexp"
	"sync"
	"testing"
	"time"

	"homebus/internal/netnstest"
	"homebus/internal/zmtp"
	"homebus/internal/zmtp/zmtptest"
)

var keepalive = flag.Bool("keepalive", false, "let TestCutCable wait for what finds a peer that cannot be pinged, half a minute more")

const (
	// silence is how long the hub bears with the silence of a peer that it pings,
	// and keepaliveWithin with that of others.
	silence         = 10 * time.Second
	keepaliveWithin = 30 * time.Second
	// slack is what a busy machine may add.
	slack = 2 * time.Second
)

// TestCutCable pulls the cable out between the hub and the house, and later puts
// it in again.
func TestCutCable(t *testing.T) {
	t.Parallel()
	n := newNetwork(t)
	bus := n.start(n.hub, "bus", "serve")
	bus.Await("msg=listening")
	watch := n.start(n.hub, "bus", "sub", "online/") // on the hub's computer: it needs no cable
	states := n.start(n.hub, "bus", "sub", "state/kitchen/toaster")
	sim, mirror := n.start(n.house, "sim"), n.start(n.house, "mirror", "--plain")
	mirror.Await(`^kitchen/toaster  idle`)
	modern := n.claim("modern", 1)
	n.claim("old", 0)
	n.claim("listener", 0, "bus/")
	for _, name := range []string{"modern", "old", "listener"} {
		watch.Rewind()
		watch.Await(`^online/soak/` + name + ` .*true`)
	}
	watch.Forget()

	modern(zmtptest.Wire("event/soak/modern", `{"event":"last words"}`))
	n.cable("down")
	cut := time.Now()
	mirror.awaitWithin(frozen, `^bus  (lost|silent)`)
	sim.awaitWithin(frozen, `connection lost`)
	watch.awaitWithin(silence+slack, `^online/soak/modern .*false`)
	if d := time.Since(cut); d < silence-slack {
		t.Errorf("a peer that is pinged was cut %v after the cable", d)
	} else {
		t.Logf("the will of a peer that is pinged came %v after the cut", d.Round(10*time.Millisecond))
	}
	watch.Rewind()
	watch.awaitWithin(slack, `^online/kitchen/toaster .*false`)
	if *keepalive {
		for _, name := range []string{"old", "listener"} {
			watch.Rewind()
			watch.awaitWithin(keepaliveWithin+slack-time.Since(cut), `^online/soak/`+name+` .*false`)
			t.Logf("the will of %s came %v after the cut", name, time.Since(cut).Round(10*time.Millisecond))
		}
	}

	for _, p := range []*process{mirror, sim, watch, states} {
		p.Forget()
	}
	n.cable("up")
	back := time.Now()
	sim.awaitWithin(comeback, "msg=connected")
	mirror.awaitWithin(comeback, `^bus  connected`)
	t.Logf("everybody was back %v after the cable", time.Since(back).Round(10*time.Millisecond))
	for _, id := range []string{"kitchen/toaster", "bathroom/switch"} {
		watch.Rewind()
		watch.Await(`^online/` + id + ` .*true`) // the hub knows again that it is there
	}
	states.Await(`^state/kitchen/toaster `)
	send := n.start(n.house, "bus", "send", "bathroom/switch", "press")
	send.Exits(0)
	mirror.Await(`^kitchen/toaster  toasting`)
	for _, id := range []string{"soak/modern", "kitchen/toaster"} {
		if n := len(regexp.MustCompile(`(?m)^online/`+id+` .*false`).FindAllString(watch.Text(), -1)); n != 1 {
			t.Errorf("the will of %s was spoken %d times", id, n)
		}
	}
}

// claim connects a peer from the house that announces ZMTP 3 and a minor version,
// says that an appliance is online, and answers PINGs. If it subscribes, another
// connection does, which the hub has something to say to all the time. It returns
// how to say more.
func (n *network) claim(name string, minor byte, prefixes ...string) (say func(wire []byte)) {
	n.t.Helper()
	open := func(endpoint string, as zmtp.SocketType) net.Conn {
		conn := netnstest.Within(n.t, n.house, func() (net.Conn, error) { return net.Dial("tcp", hostPort(endpoint)) })
		n.t.Cleanup(func() { _ = conn.Close() })
		if _, err := zmtp.Handshake(conn, zmtp.Config{SocketType: as, Minor: minor}); err != nil {
			n.t.Fatal(err)
		}
		return conn
	}
	conn := open(n.at.frontend, zmtp.PUB)
	var writing sync.Mutex
	say = func(wire []byte) {
		writing.Lock()
		defer writing.Unlock()
		_, _ = conn.Write(wire) // in the end the connection is cut
	}
	say(zmtptest.Wire("online/soak/"+name, `{"online":true}`))
	go func() { // ends with conn
		r := zmtp.NewReader(conn, zmtp.DefaultLimits)
		for item, err := r.Read(); err == nil; item, err = r.Read() {
			if c := zmtp.ParseCommand(item.Frames[0]); item.Command && c.Name == zmtp.CommandPing {
				if _, echo, err := zmtp.ParsePing(c); err == nil {
					say(zmtp.AppendPong(nil, echo))
				}
			}
		}
	}()
	for _, prefix := range prefixes {
		sub := open(n.at.backend, zmtp.SUB)
		if _, err := sub.Write(zmtp.AppendSubscription(nil, true, []byte(prefix))); err != nil {
			n.t.Fatal(err)
		}
	}
	return say
}

// TestSlowCable lets a good pair share a cable of 1 Mbit/s with a publisher that
// wants more. The cable throws packets away; TCP brings them again.
func TestSlowCable(t *testing.T) {
	t.Parallel()
	n := newNetwork(t)
	for namespace, device := range map[string]string{n.hub: hubEnd, n.house: houseEnd} {
		out, err := exec.Command("tc", "-n", namespace, "qdisc", "add", "dev", device, "root", "tbf", "rate", "1mbit", "burst", "10kb", "latency", "50ms").CombinedOutput()
		if err != nil {
			t.Skipf("the kernel cannot make a cable slow: %v, %s", err, out)
		}
	}
	n.start(n.hub, "bus", "serve", "--scenes", "").Await("msg=listening")
	p := netnstest.Within(n.t, n.house, n.at.newRawPair)
	ctx, stop := context.WithTimeout(t.Context(), 3*time.Second)
	defer stop()
	noise := netnstest.Within(n.t, n.house, func() (net.Conn, error) { return connect(n.at.frontend, zmtp.PUB) })
	defer noise.Close()
	var loud sync.WaitGroup
	loud.Go(func() {
		wire := zmtptest.Wire("noise", string(make([]byte, 1000)))
		for ctx.Err() == nil {
			_ = noise.SetWriteDeadline(time.Now().Add(time.Second))
			_, _ = noise.Write(wire)
		}
	})
	if err := p.Run(ctx); err != nil {
		t.Error(err)
	}
	loud.Wait()
	t.Log(p)
}
