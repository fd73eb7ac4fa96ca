package hub

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"homebus/internal/housetime"
	"homebus/internal/message"
	"homebus/internal/scene"
	"homebus/internal/zmtp"
	"homebus/internal/zmtp/zmtptest"
	"homebus/topics"
)

const testHouse = `
schema = 1

[device.hall.switch]
type = "light-switch"

[device.hall.light]
type = "dimmable-light"

[scene.welcome]
when = [ { event = "hall/switch", is = "press" } ]
do   = [
  { device = "hall/light", do = "on" },
  { wait = "2m" },
  { say = "still here" },
]
`

func loadHouse(t testing.TB) *scene.File {
	t.Helper()
	f, err := scene.Load("test.toml", []byte(testHouse))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// A press becomes a command, and two minutes of the house later a sentence, in
// one chain of causes.
func TestScenesRunInTheHub(t *testing.T) {
	wall := time.Now()
	house := time.Date(2026, 11, 20, 6, 30, 0, 0, time.UTC)
	h := start(t, Config{Scenes: loadHouse(t), Clock: housetime.New(wall, house, 600)})
	l := h.Link("test")
	for _, prefix := range []string{"command/", "notice/", "scene/"} {
		l.Subscribe(prefix)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- l.Run(ctx) }()
	defer func() { cancel(); <-done }()
	next := func(topic, contains string) message.Message {
		t.Helper()
		for {
			select {
			case e := <-l.Events():
				if e.Status == nil && e.Message.Topic == topic && strings.Contains(string(e.Message.Payload), contains) {
					return e.Message
				}
			case <-time.After(zmtptest.Patience):
				t.Fatalf("no %s with %s", topic, contains)
			}
		}
	}
	next(topics.Scene("welcome"), `"idle"`)
	press := message.Message{Topic: topics.Event("hall", "switch"), Payload: []byte(`{"event":"press"}`), Meta: &message.Meta{ID: "press", From: "hall/switch", Seq: 1}}
	if err := l.Publish(press); err != nil {
		t.Fatal(err)
	}
	command := next(topics.Command("hall", "light"), `"on"`)
	if command.Meta == nil || command.Meta.From != "bus" {
		t.Fatalf("the command's meta is %+v", command.Meta)
	}
	notice := next(topics.NoticeHome, "still here")
	if waited := notice.Meta.At.Sub(command.Meta.At); waited < 2*time.Minute || waited > 10*time.Minute {
		t.Errorf("two minutes of the house took %v", waited)
	}
	next(topics.Scene("welcome"), `"done"`)
	if notice.Meta.Seq <= command.Meta.Seq {
		t.Errorf("the hub's messages are numbered %d, then %d", command.Meta.Seq, notice.Meta.Seq)
	}
}

// A computer may boot with a wrong clock. No message tells that it has been set,
// so the director looks, and a time of day is not missed either way.
func TestAClockThatIsSetMissesNoTimeOfDay(t *testing.T) {
	file, err := scene.Load("test.toml", []byte("[scene.early]\nwhen = [ { time = \"07:00\" } ]\ndo = []\n"))
	if err != nil {
		t.Fatal(err)
	}
	six := time.Date(2026, 11, 20, 6, 0, 0, 0, time.UTC)
	for _, wrong := range []time.Time{time.Unix(0, 0).UTC(), six.AddDate(4, 0, 0)} {
		wall := time.Now()
		h, err := New(Config{Clock: housetime.New(wall, wrong, 1)})
		if err != nil {
			t.Fatal(err)
		}
		d := newDirector(h, file)
		defer d.peer.Close()
		d.publish(d.engine.Start(h.now()))
		if pause := h.untilDue(d.engine.Next()); pause > time.Minute {
			t.Errorf("in %v, the director looks at the clock after %v", wrong, pause)
		}
		h.cfg.Clock = housetime.New(wall, six, 1)
		d.tick()
		if due, ok := d.engine.Next(); !ok || !due.Equal(six.Add(time.Hour)) {
			t.Errorf("booted in %v and set to %v, the scene is due at %v", wrong, six, due)
		}
	}
}

// What the scenes want is asked of publishers, before anybody else subscribes.
func TestPublishersAreAskedForWhatTheScenesWant(t *testing.T) {
	h := start(t, Config{Scenes: loadHouse(t)})
	pub := publisherOf(t, h)
	asked := map[string]bool{}
	for _, said := range pub.Barrier() { // all of it comes before the PONG
		asked[said] = true
	}
	for _, want := range []string{"\x01state/", "\x01online/", "\x01scene/", "\x01event/hall/switch", "\x01command/scene/"} {
		covered := false
		for n := 1; n <= len(want); n++ {
			covered = covered || asked[want[:n]]
		}
		if !covered {
			t.Errorf("%q is not asked for: %v", want, asked)
		}
	}
}

// A message that a scene waits for and that cannot be understood is told in the log,
// with its topic, and the scenes go on.
func TestWhatScenesDoNotUnderstandIsLogged(t *testing.T) {
	lines := make(logLines, 16)
	h := start(t, Config{Scenes: loadHouse(t), Log: slog.New(slog.NewTextHandler(lines, nil))})
	pub := publisherOf(t, h)
	pub.Barrier()
	pub.Send("event/hall/switch", `{"event":`)
	for timeout := time.After(10 * time.Second); ; {
		select {
		case line := <-lines:
			if strings.Contains(line, "do not understand") {
				if !strings.Contains(line, "topic=event/hall/switch") || !strings.Contains(line, "unexpected end") {
					t.Errorf("the log says %s", line)
				}
				return
			}
		case <-timeout:
			t.Fatal("nothing is logged")
		}
	}
}

// logLines takes what is logged, a line each; a line too many is lost.
type logLines chan string

func (l logLines) Write(b []byte) (int, error) {
	select {
	case l <- string(b):
	default:
	}
	return len(b), nil
}

// BenchmarkScene measures from an event to the command of a scene, inside the
// hub, through a link. The house's clock runs fast, for a scene that is started
// more than 20 times in 10 s of the house is held.
func BenchmarkScene(b *testing.B) {
	wall := time.Now()
	h := start(b, Config{Scenes: loadHouse(b), Clock: housetime.New(wall, wall, 1e6)})
	l := h.Link("bench")
	l.Subscribe(topics.KindCommand.Prefix())
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- l.Run(ctx) }()
	defer func() { cancel(); <-done }()
	<-l.Events()
	stop := message.New(topics.SceneCommand("welcome"), map[string]string{"do": "stop"})
	run := message.New(topics.SceneCommand("welcome"), map[string]string{"do": "run"})
	for b.Loop() {
		for _, m := range []message.Message{stop, run} {
			if err := l.Publish(m); err != nil {
				b.Fatal(err)
			}
		}
		for e := range l.Events() {
			if e.Message.Topic == topics.Command("hall", "light") {
				break
			}
		}
	}
}

// The PONG of a publisher's PING says that all subscriptions have been sent.
func TestTheOrderOfSubscriptionsAndPong(t *testing.T) {
	h := start(t, Config{})
	sub := joining(t, h)
	var want []string
	for i := range 1000 {
		prefix := fmt.Sprint("topic/", i)
		subscribe(sub, prefix)
		want = append(want, prefix)
	}
	sub.Barrier()
	pub := zmtptest.Connect(t, h.Addrs().Frontend[0], zmtp.PUB, 0)
	asked := map[string]bool{}
	for _, said := range pub.Barrier() {
		asked[strings.TrimPrefix(said, "\x01")] = true
	}
	for _, prefix := range want {
		if !asked[prefix] {
			t.Fatalf("%q is not asked for before the PONG", prefix)
		}
	}
}
