package mirror

import (
	"os"
	"testing"
	"time"

	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"

	"homebus/devices"
	"homebus/internal/link"
	"homebus/internal/message"
	"homebus/internal/mirror/gather"
	"homebus/internal/mirror/home"
	"homebus/internal/mirror/plan"
	"homebus/internal/scene"
)

// story is a house in virtual time with a screen and a printer that watch it:
// what the bus carries goes to the appliances, the scenes and the watchers in
// one order.
type story struct {
	t      *testing.T
	now    time.Time
	file   *scene.File
	fleet  *devices.Fleet
	engine *scene.Engine
	ids    *message.Counted
	screen *screen
	watch  func(home.Moment, gather.Batch) // a second watcher, if not nil
	queue  []message.Message
}

// begin is when stories begin: half past seven on a Friday in Berlin.
func begin(t testing.TB) time.Time {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	return time.Date(2026, 11, 20, 7, 30, 0, 0, zone)
}

func loadFlat(t testing.TB) *scene.File {
	t.Helper()
	return loadHouse(t, "testdata/flat.toml")
}

func loadHouse(t testing.TB, path string) *scene.File {
	t.Helper()
	src, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	f, err := scene.Load(path, src)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// palettes by background; colours of 256 are the middle of what there is.
func testPalette(dark bool, profile termenv.Profile) palette {
	r := lipgloss.NewRenderer(nil)
	r.SetColorProfile(profile)
	r.SetHasDarkBackground(dark)
	return newPalette(r)
}

func newStory(t *testing.T, w, h int) *story {
	t.Helper()
	return newStoryOf(t, loadFlat(t), w, h)
}

func newStoryOf(t *testing.T, file *scene.File, w, h int) *story {
	t.Helper()
	s := &story{t: t, now: begin(t), file: file, ids: &message.Counted{Seed: 1}}
	var err error
	s.fleet, err = devices.NewFleet(s.file.Specs(), s.now, devices.Options{Seed: 1, IDs: s.ids})
	if err != nil {
		t.Fatal(err)
	}
	s.engine = scene.NewEngine(s.file, s.now, scene.EngineOptions{IDs: s.ids})
	h0 := home.New(plan.Of(s.file), &message.Stamper{From: clientName, IDs: s.ids})
	s.screen = newScreen(h0, testPalette(true, termenv.ANSI256))
	s.screen.resize(w, h)
	return s
}

// open connects everything: statuses, last values, announcements.
func (s *story) open() *story {
	s.status(link.Status{Up: true, Boot: "boot-1"})
	s.say(s.engine.Start(s.now)...)
	s.outputs(s.fleet.Announce(s.now))
	s.settle()
	return s
}

func (s *story) moment() home.Moment { return home.Moment{Wall: s.now, House: s.now} }

func (s *story) status(st link.Status) { s.deliver(link.Event{Status: &st}) }

func (s *story) deliver(ev link.Event) {
	b := gather.Batch{Wall: s.now, Events: []link.Event{ev}}
	if ev.Status == nil {
		b.Received = 1
	}
	s.screen.take(s.moment(), b)
	if s.watch != nil {
		s.watch(s.moment(), b)
	}
	s.collect()
}

// collect takes what the screen wants published.
func (s *story) collect() {
	s.queue = append(s.queue, s.screen.out...)
	s.screen.out = nil
}

func (s *story) say(list ...message.Message) { s.queue = append(s.queue, list...) }

func (s *story) outputs(list []devices.Output) {
	for _, o := range list {
		if o.Link == devices.LinkKept {
			s.say(o.Message)
		}
	}
}

// settle carries messages until there are none.
func (s *story) settle() {
	for len(s.queue) > 0 {
		m := s.queue[0]
		s.queue = s.queue[1:]
		s.outputs(s.fleet.Handle(s.now, m))
		s.say(s.engine.Handle(s.now, m)...)
		s.deliver(link.Event{Message: m})
	}
}

// pass lets the house live for d.
func (s *story) pass(d time.Duration) *story {
	end := s.now.Add(d)
	for {
		next := end
		for _, due := range []func() (time.Time, bool){s.fleet.Next, s.engine.Next} {
			if at, ok := due(); ok && at.Before(next) {
				next = at
			}
		}
		if beat := s.now.Truncate(time.Second).Add(time.Second); beat.Before(next) {
			next = beat
		}
		s.now = next
		s.outputs(s.fleet.Tick(s.now))
		s.say(s.engine.Tick(s.now)...)
		s.say(message.New("bus/heartbeat", map[string]any{"boot": "boot-1"}))
		s.settle()
		if !s.now.Before(end) {
			return s
		}
	}
}

// press sends keys to the screen, and carries what they bring about.
func (s *story) press(keys ...string) *story {
	for _, k := range keys {
		s.screen.at = s.moment()
		s.screen.key(keyMsg(k))
		s.collect()
		s.settle()
	}
	return s
}

// said is a message that a link brought.
func said(topic, payload string) link.Event {
	return link.Event{Message: message.Message{Topic: topic, Payload: []byte(payload)}}
}
