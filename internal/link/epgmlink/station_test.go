package epgmlink

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"homebus/internal/epgm"
	"homebus/internal/link"
	"homebus/internal/message"
	"homebus/topics"
)

// calm is an air in which nothing is lost and everything is at once, for tests in virtual
// time.
type calm struct {
	mu       sync.Mutex
	trouble  error // of whoever opens a socket
	mute     error // of whoever opens a publisher
	deaf     error // of whoever joins a group
	handle   func(epgm.Event)
	fail     chan error // ends whoever hears
	speakers int        // publishers opened so far
	open     int        // of them
	full     bool
	stats    epgm.SubscriberStats
	heard    []string // what was published
	over     bool     // said good-bye
}

// with does something that nobody else may at the time.
func (c *calm) with(do func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	do()
}

func (c *calm) check(epgm.Endpoint) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.trouble
}

func (c *calm) hear(_ epgm.Endpoint, _ epgm.SubscriberConfig, handle func(epgm.Event)) (subscriber, error) {
	if err := c.check(epgm.Endpoint{}); err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.handle = handle
	return calmEar{c}, c.deaf
}

// calmEar is who hears in the calm.
type calmEar struct{ *calm }

func (e calmEar) Run(ctx context.Context) error {
	select {
	case err := <-e.fail:
		return err
	case <-ctx.Done():
		return nil
	}
}

func (e calmEar) Stats() epgm.SubscriberStats {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.stats
}

func (c *calm) speak(epgm.Endpoint, epgm.PublisherConfig) (publisher, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.speakers++
	if c.mute == nil {
		c.open++
	}
	return c, c.mute
}

func (c *calm) Close() error {
	c.with(func() { c.open-- })
	return nil
}

func (c *calm) Run(ctx context.Context) error {
	<-ctx.Done()
	c.with(func() { c.over = true; c.open-- })
	return nil
}

func (c *calm) Publish(frames [][]byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.full {
		return epgm.ErrFull
	}
	c.heard = append(c.heard, string(frames[0])+" "+string(frames[1]))
	return nil
}

func (c *calm) Stats() epgm.PublisherStats { return epgm.PublisherStats{} }

// theHub is the source of the hub in the group.
var theHub = epgm.Source{TSI: epgm.TSI{1}}

// says has the hub in the group say something.
func (c *calm) says(topic, payload string) { c.saysFrom(theHub, topic, payload) }

func (c *calm) saysFrom(source epgm.Source, topic, payload string) {
	var handle func(epgm.Event)
	c.with(func() { handle = c.handle })
	handle(epgm.Event{Source: source, Message: [][]byte{[]byte(topic), []byte(payload)}})
}

func (c *calm) beats(boot string) { c.says(topics.BusHeartbeat, beat(boot)) }

func beat(boot string) string { return fmt.Sprintf(`{"boot":%q,"seq":1}`, boot) }

var both = Config{Frontend: endpoint("epgm://239.194.0.1:1"), Backend: endpoint("epgm://239.194.0.2:2")}

func endpoint(text string) epgm.Endpoint {
	e, err := epgm.ParseEndpoint(text)
	if err != nil {
		panic(err)
	}
	return e
}

// inCalm runs a test in virtual time with a station in the calm. Links that it starts have
// ended when it has.
func inCalm(t *testing.T, c Config, test func(air *calm, start func(prefixes ...string) *listener)) {
	synctest.Test(t, func(t *testing.T) {
		air := &calm{fail: make(chan error)}
		s := New(c)
		s.air = air
		var running sync.WaitGroup
		ctx, stop := context.WithCancel(t.Context())
		defer running.Wait()
		defer stop()
		test(air, func(prefixes ...string) *listener {
			ctx, stop := context.WithCancel(ctx)
			l := &listener{t: t, link: s.Link("test", nil), stop: stop}
			for _, p := range prefixes {
				l.link.Subscribe(p)
			}
			running.Go(func() { _ = l.link.Run(ctx) })
			synctest.Wait()
			return l
		})
	})
}

// listener is a link that runs.
type listener struct {
	t    *testing.T
	link link.Link
	stop context.CancelFunc
}

// expect fails unless the events that wait are those, in words.
func (l *listener) expect(want ...string) {
	l.t.Helper()
	var got []string
	for {
		synctest.Wait()
		select {
		case e, open := <-l.link.Events():
			if open {
				got = append(got, words(e))
				continue
			}
			got = append(got, "closed")
		default:
		}
		break
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		l.t.Fatalf("heard %q, want %q", got, want)
	}
}

func words(e link.Event) string {
	switch s := e.Status; {
	case s == nil:
		return e.Message.Topic + " " + string(e.Message.Payload)
	case s.Up:
		return "up " + s.Boot
	default:
		return "down: " + s.Reason
	}
}

func TestAHubThatIsHeard(t *testing.T) {
	inCalm(t, both, func(air *calm, start func(...string) *listener) {
		l := start("event/")
		air.says("event/a", "too early")
		l.expect()
		air.beats("one")
		air.says("event/a", "1")
		air.says("eventual", "no")
		l.expect("up one", "event/a 1")
		late := start("event/")
		late.expect("up one")
		time.Sleep(heartbeatTimeout - time.Second)
		air.beats("one")
		time.Sleep(heartbeatTimeout - time.Second)
		l.expect()
		time.Sleep(time.Second + watchInterval)
		l.expect("down: no heartbeat for 3.5s")
		air.says("event/a", "of nobody")
		time.Sleep(time.Hour)
		l.expect()
		air.beats("two")
		air.says("event/a", "2")
		l.expect("up two", "event/a 2")
		late.expect("down: no heartbeat for 3.5s", "up two", "event/a 2")
	})
}

// A hub is there as long as something of it comes, if not its heartbeats.
func TestAHubThatIsBusy(t *testing.T) {
	inCalm(t, both, func(air *calm, start func(...string) *listener) {
		l := start("x")
		air.beats("one")
		for range 20 { // heartbeats find no room
			time.Sleep(heartbeatTimeout / 2)
			air.says("y", "")
		}
		for range 100 { // they wait behind a message that takes long
			time.Sleep(watchInterval / 2)
			air.with(func() { air.stats.Packets++ })
		}
		l.expect("up one")
		for range 2 {
			time.Sleep(heartbeatTimeout / 3)
			air.saysFrom(epgm.Source{}, "x", "another's")
			air.with(func() { air.stats.Packets++; air.stats.Messages++ })
		}
		time.Sleep(heartbeatTimeout)
		l.expect("x another's", "x another's", "down: no heartbeat for 3.5s")
	})
}

func TestAnotherBoot(t *testing.T) {
	inCalm(t, both, func(air *calm, start func(...string) *listener) {
		other := epgm.Source{TSI: epgm.TSI{2}}
		l := start()
		air.beats("one")
		for range 5 { // a second hub, while the first beats
			time.Sleep(time.Second / 2)
			air.saysFrom(other, topics.BusHeartbeat, beat("two"))
			time.Sleep(time.Second / 2)
			air.beats("one")
		}
		l.expect("up one")
		time.Sleep(readyTimeout)
		air.beats("two")
		for _, bad := range []string{`{`, `{"boot":7}`, `{"boot":""}`, `{"boot":"` + strings.Repeat("x", maxBoot+1) + `"}`} {
			time.Sleep(readyTimeout)
			air.saysFrom(other, topics.BusHeartbeat, bad)
		}
		l.expect("up two", "down: no heartbeat for 3.5s")
	})
}

func TestNoHub(t *testing.T) {
	inCalm(t, both, func(air *calm, start func(...string) *listener) {
		l := start("")
		time.Sleep(readyTimeout - time.Millisecond)
		l.expect()
		time.Sleep(time.Millisecond)
		l.expect("up ")
		air.says("light", "ON")
		l.expect("light ON")
		time.Sleep(time.Hour)
		l.expect()
		if air.speakers != 0 {
			t.Error("who only listens has opened a publisher")
		}
	})
}

func TestSocketsThatFail(t *testing.T) {
	var warnings strings.Builder // also for who only listens, and has no other way to tell
	c := both
	c.Log = slog.New(slog.NewTextHandler(&warnings, &slog.HandlerOptions{Level: slog.LevelWarn}))
	inCalm(t, c, func(air *calm, start func(...string) *listener) {
		air.with(func() { air.trouble = errors.New("no interface") })
		l := start("")
		l.expect("down: no interface")
		time.Sleep(10 * retry)
		l.expect() // once
		if n := strings.Count(warnings.String(), `reason="no interface"`); n != 1 {
			t.Errorf("%d warnings, want 1: %s", n, &warnings)
		}
		air.with(func() { air.trouble = nil })
		time.Sleep(retry + readyTimeout)
		l.expect("up ")
		air.fail <- errors.New("the interface is gone")
		l.expect("down: the interface is gone")
		state := message.Message{Topic: topics.State("attic", "fan"), Payload: []byte("on")}
		if err := l.link.Publish(state); err != nil {
			t.Error(err)
		}
		if err := l.link.Publish(message.Message{Topic: "light"}); !errors.Is(err, link.ErrDown) {
			t.Errorf("an event while down: %v", err)
		}
		air.with(func() { air.mute = errors.New("no socket") })
		time.Sleep(retry + readyTimeout)
		l.expect("up ", "down: no socket")
		time.Sleep(10 * retry)
		l.expect() // once
		air.with(func() { air.mute, air.deaf = nil, errors.New("no group") })
		time.Sleep(retry)
		if l.expect("down: no group"); air.open != 0 {
			t.Errorf("%d publishers are open, of a station that is down", air.open)
		}
		air.with(func() { air.deaf = nil })
		time.Sleep(retry + readyTimeout)
		l.expect("up ")
		const waited = "state/attic/fan on" // through a link that was up for a moment, too
		if fmt.Sprint(air.heard) != "["+waited+"]" {
			t.Errorf("published %q, want what waited", air.heard)
		}
		if err := l.link.Publish(state); err != nil || len(air.heard) != 2 {
			t.Errorf("%v, published %q", err, air.heard)
		}
		air.with(func() { air.full = true })
		if err := l.link.Publish(state); !errors.Is(err, link.ErrFull) {
			t.Errorf("a full queue: %v", err)
		}
	})
}

// A link that ends takes back what it has said is online, and with the last one the
// publisher says good-bye.
func TestWillsOfALinkThatEnds(t *testing.T) {
	inCalm(t, both, func(air *calm, start func(...string) *listener) {
		a, b := start(), start()
		air.beats("one")
		a.expect("up one")
		b.expect("up one")
		say := func(l *listener, name, payload string) {
			t.Helper()
			if err := l.link.Publish(message.Message{Topic: topics.Online("attic", name), Payload: []byte(payload)}); err != nil {
				t.Error(err)
			}
		}
		const on, off = `{"online":true}`, `{"online":false}`
		say(a, "lost", on)
		say(a, "polite", on)
		say(a, "heir", on)
		say(a, "polite", off)
		say(b, "heir", on)
		air.heard = nil
		a.stop()
		a.expect("closed")
		const lost = `[online/attic/lost {"online":false,"reason":"connection lost"}]`
		if fmt.Sprint(air.heard) != lost || air.over {
			t.Errorf("heard %q, want %s", air.heard, lost)
		}
		b.stop()
		b.expect("closed")
		if len(air.heard) != 2 || !strings.HasPrefix(air.heard[1], "online/attic/heir") || !air.over || air.speakers != 1 {
			t.Errorf("heard %q; good-bye %v; %d publishers", air.heard, air.over, air.speakers)
		}
		if err := b.link.Publish(message.Message{Topic: topics.State("attic", "x")}); !errors.Is(err, link.ErrDown) {
			t.Errorf("after the end: %v", err)
		}
		c := start()
		air.beats("two") // nothing is remembered
		c.expect("up two")
	})
}

func TestASlowReaderLosesItsOwn(t *testing.T) {
	var log strings.Builder
	c := both
	c.Log = slog.New(slog.NewTextHandler(&log, nil))
	inCalm(t, c, func(air *calm, start func(...string) *listener) {
		slow, quick := start(""), start("x")
		air.beats("one")
		quick.expect("up one")
		for i := range link.EventQueue + 10 {
			air.says("x", fmt.Sprint(i))
			quick.expect(fmt.Sprint("x ", i))
		}
		if !strings.Contains(log.String(), "not read in time") || !strings.Contains(log.String(), epgm.Warning) {
			t.Errorf("the log says %s", log.String())
		}
		if e := <-slow.link.Events(); words(e) != "up one" {
			t.Errorf("slow: %s", words(e))
		}
	})
}
