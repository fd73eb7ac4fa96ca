package zmqlink

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"

	"homebus/internal/hub"
	"homebus/internal/link"
	"homebus/internal/link/linktest"
	"homebus/internal/processtest"
	"homebus/internal/zmtp/zmtptest"
)

// hubEnv makes the test binary a hub: its value is two endpoints.
const hubEnv = "HOMEBUS_TEST_HUB"

// atOnce is how many tests run at a time: what they do most is wait.
const atOnce = "6"

func TestMain(m *testing.M) {
	if endpoints := os.Getenv(hubEnv); endpoints != "" {
		os.Exit(serveHub(strings.Fields(endpoints)))
	}
	_ = flag.Set("test.parallel", atOnce) // -parallel says otherwise
	os.Exit(m.Run())
}

// serveHub is a hub until SIGTERM or until the test is gone.
func serveHub(endpoints []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	h, err := hub.New(hub.Config{Frontend: endpoints[:1], Backend: endpoints[1:], Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		fmt.Println(err)
		return 1
	}
	fmt.Println("serving")
	go func() { // the standard input ends with the test's process
		_, _ = bufio.NewReader(os.Stdin).ReadByte()
		stop()
	}()
	if err := h.Run(ctx); err != nil {
		return 1
	}
	return 0
}

// plainProxy is a libzmq forwarder that knows nothing of us.
const plainProxy = `
import os, sys, threading, zmq
def gone():
    sys.stdin.read()
    os._exit(0)
threading.Thread(target=gone, daemon=True).start()
c = zmq.Context()
front, back = c.socket(zmq.XSUB), c.socket(zmq.XPUB)
front.bind(sys.argv[1]); back.bind(sys.argv[2])
print("serving", flush=True)
zmq.proxy(front, back)
`

// process is a forwarder in a process of its own, at endpoints that stay. It has no Process
// before it is started.
type process struct {
	*processtest.Process
	t                 *testing.T
	frontend, backend string
	command           func(frontend, backend string) *exec.Cmd
}

// newHub returns a hub that is not started yet.
func newHub(t *testing.T) *process {
	at := processtest.Endpoints(t, 2)
	return &process{t: t, frontend: at[0], backend: at[1], command: func(frontend, backend string) *exec.Cmd {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), hubEnv+"="+frontend+" "+backend)
		return cmd
	}}
}

// newPlainProxy returns a proxy of libzmq that is not started yet.
func newPlainProxy(t *testing.T) *process {
	zmtptest.NeedLibzmq(t)
	p := newHub(t)
	p.command = func(frontend, backend string) *exec.Cmd {
		return exec.Command(zmtptest.Python, "-c", plainProxy, frontend, backend)
	}
	return p
}

// start returns when the process listens.
func (p *process) start() {
	p.t.Helper()
	cmd := p.command(p.frontend, p.backend)
	if _, err := cmd.StdinPipe(); err != nil { // closed when this process ends
		p.t.Fatal(err)
	}
	p.Process = processtest.Start(p.t, cmd)
	p.Await(`^serving$`)
}

// link returns a link to the process.
func (p *process) link(name string) link.Link {
	l, err := New(Config{Frontend: p.frontend, Backend: p.backend, Name: name})
	if err != nil {
		p.t.Fatal(err)
	}
	return l
}

func TestConformanceWithHub(t *testing.T) {
	t.Parallel()
	linktest.Run(t, func(t *testing.T) linktest.Bus {
		h := newHub(t)
		h.start()
		return linktest.Bus{Link: h.link, Stop: func() { h.Kill() }, Start: h.start}
	})
}

func TestConformanceWithPlainProxy(t *testing.T) {
	t.Parallel()
	linktest.Run(t, func(t *testing.T) linktest.Bus {
		p := newPlainProxy(t)
		p.start()
		return linktest.Bus{Link: p.link, Stop: func() { p.Kill() }, Start: p.start, Plain: true}
	})
}
