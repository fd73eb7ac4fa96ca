package hub

import (
	"context"
	"fmt"
	"log/slog"
	"runtime"
	"strings"
	"testing"
	"time"

	"homebus/internal/housetime"
	"homebus/internal/link"
	"homebus/internal/message"
	"homebus/internal/scene"
	"homebus/internal/zmtp/zmtptest"
	"homebus/topics"
)

func houseOf(t testing.TB, parts ...string) *scene.File {
	t.Helper()
	f, err := scene.Load("test.toml", []byte(strings.Join(parts, "\n")))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func reloaded(t testing.TB, h *Hub, parts ...string) {
	t.Helper()
	if err := h.Reload(houseOf(t, parts...)); err != nil {
		t.Fatal(err)
	}
}

// inhabitant is a link into a hub under test.
type inhabitant struct {
	t testing.TB
	link.Link
}

func moveIn(t testing.TB, h *Hub, prefixes ...string) inhabitant {
	t.Helper()
	l := h.Link("test")
	for _, prefix := range prefixes {
		l.Subscribe(prefix)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- l.Run(ctx) }()
	t.Cleanup(func() { cancel(); <-done })
	<-l.Events() // it is up
	return inhabitant{t, l}
}

func (i inhabitant) says(topic, payload string) {
	i.t.Helper()
	if err := i.Publish(message.Message{Topic: topic, Payload: []byte(payload), Meta: &message.Meta{ID: "said"}}); err != nil {
		i.t.Fatal(err)
	}
}

// hears passes over messages until one on the topic that has all of the words in its
// payload, or no payload if there are no words.
func (i inhabitant) hears(topic string, words ...string) {
	i.t.Helper()
	for {
		m := i.next("no " + topic + " with " + strings.Join(words, ", "))
		ok := m.Topic == topic && (len(words) == 0) == (len(m.Payload) == 0)
		for _, w := range words {
			ok = ok && strings.Contains(string(m.Payload), w)
		}
		if ok {
			return
		}
	}
}

func (i inhabitant) next(or string) message.Message {
	i.t.Helper()
	select {
	case e := <-i.Events():
		return e.Message
	case <-time.After(zmtptest.Patience):
		i.t.Fatal(or)
		panic("unreachable")
	}
}

const (
	hallDevices = `
[device.hall.switch]
type = "light-switch"
[device.hall.light]
type = "dimmable-light"
[device.hall.light-2]
type = "dimmable-light"
`
	waitingScene = `
[scene.waits]
when = [ { event = "hall/switch", is = "press" } ]
do   = [ { wait = "10m" }, { say = "still here" } ]
`
	otherScene = `
[scene.other]
do = [ { wait = "2h" }, { say = "too late" } ]
`
	shorterOther = `
[scene.other]
do = [ { wait = "1h" }, { say = "too late" } ]
`
	followerScene = `
[scene.follows]
when = [ { device = "hall/light-2", becomes = "on" }, { topic = "online/hall/light-2" } ]
do   = [ { say = "follows" } ]
[scene.asked]
only_if = [ { device = "hall/light-2", is = "on" } ]
when    = [ { topic = "ask" } ]
do      = [ { say = "it is on" } ]
`
)

// hurried is a clock with which ten minutes of the house pass in a second.
func hurried() housetime.Clock { return housetime.New(time.Now(), time.Now(), 600) }

func TestAReload(t *testing.T) {
	t.Parallel()
	log := make(logLines, 64)
	h := start(t, Config{Scenes: houseOf(t, hallDevices, waitingScene, otherScene), Clock: hurried(), Log: slog.New(slog.NewTextHandler(log, nil))})
	i := moveIn(t, h, "scene/", "notice/")
	i.says("event/hall/switch", `{"event":"press"}`)
	i.says("command/scene/other", `{"do":"run"}`)
	i.hears("scene/waits", `"running"`, `"step":1`)
	i.hears("scene/other", `"running"`)

	reloaded(t, h, hallDevices, "# moved down\n", shorterOther, followerScene, waitingScene)
	i.hears("scene/other", `"stopped"`, `"runs":1`)
	i.hears("scene/follows", `"idle"`)
	i.hears("notice/home", "still here")
	i.hears("scene/waits", `"done"`, `"runs":1`)

	reloaded(t, h, hallDevices, shorterOther)
	i.hears("scene/follows")
	i.hears("scene/waits")
	if _, there := h.memory.values.Get("scene/waits"); there {
		t.Error("a scene that is gone is remembered")
	}

	var said []string
	for len(log) > 0 {
		said = append(said, <-log)
	}
	text := strings.Join(said, "")
	for _, want := range []string{
		`msg="the house is loaded again" file=test.toml scenes=4 unchanged=1 new="[follows asked]" changed=[other] runs_ended=[other]`,
		`msg="the house is loaded again" file=test.toml scenes=1 unchanged=1 gone="[follows asked waits]"`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the log has no\n%s\n:\n%s", want, text)
		}
	}
	if strings.Contains(text, "restart sim") {
		t.Errorf("no device has changed:\n%s", text)
	}
}

// What a new scene looks at is known to it from the last values, as a first value:
// nothing has changed.
func TestNewScenesKnowTheLastValues(t *testing.T) {
	for name, before := range map[string]string{
		"of devices that nobody looked at": "",
		"of a device whose name was covered by another's": `
[scene.looks]
do = [ { say = "{hall/light}" } ]`,
		"of a topic that was heard for other reasons": `
[scene.raw]
when = [ { topic = "state/hall/light-2" } ]
do = [ ]`,
	} {
		t.Run(name, func(t *testing.T) {
			h := start(t, Config{Scenes: houseOf(t, hallDevices, waitingScene, before)})
			i := moveIn(t, h, "notice/", "scene/", "ask")
			i.says("online/hall/light-2", isOnline)
			i.says("state/hall/light-2", `{"state":"on"}`)
			reloaded(t, h, hallDevices, waitingScene, before, followerScene)
			i.says("ask", "")
			i.hears("ask")
			for {
				m := i.next("no answer")
				if m.Topic == "notice/home" {
					if !strings.Contains(string(m.Payload), "it is on") {
						t.Errorf("first it says %s", m.Payload)
					}
					break
				}
			}
			// What comes later is a change.
			i.says("state/hall/light-2", `{"state":"off"}`)
			i.says("state/hall/light-2", `{"state":"on"}`)
			i.hears("notice/home", "follows")
			i.says("online/hall/light-2", isOnline)
			i.hears("notice/home", "follows")
		})
	}
}

func TestAReloadOfWhatLivesInTheHub(t *testing.T) {
	mode := func(name, values string) string {
		return fmt.Sprintf("[device.home.%s]\ntype = \"mode\"\nvalues = [%s]\n", name, values)
	}
	season, place := mode("season", `"summer", "winter"`), mode("place", `"home", "away", "night"`)
	h := start(t, Config{Scenes: houseOf(t, season)})
	i := moveIn(t, h, "state/home/", "online/home/", "ack/")
	set := func(device, id, value string) {
		t.Helper()
		if err := i.Publish(message.Message{Topic: "command/" + device, Payload: fmt.Appendf(nil, `{"do":"set","value":%q}`, value), Meta: &message.Meta{ID: id}}); err != nil {
			t.Fatal(err)
		}
		i.hears("ack/"+device, `"id":"`+id+`"`, `"ok":true`)
	}
	i.hears("state/home/season", "summer")
	set("home/season", "s1", "winter")

	reloaded(t, h, place, season) // a new one
	i.hears("online/home/place", "true")
	i.hears("state/home/place", `"home"`)
	set("home/place", "p1", "away")
	set("home/season", "s2", "summer")
	set("home/season", "s1", "winter") // a repeat from before the reload is not done again
	wantLast(t, h, "state/home/season", `{"state":"summer"}`)

	// Other words: what it is remains, where it is still one of them.
	reloaded(t, h, mode("place", `"holiday", "away"`), season)
	wantLast(t, h, "state/home/place", `{"state":"away"}`)
	reloaded(t, h, mode("place", `"holiday", "home"`), season)
	i.hears("state/home/place", "holiday")
	set("home/place", "p2", "home")

	reloaded(t, h, season, "[scene.a]\ndo = []\n") // gone
	for _, topic := range []string{"online/home/place", "state/home/place"} {
		i.hears(topic)
		wantLast(t, h, topic, "")
	}
	wantLast(t, h, "state/home/season", `{"state":"summer"}`)
	i.says("state/home/place", `{"state":"x"}`) // nobody contradicts
	set("home/season", "s3", "winter")
	wantLast(t, h, "state/home/place", `{"state":"x"}`)

	reloaded(t, h, season, place) // and back as it is at first
	i.hears("state/home/place", `"home"`)
	i.says("state/home/place", `{"state":"x"}`)
	i.hears("state/home/place", `"home"`)
}

// wantLast fails unless that is the last value of the topic; "" is none.
func wantLast(t *testing.T, h *Hub, topic, want string) {
	t.Helper()
	l := h.forwarder.Attach("look")
	defer l.Close()
	if given, err := l.Follow(topic, true); err != nil {
		t.Fatal(err)
	} else if !given {
		if want != "" {
			t.Errorf("%s has no last value, want %s", topic, want)
		}
		return
	}
	if frames, _ := l.Next(); string(frames[1]) != want {
		t.Errorf("the last value of %s is %s, want %s", topic, frames[1], want)
	}
}

// A simulator knows the house with which it was started; what the hub keeps is none of
// its business.
func TestAReloadSaysWhenTheSimulatorIsToBeRestarted(t *testing.T) {
	const mode = "[device.home.mode]\ntype = \"mode\"\nvalues = [\"a\"]\n"
	for _, tt := range []struct{ name, new, changed string }{
		{"nothing", hallDevices, ""},
		{"a mode", hallDevices + mode, ""},
		{"one more", hallDevices + "[device.attic.light]\ntype = \"dimmable-light\"\n", "changed=[attic/light]"},
		{"one less", strings.Replace(hallDevices, "[device.hall.light-2]\ntype = \"dimmable-light\"\n", "", 1), "changed=[hall/light-2]"},
		{"another", strings.Replace(hallDevices, "dimmable-light", "blinds", 1), "changed=[hall/light]"},
		{"who lives there", hallDevices + "[[occupancy]]\nwake = \"06:30\"\n[device.hall.motion]\ntype = \"motion-sensor\"\n", `changed="[hall/motion occupancy]"`},
		{"the zone", "[home]\ntimezone = \"Europe/Berlin\"\n" + hallDevices, "changed=[home]"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			log := make(logLines, 16)
			h := start(t, Config{Scenes: houseOf(t, hallDevices), Log: slog.New(slog.NewTextHandler(log, nil))})
			reloaded(t, h, tt.new)
			said := ""
			for len(log) > 0 {
				said += <-log
			}
			if tt.changed == "" && strings.Contains(said, "restart sim") || tt.changed != "" && !strings.Contains(said, `restart sim" `+tt.changed+"\n") {
				t.Errorf("the log says %s", said)
			}
		})
	}
}

func TestAReloadThatCannotBe(t *testing.T) {
	if err := start(t, Config{}).Reload(houseOf(t, waitingScene, hallDevices)); err == nil || !strings.Contains(err.Error(), "without a house") {
		t.Errorf("of a hub without a house: %v", err)
	}
	h, stop := startStop(t, Config{Scenes: houseOf(t, hallDevices)})
	stop()
	if err := h.Reload(houseOf(t, hallDevices)); err == nil || !strings.Contains(err.Error(), "ended") {
		t.Errorf("of a hub that has ended: %v", err)
	}
	h, err := New(Config{Scenes: houseOf(t, hallDevices)})
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- h.Reload(houseOf(t, hallDevices)) }()
	h.Close()
	if err := <-done; err == nil {
		t.Error("of a hub that never ran: no error")
	}
}

// The file that counts is that of the last reload, also after a panic and in the pause
// that follows it.
func TestAPanicAfterAReload(t *testing.T) {
	t.Parallel()
	h, err := New(Config{Scenes: houseOf(t, hallDevices, waitingScene), Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	d := newDirector(h, h.cfg.Scenes)
	defer d.peer.Close()
	engine := d.engine
	d.engine = nil // so that the first call panics
	if d.direct(t.Context()) {
		t.Fatal("no panic")
	}
	d.engine = engine
	r := reload{file: houseOf(t, hallDevices, otherScene), done: make(chan error, 1)}
	go func() { d.reloads <- r }()
	d.rest(t.Context())
	if err := <-r.done; err != nil {
		t.Fatal(err)
	}
	messages := d.engine.Start(h.now())
	if len(messages) != 1 || messages[0].Topic != "scene/other" {
		t.Errorf("the scenes begin with %v", messages)
	}
	d.engine = nil
	r.file = houseOf(t, hallDevices, followerScene)
	func() {
		defer func() { _ = recover() }()
		d.reload(r)
	}()
	select {
	case <-r.done:
	default:
		t.Fatal("who asked for a reload in which the scenes panic waits for ever")
	}
	if d.begin(); len(d.engine.Start(h.now())) != 2 {
		t.Error("the file of a reload in which the scenes panicked does not count")
	}
}

// A hundred reloads in a row, while messages flow: none is lost, neither of those that
// are relayed nor of those that start a scene that remains, and nothing grows.
func TestAHundredReloads(t *testing.T) {
	const counts = "[scene.counts]\nwhen = [ { topic = \"tick\" } ]\ndo = [ { say = \"counted\" } ]\n"
	files := []*scene.File{
		houseOf(t, hallDevices, counts, waitingScene, followerScene, "[device.home.mode]\ntype = \"mode\"\nvalues = [\"a\"]\n"),
		houseOf(t, counts, otherScene),
		houseOf(t, hallDevices, shorterOther, followerScene, counts, "[device.home.mode]\ntype = \"mode\"\nvalues = [\"b\", \"a\"]\n"),
	}
	h := start(t, Config{Scenes: files[0], Clock: housetime.New(time.Now(), time.Now(), 1e6)}) // or the scene would be held
	i := moveIn(t, h, "tick", topics.NoticeHome)
	ticking := moveIn(t, h)
	reloads := func(n int) {
		t.Helper()
		done := make(chan error, 1)
		go func() {
			for ; n > 0; n-- {
				if err := h.Reload(files[n%len(files)]); err != nil {
					done <- err
					return
				}
			}
			done <- nil
		}()
		ticking.says("tick", "")
		said, heard, counted := 1, 0, 0
		for reloading := true; reloading || counted < said; {
			select {
			case e := <-i.Events():
				if e.Message.Topic == "tick" {
					heard++
				} else if counted++; reloading { // no faster than the scenes can count
					ticking.says("tick", "")
					said++
				}
			case err := <-done:
				if err != nil {
					t.Fatal(err)
				}
				reloading = false
			case <-time.After(zmtptest.Patience):
				t.Fatalf("%d messages, %d heard, %d counted", said, heard, counted)
			}
		}
		if said != heard || said != counted {
			t.Errorf("%d messages, %d heard, %d counted", said, heard, counted)
		}
		t.Logf("%d messages", said)
	}
	reloads(30)
	goroutines, memory := runtime.NumGoroutine(), heap()
	reloads(100)
	if now := runtime.NumGoroutine(); now > goroutines {
		t.Errorf("%d goroutines, then %d", goroutines, now)
	}
	if now := heap(); now > memory+1<<20 {
		t.Errorf("%d bytes, then %d", memory, now)
	}
}
