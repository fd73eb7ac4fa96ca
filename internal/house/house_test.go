package house

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"homebus/devices"
	"homebus/internal/message"
	"homebus/internal/scene"
	"homebus/topics"
)

var morning = time.Date(2026, 11, 20, 6, 0, 0, 0, time.UTC)

func begin(t testing.TB, f *scene.File, o Options) *House {
	t.Helper()
	if o.Start.IsZero() {
		o.Start = morning
	}
	h, err := New(f, o)
	if err != nil {
		t.Fatal(err)
	}
	must(t, h.Begin())
	return h
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func command(id, do string) message.Message {
	return (&scene.Command{Device: id, Do: do}).Message()
}

// said returns the entries on topics with the prefix.
func said(entries []Entry, prefix string) []Entry {
	var found []Entry
	for _, e := range entries {
		if topics.Matches(prefix, e.Message.Topic) {
			found = append(found, e)
		}
	}
	return found
}

func TestWhyDidTheCoffeeMakerStart(t *testing.T) {
	h := begin(t, load(t, "breakfast.toml"), Options{})
	must(t, h.Act(command("bathroom/switch", "press")))
	must(t, h.Advance(morning.Add(time.Minute)))
	byID := map[string]message.Message{}
	var heating message.Message
	for _, e := range h.Journal(1000) {
		byID[e.Message.ID()] = e.Message
		if e.Message.Topic == "state/kitchen/coffee" && heating.Topic == "" && strings.Contains(string(e.Message.Payload), "heating") {
			heating = e.Message
		}
	}
	var chain []string
	for m := heating; m.Topic != ""; m = byID[m.Meta.Cause] {
		chain = append(chain, m.Topic)
	}
	const want = "state/kitchen/coffee < command/kitchen/coffee < scene/morning < event/bathroom/switch < command/bathroom/switch"
	if got := strings.Join(chain, " < "); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}

// At one instant appliances act before scenes: the fade is over when the wait is.
func TestAppliancesActBeforeScenes(t *testing.T) {
	f := parse(t, "scenes.toml", `
[device.hall.light]
type = "dimmable-light"
[scene.fade]
do = [
  { device = "hall/light", do = "on", over = "1m" },
  { wait = "1m" },
  { say = "full", if = { device = "hall/light", attr = "fading", is = false } },
]
`)
	h := begin(t, f, Options{Start: morning})
	must(t, h.Act(message.New(topics.SceneCommand("fade"), map[string]string{"do": "run"})))
	must(t, h.Advance(morning.Add(time.Minute)))
	if n := len(said(h.Journal(1000), topics.NoticeHome)); n != 1 {
		t.Errorf("%d notices when the fade is over, want 1", n)
	}
}

func TestAnApplianceThatIsLostHasItsWillSpokenAndComesBack(t *testing.T) {
	h := begin(t, load(t, "breakfast.toml"), Options{})
	before := h.Messages()
	must(t, h.Act(message.New("fault/hall/light", map[string]any{"kind": "offline", "for": "2m"})))
	if v, _ := h.View().Value("hall/light", ""); v != "offline" {
		t.Errorf("hall/light is %v", v)
	}
	must(t, h.Act(command("hall/light", "on")))
	must(t, h.Advance(morning.Add(time.Hour)))
	var got []string
	for _, e := range h.Journal(h.Messages() - before) {
		got = append(got, e.At.Sub(morning).String()+" "+e.Message.Topic+" "+string(e.Message.Payload))
	}
	online := said(h.Journal(h.Messages()-before), "online/hall/light")
	if len(online) != 2 || string(online[0].Message.Payload) != `{"online":false,"reason":"connection lost"}` ||
		!online[1].At.Equal(morning.Add(2*time.Minute)) || string(online[1].Message.Payload) != `{"online":true}` {
		t.Errorf("%s", strings.Join(got, "\n"))
	}
	acks := said(h.Journal(h.Messages()-before), "ack/hall/light")
	if len(acks) != 2 || !strings.HasSuffix(string(acks[1].Message.Payload), `"ok":false,"error":"hall/light is offline (connection lost)"}`) {
		t.Errorf("%d acks, want the fault's, and the hub's refusal of a command that does not reach it\n%s", len(acks), strings.Join(got, "\n"))
	}
	if v, _ := h.View().Value("hall/light", ""); v != "off" {
		t.Errorf("hall/light is %v", v)
	}
}

// A command to an appliance that is offline is answered as by a hub: to all but the
// scenes, and where nobody else would.
func TestWhoIsOfflineIsAnsweredFor(t *testing.T) {
	f := parse(t, "scenes.toml", `
[device.hall.light]
type = "dimmable-light"
[device.attic.light]
type = "dimmable-light"
[scene.try]
do = [ { device = "hall/light", do = "on", confirm = "5s", retry = 2 } ]
`)
	h := begin(t, f, Options{})
	order := func(id, payload, command string) (answers []string) {
		t.Helper()
		before := h.Messages()
		m := message.Message{Topic: "command/" + id, Payload: []byte(payload)}
		if command != "" {
			m.Meta = &message.Meta{ID: command, Hops: 3}
		}
		must(t, h.Publish(m))
		for _, e := range said(h.Journal(h.Messages()-before), "ack/") {
			meta := e.Message.Meta
			answers = append(answers, fmt.Sprintf("%s %s %s<%s hops %d", e.Message.Topic, e.Message.Payload, meta.From, meta.Cause, meta.Hops))
		}
		return answers
	}
	say := func(topic, payload string) {
		t.Helper()
		must(t, h.Publish(message.Message{Topic: topic, Payload: []byte(payload)}))
	}
	must(t, h.Act(message.New("fault/hall/light", map[string]any{"kind": "offline"})))
	say("online/balcony/sensor", `{"online":false}`)
	say("online/balcony/back", `{"online":false}`)
	say("online/balcony/back", `{"online":true}`)
	say("online/balcony/gone", `{"online":false}`)
	say("online/balcony/gone", "")
	say("online/attic/light", `{"online":false,"reason":"says somebody"}`)
	say("online/a/b/c", `{"online":false}`)
	long := strings.Repeat("x", message.MaxID+1)
	for _, tt := range []struct{ id, payload, command, want string }{
		{"hall/light", `{"do":"on"}`, "c1", `[ack/hall/light {"id":"c1","ok":false,"error":"hall/light is offline (connection lost)"} bus<c1 hops 3]`},
		{"hall/light", `nonsense`, "c1", `[ack/hall/light {"id":"c1","ok":false,"error":"hall/light is offline (connection lost)"} bus<c1 hops 3]`},
		{"hall/light", `{"do":"on"}`, "", `[ack/hall/light {"ok":false,"error":"hall/light is offline (connection lost)"} bus< hops 0]`},
		{"hall/light", `{"do":"on"}`, long, `[ack/hall/light {"ok":false,"error":"hall/light is offline (connection lost)"} bus< hops 0]`},
		{"balcony/sensor", `{"do":"on"}`, "c2", `[ack/balcony/sensor {"id":"c2","ok":false,"error":"balcony/sensor is offline"} bus<c2 hops 3]`},
		{"balcony/back", `{"do":"on"}`, "c3", `[]`},
		{"balcony/gone", `{"do":"on"}`, "c3", `[]`},
		{"balcony/stranger", `{"do":"on"}`, "c3", `[]`},
		{"attic/light", `{"do":"on"}`, "c4", `[ack/attic/light {"id":"c4","ok":true} attic/light<c4 hops 3]`}, // it is there
		{"a/b/c", `{"do":"on"}`, "c5", `[]`},
	} {
		if got := fmt.Sprint(order(tt.id, tt.payload, tt.command)); got != tt.want {
			t.Errorf("%s %s %.9s:\ngot  %s\nwant %s", tt.id, tt.payload, tt.command, got, tt.want)
		}
	}

	before := h.Messages()
	say("command/scene/try", `{"do":"run"}`)
	must(t, h.Advance(morning.Add(time.Minute)))
	tries, answers := said(h.Journal(h.Messages()-before), "command/hall/light"), said(h.Journal(h.Messages()-before), "ack/hall/light")
	if v, _ := h.View().Value("scene/try", ""); v != "failed" || len(tries) != 3 || len(answers) != 0 {
		t.Errorf("the scene is %v after %d tries and %d answers", v, len(tries), len(answers))
	}
}

func TestAWrongHouseIsAnError(t *testing.T) {
	f := &scene.File{Path: "x.toml", Devices: []*scene.Device{{ID: "a/b", Type: &devices.Type{Name: "samovar"}}}}
	if _, err := New(f, Options{}); err == nil || !strings.Contains(err.Error(), "samovar") {
		t.Errorf("error %v", err)
	}
}

func TestTheJournalKeepsTheNewest(t *testing.T) {
	h := begin(t, load(t, "breakfast.toml"), Options{Journal: 5})
	must(t, h.Act(command("bathroom/switch", "press")))
	all := h.Journal(100)
	if len(all) != 5 || h.Messages() < 20 {
		t.Fatalf("%d of %d messages", len(all), h.Messages())
	}
	if last := h.Journal(1)[0]; last.Message.ID() != all[4].Message.ID() {
		t.Error("the newest is not the last")
	}
}

// story is all messages of an eventful day, as text.
func story(t testing.TB, f *scene.File, seed uint64) string {
	var b strings.Builder
	h := begin(t, f, Options{Seed: seed, Heard: func(e Entry) {
		meta, _ := json.Marshal(e.Message.Meta)
		fmt.Fprintf(&b, "%s %s %s %s\n", e.At, e.Message.Topic, e.Message.Payload, meta)
	}})
	day(t, h)
	return b.String()
}

// day presses the switch every two hours, lets the coffee maker drop off once,
// and has somebody drink the coffee.
func day(t testing.TB, h *House) {
	start := h.Now()
	for hour := time.Duration(0); hour < 24; hour += 2 {
		must(t, h.Advance(start.Add(hour*time.Hour)))
		must(t, h.Act(command("bathroom/switch", "press")))
		if hour == 6 {
			must(t, h.Act(message.New(topics.Of(topics.KindFault, "kitchen/coffee"), map[string]any{"kind": "offline", "for": "20m"})))
		}
		must(t, h.Advance(start.Add(hour*time.Hour+time.Hour)))
		must(t, h.Act(command("kitchen/coffee", "fill")))
	}
	must(t, h.Advance(start.Add(24*time.Hour)))
}

func TestADayIsTheSameEveryTime(t *testing.T) {
	f := load(t, "breakfast.toml")
	first := story(t, f, 7)
	if n := strings.Count(first, "\n"); n < 1000 {
		t.Fatalf("an uneventful day of %d messages", n)
	}
	for range 5 {
		if again := story(t, load(t, "breakfast.toml"), 7); again != first {
			t.Fatal("the day went another way")
		}
	}
	if other := story(t, f, 8); other == first {
		t.Error("another seed gives the same ids")
	}
}

// Acts and messages of any kind, at any time, on a real house: it comes to rest,
// and scenes send nothing that the appliances do not understand.
func TestRandomDays(t *testing.T) {
	f := load(t, "breakfast.toml")
	rapid.Check(t, func(t *rapid.T) {
		h, err := New(f, Options{Start: morning, Seed: 1, Heard: func(e Entry) { checkEntry(t, f, e) }})
		if err != nil {
			t.Fatal(err)
		}
		err = h.Begin()
		for range rapid.IntRange(1, 30).Draw(t, "events") {
			if err != nil {
				t.Fatal(err)
			}
			d := rapid.SampledFrom(obedient(f)).Draw(t, "device")
			switch rapid.IntRange(0, 4).Draw(t, "event") {
			case 0:
				err = h.Advance(h.Now().Add(time.Duration(rapid.IntRange(0, 3600_000).Draw(t, "ms")) * time.Millisecond))
			case 1:
				err = h.Act(command("bathroom/switch", "press"))
			case 2:
				err = h.Act(command(d.ID, rapid.SampledFrom(d.Type.Actions).Draw(t, "action").Name))
			case 3:
				kind := rapid.SampledFrom(devices.CommonFaults()).Draw(t, "fault").Name
				err = h.Act(message.New(topics.Of(topics.KindFault, d.ID), map[string]any{"kind": kind, "for": "90s"}))
			case 4:
				kind := rapid.SampledFrom([]topics.Kind{topics.KindState, topics.KindOnline, topics.KindCommand, topics.KindEvent, topics.KindFault}).Draw(t, "kind")
				err = h.Publish(message.Message{Topic: topics.Of(kind, d.ID), Payload: []byte(rapid.StringMatching(`\{?("[a-z]*":?)?[0-9"]*\}?`).Draw(t, "payload"))})
			}
		}
		if err == nil {
			err = h.Advance(h.Now().Add(6 * time.Hour))
		}
		if err != nil {
			t.Fatal(err)
		}
	})
}

// checkEntry demands of a command that a scene sent that the declaration of the
// appliance allows it.
func checkEntry(t *rapid.T, f *scene.File, e Entry) {
	topic, ok := topics.Parse(e.Message.Topic)
	if !ok || topic.Kind != topics.KindCommand || e.Message.Meta == nil || e.Message.Meta.From != "bus" {
		return
	}
	var payload map[string]any
	if err := json.Unmarshal(e.Message.Payload, &payload); err != nil {
		t.Fatalf("%s %s: %v", e.Message.Topic, e.Message.Payload, err)
	}
	d, _ := f.Device(topic.ID())
	action, ok := d.Type.Action(fmt.Sprint(payload["do"]))
	if !ok {
		t.Fatalf("a %s cannot %v", d.Type.Name, payload["do"])
	}
	for name, v := range payload {
		if name == "do" {
			continue
		}
		p, ok := action.Param(name)
		if !ok {
			t.Fatalf("%s has no parameter %s", action.Name, name)
		}
		if _, err := p.Check(v); err != nil {
			t.Fatal(err)
		}
	}
}

// bigHouse is twenty appliances and six scenes.
func bigHouse(t testing.TB) *scene.File {
	var b strings.Builder
	b.WriteString("schema = 1\n[home]\ntimezone = \"Europe/Berlin\"\n")
	for i := range 5 {
		fmt.Fprintf(&b, "[device.r%d.switch]\ntype = \"light-switch\"\ncontrols = \"r%d/light\"\n[device.r%d.light]\ntype = \"dimmable-light\"\n", i, i, i)
		fmt.Fprintf(&b, "[device.r%d.toaster]\ntype = \"toaster\"\n[device.r%d.coffee]\ntype = \"coffee-maker\"\n", i, i)
	}
	for i := range 5 {
		fmt.Fprintf(&b, `[scene.morning-%d]
when = [ { event = "r%[1]d/switch", is = "press" }, { time = "07:30" } ]
only_if = [ { between = ["05:00", "22:00"] } ]
do = [
  { device = "r%[1]d/toaster", do = "start", browning = 4, if = { device = "r%[1]d/toaster", attr = "loaded", is = true } },
  { device = "r%[1]d/coffee", do = "brew", cups = 4, confirm = "5s", retry = 2 },
  { wait = "20s" },
  { device = "r%[1]d/light", do = "on", brightness = 70, over = "10s" },
  { until = { device = "r%[1]d/coffee", is = "warming" }, timeout = "12m", on_timeout = "continue" },
  { say = "Coffee is ready" },
  { device = "r%[1]d/light", do = "off" },
]
`, i)
	}
	b.WriteString("[scene.night-off]\nwhen = [ { time = \"02:30\" } ]\ndo = [ { device = \"r0/light\", do = \"off\" } ]\n")
	return parse(t, "big.toml", b.String())
}

// BenchmarkDay is a virtual day of twenty appliances and six scenes: the
// switches are pressed every two hours, and the pots are filled again.
func BenchmarkDay(b *testing.B) {
	f := bigHouse(b)
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		h := begin(b, f, Options{})
		n = eventfulDay(b, h)
	}
	b.ReportMetric(float64(n), "messages/day")
}

// BenchmarkShippedDay is a day of the house in scenes.toml, in which somebody
// presses the bathroom switch once.
func BenchmarkShippedDay(b *testing.B) {
	f := shipped(b)
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		h := begin(b, f, Options{})
		must(b, h.Act(command("bathroom/switch", "press")))
		must(b, h.Advance(morning.Add(24*time.Hour)))
		n = h.Messages()
	}
	b.ReportMetric(float64(n), "messages/day")
}

// BenchmarkTestOfADay is BenchmarkDay as a test tells it, with a look at every room
// each time.
func BenchmarkTestOfADay(b *testing.B) {
	f := bigHouse(b)
	test := &scene.Test{Name: "a day", Start: morning}
	line := func(at time.Duration, act scene.Act) {
		test.Timeline = append(test.Timeline, scene.Line{When: scene.At, Time: at, Act: act})
	}
	for at := time.Duration(0); at < 24*time.Hour; at += 2 * time.Hour {
		for i := range 5 {
			line(at, &scene.Do{Device: fmt.Sprintf("r%d/switch", i), Do: "press"})
			line(at, &scene.Do{Device: fmt.Sprintf("r%d/coffee", i), Do: "fill"})
			runs := &scene.StateCondition{Device: topics.Scene(fmt.Sprintf("morning-%d", i)), Attr: "runs"}
			least := 0.0
			runs.Test.Above = &least
			if at > 0 {
				line(at, &scene.Expect{Condition: runs})
			}
		}
	}
	line(24*time.Hour, &scene.Publish{Topic: "end"})
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		r := RunTest(f, test)
		if !r.Passed() {
			b.Fatalf("%+v", r.Failures)
		}
		n = r.Messages
	}
	b.ReportMetric(float64(n), "messages/day")
}

func eventfulDay(b *testing.B, h *House) int {
	start := h.Now()
	for hour := time.Duration(0); hour < 24; hour += 2 {
		must(b, h.Advance(start.Add(hour*time.Hour)))
		for i := range 5 {
			must(b, h.Act(command(fmt.Sprintf("r%d/switch", i), "press")))
			must(b, h.Act(command(fmt.Sprintf("r%d/coffee", i), "fill")))
		}
	}
	must(b, h.Advance(start.Add(24*time.Hour)))
	return h.Messages()
}
