package house

import (
	"strings"
	"testing"
	"time"

	"homebus/internal/scene"
	"homebus/topics"
)

func TestTheStoriesOfAHouseThatIsLivedIn(t *testing.T) {
	if out, passed := playAll(t, Suite{File: load(t, "lived-in.toml"), Verbose: true}); !passed {
		t.Error(out)
	}
}

// motions is when sensors see somebody on a day, as text.
func motions(t *testing.T, f *scene.File, seed uint64, step time.Duration) string {
	t.Helper()
	var b strings.Builder
	h := begin(t, f, Options{Seed: seed, Occupancy: true, Heard: func(e Entry) {
		if parsed, ok := topics.Parse(e.Message.Topic); ok && parsed.Kind == topics.KindEvent {
			b.WriteString(e.At.Format(time.TimeOnly) + " " + parsed.ID() + "\n")
		}
	}})
	for h.Now().Before(morning.Add(24 * time.Hour)) {
		must(t, h.Advance(h.Now().Add(step)))
	}
	return b.String()
}

func TestADayOfPeopleFollowsFromTheSeed(t *testing.T) {
	f := load(t, "lived-in.toml")
	first := motions(t, f, 7, 24*time.Hour)
	if strings.Count(first, "\n") < 50 {
		t.Fatalf("hardly anybody moves:\n%s", first)
	}
	if again := motions(t, load(t, "lived-in.toml"), 7, 7*time.Second); again != first {
		t.Errorf("the same seed, in steps of 7 s:\n%s\nin one:\n%s", again, first)
	}
	if other := motions(t, f, 8, 24*time.Hour); other == first {
		t.Error("another seed gives the same day")
	}
}

// A sensor that hears no command sees people all the same, and no message leads to
// what it says.
func TestPeopleNeedNoCommands(t *testing.T) {
	f := load(t, "lived-in.toml")
	h := begin(t, f, Options{Occupancy: true})
	must(t, h.Act(faultMessage(&scene.Fault{Device: "bathroom/motion", Kind: "deaf"})))
	must(t, h.Advance(morning.Add(3*time.Hour)))
	causes := 0
	for _, e := range said(h.Journal(1000), "state/bathroom/motion") {
		if strings.Contains(string(e.Message.Payload), `"motion"`) {
			causes++
			if e.Message.Meta.Cause != "" {
				t.Errorf("%s is caused by %s", e.Message.Payload, e.Message.Meta.Cause)
			}
		}
	}
	if causes == 0 {
		t.Error("a deaf sensor sees nobody")
	}
}
