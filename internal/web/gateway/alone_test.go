package gateway

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"homebus/internal/hub"
	"homebus/internal/zmtp"
	"homebus/internal/zmtp/zmtptest"
)

// aloneEnv makes the test binary a hub with a gateway; see serveAlone.
const aloneEnv = "HOMEBUS_TEST_GATEWAY"

// serveAlone is a hub with a gateway until the standard input ends. It prints their ports,
// and at the end how many messages clients have lost.
func serveAlone() error {
	log := slog.New(slog.DiscardHandler)
	h, err := hub.New(hub.Config{Frontend: []string{"tcp://127.0.0.1:0"}, Log: log})
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	gateway := New(Config{Attach: h.Attach, Log: log})
	server := &http.Server{Handler: gateway, ReadHeaderTimeout: time.Second}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return h.Run(ctx) })
	g.Go(func() error { return gateway.Run(ctx) })
	for !gateway.isServing() {
		runtime.Gosched()
	}
	g.Go(func() error { _ = server.Serve(l); return nil })
	fmt.Println(h.Addrs().Frontend[0].(*net.TCPAddr).Port, l.Addr().(*net.TCPAddr).Port)
	_, _ = io.Copy(io.Discard, os.Stdin)
	fmt.Println(gateway.Stats().Dropped)
	cancel()
	_ = server.Close()
	return g.Wait()
}

// alone is a hub with a gateway in a process of its own.
type alone struct {
	b              *testing.B
	cmd            *exec.Cmd
	in             io.Closer
	out            *bufio.Reader
	frontend, http net.Addr
}

func startAlone(b *testing.B) *alone {
	b.Helper()
	a := &alone{b: b, cmd: exec.Command(os.Args[0])}
	a.cmd.Env = append(os.Environ(), aloneEnv+"=1")
	a.cmd.Stderr = os.Stderr
	in, err := a.cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	out, err := a.cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := a.cmd.Start(); err != nil {
		b.Fatal(err)
	}
	a.in, a.out = in, bufio.NewReader(out)
	var frontend, web int
	if _, err := fmt.Fscanln(a.out, &frontend, &web); err != nil {
		b.Fatal(err)
	}
	a.frontend = &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: frontend}
	a.http = &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: web}
	return a
}

// end ends the process and returns how many messages were dropped and how much processor
// time it has taken.
func (a *alone) end() (dropped uint64, cpu time.Duration) {
	a.b.Helper()
	_ = a.in.Close()
	if _, err := fmt.Fscanln(a.out, &dropped); err != nil {
		a.b.Fatal(err)
	}
	if err := a.cmd.Wait(); err != nil {
		a.b.Fatal(err)
	}
	return dropped, a.cmd.ProcessState.UserTime() + a.cmd.ProcessState.SystemTime()
}

func (a *alone) publisher() net.Conn {
	conn := zmtptest.Connect(a.b, a.frontend, zmtp.PUB, 0).Conn
	_ = conn.SetDeadline(time.Time{})
	return conn
}

// client connects, and returns once its subscription counts.
func (a *alone) client(query string) *rawPeer {
	a.b.Helper()
	p := dialRaw(a.b, a.http, query)
	p.write(frame(fin|text, fence))
	for {
		_, payload, err := p.next()
		if err != nil {
			a.b.Fatal(err)
		}
		if len(payload) > len(fenced) && payload[:len(fenced)] == fenced {
			_ = p.conn.SetReadDeadline(time.Time{})
			return p
		}
	}
}
