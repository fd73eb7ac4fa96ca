package sim

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/sync/errgroup"

	"homebus/devices"
	"homebus/internal/housetime"
	"homebus/internal/link"
	"homebus/internal/message"
	"homebus/topics"
)

const (
	toaster = "kitchen/toaster"
	coffee  = "kitchen/coffee"
)

var kitchen = append(specs("toaster", toaster), specs("coffee-maker", coffee)...)

func TestAppliancesAnnounceThemselvesToEachNewHub(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, Config{Specs: kitchen})
		for round := range 3 {
			h.seen = nil
			h.rest(10 * time.Second)
			want := []string{"online/kitchen/coffee", "online/kitchen/toaster", "state/kitchen/coffee", "state/kitchen/toaster"}
			if got := sortedTopics(h.seen); !slices.Equal(got, want) {
				t.Errorf("round %d: seen %q, want %q", round, got, want)
			}
			h.bus.Stop()
			h.rest(time.Minute)
			h.bus.Start()
			h.until("up", func(ev link.Event) bool { return ev.Status != nil && ev.Status.Up })
		}
	})
}

func TestOnlineComesBeforeTheState(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, Config{Specs: kitchen})
		h.rest(time.Second)
		place := func(topic string) int {
			return slices.IndexFunc(h.seen, func(m message.Message) bool { return m.Topic == topic })
		}
		if online, state := place("online/"+toaster), place("state/"+toaster); online < 0 || state < online {
			t.Errorf("online is message %d, the state %d", online, state)
		}
	})
}

func TestAToastInRealTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, Config{Specs: kitchen})
		h.awaitOnline(toaster, true)
		begin := time.Now()
		id := h.publish(topics.Of(topics.KindCommand, toaster), map[string]any{"do": "start", "browning": 4})
		h.await(topics.Of(topics.KindAck, toaster), map[string]any{"id": id, "ok": true})
		h.await(topics.Of(topics.KindState, toaster), map[string]any{"state": "toasting"})
		h.await(topics.Of(topics.KindState, toaster), map[string]any{"state": "popped"})
		if took := time.Since(begin); took < time.Minute || took > 3*time.Minute {
			t.Errorf("the toast took %v; want 1 to 3 minutes", took)
		}
	})
}

func TestAFasterHouse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		h := newHouse(t, Config{Specs: kitchen, Clock: housetime.New(begin, begin, 20)})
		h.awaitOnline(toaster, true)
		h.publish(topics.Of(topics.KindCommand, toaster), map[string]any{"do": "start", "browning": 4})
		h.await(topics.Of(topics.KindState, toaster), map[string]any{"state": "popped"})
		if took := time.Since(begin); took < 3*time.Second || took > 9*time.Second {
			t.Errorf("the toast took %v; want a twentieth of 1 to 3 minutes", took)
		}
	})
}

func TestGarbageIsRefusedAndDoesNoHarm(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, Config{Specs: kitchen})
		h.awaitOnline(toaster, true)
		command := topics.Of(topics.KindCommand, toaster)
		for _, garbage := range []string{"", "{", `"start"`, `{"do":7}`, "\xff\x00"} {
			if err := h.watcher.Publish(message.Message{Topic: command, Payload: []byte(garbage)}); err != nil {
				t.Fatal(err)
			}
			if said := h.await(topics.Of(topics.KindAck, toaster), map[string]any{"ok": false}); said["error"] == "" {
				t.Errorf("%q is refused without a reason", garbage)
			}
		}
		id := h.publish(command, map[string]any{"do": "start"})
		h.await(topics.Of(topics.KindAck, toaster), map[string]any{"id": id, "ok": true})
	})
}

// A subscription is a prefix, so that the connection of one appliance also gets
// what is meant for another with a longer name.
func TestACommandIsDoneOnceWhereNamesAreAlike(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, Config{Specs: specs("dimmable-light", "hall/light", "hall/light-2")})
		h.awaitOnline("hall/light-2", true)
		h.rest(time.Second)
		h.seen = nil
		h.publish(topics.Of(topics.KindCommand, "hall/light-2"), map[string]any{"do": "toggle"})
		h.rest(time.Minute)
		if got := h.count("ack/hall/light-2"); got != 1 {
			t.Errorf("%d acks, want 1", got)
		}
		if got := h.count("ack/hall/light") + h.count("state/hall/light"); got != 0 {
			t.Errorf("the other light said %d things", got)
		}
	})
}

func TestOfflineIsAnsweredFeltAndHealed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, Config{Specs: kitchen})
		h.awaitOnline(toaster, true)
		h.rest(time.Second)
		h.seen = nil
		begin := time.Now()
		fault := h.publish(topics.Of(topics.KindFault, coffee), map[string]any{"kind": "offline", "for": "2m"})
		if said := h.awaitOnline(coffee, false); said["reason"] != "connection lost" {
			t.Errorf("offline for the reason %q", said["reason"])
		}
		h.awaitOnline(coffee, true)
		if took := time.Since(begin); took < 2*time.Minute || took > 2*time.Minute+10*time.Second {
			t.Errorf("it came back after %v", took)
		}
		h.await(topics.Of(topics.KindState, coffee), map[string]any{"state": "idle"})
		if h.count("online/"+toaster) > 0 {
			t.Error("the toaster was disturbed")
		}
		h.acked(coffee, fault)
		id := h.publish(topics.Of(topics.KindCommand, coffee), map[string]any{"do": "brew", "cups": 2})
		h.await(topics.Of(topics.KindAck, coffee), map[string]any{"id": id, "ok": true})
	})
}

func TestAFaultIsClearedWhileOffline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, Config{Specs: kitchen, Faults: []Fault{{Device: coffee, Kind: "offline"}}})
		h.awaitOnline(toaster, true)
		h.rest(time.Minute)
		if h.count("online/"+coffee) > 0 {
			t.Fatalf("an appliance that is offline from the start said something: %s", h.story())
		}
		id := h.publish(topics.Of(topics.KindFault, coffee), map[string]any{"clear": true})
		h.awaitOnline(coffee, true)
		h.rest(time.Second)
		h.acked(coffee, id)
	})
}

func TestFlappingComesAndGoes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, Config{Specs: kitchen})
		h.awaitOnline(coffee, true)
		h.rest(time.Second) // until the simulator's own connection is there too
		h.publish(topics.Of(topics.KindFault, coffee), map[string]any{"kind": "flapping", "for": "5m"})
		for range 3 {
			h.awaitOnline(coffee, false)
			h.awaitOnline(coffee, true)
		}
	})
}

// many is more appliances than have a connection each.
func many() []devices.Spec {
	var ids []string
	for i := range maxOwnLinks + 1 {
		ids = append(ids, fmt.Sprintf("hall/light-%d", i))
	}
	return specs("dimmable-light", ids...)
}

func TestASecondSimulatorTakesNobodyAlong(t *testing.T) {
	for _, n := range []int{2, maxOwnLinks + 1} {
		synctest.Test(t, func(t *testing.T) {
			ids := []string{toaster}
			for i := range n - 1 {
				ids = append(ids, fmt.Sprintf("hall/toaster-%d", i))
			}
			h := newHouse(t, Config{Specs: specs("toaster", ids...)})
			h.awaitOnline(toaster, true)
			second, end := context.WithCancel(t.Context())
			var g errgroup.Group
			g.Go(func() error { return Run(second, Config{Specs: kitchen, Dial: h.bus.Link}) })
			h.awaitOnline(coffee, true)
			h.rest(time.Second)
			end()
			if err := g.Wait(); err != nil {
				t.Fatal(err)
			}
			h.awaitOnline(toaster, false)
			h.awaitOnline(toaster, true)
			h.rest(time.Second) // its state, and the second's own wills, in any order
			h.seen = nil
			h.rest(time.Minute)
			if len(h.seen) > 0 {
				t.Errorf("among %d it goes on: %s", n, h.story())
			}
		})
	}
}

func TestManyShareAndOneDropsAlone(t *testing.T) {
	const victim = "hall/light-7"
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, Config{Specs: many()})
		h.rest(time.Second)
		for _, spec := range many() {
			if h.count("online/"+spec.ID) != 1 {
				t.Errorf("%s said online %d times", spec.ID, h.count("online/"+spec.ID))
			}
		}
		h.seen = nil
		fault := topics.Of(topics.KindFault, victim)
		first := h.publish(fault, map[string]any{"kind": "offline", "for": "10s"})
		second := h.publish(fault, map[string]any{"kind": "slow"})
		h.awaitOnline(victim, false)
		h.awaitOnline(victim, true)
		h.rest(time.Minute)
		h.acked(victim, first)
		h.acked(victim, second)
		for _, m := range h.seen {
			if topic, _ := topics.Parse(m.Topic); topic.ID() != victim {
				t.Errorf("%s was disturbed: %s %s", topic.ID(), m.Topic, m.Payload)
			}
		}

		h.seen = nil
		id := h.publish(topics.Of(topics.KindCommand, victim), map[string]any{"do": "on"})
		h.await(topics.Of(topics.KindAck, victim), map[string]any{"id": id, "ok": true})
		h.rest(time.Minute)
		if h.count("ack/"+victim) != 1 {
			t.Errorf("after its move %s acks %d times", victim, h.count("ack/"+victim))
		}
		h.bus.Stop()
		h.seen = nil
		h.bus.Start()
		h.rest(time.Minute)
		if h.count("online/"+victim) != 1 {
			t.Errorf("to a new hub %s says online %d times", victim, h.count("online/"+victim))
		}
	})
}

func TestFlappingFromTheStartAmongMany(t *testing.T) {
	const victim = "hall/light-3"
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, Config{Specs: many(), Faults: []Fault{{Device: victim, Kind: "flapping"}}})
		h.awaitOnline(victim, true)
		h.awaitOnline(victim, false)
		h.awaitOnline(victim, true)
		for _, m := range h.seen {
			if topic, _ := topics.Parse(m.Topic); topic.ID() != victim && string(m.Payload) == `{"online":false,"reason":"connection lost"}` {
				t.Errorf("%s was dropped too", topic.ID())
			}
		}
	})
}

// narrow is a link whose queue takes one message in ten milliseconds.
type narrow struct {
	link.Link
	mu   sync.Mutex
	room time.Time
}

func (n *narrow) Publish(m message.Message) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if time.Now().Before(n.room) {
		return link.ErrFull
	}
	n.room = time.Now().Add(10 * time.Millisecond)
	return n.Link.Publish(m)
}

func TestStatesComeLateThroughANarrowQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		bus := link.NewBus()
		dial := func(name string) link.Link { return &narrow{Link: bus.Link(name)} }
		h := newHouseOn(t, bus, Config{Specs: many(), Dial: dial})
		h.rest(time.Minute)
		for _, spec := range many() {
			if h.count("online/"+spec.ID) == 0 || h.count("state/"+spec.ID) == 0 {
				t.Errorf("%s has not been heard", spec.ID)
			}
		}
		h.seen = nil
		h.rest(time.Minute)
		if len(h.seen) > 0 {
			t.Errorf("the house does not come to rest: %s", h.story())
		}
	})
}

// homeMode is what the hub keeps.
var homeMode = []devices.Spec{{ID: "home/mode", Type: "mode", Config: map[string]any{"values": []string{"home", "away"}}}}

func TestWhatLivesInTheHubIsLeftToIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, Config{Specs: append(homeMode, kitchen...)})
		h.awaitOnline(toaster, true)
		for _, kind := range []topics.Kind{topics.KindCommand, topics.KindFault} {
			h.publish(topics.Of(kind, "home/mode"), map[string]any{"do": "set", "value": "away", "kind": "offline"})
		}
		h.rest(time.Minute)
		for _, m := range h.seen {
			if topic, _ := topics.Parse(m.Topic); topic.ID() == "home/mode" {
				t.Errorf("the simulator says %s %s", m.Topic, m.Payload)
			}
		}
	})
}

func TestValidate(t *testing.T) {
	tests := []struct {
		cfg  Config
		want string
	}{
		{Config{}, "no appliances to simulate"},
		{Config{Specs: specs("tosater", toaster)}, `kitchen/toaster: unknown type "tosater"`},
		{Config{Specs: kitchen, Faults: []Fault{{Device: "hall/light", Kind: "offline"}}}, `fault "offline": no appliance "hall/light" is simulated`},
		{Config{Specs: homeMode}, `no appliances to simulate: the hub keeps home/mode`},
		{Config{Specs: append(homeMode, kitchen...), Faults: []Fault{{Device: "home/mode", Kind: "offline"}}}, `fault "offline": home/mode lives in the hub; it has no faults`},
	}
	for _, tt := range tests {
		if err := Run(t.Context(), tt.cfg); err == nil || err.Error() != tt.want {
			t.Errorf("%v, want %s", err, tt.want)
		}
	}
	cfg := Config{Specs: kitchen, Faults: []Fault{{Device: toaster, Kind: "rust"}}}
	if err := cfg.Validate(); err == nil {
		t.Error("a toaster cannot rust")
	}
}
