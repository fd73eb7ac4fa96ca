package scene

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"homebus/internal/message"
)

// reloadDevices are those of the stories about reloads.
const reloadDevices = `
[device.bathroom.switch]
type = "light-switch"
[device.hall.light]
type = "dimmable-light"
[device.hall.motion]
type = "motion-sensor"
[device.kitchen.toaster]
type = "toaster"
`

// tellOf begins a story of the scenes in a text.
func tellOf(t *testing.T, scenes string) *story {
	t.Helper()
	return tellFile(t, reloadFile(t, scenes), noon)
}

func reloadFile(t *testing.T, scenes string) *File {
	t.Helper()
	f, err := Load("scenes.toml", []byte(reloadDevices+scenes))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// reload lets the engine go on with other scenes, and returns what it says to that, a
// message a line.
func (s *story) reload(scenes string) string {
	s.t.Helper()
	out := s.e.Reload(s.now, reloadFile(s.t, scenes))
	s.take(out)
	var lines strings.Builder
	for _, m := range out {
		fmt.Fprintf(&lines, "%s %s\n", m.Topic, m.Payload)
	}
	return lines.String()
}

// idle is what a scene says that has not run yet.
func idle(name string, steps int) string {
	return fmt.Sprintf("scene/%s {\"state\":\"idle\",\"step\":0,\"steps\":%d,\"runs\":0,\"skipped\":0,\"active\":0,\"queued\":0}\n", name, steps)
}

// saidNotices fails unless these are the texts of all notices of the story.
func (s *story) saidNotices(texts ...string) {
	s.t.Helper()
	var lines []string
	for _, text := range texts {
		lines = append(lines, fmt.Sprintf(`notice/home {"text":%q,"level":"info"}`, text))
	}
	s.want("notice/", lines...)
}

const pressed = "when = [ { event = \"bathroom/switch\", is = \"press\" } ]\n"

func TestAReload(t *testing.T) {
	waits := "[scene.waits]\n" + pressed + "do = [ { wait = \"1m\" }, { say = \"waited\" } ]\n"
	other := "[scene.other]\ndo = [ { say = \"other\" } ]\n"
	for _, tt := range []struct {
		name  string
		begin string
		story func(*story)
	}{
		{"a run of a scene that is the same goes on", waits, func(s *story) {
			s.press()
			s.pass(30 * time.Second)
			if said := s.reload(other + "\n# moved down, and written otherwise\n" + strings.ReplaceAll(waits, `"`, `'`)); said != idle("other", 1) {
				s.t.Errorf("said %s", said)
			}
			s.pass(30*time.Second - 1)
			s.saidNotices()
			s.pass(1)
			s.saidNotices("waited")
			s.is("waits", StateDone)
			s.runs("waits", 1)
		}},
		{"a run of a scene that has changed is stopped", waits, func(s *story) {
			s.press()
			s.reload(strings.Replace(waits, "1m", "2m", 1))
			s.is("waits", StateStopped)
			s.runs("waits", 1)
			if !strings.Contains(s.decisions(), "stopped: its text has changed") {
				s.t.Errorf("nothing tells why: %s", s.decisions())
			}
			s.pass(time.Hour)
			s.saidNotices()
			s.press()
			s.runs("waits", 2)
			s.pass(2 * time.Minute)
			s.saidNotices("waited")
		}},
		{"a scene that is gone is stopped, and its topic deleted", waits + other, func(s *story) {
			s.press()
			if said := s.reload(other); !strings.HasPrefix(said, `scene/waits {"state":"stopped"`) || !strings.HasSuffix(said, "\nscene/waits \n") {
				s.t.Errorf("said %s", said)
			}
			s.press()
			s.pass(time.Hour)
			s.saidNotices()
			s.frames("command/scene/waits", `{"do":"run"}`)
			s.want("ack/", `ack/scene/waits {"ok":false,"error":"there is no scene \"waits\""}`)
		}},
		{"a scene that is back begins anew", waits, func(s *story) {
			s.press()
			s.reload(other)
			if said := s.reload(waits + other); said != idle("waits", 2) {
				s.t.Errorf("said %s", said)
			}
		}},
		{"a changed scene that does nothing says only what has changed", waits + other, func(s *story) {
			if said := s.reload(strings.Replace(waits, "waited", "has waited", 1) + strings.Replace(other, "[ ", "[ { wait = \"1s\" }, ", 1)); said != idle("other", 2) {
				s.t.Errorf("said %s", said)
			}
		}},
		{"what was done today is done, also after an edit", "[scene.coffee]\n" + pressed + "only_if = [ { once_per = \"day\" } ]\ndo = [ { say = \"brwed\" } ]\n", func(s *story) {
			s.press()
			s.reload("[scene.coffee]\n" + pressed + "only_if = [ { once_per = \"day\" } ]\ndo = [ { say = \"brewed\" } ]\n")
			s.press()
			s.runs("coffee", 1)
			s.pass(24 * time.Hour)
			s.press()
			s.runs("coffee", 2)
		}},
		{"a request is not done twice, also after an edit", waits, func(s *story) {
			request := message.Message{Topic: "command/scene/waits", Payload: []byte(`{"do":"run"}`), Meta: &message.Meta{ID: "r1"}}
			s.take(s.e.Handle(s.now, request))
			s.reload(strings.Replace(waits, "1m", "2m", 1))
			s.take(s.e.Handle(s.now, request))
			s.runs("waits", 1)
			s.want("ack/", `ack/scene/waits {"id":"r1","ok":true}`, `ack/scene/waits {"id":"r1","ok":true}`)
		}},
		{"a start is that of the bus", waits, func(s *story) {
			s.reload("[scene.begin]\nwhen = [ { start = true } ]\ndo = [ { say = \"begun\" } ]\n")
			s.pass(time.Hour)
			s.saidNotices()
		}},
		{"nothing fires because it is so already", "[scene.looks]\ndo = [ { say = \"{hall/light}\" } ]\n", func(s *story) {
			s.state("hall/light", "off")
			s.state("hall/light", "on")
			s.reload("[scene.on]\nwhen = [ { device = \"hall/light\", becomes = \"on\" } ]\ndo = []\n")
			s.state("hall/light", "on")
			s.runs("on", 0)
			s.state("hall/light", "off")
			s.state("hall/light", "on")
			s.runs("on", 1)
		}},
		{"what nobody looks at is forgotten", "[scene.on]\nwhen = [ { device = \"hall/light\", becomes = \"on\" } ]\ndo = []\n", func(s *story) {
			s.state("hall/light", "off")
			s.reload(other)
			s.reload("[scene.on]\nwhen = [ { device = \"hall/light\", becomes = \"on\" } ]\ndo = []\n")
			s.state("hall/light", "on") // a first value
			s.runs("on", 0)
		}},
		{"an ack that comes after the reload", "[scene.on]\n" + pressed + "do = [ { device = \"hall/light\", do = \"on\", confirm = \"5s\" } ]\n", func(s *story) {
			s.press()
			id := s.on("command/")[0].Meta.ID
			s.reload(other + "[scene.on]\n" + pressed + "do = [ { device = \"hall/light\", do = \"on\", confirm = \"5s\" } ]\n")
			s.hear("ack/hall/light", fmt.Sprintf(`{"id":%q,"ok":true}`, id))
			s.is("on", StateDone)
		}},
		{"an ack for a run that was stopped", "[scene.on]\n" + pressed + "do = [ { device = \"hall/light\", do = \"on\", confirm = \"5s\" } ]\n", func(s *story) {
			s.press()
			id := s.on("command/")[0].Meta.ID
			s.reload(other)
			s.hear("ack/hall/light", fmt.Sprintf(`{"id":%q,"ok":true}`, id))
			s.pass(time.Hour)
			s.want("command/", `command/hall/light {"do":"on"}`)
		}},
		{"what the end of a run fires", waits + "[scene.after]\nwhen = [ { scene = \"waits\", becomes = \"stopped\" } ]\ndo = [ { say = \"after\" } ]\n[scene.late]\nwhen = [ { scene = \"waits\", becomes = \"stopped\" } ]\ndo = [ { say = \"late\" } ]\n", func(s *story) {
			s.press()
			s.reload(strings.Replace(waits, "1m", "2m", 1) + "[scene.after]\nwhen = [ { scene = \"waits\", becomes = \"stopped\" } ]\ndo = [ { say = \"after\" } ]\n[scene.late]\nwhen = [ { scene = \"waits\", becomes = \"stopped\" } ]\ndo = [ { say = \"too late\" } ]\n")
			s.saidNotices("after") // not of a scene that has itself changed
		}},
		{"a scene that is looked at for the first time", waits, func(s *story) {
			s.press()
			s.reload(waits + "[scene.asks]\nwhen = [ { topic = \"ask\" } ]\nonly_if = [ { device = \"scene/waits\", is = \"running\" } ]\ndo = [ { say = \"{scene/waits.runs}\" } ]\n")
			s.hear("ask", "")
			s.saidNotices("1")
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.story(tellOf(t, tt.begin))
		})
	}
}

func TestAReloadAndStartsThatWait(t *testing.T) {
	queued := "[scene.rings]\nmode = \"queued\"\n" + pressed + "do = [ { wait = \"1m\" } ]\n"
	s := tellOf(t, queued)
	s.press()
	s.press()
	s.press()
	s.reload("[scene.first]\ndo = []\n" + queued)
	s.pass(time.Minute)
	s.runs("rings", 2)
	s.reload(strings.Replace(queued, "1m", "2m", 1))
	s.is("rings", StateStopped)
	s.pass(time.Hour)
	s.runs("rings", 2)
}

func TestAReloadAndTimesOfDay(t *testing.T) {
	at := func(time string) string {
		return "[scene.bell]\nwhen = [ { time = \"" + time + "\" } ]\ndo = [ { say = \"ding\" } ]\n"
	}
	s := tellOf(t, at("12:30"))
	s.pass(30*time.Minute + 10*time.Second)
	s.runs("bell", 1)
	s.reload(strings.Replace(at("12:30"), "ding", "dong", 1)) // in the same minute
	s.pass(time.Minute)
	s.runs("bell", 1)
	s.now = s.now.Add(-2 * time.Minute) // and the clock is set back
	s.take(s.e.Tick(s.now))
	s.pass(10 * time.Minute)
	s.runs("bell", 1)
	s.reload(at("13:00"))
	s.pass(time.Hour)
	s.runs("bell", 2)
	s.reload("[scene.first]\ndo = []\n" + at("13:00"))
	s.pass(24 * time.Hour)
	s.runs("bell", 3)
	s.reload("[home]\ntimezone = \"Europe/Berlin\"\n" + at("13:00")) // an hour earlier, in winter
	s.until(time.Date(2026, 11, 22, 11, 59, 59, 0, time.UTC))
	s.runs("bell", 3)
	s.pass(time.Second)
	s.runs("bell", 4)
	s.pass(2 * time.Hour)
	s.runs("bell", 4)
}

// A run that waits for a time of day goes by the clocks of where the home is.
func TestAReloadElsewhere(t *testing.T) {
	const waits = "[scene.waits]\n" + pressed + "do = [ { until = { between = [\"13:00\", \"13:30\"] }, timeout = \"20h\", on_timeout = \"continue\" } ]\n"
	s := tellOf(t, waits)
	s.press()
	s.reload("[home]\ntimezone = \"Europe/Berlin\"\n" + waits) // where it is one
	s.pass(0)
	s.is("waits", StateDone)
}

// What is due at one instant comes in the order of the new file.
func TestAReloadInAnotherOrder(t *testing.T) {
	scene := func(name string) string {
		return "[scene." + name + "]\nwhen = [ { time = \"13:00\" } ]\ndo = [ { say = \"" + name + "\" } ]\n"
	}
	s := tellOf(t, scene("a")+scene("b")+scene("c"))
	s.reload(scene("c") + scene("new") + scene("a") + scene("b"))
	s.pass(time.Hour)
	s.saidNotices("c", "new", "a", "b")
}

// How long something has been so is known to who asks for it anew from who asked
// before, from the last report, or from now on.
func TestAReloadAndHowLong(t *testing.T) {
	asks := func(text, until string) string {
		return "[scene.asks]\n" + pressed + "only_if = [ { device = \"hall/motion\", is = \"clear\", for = \"" + until + "\" } ]\ndo = [ { say = \"" + text + "\" } ]\n"
	}
	held := func(s *story, d time.Duration) {
		t.Helper()
		s.pass(d - 1)
		s.press()
		s.saidNotices()
		s.pass(1)
		s.press()
		if len(s.on("notice/")) != 1 {
			t.Errorf("it does not hold %v after the reload: %s", d, s.decisions())
		}
	}
	t.Run("the same", func(t *testing.T) {
		s := tellOf(t, asks("a", "10m"))
		s.state("hall/motion", "motion")
		s.pass(time.Minute)
		s.state("hall/motion", "clear")
		s.pass(4 * time.Minute)
		s.reload("[scene.first]\ndo = []\n" + asks("a", "10m"))
		held(s, 6*time.Minute)
	})
	t.Run("edited", func(t *testing.T) {
		s := tellOf(t, asks("a", "10m"))
		s.state("hall/motion", "motion")
		s.pass(time.Minute)
		s.state("hall/motion", "clear")
		s.pass(2 * time.Minute)
		s.state("hall/motion", "clear") // not the last change
		s.pass(2 * time.Minute)
		s.reload(asks("b", "20m"))
		held(s, 16*time.Minute)
	})
	t.Run("of a device that was looked at", func(t *testing.T) {
		s := tellOf(t, "[scene.looks]\ndo = [ { say = \"{hall/motion}\" } ]\n")
		s.pass(time.Minute)
		s.state("hall/motion", "clear")
		s.pass(4 * time.Minute)
		s.reload(asks("a", "10m"))
		held(s, 6*time.Minute)
	})
	t.Run("of a device that was not", func(t *testing.T) {
		s := tellOf(t, "[scene.looks]\ndo = []\n")
		s.pass(4 * time.Minute)
		s.reload(asks("a", "10m"))
		s.take(s.e.Recall(s.now, message.New("state/hall/motion", map[string]string{"state": "clear"})))
		held(s, 10*time.Minute)
	})
}

// A trigger with a "for" whose time is running.
func TestAReloadWhileATriggerLasts(t *testing.T) {
	const lasts = "[scene.lasts]\nwhen = [ { device = \"hall/motion\", becomes = \"clear\", for = \"10m\" } ]\ndo = [ { say = \"clear\" } ]\n"
	s := tellOf(t, lasts)
	s.state("hall/motion", "motion")
	s.state("hall/motion", "clear")
	s.pass(4 * time.Minute)
	s.reload("[scene.first]\ndo = []\n" + lasts)
	s.pass(6 * time.Minute)
	s.runs("lasts", 1)
	s.state("hall/motion", "motion")
	s.state("hall/motion", "clear")
	s.reload(strings.Replace(lasts, "\"clear\" }", "\"quite clear\" }", 1)) // another scene, for which nothing has happened
	s.pass(time.Hour)
	s.runs("lasts", 1)
}

func TestRecall(t *testing.T) {
	const asks = "[scene.asks]\nwhen = [ { topic = \"ask\" } ]\nonly_if = [ { device = \"hall/light\", is = \"on\" } ]\ndo = [ { say = \"on\" } ]\n" +
		"[scene.hears]\nwhen = [ { topic = \"state/hall/light\" }, { device = \"hall/light\", becomes = \"on\" } ]\ndo = []\n"
	s := tellOf(t, "[scene.first]\ndo = []\n")
	s.reload(asks)
	if got, want := s.e.Unheard(), []string{"online/hall/light", "state/hall/light"}; !slices.Equal(got, want) {
		t.Errorf("unheard: %q, want %q", got, want)
	}
	s.take(s.e.Recall(s.now, message.New("state/hall/light", map[string]string{"state": "on"})))
	s.take(s.e.Recall(s.now, message.New("online/hall/light", map[string]bool{"online": true})))
	if got := s.e.Unheard(); len(got) > 0 {
		t.Errorf("unheard: %q", got)
	}
	s.runs("hears", 0)
	s.hear("ask", "")
	s.runs("asks", 1)
	s.state("hall/light", "on")
	s.runs("hears", 1) // a topic is one whatever it says
}
