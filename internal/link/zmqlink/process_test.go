package zmqlink

import (
	"context"
	"fmt"
	"syscall"
	"testing"
	"time"

	"homebus/internal/busytest"
	"homebus/internal/link"
	"homebus/internal/message"
	"homebus/topics"
)

const patience = 15 * time.Second

// running is a link that runs until the test ends or stop is called.
type running struct {
	t    *testing.T
	link link.Link
	stop context.CancelFunc
	done chan error
}

func run(t *testing.T, l link.Link) *running {
	ctx, cancel := context.WithCancel(context.Background())
	r := &running{t: t, link: l, stop: cancel, done: make(chan error, 1)}
	go func() { r.done <- l.Run(ctx) }()
	t.Cleanup(r.end)
	return r
}

// end stops the link and waits for it.
func (r *running) end() {
	r.stop()
	for range r.link.Events() {
	}
	err := <-r.done
	r.done <- err
}

// await takes events until ok holds.
func (r *running) await(what string, ok func(link.Event) bool) link.Event {
	r.t.Helper()
	timeout := time.After(patience)
	for {
		select {
		case e, open := <-r.link.Events():
			if !open {
				r.t.Fatalf("the link ended before %s", what)
			}
			if ok(e) {
				return e
			}
		case <-timeout:
			r.t.Fatalf("not within %v: %s", patience, what)
		}
	}
}

func up(e link.Event) bool   { return e.Status != nil && e.Status.Up }
func down(e link.Event) bool { return e.Status != nil && !e.Status.Up }

func says(topic, payload string) func(link.Event) bool {
	return func(e link.Event) bool {
		return e.Status == nil && e.Message.Topic == topic && string(e.Message.Payload) == payload
	}
}

var (
	onlineTopic = topics.Online("attic", "fan")
	stateTopic  = topics.State("attic", "fan")
)

const online = `{"online":true}`

// appliance is a link that, as our programs do, says that it is online and what
// its state is whenever it comes up.
type appliance struct {
	*running
	state string
}

func (a *appliance) announce() {
	a.t.Helper()
	a.await("the appliance is up", up)
	a.publish(onlineTopic, online)
	a.publish(stateTopic, a.state)
}

func (r *running) publish(topic, payload string) {
	r.t.Helper()
	if err := r.link.Publish(message.Message{Topic: topic, Payload: []byte(payload)}); err != nil {
		r.t.Fatal(err)
	}
}

// seesItRight waits until the watcher has the state, and a newcomer has it too
// and knows that the appliance is online.
func seesItRight(t *testing.T, h *process, watcher *running, state string) {
	t.Helper()
	watcher.await("state "+state, says(stateTopic, state))
	late := h.link("late")
	late.Subscribe(topics.KindOnline.Prefix())
	late.Subscribe(topics.KindState.Prefix())
	newcomer := run(t, late)
	defer newcomer.end()
	got := map[string]string{}
	newcomer.await("the last values, right", func(e link.Event) bool {
		if e.Status == nil {
			got[e.Message.Topic] = string(e.Message.Payload)
		}
		return got[onlineTopic] == online && got[stateTopic] == state
	})
}

func TestHubStartsLateIsKilledAndComesBack(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	watcher := h.link("watcher")
	watcher.Subscribe(topics.KindState.Prefix())
	w := run(t, watcher)
	w.await("the watcher finds no hub", func(e link.Event) bool {
		return down(e) && e.Status.Reason == "nobody listens on "+h.frontend // of two such endpoints always that
	})
	a := &appliance{running: run(t, h.link("appliance")), state: "0"}
	a.publish(stateTopic, "said too early") // waits
	h.start()                               // late
	a.announce()
	seesItRight(t, h, w, "0")
	for round := 1; round <= 2; round++ {
		h.Kill()
		for _, r := range []*running{a.running, w} {
			if why := r.await("the hub is lost", down).Status.Reason; why != "the hub closed the connection" {
				t.Errorf("lost, for %q", why)
			}
		}
		h.start()
		begin := time.Now()
		a.state = fmt.Sprint(round)
		a.announce()
		seesItRight(t, h, w, a.state)
		if d := time.Since(begin); d > 2*time.Second {
			t.Errorf("back only %v after the hub", d)
		}
	}
}

func TestFrozenHubIsFoundWithinFourSeconds(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	h.start()
	watcher := h.link("watcher")
	watcher.Subscribe(topics.KindState.Prefix())
	w := run(t, watcher)
	a := &appliance{running: run(t, h.link("appliance")), state: "before"}
	a.announce()
	seesItRight(t, h, w, "before")
	booted := func(e link.Event) bool { return up(e) && e.Status.Boot != "" }
	boot := a.await("a boot id", booted).Status.Boot
	w.await("a boot id", booted)

	h.Signal(syscall.SIGSTOP)
	begin, share := time.Now(), busytest.Mine()
	a.await("the appliance finds the hub frozen", down)
	w.await("the watcher finds the hub frozen", down)
	if d := time.Since(begin); d > 4*time.Second+busytest.Mine().Since(share).Waited {
		t.Errorf("found after %v", d)
	}
	if err := a.link.Publish(message.Message{Topic: topics.Event("attic", "fan")}); err == nil {
		t.Error("an event is taken while the hub is frozen")
	}
	a.state = "meanwhile"
	a.publish(stateTopic, a.state) // waits
	h.Signal(syscall.SIGCONT)
	if again := a.await("the appliance is up again", up).Status.Boot; again != boot {
		t.Errorf("boot %s has become %s", boot, again)
	}
	a.publish(onlineTopic, online) // the hub has spoken the will of the old connection, or will not any more
	seesItRight(t, h, w, "meanwhile")
}

// A hub may freeze before a newcomer has heard a heartbeat.
func TestHubFrozenAtOnceIsFoundWithinFourSeconds(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	h.start()
	w := run(t, h.link("watcher"))
	w.await("up, with no heartbeat yet", func(e link.Event) bool { return up(e) && e.Status.Boot == "" })
	h.Signal(syscall.SIGSTOP)
	defer h.Signal(syscall.SIGCONT)
	begin, share := time.Now(), busytest.Mine()
	w.await("the hub is found frozen", down)
	if d := time.Since(begin); d > 4*time.Second+busytest.Mine().Since(share).Waited {
		t.Errorf("found after %v", d)
	}
}

func TestManyLastValuesDelayNothing(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	h.start()
	pl := h.link("publisher")
	pl.Subscribe(topics.KindState.Prefix())
	p := run(t, pl)
	p.await("up", up)
	count := 0
	for _, total := range []int{maxEarly / 2, maxEarly + 2000} { // held until up, and more than that
		for ; count < total; count++ {
			topic := topics.State("attic", fmt.Sprint("lamp-", count))
			p.publish(topic, "on")
			if count%500 == 499 || count == total-1 {
				p.await("its own state", says(topic, "on"))
			}
		}
		l := h.link("late")
		l.Subscribe(topics.KindState.Prefix())
		late := run(t, l)
		begin, share := time.Now(), busytest.Mine()
		late.await("up", up)
		if d := time.Since(begin); d > readyTimeout*4/5+busytest.Mine().Since(share).Waited {
			t.Errorf("up only after %v with %d last values", d, total)
		}
		seen := map[string]bool{}
		late.await("all last values", func(e link.Event) bool {
			if e.Status == nil {
				seen[e.Message.Topic] = true
			}
			return len(seen) == total
		})
		late.end()
	}
}

func TestUnixSocket(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	dir := t.TempDir()
	h.frontend, h.backend = "ipc://"+dir+"/front", "ipc://"+dir+"/back"
	h.start()
	l := h.link("c")
	l.Subscribe("x")
	c := run(t, l)
	c.await("up", up)
	c.publish("x", "1")
	c.await("its own message", says("x", "1"))
}

func TestRunSendsWhatIsQueued(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	h.start()
	l := h.link("watcher")
	l.Subscribe("x/")
	w := run(t, l)
	w.await("up", up)
	const count = 2000
	for round := range 3 {
		p := run(t, h.link("short-lived"))
		p.await("up", up)
		for i := range count {
			p.publish(fmt.Sprintf("x/%d", round), fmt.Sprint(i))
		}
		p.end()
		w.await("the last message of a link that has ended", says(fmt.Sprintf("x/%d", round), fmt.Sprint(count-1)))
	}
}

func TestRunEndsSoonWhateverTheHubDoes(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	none := run(t, h.link("no hub there"))
	none.await("down", down)
	h.start()
	frozen := run(t, h.link("frozen hub"))
	frozen.await("up", up)
	h.Signal(syscall.SIGSTOP)
	defer h.Signal(syscall.SIGCONT)
	for range 1000 {
		frozen.publish(stateTopic, fmt.Sprint(make([]byte, 1000)))
	}
	shaking := run(t, h.link("in its handshake"))
	unread := run(t, h.link("nobody reads its events"))
	begin := time.Now()
	for _, r := range []*running{none, frozen, shaking, unread} {
		r.stop()
	}
	for _, r := range []*running{none, frozen, shaking, unread} {
		r.end()
	}
	if d := time.Since(begin); d > time.Second {
		t.Errorf("ended only after %v", d)
	}
}
