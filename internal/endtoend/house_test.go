package endtoend

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"homebus/internal/zmtp/zmtptest"
)

// whole is what the mirror prints when the picture is there.
var whole = []string{`^bus  connected`, `^kitchen/toaster  idle`}

func TestAnyOrder(t *testing.T) {
	orders := [][]string{{"bus", "sim", "mirror"}, {"mirror", "sim", "bus"}, {"sim", "bus", "mirror"}, {"mirror", "bus", "sim"}}
	for _, order := range orders {
		t.Run(strings.Join(order, " "), func(t *testing.T) {
			t.Parallel()
			at := newPlace(t)
			running := map[string]*process{}
			for _, program := range order {
				running[program] = at.startReady(t, program)
			}
			mirror := running["mirror"]
			for _, line := range whole {
				mirror.Rewind() // in whatever order
				mirror.Await(line)
			}
			for _, program := range order {
				running[program].endsPromptly(os.Interrupt, 0)
			}
		})
	}
}

// startReady starts one of the three programs of a house, and waits until it has
// begun to work, with or without the others.
func (at place) startReady(t *testing.T, program string) *process {
	t.Helper()
	switch program {
	case "bus":
		p := at.start(t, "bus")
		p.Await("msg=listening")
		return p
	case "sim":
		p := at.start(t, "sim")
		p.Await("msg=simulating")
		return p
	}
	p := at.start(t, program, "--plain")
	p.Await("^bus  ")
	return p
}

// startHouse starts all three and waits for the picture.
func (at place) startHouse(t *testing.T) (bus, sim, mirror *process) {
	t.Helper()
	bus, sim = at.startReady(t, "bus"), at.startReady(t, "sim")
	mirror = at.startReady(t, "mirror")
	mirror.Await(`^kitchen/toaster  idle`)
	return bus, sim, mirror
}

func TestAnyCanBeKilledAndComesBack(t *testing.T) {
	t.Parallel()
	at := newPlace(t)
	bus, sim, mirror := at.startHouse(t)

	watch := at.start(t, "bus", "sub", "--log-level", "info", "online/", "state/")
	watch.Await(`^state/`)
	bus.Kill()
	mirror.Await(`^bus  lost`)
	watch.Await(`not connected`)
	// Meanwhile everybody's pauses between two attempts grow to their longest.
	if out, code := at.run(t, "bus", "pub", "--timeout", "3s", "a", "b"); code != 1 || !strings.HasPrefix(out, "bus: no hub within 3s (") {
		t.Errorf("without a hub: exit code %d, %s", code, out)
	}
	bus = at.startReady(t, "bus")
	back := time.Now()
	mirror.awaitWithin(comeback, `^bus  connected`)
	watch.awaitWithin(comeback, `^online/kitchen/toaster \{"online":true\}`)
	watch.Await(`^state/kitchen/toaster \{`)
	if took := time.Since(back); took > comeback {
		t.Errorf("the house is back after %v", took)
	}

	mirror.Forget()
	sim.Kill()
	mirror.Await(`^kitchen/toaster  offline  connection lost`)
	at.startReady(t, "sim")
	mirror.awaitWithin(comeback, `^kitchen/toaster  idle`)

	mirror.Kill()
	mirror = at.start(t, "mirror", "--plain")
	for _, line := range whole {
		mirror.Rewind()
		mirror.awaitWithin(comeback, line)
	}
	bus.endsPromptly(syscall.SIGTERM, 0)
}

func TestAFrozenHubIsFoundOut(t *testing.T) {
	t.Parallel()
	at := newPlace(t)
	bus, sim, mirror := at.startHouse(t)
	sim.Await("msg=connected")
	if out, code := at.run(t, "bus", "sub", "-C", "2", "bus/heartbeat"); code != 0 { // by the second, all have heard one
		t.Fatal(out)
	}
	bus.Signal(syscall.SIGSTOP)
	mirror.awaitWithin(frozen, `^bus  (lost|silent)`)
	sim.awaitWithin(frozen, `connection lost`)
	bus.Signal(syscall.SIGCONT)
	mirror.awaitWithin(comeback, `^bus  connected`)
	sim.awaitWithin(comeback, "msg=connected")
	if out, code := at.run(t, "bus", "send", "kitchen/light", "on"); code != 0 {
		t.Errorf("afterwards: %s", out)
	}

	bus.Signal(syscall.SIGSTOP)
	mirror.endsPromptly(os.Interrupt, 0)
	sim.endsPromptly(os.Interrupt, 0)
	bus.Signal(syscall.SIGCONT)
}

// python returns an interpreter that has pyzmq.
func python(t *testing.T) string {
	t.Helper()
	zmtptest.NeedLibzmq(t)
	return zmtptest.Python
}

// lacks skips a test whose peer is not installed. In CI that is a failure.
func lacks(t *testing.T, what string, err error) {
	t.Helper()
	if os.Getenv("HOMEBUS_CI") != "" {
		t.Fatalf("%s is not installed: %v", what, err)
	}
	t.Skipf("%s is not installed: %v", what, err)
}

func TestAStrangersPressStartsBreakfast(t *testing.T) {
	t.Parallel()
	interpreter := python(t)
	at := newPlace(t)
	_, _, mirror := at.startHouse(t)
	script := `import zmq,time; s=zmq.Context().socket(zmq.PUB); s.connect("tcp://127.0.0.1:5559"); time.sleep(.5); ` +
		`s.send_multipart([b"command/bathroom/switch", b"{\"do\":\"press\"}"]); time.sleep(.5)`
	script = strings.Replace(script, "tcp://127.0.0.1:5559", at.frontend, 1)
	if out, err := exec.Command(interpreter, "-c", script).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for _, line := range []string{`^bathroom/switch  press`, `^bathroom/light  on`, `^kitchen/toaster  toasting`, `^kitchen/coffee  heating`, `^scene/morning  running`} {
		mirror.Rewind()
		mirror.Await(line)
	}
}

func TestGarbageIsAnsweredAndHarmsNobody(t *testing.T) {
	t.Parallel()
	at := newPlace(t)
	_, sim, _ := at.startHouse(t)
	acks := at.start(t, "bus", "sub", "--log-level", "info", "ack/kitchen/toaster")
	acks.Await("msg=subscribed")
	for _, garbage := range []string{`{"do":`, "start", "[]", `{"do":"fly"}`, `{"do":"start","browning":"very"}`, "\xff\xfe"} {
		if out, code := at.run(t, "bus", "pub", "command/kitchen/toaster", garbage); code != 0 {
			t.Fatalf("pub %q: %s", garbage, out)
		}
		acks.Await(`^ack/kitchen/toaster \{.*"ok":false.*"error":".+"`)
	}
	if out, code := at.run(t, "bus", "send", "kitchen/toaster", "start"); code != 0 || out != "kitchen/toaster: start: ok\n" {
		t.Errorf("afterwards: exit code %d, %s", code, out)
	}
	if out, code := at.run(t, "bus", "send", "kitchen/toaster", "start"); code != 1 || !regexp.MustCompile(`^bus: kitchen/toaster: start refused: \w`).MatchString(out) {
		t.Errorf("a second start: exit code %d, %s", code, out)
	}
	sim.endsPromptly(os.Interrupt, 0)
}

func TestAFaultFromTheCommandLine(t *testing.T) {
	t.Parallel()
	at := newPlace(t)
	_, _, mirror := at.startHouse(t)
	send := func(args ...string) {
		t.Helper()
		if out, code := at.run(t, "bus", append([]string{"send"}, args...)...); code != 0 {
			t.Fatalf("send %q: %s", args, out)
		}
	}
	send("kitchen/coffee", "fault", "kind=offline", "for=2m")
	mirror.Await(`^kitchen/coffee  offline  connection lost`)
	begin := time.Now()
	out, code := at.run(t, "bus", "send", "kitchen/coffee", "brew", "--timeout", "1m")
	if want := "bus: kitchen/coffee: brew refused: kitchen/coffee is offline (connection lost)\n"; code != 1 || out != want {
		t.Errorf("exit code %d, %q; want 1, %q", code, out, want)
	}
	if took := time.Since(begin); took > comeback { // a second try, at most, and not the timeout
		t.Errorf("the refusal took %v", took)
	}
	send("kitchen/coffee", "fault", "clear=true")
	mirror.awaitWithin(comeback, `^kitchen/coffee  idle`)
	send("kitchen/coffee", "brew", "cups=2")
}

func TestTheDemoTellsTheStoryInAPipe(t *testing.T) {
	t.Parallel()
	demo := place{}.start(t, "mirror", "--demo", "--speed", "60")
	begin := time.Now()
	demo.Await(`^kitchen/toaster  idle`)
	if took := time.Since(begin); took > comeback {
		t.Errorf("the first picture took %v", took)
	}
	for _, line := range []string{`^bathroom/switch  press`, `^kitchen/toaster  toasting`, `^kitchen/toaster  popped`, `Coffee is ready`} {
		demo.Await(line)
	}
	demo.endsPromptly(os.Interrupt, 0)
}

// A home may be no more than a mode: then there is nothing to simulate, and the hub
// of the demo keeps it.
func TestTheDemoOfAHomeThatIsOnlyAMode(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "scenes.toml")
	if err := os.WriteFile(file, []byte("[device.home.mode]\ntype = \"mode\"\nvalues = [\"home\", \"away\"]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	demo := place{}.start(t, "mirror", "--demo", "--scenes", file)
	demo.Await(`^home/mode  home`)
	demo.endsPromptly(os.Interrupt, 0)
}
