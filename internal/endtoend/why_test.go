package endtoend

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// whyUntil asks until the hub says that line.
func (at place) whyUntil(t *testing.T, control, of, line string) {
	t.Helper()
	out, code := "", 0
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		if out, code = at.run(t, "bus", "why", of, "--control", control); code == 0 && out == line+"\n" {
			return
		}
	}
	t.Fatalf("why %s: exit code %d, %swant %s", of, code, out, line)
}

// One press, and why everything is as it is: told by the programs, and to a script; also
// when the simulator is killed in the middle of it, and when it is back.
func TestWhy(t *testing.T) {
	t.Parallel()
	at := newPlace(t)
	control := "ipc://" + filepath.Join(t.TempDir(), "ctl")
	bus := at.start(t, "bus", "--control", control)
	bus.Await("to be steered")
	sim := at.start(t, "sim", "--speed", "5")
	sim.Await("msg=connected")
	at.whyUntil(t, control, "kitchen/coffee", "kitchen/coffee idle ← no cause named")

	if out, code := at.run(t, "bus", "send", "bathroom/switch", "press"); code != 0 {
		t.Fatal(out)
	}
	at.whyUntil(t, control, "bathroom/light", "bathroom/light on ← bathroom/switch pressed by bus send")
	const heating = "kitchen/coffee heating ← scene morning, step 2 ← bathroom/switch pressed by bus send"
	at.whyUntil(t, control, "kitchen/coffee", heating)
	at.whyUntil(t, control, "kitchen/toaster", "kitchen/toaster toasting ← scene morning, step 1 ← bathroom/switch pressed by bus send")
	at.whyUntil(t, control, "morning", "scene morning running ← bathroom/switch pressed by bus send")

	interpreter := python(t)
	script := `import zmq,sys
s=zmq.Context().socket(zmq.REQ); s.linger=0; s.rcvtimeo=5000; s.connect(sys.argv[1])
s.send_json({"do":"why","of":"kitchen/coffee"}); a=s.recv_json(); print(a["ok"], a["line"], a["end"], len(a["links"]))
s.send_json({"do":"why","of":a["links"][-1]["id"]}); print(s.recv_json()["line"])
s.send_json({"do":"why","of":"kitchen/cofee"}); print(s.recv_json())
s.send_json({"do":"why-not","scene":"morning"}); a=s.recv_json(); print(a["last"]["runs"], a["now"]["why"])
s.send_json({"do":"why-not","of":"morning"}); print(s.recv_json()["error"])
for bad in [{"do":"why"},{"do":"why","of":7},{"do":"why-not","scene":["x"]},{"do":"why","of":"\x1b"*9999}]: s.send_json(bad); print(s.recv_json()["ok"])
`
	out, err := exec.Command(interpreter, "-c", script, control).CombinedOutput()
	want := "True " + heating + " root 5\nbathroom/switch press by bus send\n" +
		`{'error': 'the bus knows no "kitchen/cofee" (did you mean "kitchen/coffee"?)', 'ok': False}` +
		"\nTrue it is running (mode single)\nwhich scene? want {\"do\":\"why-not\",\"scene\":\"morning\"}\nFalse\nFalse\nFalse\nFalse\n"
	if err != nil || string(out) != want {
		t.Fatalf("%v:\n got %s\nwant %s", err, out, want)
	}

	sim.Kill()
	at.whyUntil(t, control, "kitchen/coffee", "kitchen/coffee offline (connection lost)")
	at.whyUntil(t, control, "morning", "scene morning running ← bathroom/switch pressed by bus send")
	sim = at.start(t, "sim", "--speed", "5")
	at.whyUntil(t, control, "kitchen/coffee", "kitchen/coffee idle ← no cause named")
	out2, code := at.run(t, "bus", "why-not", "morning", "--control", control)
	if code != 0 || !strings.HasSuffix(out2, "\nnow: it would not run: it is running (mode single)\n") {
		t.Errorf("exit code %d, %s", code, out2)
	}

	// A hub that begins anew has forgotten, and says so.
	bus.Kill()
	bus = at.start(t, "bus", "--control", control)
	bus.Await("to be steered")
	at.whyUntil(t, control, "morning", "scene morning idle")
	sim.endsPromptly(os.Interrupt, 0)
	bus.endsPromptly(os.Interrupt, 0)
}
