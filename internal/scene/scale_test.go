package scene

import (
	"time"

	"fmt"
	"strings"
	"testing"

	"homebus/internal/message"
)

// town is a file of n scenes in a house of four devices for each of the first
// devices/4: a switch, a light, a coffee maker and a motion sensor. Each scene is
// about its own four.
func town(scenes, devices int) []byte {
	var b strings.Builder
	b.WriteString("schema = 1\n[home]\ntimezone = \"Europe/Berlin\"\nlatitude = 52.52\nlongitude = 13.4\n")
	for i := range devices / 4 {
		for _, kind := range [][2]string{{"switch", "light-switch"}, {"light", "dimmable-light"}, {"coffee", "coffee-maker"}, {"motion", "motion-sensor"}} {
			fmt.Fprintf(&b, "[device.room-%d.%s]\ntype = %q\n", i, kind[0], kind[1])
		}
	}
	for i := range scenes {
		b.WriteString(strings.ReplaceAll(`
[scene.sN]
when = [
  { event = "room-N/switch", is = "press" },
  { device = "room-N/coffee", attr = "water_ml", below = 100 },
  { notice = "Coffee N is ready" },
  { sun = "sunset", offset = "-Ns" },
  { scene = "sN", becomes = "failed" },
]
only_if = [
  { any = [ { device = "room-N/motion", is = "motion", for = "10s" }, { not = { device = "room-N/light", is = "on", for = "5s" } } ] },
]
do = [
  { device = "room-N/light", do = "on", brightness = 70 },
  { until = { device = "room-N/motion", is = "clear", for = "15m" }, timeout = "2h", on_timeout = "continue" },
  { device = "room-N/light", do = "off" },
]
`, "N", fmt.Sprint(i)))
	}
	return []byte(b.String())
}

func BenchmarkLoadTown(b *testing.B) {
	src := town(1000, 10_000)
	b.SetBytes(int64(len(src)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Load("town.toml", src); err != nil {
			b.Fatal(err)
		}
	}
}

// sizes are the houses that are compared: what concerns one scene is to cost the
// same in both.
var sizes = []struct{ scenes, devices int }{{10, 100}, {1000, 10_000}}

// inTown runs a benchmark in a house of each size, whose engine has started and
// heard of every device.
func inTown(b *testing.B, run func(b *testing.B, e *Engine, now time.Time, room int)) {
	for _, size := range sizes {
		b.Run(fmt.Sprintf("scenes=%d", size.scenes), func(b *testing.B) {
			e, now := settled(b, size.scenes, size.devices)
			b.ReportAllocs()
			run(b, e, now, size.scenes/2)
		})
	}
}

// settled returns the engine of a town in which every device is known, and nothing
// goes on.
func settled(t testing.TB, scenes, devices int) (*Engine, time.Time) {
	f, err := Load("town.toml", town(scenes, devices))
	if err != nil {
		t.Fatal(err)
	}
	now := noon
	e := NewEngine(f, now, EngineOptions{IDs: &message.Counted{}})
	e.Start(now)
	for i := range devices / 4 {
		e.Handle(now, stateOf(i, "motion", `{"state":"clear","illuminance_lx":20}`))
		e.Handle(now, stateOf(i, "light", `{"state":"off","brightness":0}`))
		e.Handle(now, stateOf(i, "coffee", `{"state":"idle","water_ml":1000}`))
	}
	return e, now.Add(time.Hour)
}

func stateOf(room int, device, payload string) message.Message {
	return message.Message{Topic: fmt.Sprintf("state/room-%d/%s", room, device), Payload: []byte(payload), Meta: &message.Meta{ID: "x"}}
}

func pressOf(room int) message.Message {
	return message.Message{Topic: fmt.Sprintf("event/room-%d/switch", room), Payload: []byte(`{"event":"press"}`), Meta: &message.Meta{ID: "x"}}
}

// BenchmarkTownEvent is a press that starts one of the scenes, which sends two
// commands and is done.
func BenchmarkTownEvent(b *testing.B) {
	inTown(b, func(b *testing.B, e *Engine, now time.Time, room int) {
		m := pressOf(room)
		for b.Loop() {
			now = now.Add(time.Second)
			if out := e.Handle(now, m); len(out) < 4 { // more at sunset
				b.Fatalf("%d messages, want four", len(out))
			}
		}
	})
}

// What concerns one scene takes no more memory among a thousand than among ten.
func TestOneSceneOfAThousandCostsNoMore(t *testing.T) {
	var allocs [2]map[string]float64
	for i, size := range sizes {
		e, now := settled(t, size.scenes, size.devices)
		allocs[i] = make(map[string]float64)
		for name, m := range map[string]message.Message{
			"an event":   pressOf(size.scenes / 2),
			"a report":   stateOf(size.scenes/2, "coffee", `{"state":"brewing","water_ml":700}`),
			"a notice":   {Topic: "notice/home", Payload: []byte(`{"text":"Tea is ready","level":"info"}`)},
			"no JSON":    {Topic: "notice/home", Payload: []byte(`{"text"`)},
			"a stranger": {Topic: "light", Payload: []byte("ON")},
		} {
			allocs[i][name] = testing.AllocsPerRun(100, func() {
				now = now.Add(time.Second)
				e.Handle(now, m)
			})
		}
	}
	for name, ten := range allocs[0] {
		if thousand := allocs[1][name]; thousand > ten*1.1+1 {
			t.Errorf("%s: %.0f allocations among a thousand scenes, %.0f among ten", name, thousand, ten)
		}
	}
}

// BenchmarkTownCrossing is a report that does not cross the limit of the one scene
// that waits for that.
func BenchmarkTownCrossing(b *testing.B) {
	inTown(b, func(b *testing.B, e *Engine, now time.Time, room int) {
		m := stateOf(room, "coffee", `{"state":"brewing","progress":0.37,"power_w":900,"energy_wh":12.3,"water_ml":700}`)
		for b.Loop() {
			e.Handle(now, m)
		}
	})
}

// BenchmarkTownLasting is a report of the device of conditions that must last.
func BenchmarkTownLasting(b *testing.B) {
	inTown(b, func(b *testing.B, e *Engine, now time.Time, room int) {
		m := []message.Message{stateOf(room, "motion", `{"state":"motion"}`), stateOf(room, "motion", `{"state":"clear"}`)}
		for i := 0; b.Loop(); i++ {
			now = now.Add(time.Microsecond)
			e.Handle(now, m[i%2])
		}
	})
}

// BenchmarkTownNotice is a notice that each scene's trigger must refuse: a thousand
// texts, of which it is none.
func BenchmarkTownNotice(b *testing.B) {
	inTown(b, func(b *testing.B, e *Engine, now time.Time, _ int) {
		m := message.Message{Topic: "notice/home", Payload: []byte(`{"text":"Tea is ready","level":"info"}`)}
		for b.Loop() {
			e.Handle(now, m)
		}
	})
}

// BenchmarkTownWaiting is a report of a device on which one run waits in an until,
// while one of every scene does.
func BenchmarkTownWaiting(b *testing.B) {
	inTown(b, func(b *testing.B, e *Engine, now time.Time, room int) {
		for _, p := range e.players {
			i := strings.TrimPrefix(p.scene.Name, "s")
			e.Handle(now, message.Message{Topic: "state/room-" + i + "/motion", Payload: []byte(`{"state":"motion"}`)})
			e.Handle(now, message.Message{Topic: "event/room-" + i + "/switch", Payload: []byte(`{"event":"press"}`)})
			if len(p.active) != 1 {
				b.Fatalf("%s does not wait", p.scene.Name)
			}
		}
		m := stateOf(room, "motion", `{"state":"motion","illuminance_lx":20}`)
		for b.Loop() {
			now = now.Add(time.Millisecond)
			e.Handle(now, m)
		}
	})
}

// BenchmarkTownNext is what a driver asks between two messages.
func BenchmarkTownNext(b *testing.B) {
	inTown(b, func(b *testing.B, e *Engine, now time.Time, _ int) {
		for b.Loop() {
			e.Next()
		}
	})
}

// BenchmarkTownEngine is an engine made of a file.
func BenchmarkTownEngine(b *testing.B) {
	for _, size := range sizes {
		b.Run(fmt.Sprintf("scenes=%d", size.scenes), func(b *testing.B) {
			f, err := Load("town.toml", town(size.scenes, size.devices))
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				NewEngine(f, noon, EngineOptions{IDs: &message.Counted{}}).Start(noon)
			}
		})
	}
}

// BenchmarkTownSetBack is the clock set back by a minute and on again: every time
// of day is found anew.
func BenchmarkTownSetBack(b *testing.B) {
	inTown(b, func(b *testing.B, e *Engine, now time.Time, _ int) {
		for b.Loop() {
			e.Tick(now.Add(-time.Minute))
			e.Tick(now)
		}
	})
}
