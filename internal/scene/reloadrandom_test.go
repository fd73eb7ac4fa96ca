package scene

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"homebus/devices"
	"homebus/internal/message"
	"homebus/topics"
)

// To load again what is loaded changes nothing, whenever that is: the engine says the
// same later as one that was never disturbed.
func TestReloadingTheSameChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := newRandomStory(t)
		calls, every := 0, rapid.IntRange(1, 40).Draw(t, "reload before each nth call")
		again := rewritten(s.f)
		s.disturb = func() {
			if calls++; calls == 1 || calls%every != 0 { // the first is the start
				return
			}
			if out := s.b.Reload(s.now, again); len(out) > 0 {
				s.Fatalf("a reload of the same says %s %s", out[0].Topic, out[0].Payload)
			}
			if calls < 200 {
				checkReloaded(t, s.b, s.f)
			}
		}
		s.live()
		if a, b := s.a.Decisions(), s.b.Decisions(); !slices.Equal(a, b) {
			s.Fatalf("the engine has decided\n%v\nand the disturbed one\n%v", a, b)
		}
	})
}

// Whatever is loaded in place of whatever, nothing is left behind of what is gone, and
// the scenes' topics say what there is.
func TestReloadingAnything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := randomFile(t)
		e := NewEngine(f, noon, EngineOptions{IDs: &message.Counted{}})
		retained := make(map[string]string)
		var queue []message.Message
		take := func(out []message.Message) {
			for _, m := range out {
				if topics.Retained([]byte(m.Topic)) {
					retained[m.Topic] = string(m.Payload)
					if len(m.Payload) == 0 {
						delete(retained, m.Topic)
					}
				}
			}
			queue = append(queue, out...)
		}
		now := noon
		take(e.Start(now))
		for range rapid.IntRange(0, 30).Draw(t, "events") {
			r := randomPart{t, f, len(f.Scenes)}
			switch rapid.IntRange(0, 3).Draw(t, "event") {
			case 0:
				f = successor(t, f)
				was := statesOf(e)
				take(e.Reload(now, f))
				checkReloaded(t, e, f)
				checkCounts(t, e, was)
			case 1:
				take(e.Handle(now, r.message()))
			case 2:
				now = now.Add(r.duration())
				take(e.Tick(now))
			case 3: // what it said comes back
				for range min(len(queue), 20) {
					m := queue[0]
					queue = queue[1:]
					take(e.Handle(now, m))
				}
			}
		}
		for topic := range retained {
			if p, ok := topics.Parse(topic); ok && p.Kind == topics.KindScene && e.byName[p.Name] == nil {
				t.Fatalf("%s is not deleted", topic)
			}
		}
		for _, p := range e.players {
			if said := retained[topics.Scene(p.scene.Name)]; said != string(p.told) {
				t.Fatalf("scene %s has said %s, and last told %s", p.scene.Name, said, p.told)
			}
		}
	})
}

// statesOf returns how often each scene was started.
func statesOf(e *Engine) map[string]int {
	runs := make(map[string]int)
	for _, p := range e.players {
		runs[p.scene.Name] = p.runs
	}
	return runs
}

// checkCounts fails if a scene that remained has forgotten what it has counted.
func checkCounts(t *rapid.T, e *Engine, was map[string]int) {
	for _, p := range e.players {
		if p.runs < was[p.scene.Name] {
			t.Fatalf("%s had %d runs before the reload, and then %d", p.scene.Name, was[p.scene.Name], p.runs)
		}
	}
}

// successor draws a file in which some scenes are those of another.
func successor(t *rapid.T, f *File) *File {
	next := randomFile(t)
	old := make(map[string]*Scene)
	for _, s := range rewritten(f).Scenes {
		old[s.Name] = s
	}
	for i, s := range next.Scenes {
		if kept := old[s.Name]; kept != nil && rapid.Bool().Draw(t, "the same") {
			next.Scenes[i] = kept
		}
	}
	order := rapid.Permutation(next.Scenes).Draw(t, "order")
	next.Scenes = order[:rapid.IntRange(1, len(order)).Draw(t, "how many")]
	if zone := rapid.IntRange(-12, 14).Draw(t, "zone"); zone != 0 {
		next.Home.Zone = time.FixedZone(fmt.Sprint("UTC", zone), zone*3600)
	}
	return next
}

// checkReloaded fails if anything in the engine is about what is not in the file.
func checkReloaded(t *rapid.T, e *Engine, f *File) {
	fresh := NewEngine(f, noon, EngineOptions{IDs: &message.Counted{}})
	if len(e.players) != len(f.Scenes) || len(e.byName) != len(f.Scenes) {
		t.Fatalf("%d players, %d by name, %d scenes", len(e.players), len(e.byName), len(f.Scenes))
	}
	live := make(map[*alarm]bool)
	var rank uint64
	for i, p := range e.players {
		if !alike(p.scene, f.Scenes[i]) || e.byName[p.scene.Name] != p {
			t.Fatalf("scene %d is %s, want %s", i, p.scene.Name, f.Scenes[i].Name)
		}
		for _, tr := range p.triggers {
			if rank++; tr.alarm.rank != rank {
				t.Fatalf("a trigger of %s has the rank %d, want %d", p.scene.Name, tr.alarm.rank, rank)
			}
			live[&tr.alarm] = true
		}
		if p.teller != nil {
			live[p.teller] = true
		}
		for _, r := range p.active {
			for _, s := range r.Strands {
				if s.alarm != nil && s.Phase != over {
					live[s.alarm] = true
				}
			}
		}
	}
	ranks := make(map[uint64]bool)
	for a := range live {
		if ranks[a.rank] || a.rank == 0 || a.rank > e.lastRank {
			t.Fatalf("the rank %d, of up to %d, is there twice or wrong", a.rank, e.lastRank)
		}
		ranks[a.rank] = true
	}
	for _, h := range []alarms{e.alarms, e.daily} {
		for i, a := range h {
			if !live[a] {
				t.Fatalf("an alarm of what is gone is left: %+v", a)
			}
			if a.pos != i || i > 0 && a.before(h[(i-1)/2]) {
				t.Fatal("the alarms are no heap")
			}
		}
	}
	if len(e.daily) != len(fresh.daily) {
		t.Fatalf("%d times of day are awaited, want %d", len(e.daily), len(fresh.daily))
	}
	if a, b := keys(e.sources), keys(fresh.sources); !slices.Equal(a, b) {
		t.Fatalf("it hears %q, want %q", a, b)
	}
	if a, b := keys(e.targets), keys(fresh.targets); !slices.Equal(a, b) {
		t.Fatalf("it looks at %q, want %q", a, b)
	}
	if a, b := keys(e.view.things), keys(e.targets); !slices.Equal(a, b) {
		t.Fatalf("it knows of %q, and looks at %q", a, b)
	}
	if a, b := len(e.held), len(fresh.held); a != b {
		t.Fatalf("%d conditions are to last, want %d", a, b)
	}
	if len(e.starters) != len(fresh.starters) || len(e.work) > 0 {
		t.Fatalf("%d starters, want %d; %d to be done", len(e.starters), len(fresh.starters), len(e.work))
	}
	for id, target := range e.targets {
		if target.thing != e.view.things[id] || len(target.triggers) != len(fresh.targets[id].triggers) || len(target.held) != len(fresh.targets[id].held) {
			t.Fatalf("%s is looked at otherwise than it should be", id)
		}
		for _, h := range target.held {
			if e.held[h.condition] != h {
				t.Fatalf("a watch of %s is another's", id)
			}
		}
		for _, s := range target.watchers {
			if !live[s.alarm] || s.Phase != watching || !slices.Contains(e.watched(s), target) {
				t.Fatalf("a strand of %s in phase %s watches %s", s.run.Scene, s.Phase, id)
			}
		}
	}
	for _, p := range e.players {
		for _, r := range p.active {
			for _, s := range r.Strands {
				if s.Phase == confirming && e.unconfirmed[s.Command] != s {
					t.Fatalf("a strand of %s is not told of its ack", r.Scene)
				}
				if s.Phase == watching && slices.ContainsFunc(e.watched(s), func(t *target) bool { return !slices.Contains(t.watchers, s) }) {
					t.Fatalf("a strand of %s is not told of what it waits for", r.Scene)
				}
			}
		}
	}
	for id, s := range e.unconfirmed {
		if !live[s.alarm] || s.Phase != confirming || s.Command != id {
			t.Fatalf("a strand of %s in phase %s waits for an ack", s.run.Scene, s.Phase)
		}
	}
}

func keys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// rewritten returns a file that says the same and shares nothing with f but what never
// changes; all in it stands elsewhere.
func rewritten(f *File) *File {
	return rewrittenValue(reflect.ValueOf(f)).Interface().(*File)
}

func rewrittenValue(v reflect.Value) reflect.Value {
	switch v.Interface().(type) {
	case *time.Location, *devices.Type:
		return v
	case Pos:
		return reflect.ValueOf(Pos{Line: 12, Column: 34})
	}
	again := reflect.New(v.Type()).Elem()
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			again.Set(reflect.New(v.Type().Elem()))
			again.Elem().Set(rewrittenValue(v.Elem()))
		}
	case reflect.Interface:
		if !v.IsNil() {
			again.Set(rewrittenValue(v.Elem()))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			again.Field(i).Set(rewrittenValue(v.Field(i)))
		}
	case reflect.Slice:
		if !v.IsNil() {
			again.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
		}
		for i := range v.Len() {
			again.Index(i).Set(rewrittenValue(v.Index(i)))
		}
	case reflect.Map:
		if !v.IsNil() {
			again.Set(reflect.MakeMap(v.Type()))
		}
		for _, key := range v.MapKeys() {
			again.SetMapIndex(key, rewrittenValue(v.MapIndex(key)))
		}
	default:
		again.Set(v)
	}
	return again
}
