package mirror

import (
	"errors"
	"strings"
	"testing"
	"time"

	"homebus/internal/link"
	"homebus/internal/message"
	"homebus/internal/mirror/gather"
	"homebus/internal/mirror/home"
	"homebus/internal/mirror/plan"
	"homebus/topics"
)

// printing lets a printer watch the story.
func (s *story) printing(out *strings.Builder) *story {
	p := newPrinter(out, home.New(plan.Of(s.file), &message.Stamper{From: clientName, IDs: &message.Counted{Seed: 2}}))
	s.watch = p.take
	return s
}

func TestPlainTellsTheStory(t *testing.T) {
	var out strings.Builder
	s := newStory(t, 80, 24).printing(&out).open().pass(5 * time.Second)
	s.press("enter").pass(3 * time.Minute)
	s.status(link.Status{Boot: "boot-1", Reason: "connection refused"})
	s.status(link.Status{Boot: "boot-1", Reason: "connection refused"})
	s.status(link.Status{Up: true, Boot: "boot-1"})
	s.outputs(s.fleet.Announce(s.now))
	s.settle()
	s.say(message.New(topics.Online("living", "lamp"), map[string]any{"online": false, "reason": "connection lost"}))
	s.settle()
	s.press("2", "a", "k", "enter", "a", "enter") // unload, start
	s.pass(8 * time.Minute)
	golden(t, "plain_breakfast.txt", out.String())
}

func TestPlainSaysSilenceOnce(t *testing.T) {
	var out strings.Builder
	s := newStory(t, 80, 24).printing(&out).open()
	beat := message.New(topics.BusHeartbeat, map[string]any{"boot": "boot-1"})
	s.deliver(link.Event{Message: beat})
	out.Reset()
	for range 6 {
		s.now = s.now.Add(time.Second)
		s.watch(s.moment(), gather.Batch{Wall: s.now})
	}
	s.deliver(link.Event{Message: beat})
	if got, want := out.String(), "bus  silent\nbus  connected\n"; got != want {
		t.Errorf("printed %q, want %q", got, want)
	}
}

func TestPlainSaysWhatIsLost(t *testing.T) {
	var out strings.Builder
	s := newStory(t, 80, 24).printing(&out)
	s.watch(s.moment(), gather.Batch{Wall: s.now, Lost: 7})
	if got, want := out.String(), "bus  7 messages came too fast to be shown\n"; got != want {
		t.Errorf("printed %q, want %q", got, want)
	}
}

type brokenPipe struct{}

var errBroken = errors.New("broken pipe")

func (brokenPipe) Write([]byte) (int, error) { return 0, errBroken }

func TestPlainEndsWhenNobodyReads(t *testing.T) {
	batches := make(chan gather.Batch, 1)
	batches <- gather.Batch{Events: []link.Event{{Status: &link.Status{Up: true}}}}
	cfg := &Config{Out: brokenPipe{}}
	h := home.New(home.Plan{}, &message.Stamper{From: clientName, IDs: &message.Counted{}})
	if err := lines(t.Context(), cfg, h, batches); !errors.Is(err, errBroken) {
		t.Errorf("lines ended with %v, want the broken pipe", err)
	}
}
