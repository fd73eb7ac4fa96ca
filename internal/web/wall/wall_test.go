package wall

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"
	"golang.org/x/sync/errgroup"

	"homebus/devices"
	"homebus/internal/link"
	"homebus/internal/message"
	"homebus/internal/mirror/home"
	"homebus/topics"
)

// door lets those act who bring the token, or all if it is "".
type door string

func (d door) Granted(r *http.Request) bool { return d == "" }
func (d door) Matches(token string) bool    { return token == string(d) }

// stage is a Wall behind a server, on a bus in memory on which a script speaks.
type stage struct {
	t      *testing.T
	ctx    context.Context
	wall   *Wall
	server *httptest.Server
	bus    *link.Bus
	script link.Link
	heard  chan message.Message
	stop   context.CancelFunc
}

func flat(t *testing.T) home.Plan {
	t.Helper()
	plan := home.Plan{Name: "Flat", Zone: time.UTC, Scenes: []home.PlannedScene{{Name: "morning", Title: "Morning routine"}}}
	for id, name := range map[string]string{"kitchen/toaster": "toaster"} {
		typ, ok := devices.Lookup(name)
		if !ok {
			t.Fatalf("no type %q", name)
		}
		plan.Appliances = append(plan.Appliances, home.PlannedAppliance{ID: id, Type: typ})
	}
	return plan
}

func newStage(t *testing.T, change func(*Config)) *stage {
	t.Helper()
	bus := link.NewBus()
	ctx, timeout := context.WithTimeout(t.Context(), 30*time.Second)
	running, stop := context.WithCancel(ctx)
	cfg := Config{Plan: flat(t), Link: bus.Link("wall"), Authorizer: door(""), Version: "v1", Log: slog.New(slog.NewTextHandler(io.Discard, nil))}
	if change != nil {
		change(&cfg)
	}
	s := &stage{t: t, ctx: ctx, wall: New(cfg), bus: bus, script: bus.Link("script"), heard: make(chan message.Message, 1000), stop: stop}
	s.server = httptest.NewServer(s.wall)
	s.script.Subscribe(topics.KindCommand.Prefix())
	s.script.Subscribe(topics.KindFault.Prefix())
	var g errgroup.Group
	g.Go(func() error { return s.wall.Run(running) })
	g.Go(func() error { return s.script.Run(running) })
	g.Go(func() error {
		for ev := range s.script.Events() {
			if ev.Status == nil {
				s.heard <- ev.Message
			}
		}
		return nil
	})
	t.Cleanup(func() {
		stop()
		_ = g.Wait()
		s.server.Close()
		timeout()
	})
	for !s.wall.serves() {
		if ctx.Err() != nil {
			t.Fatal("the wall never served")
		}
	}
	return s
}

func (w *Wall) serves() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.serving != nil
}

func (s *stage) says(topic, payload string) {
	s.t.Helper()
	stamp := message.Stamper{From: "script", IDs: message.Random{}}
	if err := s.script.Publish(stamp.Stamp(time.Now(), message.Message{Topic: topic, Payload: []byte(payload)}, nil)); err != nil {
		s.t.Fatal(err)
	}
}

func (s *stage) hears() message.Message {
	s.t.Helper()
	select {
	case m := <-s.heard:
		return m
	case <-s.ctx.Done():
		s.t.Fatal("nothing was published")
		return message.Message{}
	}
}

// page is a page as far as the frames go.
type page struct {
	*stage
	conn  *websocket.Conn
	parts map[string]map[string]any
	lists map[string][]any
	hello map[string]any
	said  []map[string]any // answers
	fulls int
}

func (s *stage) open() *page {
	s.t.Helper()
	conn, _, err := websocket.Dial(s.ctx, strings.Replace(s.server.URL, "http", "ws", 1), nil)
	if err != nil {
		s.t.Fatal(err)
	}
	conn.SetReadLimit(1 << 24)
	s.t.Cleanup(func() { _ = conn.CloseNow() })
	return &page{stage: s, conn: conn, parts: make(map[string]map[string]any), lists: make(map[string][]any)}
}

// next takes one frame.
func (p *page) next() {
	p.t.Helper()
	_, text, err := p.conn.Read(p.ctx)
	if err != nil {
		p.t.Fatal(err)
	}
	var f struct {
		N     *int                       `json:"n"`
		Hello map[string]any             `json:"hello"`
		Full  bool                       `json:"full"`
		Put   map[string]json.RawMessage `json:"put"`
		Drop  []string                   `json:"drop"`
		Error string                     `json:"error"`
	}
	if err := json.Unmarshal(text, &f); err != nil {
		p.t.Fatalf("%s: %v", text, err)
	}
	switch {
	case f.Hello != nil:
		p.hello = f.Hello
	case f.N != nil || f.Error != "":
		var a map[string]any
		_ = json.Unmarshal(text, &a)
		p.said = append(p.said, a)
	case f.Full:
		p.fulls++
		clear(p.parts)
	}
	for key, part := range f.Put {
		p.put(key, part)
	}
	for _, key := range f.Drop {
		delete(p.parts, key)
	}
}

func (p *page) put(key string, part json.RawMessage) {
	p.t.Helper()
	var object map[string]any
	var list []any
	switch {
	case json.Unmarshal(part, &object) == nil:
		p.parts[key] = object
	case json.Unmarshal(part, &list) == nil:
		p.lists[key] = list
	default:
		p.t.Fatalf("%s is %s", key, part)
	}
}

// await takes frames until the condition holds.
func (p *page) await(what string, holds func() bool) {
	p.t.Helper()
	for !holds() {
		if p.ctx.Err() != nil {
			p.t.Fatalf("never: %s; parts %v, answers %v", what, p.parts, p.said)
		}
		p.next()
	}
}

func (p *page) ask(text string) map[string]any {
	p.t.Helper()
	n := len(p.said)
	if err := p.conn.Write(p.ctx, websocket.MessageText, []byte(text)); err != nil {
		p.t.Fatal(err)
	}
	p.await("an answer to "+text, func() bool { return len(p.said) > n })
	return p.said[n]
}

const toaster = "a:kitchen/toaster"

func TestAPageIsShownTheHome(t *testing.T) {
	s := newStage(t, nil)
	s.says("state/kitchen/toaster", `{"state":"toasting","progress":0.374,"remaining_s":83,"loaded":true,"power_w":900}`)
	s.says("scene/morning", `{"state":"running","step":4,"steps":7,"runs":3,"doing":"wait until kitchen/toaster is popped"}`)
	p := s.open()
	p.await("the first picture", func() bool {
		return p.parts[toaster]["word"] == "toasting" && p.parts["s:morning"]["state"] == "running"
	})
	if p.hello["version"] != "v1" || p.hello["act"] != true {
		t.Errorf("hello is %v", p.hello)
	}
	got := p.parts[toaster]
	for key, want := range map[string]any{"phase": "working", "progress": 0.37, "area": "kitchen", "name": "toaster", "type": "toaster", "menu": true, "old": nil} {
		if got[key] != want {
			t.Errorf("%s is %v, want %v", key, got[key], want)
		}
	}
	if left, _ := got["left"].(string); !strings.HasPrefix(left, "1:2") {
		t.Errorf("left is %q", left)
	}
	if sc := p.parts["s:morning"]; sc["title"] != "Morning routine" || sc["step"] != 4.0 || sc["of"] != 7.0 || sc["doing"] != "until toaster is popped" {
		t.Errorf("the scene is %v", sc)
	}
	if p.parts["top"]["name"] != "Flat" || p.parts["bus"]["live"] != true {
		t.Errorf("top %v, bus %v", p.parts["top"], p.parts["bus"])
	}
	s.says("state/kitchen/toaster", `{"state":"popped"}`)
	p.await("the toast", func() bool { return p.parts[toaster]["phase"] == "ready" && p.parts[toaster]["take"] != nil })
	if p.fulls != 1 {
		t.Errorf("%d whole pictures, want 1", p.fulls)
	}
	s.bus.Stop()
	p.await("the loss", func() bool { return p.parts[toaster]["old"] == true && p.parts["bus"]["live"] == false })
	s.bus.Start()
	p.await("the bus", func() bool { return p.parts["bus"]["live"] == true })
}

// What is asked becomes a command, and shows until it is confirmed.
func TestAPageActs(t *testing.T) {
	s := newStage(t, nil)
	s.says("state/kitchen/toaster", `{"state":"idle","loaded":true}`)
	p := s.open()
	p.await("the toaster", func() bool { return p.parts[toaster]["do"] == "start" })
	if a := p.ask(`{"n":1,"op":"do","id":"kitchen/toaster","do":"start","params":{"browning":4}}`); a["ok"] != true || a["n"] != 1.0 {
		t.Errorf("answered %v", a)
	}
	m := s.hears()
	if m.Topic != topics.Command("kitchen", "toaster") || string(m.Payload) != `{"browning":4,"do":"start"}` || m.Meta == nil || m.Meta.From != clientName {
		t.Errorf("published %s %s by %v", m.Topic, m.Payload, m.Meta)
	}
	p.await("what was asked", func() bool { return p.parts[toaster]["to"] == "toasting" && p.parts[toaster]["from"] == "idle" })
	s.says("ack/kitchen/toaster", `{"id":"`+m.ID()+`","ok":false,"error":"no bread in the toaster"}`)
	p.await("the refusal", func() bool { return p.parts[toaster]["failed"] == "no bread in the toaster" })
	p.await("what happened", func() bool {
		first, _ := p.parts["e:1"]["levels"].([]any)
		second, _ := p.parts["e:2"]["levels"].([]any)
		return len(first) == 1 && first[0] == "toaster start" && len(second) == 1 && second[0] == "toaster refused: no bread in the toaster"
	})
	p.ask(`{"n":2,"op":"scene","name":"morning","do":"run"}`)
	if m := s.hears(); m.Topic != topics.SceneCommand("morning") || string(m.Payload) != `{"do":"run"}` {
		t.Errorf("published %s %s", m.Topic, m.Payload)
	}
}

// A fault that the simulator has agreed to is shown, until it is cleared.
func TestAPageSetsFaults(t *testing.T) {
	s := newStage(t, nil)
	s.says("state/kitchen/toaster", `{"state":"idle"}`)
	p := s.open()
	for ask, want := range map[string]string{
		`{"n":1,"op":"fault","id":"kitchen/toaster","kind":"offline","for":"2m"}`:   `{"for":"2m","kind":"offline"}`,
		`{"n":2,"op":"fault","id":"kitchen/toaster","clear":true,"kind":"offline"}`: `{"clear":true,"kind":"offline"}`,
		`{"n":3,"op":"fault","id":"kitchen/toaster","clear":true}`:                  `{"clear":true}`,
		`{"n":4,"op":"fault","id":"kitchen/toaster","kind":"deaf"}`:                 `{"kind":"deaf"}`,
	} {
		if got := p.ask(ask); got["ok"] != true {
			t.Errorf("%s: %v", ask, got)
		}
		m := s.hears()
		for string(m.Payload) != want { // what nobody has answered is repeated
			m = s.hears()
		}
		s.says("ack/kitchen/toaster", `{"id":"`+m.ID()+`","ok":true}`)
		faults := func() int { list, _ := p.parts[toaster]["faults"].([]any); return len(list) }
		set := !strings.Contains(want, "clear")
		p.await("the faults after "+ask, func() bool { return (faults() > 0) == set && p.parts[toaster]["to"] == nil })
		if menu, _ := p.ask(`{"n":5,"op":"menu","id":"kitchen/toaster"}`)["menu"].(map[string]any); strings.Contains(string(encode(menu)), `"set":true`) != set {
			t.Errorf("the menu after %s: %v", ask, menu)
		}
		p.ask(`{"n":6,"op":"fault","id":"kitchen/toaster","clear":true}`)
		m = s.hears()
		for string(m.Payload) != `{"clear":true}` {
			m = s.hears()
		}
		s.says("ack/kitchen/toaster", `{"id":"`+m.ID()+`","ok":true}`)
		p.await("no fault", func() bool { return faults() == 0 && p.parts[toaster]["to"] == nil })
	}
}

func TestAPageAsksWhatCanBeDone(t *testing.T) {
	s := newStage(t, nil)
	s.says("state/kitchen/toaster", `{"state":"idle","browning":2}`)
	p := s.open()
	p.await("the toaster", func() bool { return p.parts[toaster]["word"] == "idle" })
	menu, _ := p.ask(`{"n":4,"op":"menu","id":"kitchen/toaster"}`)["menu"].(map[string]any)
	text := string(encode(menu))
	for _, want := range []string{`"name":"start"`, `"kind":"int","max":6,"min":1,"name":"browning"`, `"wants":`, `"name":"offline"`} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s in %s", want, text)
		}
	}
	why, _ := p.ask(`{"n":5,"op":"why","id":"kitchen/toaster"}`)["why"].([]any)
	if len(why) != 1 {
		t.Errorf("why: %v", why)
	}
	s.says("event/kitchen/toaster", `{"event":"lever"}`)
	p.await("an entry", func() bool { return p.parts["e:1"] != nil })
	if why, _ := p.ask(`{"n":5,"op":"why","entry":1}`)["why"].([]any); len(why) != 1 {
		t.Errorf("why of an entry: %v", why)
	}
	if why, ok := p.ask(`{"n":6,"op":"why","scene":"morning"}`)["why"].([]any); !ok || len(why) != 0 {
		t.Errorf("why of a scene of which nothing is known: %v", why)
	}
}

func TestWhatIsWrongIsSaid(t *testing.T) {
	s := newStage(t, nil)
	s.says("online/kitchen/toaster", `{"online":false}`)
	s.says("state/kitchen/thing", `{"glow":"red"}`)
	p := s.open()
	p.await("the thing", func() bool { return p.parts["a:kitchen/thing"] != nil })
	p.await("the toaster", func() bool { return p.parts[toaster]["phase"] == "offline" })
	for ask, want := range map[string]string{
		`{"n":1,"op":"do","id":"attic/toaster","do":"start"}`:                 `there is no appliance "attic/toaster"`,
		`{"n":1,"op":"do","id":"kitchen/toaster"}`:                            "do is missing; want an action of kitchen/toaster",
		`{"n":1,"op":"do","id":"kitchen/toaster","do":"start"}`:               "toaster is offline and cannot hear that",
		`{"n":1,"op":"do","id":"kitchen/thing","do":"start"}`:                 `thing cannot "start"`,
		`{"n":1,"op":"fault","id":"kitchen/thing","kind":"x"}`:                `thing has no fault "x"`,
		`{"n":1,"op":"fault","id":"kitchen/toaster","kind":"x","clear":true}`: `toaster has no fault "x"`,
		`{"n":1,"op":"scene","name":"x","do":"run"}`:                          `there is no scene "x"`,
		`{"n":1,"op":"scene","name":"morning","do":"jump"}`:                   `do is "jump"; want run or stop`,
		`{"n":1,"op":"fault","id":"kitchen/toaster"}`:                         "kind is missing; want a fault of toaster, or clear",
		`{"n":1,"op":"fault","id":"x/y"}`:                                     `there is no appliance "x/y"`,
		`{"n":1,"op":"menu","id":"x/y"}`:                                      `there is no appliance "x/y"`,
		`{"n":1,"op":"sing"}`:                                                 `op is "sing"; want do, scene, fault, menu, why or auth`,
		`{"n":1,"op":`:                                                        "not understood; want a JSON object with n and op",
		`{"n":1,"op":7}`:                                                      "not understood; want a JSON object with n and op",
		`7`:                                                                   "not understood; want a JSON object with n and op",
	} {
		if got := p.ask(ask); got["error"] != want {
			t.Errorf("%s: %v, want %q", ask, got, want)
		}
	}
}

// A hub that is paused says so, and does nothing for a page.
func TestAPausedHub(t *testing.T) {
	var paused atomic.Bool
	s := newStage(t, func(c *Config) {
		c.Ready = func() error {
			if paused.Load() {
				return errors.New("the hub is paused")
			}
			return nil
		}
	})
	p := s.open()
	p.await("the bus", func() bool { return p.parts["bus"]["live"] == true })
	paused.Store(true)
	p.await("the pause", func() bool { return p.parts["bus"]["live"] == false && p.parts["bus"]["words"] == "paused" })
	if got := p.ask(`{"n":1,"op":"scene","name":"morning","do":"run"}`); got["error"] != "the hub is paused" {
		t.Errorf("acting: %v", got)
	}
	if got := p.ask(`{"n":1,"op":"menu","id":"kitchen/toaster"}`); got["menu"] == nil {
		t.Errorf("looking: %v", got)
	}
	paused.Store(false)
	p.await("the bus", func() bool { return p.parts["bus"]["live"] == true })
}

func TestWhoMayAct(t *testing.T) {
	s := newStage(t, func(c *Config) { c.Authorizer = door("secret") })
	p := s.open()
	do := `{"n":1,"op":"scene","name":"morning","do":"run"}`
	if got := p.ask(do); got["error"] != "to act here, give the token first" || p.hello["act"] != false || p.hello["why"] == "" {
		t.Errorf("without the token: %v, hello %v", got, p.hello)
	}
	if got := p.ask(`{"n":1,"op":"menu","id":"kitchen/toaster"}`); got["menu"] == nil {
		t.Errorf("looking: %v", got)
	}
	if got := p.ask(`{"n":1,"op":"auth","token":"guess"}`); got["error"] != "the token is not the right one" {
		t.Errorf("a wrong token: %v", got)
	}
	if got := p.ask(`{"n":1,"op":"auth","token":"secret"}`); got["ok"] != true {
		t.Errorf("the right token: %v", got)
	}
	if got := p.ask(do); got["ok"] != true {
		t.Errorf("with the token: %v", got)
	}
}

// A page that guesses is told so, and closed after the fifth wrong token.
func TestWhoGuessesIsSentAway(t *testing.T) {
	s := newStage(t, func(c *Config) { c.Authorizer = door("secret") })
	p := s.open()
	for range wrongTokens {
		if got := p.ask(`{"n":1,"op":"auth","token":"guess"}`); got["error"] != "the token is not the right one" {
			t.Errorf("a wrong token: %v", got)
		}
	}
	for {
		_, _, err := p.conn.Read(s.ctx)
		if websocket.CloseStatus(err) == websocket.StatusPolicyViolation {
			break
		} else if err != nil {
			t.Fatalf("after %d wrong tokens: %v", wrongTokens, err)
		}
	}
}

// A page is sent away when the bus ends, and one too many is not let in.
func TestPagesComeAndGo(t *testing.T) {
	s := newStage(t, func(c *Config) { c.Viewers = 1 })
	p := s.open()
	p.await("a picture", func() bool { return p.fulls == 1 })
	if _, r, err := websocket.Dial(s.ctx, strings.Replace(s.server.URL, "http", "ws", 1), nil); err == nil || r.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("a second page of one: %v", err)
	}
	s.stop()
	for {
		_, _, err := p.conn.Read(s.ctx)
		if status := websocket.CloseStatus(err); status == websocket.StatusGoingAway {
			break
		} else if err != nil {
			t.Fatalf("the page was left with %v", err)
		}
	}
	s.awaitPages(0)
}

// awaitPages waits until there are n pages.
func (s *stage) awaitPages(n int) {
	s.t.Helper()
	pages := func() int {
		s.wall.mu.Lock()
		defer s.wall.mu.Unlock()
		return s.wall.viewers
	}
	for pages() != n {
		if s.ctx.Err() != nil {
			s.t.Fatalf("there are %d pages, want %d", pages(), n)
		}
		runtime.Gosched()
	}
}

// A page that does not read costs one frame, and has a whole picture when it reads.
func TestASlowPageMissesOnlyWhatIsNoMore(t *testing.T) {
	d := newDesk(Config{Plan: flat(t), Link: link.NewBus().Link("wall")})
	slow, quick := &viewer{frames: make(chan []byte, 1), behind: true}, &viewer{frames: make(chan []byte, 1), behind: true}
	d.viewers[slow], d.viewers[quick] = struct{}{}, struct{}{}
	at := home.Moment{Wall: time.Unix(0, 0), House: time.Unix(0, 0)}
	d.home.Connection(at, link.Status{Up: true})
	for i := range 5 {
		at.Wall = at.Wall.Add(time.Second)
		d.home.Apply(at, message.Message{Topic: "state/kitchen/toaster", Payload: encode(map[string]any{"state": "toasting", "progress": float64(i) / 10})})
		d.show(at)
		if frame := string(<-quick.frames); strings.Contains(frame, `"full":true`) != (i == 0) {
			t.Errorf("frame %d for who reads: %s", i, frame)
		}
	}
	if frame := string(<-slow.frames); !strings.Contains(frame, `"full":true`) || !slow.behind {
		t.Errorf("the frame that waited: %s", frame)
	}
	at.Wall = at.Wall.Add(time.Second)
	d.show(at)
	if frame := string(<-slow.frames); !strings.Contains(frame, `"full":true`) || !strings.Contains(frame, `"progress":0.4`) || slow.behind {
		t.Errorf("the frame after it: %s", frame)
	}
	if frame := string(<-quick.frames); strings.Contains(frame, `"full":true`) {
		t.Errorf("who reads: %s", frame)
	}
}

// While a picture takes so long that the next is not due for longer than a page waits, the
// page hears that the bus is there, and one that comes meanwhile has the last picture.
func TestASlowPictureIsNoSilence(t *testing.T) {
	d := newDesk(Config{Plan: flat(t), IDs: &message.Counted{}})
	d.soon = time.NewTimer(time.Hour)
	at := home.Moment{Wall: time.Unix(100, 0), House: time.Unix(100, 0)}
	d.home.Connection(at, link.Status{Up: true})
	here, late := &viewer{frames: make(chan []byte, 1), behind: true}, &viewer{frames: make(chan []byte, 1), behind: true}
	d.viewers[here] = struct{}{}
	d.show(at)
	if frame := string(<-here.frames); !strings.Contains(frame, `"full":true`) {
		t.Fatalf("the first frame: %s", frame)
	}
	d.cost = 10 * time.Second / share
	d.viewers[late] = struct{}{}
	at.Wall = at.Wall.Add(aliveEvery)
	d.home.Apply(at, message.Message{Topic: "state/hall/lamp", Payload: []byte(`{"state":"on"}`)})
	d.show(at)
	if frame := string(<-here.frames); frame != "{}" {
		t.Errorf("while no picture is due: %s", frame)
	}
	if frame := string(<-late.frames); !strings.Contains(frame, `"full":true`) || strings.Contains(frame, "a:hall/lamp") {
		t.Errorf("who comes meanwhile: %s", frame)
	}
	at.Wall = at.Wall.Add(10 * time.Second)
	d.show(at)
	if frame := string(<-late.frames); strings.Contains(frame, `"full":true`) || !strings.Contains(frame, "a:hall/lamp") {
		t.Errorf("the next picture: %s", frame)
	}
}

// What has not changed is not sent again, and what is gone is said.
func TestNewsAreOnlyNews(t *testing.T) {
	h := home.New(flat(t), &message.Stamper{From: clientName, IDs: &message.Counted{}})
	at := home.Moment{Wall: time.Unix(100, 0), House: time.Unix(100, 0)}
	h.Connection(at, link.Status{Up: true})
	p := newPicture()
	p.compose(h, at, true)
	if _, any := p.news(); !any {
		t.Error("the first picture is no news")
	}
	p.compose(h, at, true)
	if frame, any := p.news(); any || string(frame) != "{}" {
		t.Errorf("nothing has changed: %s", frame)
	}
	h.Apply(at, message.Message{Topic: "state/hall/lamp", Payload: []byte(`{"state":"on"}`)})
	p.compose(h, at, true)
	frame, _ := p.news()
	for _, want := range []string{`"a:hall/lamp":{`, `"plan":{"rooms":[{"area":"kitchen"`, `"answer":[`} {
		if !strings.Contains(string(frame), want) {
			t.Errorf("no %s in %s", want, frame)
		}
	}
	h = h.Replan(home.Plan{Zone: time.UTC})
	h.Apply(at, message.Message{Topic: "state/hall/lamp", Payload: []byte(`{"state":"on"}`)})
	p.compose(h, at, true)
	if frame, _ := p.news(); !strings.Contains(string(frame), `"drop":["a:kitchen/toaster","s:morning"]`) {
		t.Errorf("after the house has changed: %s", frame)
	}
}

// BenchmarkCompose is one frame of a home in which some have changed.
func BenchmarkCompose(b *testing.B) {
	for _, n := range []int{20, 1_000, 10_000} {
		b.Run(topics.State("room", "plug")+"-"+string(encode(n)), func(b *testing.B) {
			h := home.New(home.Plan{Zone: time.UTC}, &message.Stamper{From: clientName, IDs: &message.Counted{}})
			at := home.Moment{Wall: time.Unix(100, 0), House: time.Unix(100, 0)}
			h.Connection(at, link.Status{Up: true})
			say := func(i, watts int) {
				h.Apply(at, message.New(topics.State("room", "plug-"+string(encode(i))), map[string]any{"state": "on", "power_w": watts}))
			}
			for i := range n {
				say(i, 5)
			}
			p := newPicture()
			turn := 0
			b.ReportAllocs()
			for b.Loop() {
				turn++
				for i := range 20 {
					say((turn*20+i)%n, turn)
				}
				p.compose(h, at, true)
				p.news()
			}
		})
	}
}
