package endtoend

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"homebus/internal/processtest"
	"homebus/topics"
)

// devicePage shows one appliance in several languages.
const devicePage = "docs/write-a-device.md"

// remembered is how many ids of commands an appliance remembers; DESIGN "Messages".
const remembered = 256

// TestDevices runs the fan of docs/write-a-device.md in every language, word for word
// but for the hub's place, through all that the page promises of it.
func TestDevices(t *testing.T) {
	t.Parallel()
	for language, build := range map[string]func(*testing.T, string) func() *exec.Cmd{
		"python": pythonDevice, "c": cDevice, "go": goDevice,
	} {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			at := newPlace(t)
			fan := build(t, at.here(theLast(t, language)))
			bus := at.startReady(t, "bus")
			c := newCaller(t, at, "office/fan")
			p := at.startCommand(t, fan())
			c.hearsOf(0)
			c.commands()
			c.refusals()
			c.repeats()
			c.contradiction()
			c.restart(at, bus)

			p.Kill()
			c.hears(topics.KindOnline, map[string]any{"online": false, "reason": "connection lost"})
			at.startCommand(t, fan())
			c.hearsOf(0)
		})
	}
}

// TestTheShortDevice runs the fan that has twenty lines.
func TestTheShortDevice(t *testing.T) {
	t.Parallel()
	script := page(t, devicePage, "python")[0]
	if n := len(strings.FieldsFunc(script, func(r rune) bool { return r == '\n' })); n > 20 {
		t.Errorf("the twenty lines are %d", n)
	}
	at := newPlace(t)
	bus := at.startReady(t, "bus")
	c := newCaller(t, at, "office/fan")
	p := at.startCommand(t, pythonDevice(t, at.here(script))())
	c.hearsOf(0)
	for i, want := range []struct {
		id, payload string
		ok          bool
		speed       float64
	}{
		{"first", `{"do":"on","speed":2}`, true, 2},
		{"bad", `{"do":"on","speed":9}`, false, 2},
		{"second", `{"do":"off"}`, true, 0},
		{"first", `{"do":"on","speed":2}`, true, 0}, // a repeat
		{"", `{"do":"on","speed":1}`, true, 1},
		{"", `{"do":"on","speed":3}`, true, 3},
		{"worse", `{"do":"fly"}`, false, 3},
		{"last", `{"do":"on","speed":2}`, true, 2},
	} {
		if a := c.asks(want.id, want.payload); a.OK != want.ok {
			t.Errorf("%d: ok is %v, error %q", i, a.OK, a.Error)
		}
		c.hearsOf(want.speed) // what it says at once
	}
	bus.Kill()
	at.startReady(t, "bus")
	c.hearsOf(2)
	p.Kill()
	c.hears(topics.KindOnline, map[string]any{"online": false, "reason": "connection lost"})
}

// theLast returns the one piece of a language on the page, or of Python the one that
// is not short.
func theLast(t *testing.T, language string) string {
	t.Helper()
	pieces, want := page(t, devicePage, language), 1
	if language == "python" {
		want = 2
	}
	if len(pieces) != want {
		t.Fatalf("%s has %d pieces of %s; this test knows %d", devicePage, len(pieces), language, want)
	}
	return pieces[want-1]
}

func pythonDevice(t *testing.T, script string) func() *exec.Cmd {
	interpreter := python(t)
	return func() *exec.Cmd { return exec.Command(interpreter, "-u", "-c", script) }
}

// cDevice compiles as the page says.
func cDevice(t *testing.T, source string) func() *exec.Cmd {
	t.Helper()
	header := exec.Command("gcc", "-E", "-")
	header.Stdin = strings.NewReader("#include <zmq.h>\n")
	if out, err := header.CombinedOutput(); err != nil {
		lacks(t, "gcc or libzmq3-dev", fmt.Errorf("%w %s", err, out))
	}
	line := regexp.MustCompile(`(?m)^gcc .*$`).FindString(strings.Join(page(t, devicePage, "sh"), ""))
	words := strings.Fields(line)
	if len(words) == 0 {
		t.Fatalf("%s does not say how to compile", devicePage)
	}
	dir := t.TempDir()
	write(t, filepath.Join(dir, "fan.c"), source)
	compile := exec.Command(words[0], words[1:]...)
	compile.Dir = dir
	if out, err := compile.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", line, err, out)
	}
	return func() *exec.Cmd { return exec.Command(filepath.Join(dir, "fan")) }
}

// goDevice builds within this module, for zmq4 as go.mod has it.
func goDevice(t *testing.T, source string) func() *exec.Cmd {
	t.Helper()
	dir := t.TempDir()
	fan := filepath.Join(dir, "fan.go")
	write(t, fan, source)
	if out, err := exec.Command("go", "vet", fan).CombinedOutput(); err != nil {
		t.Fatalf("go vet: %v\n%s", err, out)
	}
	if err := processtest.Build(dir, fan); err != nil {
		t.Fatal(err)
	}
	return func() *exec.Cmd { return exec.Command(filepath.Join(dir, "fan")) }
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// hearsOf waits until the fan has announced itself with a speed.
func (c *caller) hearsOf(speed float64) {
	c.t.Helper()
	c.hears(topics.KindOnline, map[string]any{"online": true})
	c.hears(topics.KindState, map[string]any{"state": onOff(speed), "speed": speed})
}

func onOff(speed float64) string {
	if speed > 0 {
		return "on"
	}
	return "off"
}

// does asks for a speed, and wants it done: one new state, by this command.
func (c *caller) does(id string, speed float64) {
	c.t.Helper()
	payload := fmt.Sprintf(`{"do":"on","speed":%v}`, speed)
	if speed == 0 {
		payload = `{"do":"off"}`
	}
	a := c.asks(id, payload)
	if !a.OK || len(a.Led) != 1 || !has(a.Led[0].Payload, map[string]any{"state": onOff(speed), "speed": speed}) {
		c.t.Fatalf("%s with the id %q: ok is %v, error %q, and led to%s", payload, id, a.OK, a.Error, texts(a.Led))
	}
	if id != "" && a.Led[0].Hops() != hopsAsked {
		c.t.Errorf("%s with %d hops led to a state with %d", payload, hopsAsked, a.Led[0].Hops())
	}
}

// repeated sends a command of which nothing must come but the ack.
func (c *caller) repeated(id, payload string) answer {
	c.t.Helper()
	a := c.asks(id, payload)
	if len(a.Led) > 0 {
		c.t.Errorf("%.30s with the id %q is no news, and led to%s", payload, id, texts(a.Led))
	}
	return a
}

func (c *caller) commands() {
	c.t.Helper()
	c.does("first", 2)
	c.does("second", 0)
	c.does("", 1)
	c.does("", 1) // has no id, so it is no repeat
	c.publish(topics.KindCommand, c.id+"-2", `{"do":"on","speed":3}`, nil)
	c.does("third", 1) // the first that is acked
}

func (c *caller) refusals() {
	c.t.Helper()
	for i, payload := range []string{
		`{"do":"on","speed":9}`, `{"do":"on","speed":1.5}`, `{"do":"on"}`,
		`{"do":"fly"}`, `{"do":7}`, `{}`, `[]`, `7`, `{`, ``, strings.Repeat("[", 100_000),
	} {
		id := fmt.Sprint("bad ", i)
		a := c.repeated(id, payload)
		if a.OK || a.Error == "" {
			c.t.Errorf("%.30s: ok is %v, error %q", payload, a.OK, a.Error)
		}
		if again := c.repeated(id, payload); again.Error != a.Error {
			c.t.Errorf("%.30s: refused with %q, then with %q", payload, a.Error, again.Error)
		}
	}
}

func (c *caller) repeats() {
	c.t.Helper()
	const command = `{"do":"on","speed":2}`
	c.does("once", 2)
	for i := range remembered - 1 {
		c.does(fmt.Sprint("other ", i), 0)
	}
	if a := c.repeated("once", command); !a.OK {
		c.t.Errorf("the repeat is refused: %s", a.Error)
	}
	c.does("one more", 0)
	c.does("once", 2) // the memory is bounded
}

// contradiction: somebody says that the fan is offline, and it knows better.
func (c *caller) contradiction() {
	c.t.Helper()
	c.publish(topics.KindOnline, c.id, `{"online":false}`, nil)
	c.hears(topics.KindOnline, map[string]any{"online": false})
	c.hearsOf(2)
}

// restart kills the hub and starts it again.
func (c *caller) restart(at place, bus *process) {
	c.t.Helper()
	bus.Kill()
	at.startReady(c.t, "bus")
	back := time.Now()
	c.hearsOf(2)
	if took := time.Since(back); took > 2*comeback { // comeback on a machine with nothing else to do
		c.t.Errorf("back %v after the hub", took)
	} else {
		c.t.Logf("back %v after the hub", took.Round(10*time.Millisecond))
	}
	c.does("afterwards", 2)
}

// TestDevicePage types in what docs/write-a-device.md shows in a shell, where each line
// says what comes of it, and lives with the scenes of the page.
func TestDevicePage(t *testing.T) {
	t.Parallel()
	fan := pythonDevice(t, theLast(t, "python"))
	at := newPlace(t)
	file := houseWith(t, theLast(t, "toml"))
	for _, command := range []string{"check", "test"} {
		if out, code := at.run(t, "bus", command, file); code != 0 {
			t.Errorf("bus %s: %s", command, out)
		}
	}
	at.start(t, "bus", "--scenes", file).Await("msg=listening")
	cmd := fan()
	cmd.Args[len(cmd.Args)-1] = at.here(cmd.Args[len(cmd.Args)-1])
	p := at.startCommand(t, cmd)
	notices := at.start(t, "bus", "sub", "state/office/fan", "notice/")
	notices.Await(`^state/office/fan `) // both are there
	tried := 0
	for _, line := range strings.Split(strings.Join(page(t, devicePage, "sh"), ""), "\n") {
		tried += at.tries(t, line)
	}
	if tried != 5 {
		t.Errorf("%s shows %d lines to try; this test knows 5", devicePage, tried)
	}
	notices.Await(`^notice/home .*Somebody is at the door`)
	p.Kill()
	notices.Await(`^notice/home .*The fan is gone`)
}

// houseWith writes the house down with more scenes.
func houseWith(t *testing.T, more string) string {
	t.Helper()
	house, err := os.ReadFile(scenes)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "scenes.toml")
	write(t, file, string(house)+"\n"+more)
	return file
}

// tries types in a line of a program of ours, and returns 1, or 0 for any other line.
func (at place) tries(t *testing.T, line string) int {
	t.Helper()
	line, says, _ := strings.Cut(line, "#")
	words := strings.Fields(strings.ReplaceAll(line, "'", ""))
	if len(words) == 0 || words[0] != "bus" && words[0] != "mirror" {
		return 0
	}
	at.start(t, words[0], words[1:]...).Await("^" + regexp.QuoteMeta(strings.TrimSpace(says)))
	return 1
}
