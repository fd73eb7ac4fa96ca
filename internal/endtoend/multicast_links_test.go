//go:build linux

package endtoend

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"homebus/internal/zmtp/zmtptest"
)

// newGroups lays a cable over which multicast leads.
func newGroups(t *testing.T) *network {
	n := newNetwork(t)
	for _, end := range [][2]string{{n.hub, hubEnd}, {n.house, houseEnd}} {
		n.run("ip", "-n", end[0], "route", "add", "239.0.0.0/8", "dev", end[1])
	}
	return n
}

// The rate of the tests' programs.
const rate = "--multicast-rate=5000"

// The house speaks to a group and hears another; its hub has both beside its ports. What it
// says reaches who subscribes over TCP, and what is asked over TCP reaches the house, and
// also what is asked in its own group. A mirror that hears the group alone shows what
// changes; one whose backend is a port has the last values too.
func TestHouseOverMulticast(t *testing.T) {
	t.Parallel()
	n := newGroups(t)
	n.start(n.hub, "bus", "serve", rate,
		"--frontend", "epgm://"+hubEnd+spoken, "--frontend", n.at.frontend,
		"--backend", "epgm://"+hubEnd+passed, "--backend", n.at.backend).Await("msg=listening")
	groups := []string{"--frontend", "epgm://" + houseEnd + spoken, "--backend", "epgm://" + houseAddress + passed}
	states := n.start(n.hub, "bus", "sub", "state/kitchen/toaster", "online/kitchen/toaster")
	sim := n.start(n.house, "sim", append(groups, rate, "--only", "kitchen/toaster")...)
	sim.Await("whoever is in the multicast group hears everything")
	states.Await(`^state/kitchen/toaster .*"state":"idle"`)

	mixed := n.start(n.house, "mirror", "--plain", "--frontend", "epgm://"+houseEnd+spoken, "--backend", n.at.backend)
	mixed.Await(`^kitchen/toaster  idle`) // a last value
	far := n.start(n.house, "mirror", append(groups, "--plain")...)
	far.Await(`^bus  connected`)
	for _, command := range [][]string{
		{n.hub, "start", "browning=2"},
		append([]string{n.house, "stop"}, groups...),
	} {
		p := n.start(command[0], "bus", append([]string{"send", "kitchen/toaster", command[1]}, command[2:]...)...)
		p.Exits(0)
	}
	far.Await(`^kitchen/toaster  toasting`)
	mixed.Await(`^kitchen/toaster  toasting`)

	p := n.start(n.house, "bus", append([]string{"pub", "notice/home", `{"text":"over the air","level":"info"}`}, groups...)...)
	p.Exits(0)
	sim.endsPromptly(os.Interrupt, 0)
	states.Await(`^online/kitchen/toaster .*"online":false`)
}

// In one group there is no hub: our programs and libzmq's hear one another.
func TestOneGroupWithLibzmq(t *testing.T) {
	t.Parallel()
	n := newGroups(t)
	group := func(at string) []string {
		return []string{"--frontend", "epgm://" + at + spoken, "--backend", "epgm://" + at + spoken}
	}
	sub := n.start(n.hub, "bus", append([]string{"sub", "state/"}, group(hubEnd)...)...)
	mirror := n.start(n.hub, "mirror", append([]string{"--plain"}, group(hubAddress)...)...)
	mirror.Await(`^bus  connected`)
	n.python(n.house, stateSpeaker, "epgm://"+houseAddress+spoken)
	sub.Await(`^state/attic/fan .*"speed":\d`)
	mirror.Await(`^attic/fan  on`)

	heard := n.python(n.house, listener, "epgm://"+houseAddress+spoken, "light")
	for i := 0; !strings.Contains(heard.Text(), "light ON"); i++ { // a listener does not say when it has joined
		if i == 10 {
			t.Fatal("libzmq does not hear bus pub")
		}
		p := n.start(n.hub, "bus", append([]string{"pub", "light", "ON", rate}, group(hubEnd)...)...)
		p.Exits(0)
	}
}

// stateSpeaker says with libzmq twice a second what a fan does.
const stateSpeaker = `
import sys, time, zmq
s = zmq.Context().socket(zmq.PUB)
s.setsockopt(zmq.RATE, 5000)
s.connect(sys.argv[1])
for i in range(120):
    s.send_multipart([b"online/attic/fan", b'{"online":true}'])
    s.send_multipart([b"state/attic/fan", b'{"state":"on","speed":%d}' % i])
    time.sleep(.5)
`

// What needs a hub's memory or an answer says that it cannot have it from a group.
func TestWhatMulticastCannot(t *testing.T) {
	t.Parallel()
	at := newPlace(t)
	const group = "epgm://127.0.0.1;239.192.1.1:5555"
	for _, tt := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"scenes", "--backend", group}, 2, "scenes are last values, and a multicast group brings none; want --backend over TCP or ipc"},
		{[]string{"ctl", "statistics", "--control", group}, 2, "multicast carries what is published, and neither questions nor answers"},
		{[]string{"collect", "--queue", group}, 2, "neither questions nor answers"},
		{[]string{"pub", "x", "y", "--timeout", "2s", "--frontend", "epgm://nowhere;239.192.1.1:5555", "--backend", group}, 1, `there is no interface "nowhere"`},
		{[]string{"send", "kitchen/toaster", "start", "--timeout", "3s", "--frontend", group, "--backend", group}, 1, "by multicast it cannot be known who is there"},
	} {
		t.Run(tt.args[0], func(t *testing.T) {
			t.Parallel()
			if said, code := at.run(t, "bus", tt.args...); code != tt.code || !strings.Contains(said, tt.want) {
				t.Errorf("exit code %d, %s; want %d and %q", code, said, tt.code, tt.want)
			}
		})
	}
}

// A file's lines go through a group, and what is missing of it is asked for over TCP.
func TestFilesOverMulticast(t *testing.T) {
	t.Parallel()
	n := newGroups(t)
	const front, back = "tcp://" + hubAddress + ":5563", "tcp://" + hubAddress + ":5564"
	n.start(n.hub, "bus", "proxy", "queue", "--frontend", front, "--backend", back).Await("msg=listening")
	logs, out := t.TempDir(), t.TempDir()
	file := filepath.Join(logs, "a.log")
	want := strings.Repeat("was there before\n", 1000)
	writeFile(t, file, want)
	n.start(n.house, "sim", "--tail", filepath.Join(logs, "*.log"), "--node", "n1", "--queue", back, rate,
		"--frontend", "epgm://"+houseEnd+spoken, "--backend", "epgm://"+houseEnd+spoken).Await("msg=")
	n.start(n.hub, "bus", "collect", "--out", out, "--queue", front,
		"--frontend", "epgm://"+hubEnd+spoken, "--backend", "epgm://"+hubEnd+spoken)
	collected := func() string {
		var all strings.Builder
		_ = filepath.WalkDir(filepath.Join(out, "n1"), func(path string, d os.DirEntry, err error) error {
			if err == nil && !d.IsDir() {
				text, _ := os.ReadFile(path) // it may not be there yet
				all.Write(text)
			}
			return nil
		})
		return all.String()
	}
	for i := range 2 {
		zmtptest.Eventually(t, "the file is there as a whole", func() bool { return collected() == want })
		want += strings.Repeat("another line\n", 100*i+1)
		writeFile(t, file, want)
	}
	zmtptest.Eventually(t, "the file is there as a whole", func() bool { return collected() == want })
}

// writeFile writes a file that begins as it did before, in one go.
func writeFile(t *testing.T, path, text string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE, 0o600)
	if err == nil {
		_, err = f.WriteString(text)
		err = errors.Join(err, f.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
}
