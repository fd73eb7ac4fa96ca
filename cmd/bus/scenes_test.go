package main

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"homebus/internal/link"
	"homebus/internal/message"
	"homebus/internal/scene"
	"homebus/topics"
)

// speaker is a link that speaks as a hub does, and hears nothing.
func speaker(t *testing.T, bus *link.Bus) link.Link {
	t.Helper()
	l := bus.Link("hub")
	runLink(t, l)
	return l
}

func TestRollCall(t *testing.T) {
	many := []string{}
	for i := range 300 {
		many = append(many, topics.Scene(fmt.Sprintf("s%03d", i)), `{"state":"idle"}`)
	}
	tests := []struct {
		name  string
		said  []string
		beat  time.Duration // when a heartbeat comes; 0: never
		want  int
		took  time.Duration
		start time.Duration // when there is a bus
		err   string
	}{
		{"all at once", many, 0, 300, 0, 0, ""},
		{"a hub that comes later", many, 0, 300, 3 * time.Second, 3 * time.Second, ""},
		{"no scenes, which a heartbeat tells", nil, time.Second, 0, time.Second, 0, ""},
		{"no scenes, and no heartbeat either", nil, 0, 0, 5 * time.Second, 0, ""},
		{"strange words", []string{"scene/a", "x", "scene/b", `{"state":7}`, "scene/c", `{"state":"done","runs":2}`, "scene/c/d", "{}"}, 0, 1, 0, 0, ""},
		{"no hub", nil, 0, 0, 5 * time.Second, -1, "no hub within 5s (the bus is stopped)"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				bus := link.NewBus()
				if tt.start != 0 {
					bus.Stop()
				}
				l := speaker(t, bus)
				for i := 0; i < len(tt.said); i += 2 {
					publish(t, l, message.Message{Topic: tt.said[i], Payload: []byte(tt.said[i+1])})
				}
				if tt.start > 0 {
					defer time.AfterFunc(tt.start, bus.Start).Stop()
				}
				if tt.beat > 0 {
					defer time.AfterFunc(tt.beat, func() { publish(t, l, message.Message{Topic: topics.BusHeartbeat}) }).Stop()
				}
				began := time.Now()
				var found []sceneStatus
				err := with(t, bus, func(ctx context.Context, l link.Link) (err error) {
					found, err = askScenes(ctx, l, 5*time.Second)
					return err
				})
				check(t, err, tt.err)
				if took := time.Since(began); len(found) != tt.want || took != tt.took {
					t.Errorf("%d scenes after %v, want %d after %v", len(found), took, tt.want, tt.took)
				}
			})
		})
	}
}

// voiceless is a link whose messages go nowhere, as at a hub that is paused.
type voiceless struct{ link.Link }

func (voiceless) Publish(message.Message) error { return nil }

func TestARollCallEndsWithAHeartbeatToo(t *testing.T) {
	r := newRollCall(voiceless{link.NewBus().Link("x")})
	take := func(ev link.Event) {
		t.Helper()
		if err := r.handle(ev); err != nil || r.complete() {
			t.Fatalf("complete %v, %v", r.complete(), err)
		}
	}
	up := link.Event{Status: &link.Status{Up: true, Boot: "1"}}
	idle := func(name string) link.Event {
		return link.Event{Message: message.Message{Topic: topics.Scene(name), Payload: []byte(`{"state":"idle"}`)}}
	}
	take(up)
	take(idle("of-the-hub-before"))
	take(link.Event{Status: &link.Status{Reason: "gone"}})
	take(up)
	take(idle("b"))
	take(idle("a"))
	take(idle("gone"))
	take(link.Event{Message: message.Message{Topic: topics.Scene("gone"), Payload: []byte{}}})
	beat := link.Event{Message: message.Message{Topic: topics.BusHeartbeat}}
	if err := r.handle(beat); err != nil || r.complete() {
		t.Errorf("complete %t, %v, with a heartbeat that may have come before the scenes", r.complete(), err)
	}
	if err := r.handle(beat); err != nil || !r.complete() {
		t.Errorf("complete %t, %v, with the next one", r.complete(), err)
	}
	if all := r.list(); len(all) != 2 || all[0].Scene != "a" || all[1].Scene != "b" {
		t.Errorf("%+v", all)
	}
}

func TestTheTableOfScenes(t *testing.T) {
	home := time.FixedZone("CET", 3600)
	at := func(day, hour, minute int) *time.Time {
		x := time.Date(2026, 11, day, hour, minute, 0, 0, home)
		return &x
	}
	now := time.Date(2026, 11, 20, 23, 30, 0, 0, time.UTC) // at home it is the 21st
	all := []sceneStatus{
		{"coffee-failed", scene.Status{State: "idle"}},
		{"dusk", scene.Status{State: "done", Runs: 12, Started: at(20, 17, 30), Reason: "17:30"}},
		{"morning", scene.Status{State: "running", Step: 5, Steps: 6, Runs: 3, Active: 2, Queued: 1, Started: at(21, 0, 15), Until: at(21, 0, 42),
			Reason: "bathroom/switch press", Doing: "wait until kitchen/coffee is warming"}},
		{"sunday", scene.Status{State: "failed", Runs: 1, Started: at(15, 9, 0), Reason: "09:00", Error: "step 1: kitchen/coffee refused brew:\nno \x1b[2Jwater"}},
	}
	const want = `scene          state    runs  last run          reason                 doing
coffee-failed  idle     0     –                 –
dusk           done     12    2026-11-20 17:30  17:30
morning        running  3     00:15:00          bathroom/switch press  step 5 of 6, wait until kitchen/coffee is warming, until 00:42:00, 2 runs, 1 waiting
sunday         failed   1     2026-11-15 09:00  09:00                  step 1: kitchen/coffee refused brew:\nno \x1b[2Jwater
`
	var out bytes.Buffer
	if err := printScenes(&out, all, now); err != nil || out.String() != want {
		t.Errorf("%v\n%s\nwant\n%s", err, &out, want)
	}
	painted := table([][]string{{"scene", "state"}, {"a", "failed"}, {"b", "idle"}}, func(s string) string { return "<" + s + ">" })
	if !strings.Contains(painted, "a      <failed>\n") {
		t.Errorf("%q", painted)
	}
}
