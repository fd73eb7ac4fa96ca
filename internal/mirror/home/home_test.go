package home_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"homebus/devices"
	"homebus/internal/link"
	"homebus/internal/message"
	"homebus/internal/mirror/home"
	"homebus/topics"
)

var start = time.Date(2026, 11, 20, 7, 30, 0, 0, time.UTC)

// house is a home with a clock of its own.
type house struct {
	*home.Home
	t   *testing.T
	now time.Time
	n   int
}

func newHouse(t *testing.T, ids ...string) *house {
	t.Helper()
	var plan home.Plan
	for _, id := range ids {
		_, name, _ := topics.SplitID(id)
		for _, word := range []string{"toaster", "coffee-maker", "dimmable-light", "light-switch"} {
			if strings.Contains(word, name) {
				typ, ok := devices.Lookup(word)
				if !ok {
					t.Fatalf("no type %q", word)
				}
				plan.Appliances = append(plan.Appliances, home.PlannedAppliance{ID: id, Type: typ})
				break
			}
		}
	}
	return newHouseOf(t, plan)
}

// newHouseOf returns the house of a plan, connected.
func newHouseOf(t *testing.T, plan home.Plan) *house {
	t.Helper()
	h := &house{Home: home.New(plan, &message.Stamper{From: "mirror", IDs: &message.Counted{}}), t: t, now: start}
	h.Connection(h.at(), link.Status{Up: true, Boot: "1"})
	return h
}

func (h *house) at() home.Moment { return home.Moment{Wall: h.now, House: h.now} }

func (h *house) pass(d time.Duration) { h.now = h.now.Add(d); h.Tick(h.at()) }

// says applies a message caused by another, "" for none, and returns its id.
func (h *house) says(topic, payload, cause string) string {
	h.n++
	id := fmt.Sprintf("m%d", h.n)
	h.Apply(h.at(), message.Message{Topic: topic, Payload: []byte(payload), Meta: &message.Meta{ID: id, At: h.now, Cause: cause}})
	h.Tick(h.at())
	return id
}

func (h *house) answer() string {
	var texts []string
	for _, s := range h.Answer(h.at()) {
		texts = append(texts, s.Text)
	}
	return strings.Join(texts, " ")
}

func (h *house) happened() string {
	var texts []string
	for _, e := range h.Stream.Entries() {
		texts = append(texts, e.Text())
	}
	return strings.Join(texts, "\n")
}

func TestAnswer(t *testing.T) {
	const idle, gone = `{"state":"idle"}`, `{"online":false}`
	const toaster, coffee, light = "state/kitchen/toaster", "state/kitchen/coffee", "state/hall/light"
	tests := []struct {
		name string
		said [][2]string
		want string
	}{
		{"nothing was reported", nil, "Waiting for the house to report."},
		{"all off", [][2]string{{light, `{"state":"off"}`}, {toaster, idle}, {coffee, idle}}, "All is quiet."},
		{"one was not heard", [][2]string{{light, `{"state":"off"}`}, {coffee, idle}}, "Toaster has not reported yet."},
		{"two were not heard", [][2]string{{light, `{"state":"on"}`}}, "Light is on. Toaster and coffee have not reported yet."},
		{"a light", [][2]string{{light, `{"state":"on"}`}, {toaster, idle}, {coffee, idle}}, "Light is on."},
		{"toasting", [][2]string{{toaster, `{"state":"toasting","remaining_s":80}`}}, "Toast in 1:20."},
		{"the soonest first", [][2]string{
			{toaster, `{"state":"toasting","remaining_s":80}`}, {coffee, `{"state":"heating","remaining_s":60}`},
		}, "Coffee in 1:00. Toast in 1:20."},
		{"ready before under way", [][2]string{
			{coffee, `{"state":"brewing","remaining_s":60}`}, {toaster, `{"state":"popped"}`}, {light, `{"state":"on"}`},
		}, "Toast is ready. Coffee in 1:00."},
		{"no time told", [][2]string{{coffee, `{"state":"brewing"}`}}, "Coffee is brewing."},
		{"an hour", [][2]string{{coffee, `{"state":"brewing","remaining_s":3900}`}}, "Coffee in 1 h 05."},
		{"lost in the middle", [][2]string{
			{coffee, `{"state":"brewing","remaining_s":60}`}, {"online/kitchen/coffee", `{"online":false}`}, {toaster, `{"state":"popped"}`},
		}, "Coffee went offline while brewing. Toast is ready."},
		{"lost while idle", [][2]string{
			{coffee, idle}, {toaster, idle}, {light, `{"state":"on"}`}, {"online/kitchen/coffee", gone},
		}, "Light is on. Coffee is offline."},
		{"a room is lost", [][2]string{
			{light, `{"state":"off"}`}, {"online/kitchen/coffee", gone}, {"online/kitchen/toaster", gone},
		}, "Kitchen does not answer."},
		{"two are lost", [][2]string{
			{toaster, idle}, {"online/kitchen/coffee", gone}, {"online/hall/light", gone},
		}, "Coffee and light are offline."},
		{"all are lost", [][2]string{
			{"online/kitchen/coffee", gone}, {"online/kitchen/toaster", gone}, {"online/hall/light", gone},
		}, "The house does not answer."},
		{"many are lost", [][2]string{
			{toaster, idle}, {coffee, idle}, {light, `{"state":"off"}`},
			{"online/kitchen/coffee", gone}, {"online/hall/light", gone}, {"online/hall/lamp", gone},
		}, "3 appliances are offline."},
		{"what is ready comes before what is absent", [][2]string{
			{toaster, `{"state":"popped"}`}, {coffee, idle}, {"online/kitchen/coffee", gone},
		}, "Toast is ready."},
		{"garbage", [][2]string{{toaster, `{"state":`}, {toaster, `[]`}, {toaster, `{"state":7}`}}, "Coffee and light have not reported yet."},
	}
	for _, tt := range tests {
		h := newHouse(t, "kitchen/toaster", "kitchen/coffee", "hall/light")
		for _, s := range tt.said {
			h.says(s[0], s[1], "")
		}
		if got := h.answer(); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestTimeLeftIsCountedOnForAWhile(t *testing.T) {
	h := newHouse(t, "kitchen/toaster")
	h.says("state/kitchen/toaster", `{"state":"toasting","remaining_s":80}`, "")
	for _, want := range []string{"Toast in 1:20.", "Toast in 1:15.", "Toast in 1:10.", "Toast in 1:05.", "Toast in 1:05."} {
		if got := h.answer(); got != want {
			t.Errorf("after %v: %q, want %q", h.now.Sub(start), got, want)
		}
		h.pass(5 * time.Second)
	}
}

func TestStreamByCause(t *testing.T) {
	h := newHouse(t, "bathroom/switch", "bathroom/light", "kitchen/light", "kitchen/toaster")
	for _, id := range []string{"bathroom/light", "kitchen/toaster"} {
		h.says(topics.Of(topics.KindState, id), `{"state":"off"}`, "")
	}
	h.says(topics.Scene("morning"), `{"state":"idle"}`, "")
	if got := h.happened(); got != "" {
		t.Errorf("first values are no news: %q", got)
	}
	press := h.says("command/bathroom/switch", `{"do":"press"}`, "")
	event := h.says("event/bathroom/switch", `{"event":"press"}`, press)
	h.says("state/bathroom/light", `{"state":"on"}`, event)
	run := h.says("scene/morning", `{"state":"running"}`, event)
	toast := h.says("command/kitchen/toaster", `{"do":"start","browning":4}`, run)
	h.says("state/kitchen/toaster", `{"state":"toasting"}`, toast)
	h.says("ack/kitchen/toaster", `{"id":"`+toast+`","ok":true}`, toast)
	h.pass(20 * time.Second)
	h.says("command/kitchen/light", `{"do":"on"}`, run)
	h.pass(time.Minute)
	h.says("state/kitchen/toaster", `{"state":"popped"}`, toast)
	h.says("notice/home", `{"text":"a\u001b[31mb","level":"alarm"}`, "")
	want := `bathroom switch pressed › light on, morning › toaster start
morning › kitchen light on
toaster popped
“ab”`
	want = strings.Replace(want, "bathroom switch", "switch", 1)
	if got := h.happened(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	var why []string
	for _, c := range h.Why("kitchen/toaster") {
		why = append(why, c.Text)
	}
	if got, want := strings.Join(why, " › "), "switch press, asked by  › switch pressed › morning › toaster start (browning 4) › toaster popped"; got != want {
		t.Errorf("why: %s, want %s", got, want)
	}
}

func TestManyOfflineAreOneEntry(t *testing.T) {
	h := newHouse(t, "kitchen/toaster", "kitchen/coffee", "hall/light")
	for _, online := range []string{"true", "false", "true"} {
		for _, id := range []string{"kitchen/toaster", "kitchen/coffee", "hall/light"} {
			h.says(topics.Of(topics.KindOnline, id), `{"online":`+online+`}`, "")
		}
	}
	if got, want := h.happened(), "offline: toaster, coffee, light\nback: toaster, coffee, light"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestReasonIsItsLastPart(t *testing.T) {
	h := newHouse(t)
	h.Connection(h.at(), link.Status{Reason: "connect to tcp://127.0.0.1:5559: dial tcp 127.0.0.1:5559: connect: connection refused"})
	if got := h.Bus.Reason; got != "connection refused" {
		t.Errorf("reason %q", got)
	}
}

func TestPowerAndEnergy(t *testing.T) {
	h := newHouse(t, "kitchen/toaster", "hall/light")
	h.says("state/kitchen/toaster", `{"state":"toasting","power_w":900,"energy_wh":10}`, "")
	h.says("state/hall/light", `{"state":"on","power_w":9,"energy_wh":5}`, "")
	if h.Power.Watts != 909 || h.Power.TodayWh != 15 {
		t.Errorf("%v W, %v Wh; want 909 and 15", h.Power.Watts, h.Power.TodayWh)
	}
	h.says("state/kitchen/toaster", `{"state":"toasting","power_w":900,"energy_wh":30}`, "")
	h.says("state/hall/light", `{"state":"on","power_w":9,"energy_wh":1}`, "") // begun anew
	if h.Power.TodayWh != 36 {
		t.Errorf("%v Wh today, want 36", h.Power.TodayWh)
	}
	h.says("online/kitchen/toaster", `{"online":false}`, "")
	if h.Power.Watts != 9 {
		t.Errorf("%v W with the toaster offline, want 9", h.Power.Watts)
	}
	h.pass(17 * time.Hour)
	if h.Power.TodayWh != 0 {
		t.Errorf("%v Wh after midnight, want 0", h.Power.TodayWh)
	}
	h.says("state/hall/light", `{"state":"on","power_w":9,"energy_wh":4}`, "")
	if h.Power.TodayWh != 3 {
		t.Errorf("%v Wh after midnight, want 3", h.Power.TodayWh)
	}
	if n := len(h.Power.History); n > 120 {
		t.Errorf("%d minutes are kept", n)
	}
}

func TestFreshness(t *testing.T) {
	h := newHouse(t, "kitchen/toaster")
	h.says("state/kitchen/toaster", `{"state":"idle"}`, "")
	fresh := func() bool { a, _ := h.Appliance("kitchen/toaster"); return a.Fresh }
	for _, tt := range []struct {
		name   string
		status link.Status
		want   bool
	}{
		{"the same hub", link.Status{Up: true, Boot: "1"}, true},
		{"another hub", link.Status{Up: true, Boot: "2"}, false},
		{"no connection", link.Status{Boot: "2", Reason: "gone"}, false},
		{"back on the same hub", link.Status{Up: true, Boot: "2"}, false},
	} {
		h.Connection(h.at(), tt.status)
		if got := fresh(); got != tt.want {
			t.Errorf("%s: fresh %t, want %t", tt.name, got, tt.want)
		}
		h.says("state/kitchen/toaster", `{"state":"idle"}`, "")
		if !fresh() {
			t.Errorf("%s: not fresh after a report", tt.name)
		}
	}
	h.Connection(h.at(), link.Status{Up: true})
	h.Connection(h.at(), link.Status{Up: true, Boot: "3"}) // the first heartbeat
}

func TestStrangersAreBounded(t *testing.T) {
	h := newHouse(t)
	at := h.at()
	for i := range home.MaxAppliances + 10 {
		h.Apply(at, message.Message{Topic: topics.State("x", fmt.Sprint(i)), Payload: []byte(`{"state":"on"}`)})
	}
	for i := range home.MaxScenes + 10 {
		h.Apply(at, message.Message{Topic: topics.Scene(fmt.Sprint(i)), Payload: []byte(`{"state":"done"}`)})
	}
	for range 2_000 {
		h.Apply(at, message.Message{Topic: topics.Event("x", "y"), Payload: []byte(`{"event":"press"}`)})
	}
	if n := len(h.Appliances()); n != home.MaxAppliances {
		t.Errorf("%d appliances are kept, want %d", n, home.MaxAppliances)
	}
	if n := len(h.Scenes()); n != home.MaxScenes || h.Unkept != 20 {
		t.Errorf("%d scenes are kept, want %d; %d are not kept, want 20", n, home.MaxScenes, h.Unkept)
	}
	if n := len(h.Stream.Entries()); n > 500 {
		t.Errorf("%d entries are kept", n)
	}
}

func TestOrderOfRooms(t *testing.T) {
	h := newHouse(t, "kitchen/toaster", "hall/light")
	for _, id := range []string{"kitchen/zebra", "attic/fan", "kitchen/apple", "hall/door"} {
		h.says(topics.Of(topics.KindState, id), `{"state":"on"}`, "")
	}
	var ids []string
	for _, a := range h.Appliances() {
		ids = append(ids, a.ID)
	}
	want := "kitchen/toaster kitchen/apple kitchen/zebra hall/light hall/door attic/fan"
	if got := strings.Join(ids, " "); got != want {
		t.Errorf("order %q, want %q", got, want)
	}
	if got := strings.Join(h.Areas(), " "); got != "kitchen hall attic" {
		t.Errorf("rooms %q", got)
	}
}

func TestRate(t *testing.T) {
	var b home.Bus
	now := start
	at := func() home.Moment { return home.Moment{Wall: now, House: now} }
	for range 10 {
		b.Received(at(), 20)
		now = now.Add(time.Second)
	}
	if got := b.Rate(at()); got != 20 {
		t.Errorf("%v messages a second, want 20", got)
	}
	if now = now.Add(time.Minute); b.Rate(at()) != 0 {
		t.Errorf("%v messages a second after a quiet minute, want 0", b.Rate(at()))
	}
}

// A restart of the hub is one thing, though the link tells it in two: that it is
// connected again, and, with the first heartbeat, that the hub is another one.
func TestRestartIsToldOnce(t *testing.T) {
	h := newHouse(t)
	h.Connection(h.at(), link.Status{Boot: "1", Reason: "nobody listens on tcp://127.0.0.1:5560"})
	h.pass(2 * time.Second)
	h.Connection(h.at(), link.Status{Up: true, Boot: "1"})
	h.pass(time.Second)
	h.Connection(h.at(), link.Status{Up: true, Boot: "2"})
	if got, want := h.happened(), "bus lost: nobody listens on tcp://127.0.0.1:5560\nbus is back, restarted"; got != want {
		t.Errorf("the stream says %q, want %q", got, want)
	}
	h.pass(time.Hour)
	h.Connection(h.at(), link.Status{Up: true, Boot: "3"})
	if got := h.happened(); !strings.HasSuffix(got, "bus is back, restarted\nbus restarted") {
		t.Errorf("after another restart the stream says %q", got)
	}
}

// A bus that never was there is not missed since the mirror was opened.
func TestBusThatComesLater(t *testing.T) {
	h := &house{Home: home.New(home.Plan{}, &message.Stamper{From: "mirror", IDs: &message.Counted{}}), t: t, now: start}
	for _, step := range []struct {
		status link.Status
		answer string
	}{
		{link.Status{Reason: "nobody listens on tcp://127.0.0.1:5560"}, "No bus yet."},
		{link.Status{Up: true}, "Nobody has reported yet."},
		{link.Status{}, "No bus since 07:30:00."},
	} {
		h.Connection(h.at(), step.status)
		if got := h.answer(); got != step.answer {
			t.Errorf("after %+v the answer is %q, want %q", step.status, got, step.answer)
		}
	}
	if got := h.happened(); strings.Contains(got, "back") {
		t.Errorf("what never was there is back: %q", got)
	}
}

// A sensor that says that it sees motion, and reports that at once, has said one
// thing; the next time it is another.
func TestWhatAnEventHasSaidIsNotSaidAgain(t *testing.T) {
	h := newHouse(t, "hall/sensor")
	h.says("state/hall/sensor", `{"state":"clear"}`, "")
	for range 2 {
		h.says("event/hall/sensor", `{"event":"motion"}`, "")
		h.says("state/hall/sensor", `{"state":"motion"}`, "")
		h.pass(time.Minute)
		h.says("state/hall/sensor", `{"state":"clear"}`, "")
	}
	const want = "sensor motion\nsensor clear\nsensor motion\nsensor clear"
	if got := h.happened(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// What makes no sense is said, changes nothing, and does not flood the stream.
func TestWhatMakesNoSenseIsSaid(t *testing.T) {
	h := newHouse(t, "hall/light")
	h.says("state/hall/light", `{"state":"off"}`, "")
	for _, bad := range []string{`{"state":`, `[1]`, `nonsense`} {
		h.says("state/hall/light", bad, "")
		h.says("online/hall/light", bad, "")
		h.says("event/hall/light", bad, "")
	}
	if got := h.happened(); got != "not understood: light" {
		t.Errorf("got %q", got)
	}
	if a, _ := h.Appliance("hall/light"); a.Word() != "off" || a.Offline {
		t.Errorf("it is %q", a.Word())
	}
}

// With another plan everything is known that was known, and what is not of the house any
// more and was never heard of is gone.
func TestReplan(t *testing.T) {
	h := newHouseOf(t, home.Plan{Appliances: []home.PlannedAppliance{{ID: "hall/lamp"}, {ID: "hall/old"}}, Scenes: []home.PlannedScene{{Name: "old"}, {Name: "kept", Title: "Kept"}}})
	cause := h.says("event/hall/switch", `{"event":"press"}`, "")
	h.says("state/hall/lamp", `{"state":"on"}`, cause)
	h.says("state/attic/stranger", `{"state":"on"}`, "")
	h.says("online/attic/gone", `{"online":false}`, "")
	h.says("scene/kept", `{"state":"running","step":1,"steps":2,"runs":1}`, "")
	next := h.Replan(home.Plan{Name: "New", Appliances: []home.PlannedAppliance{{ID: "attic/new"}, {ID: "hall/lamp", Type: typeNamed(t, "dimmable-light")}}, Scenes: []home.PlannedScene{{Name: "kept", Title: "Renamed"}}})
	var ids []string
	for _, a := range next.Appliances() {
		ids = append(ids, a.ID)
	}
	if want := []string{"attic/new", "attic/gone", "attic/stranger", "hall/lamp"}; !slices.Equal(ids, want) {
		t.Errorf("appliances %v, want %v", ids, want)
	}
	lamp, _ := next.Appliance("hall/lamp")
	if lamp.Word() != "on" || lamp.Type == nil || !lamp.Live() || len(next.Why("hall/lamp")) != 2 {
		t.Errorf("the lamp is %+v, because %v", lamp, next.Why("hall/lamp"))
	}
	if list := next.Scenes(); len(list) != 1 || list[0].Called() != "Renamed" || list[0].State != home.SceneRunning {
		t.Errorf("scenes %+v", list)
	}
	if !next.Bus.Live(h.at()) || len(next.Stream.Entries()) != len(h.Stream.Entries()) || next.Name != "New" {
		t.Errorf("the bus is %+v, the home is called %q", next.Bus, next.Name)
	}
}
