package mirror

import (
	"bytes"
	"context"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"golang.org/x/sync/errgroup"

	"homebus/internal/housetime"
	"homebus/internal/hub"
	"homebus/internal/link"
	"homebus/internal/message"
	"homebus/internal/mirror/gather"
	"homebus/internal/mirror/home"
	"homebus/internal/mirror/plan"
	"homebus/internal/sim"
	"homebus/topics"
)

// paper is an output that can be waited on.
type paper struct {
	mu      sync.Mutex
	text    bytes.Buffer
	changed chan struct{}
}

func newPaper() *paper { return &paper{changed: make(chan struct{}, 1)} }

func (p *paper) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.text.Write(b)
	select {
	case p.changed <- struct{}{}:
	default:
	}
	return len(b), nil
}

func (p *paper) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.String()
}

// await waits until all texts were written, in their order.
func (p *paper) await(ctx context.Context, t *testing.T, texts ...string) {
	t.Helper()
	for {
		rest, missing := ansi.Strip(p.String()), ""
		for _, want := range texts {
			_, after, ok := strings.Cut(rest, want)
			if !ok {
				missing = want
				break
			}
			rest = after
		}
		if missing == "" {
			return
		}
		select {
		case <-p.changed:
		case <-ctx.Done():
			t.Fatalf("%q was never written; there is:\n%s", missing, p.String())
		}
	}
}

// A whole house in one process, twenty times as fast: the mirror touches the
// switch, and the lines tell of breakfast.
func TestRunPlainInAHouse(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	ctx, stop := context.WithCancel(ctx)
	file := loadFlat(t)
	now := time.Now()
	clock := housetime.New(now, begin(t), 200)
	h, err := hub.New(hub.Config{Scenes: file, Clock: clock})
	if err != nil {
		t.Fatal(err)
	}
	out := newPaper()
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return h.Run(ctx) })
	g.Go(func() error {
		return sim.Run(ctx, sim.Config{Specs: file.Specs(), Dial: h.Link, Clock: clock})
	})
	g.Go(func() error {
		return Run(ctx, Config{
			Plan: plan.Of(file), Link: h.Link(clientName), Clock: clock, Out: out,
			Touch: "bathroom/switch", TouchAfter: 100 * time.Millisecond,
		})
	})
	out.await(ctx, t, "bus  connected", "bathroom/switch  off")
	out.await(ctx, t, "bathroom/switch  press", "scene/morning  running")
	out.await(ctx, t, "kitchen/toaster  toasting", "kitchen/toaster  popped")
	out.await(ctx, t, "kitchen/coffee  heating", "kitchen/coffee  warming", "notice/home  Coffee is ready", "scene/morning  done")
	stop()
	if err := g.Wait(); err != nil && ctx.Err() == nil {
		t.Error(err)
	}
}

func TestRunEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	out := newPaper()
	done := make(chan error, 1)
	go func() { done <- Run(ctx, Config{Link: link.NewBus().Link(clientName), Out: out}) }()
	waiting, stop := context.WithTimeout(t.Context(), 10*time.Second)
	defer stop()
	out.await(waiting, t, "bus  connected")
	cancel()
	if err := <-done; err != nil {
		t.Errorf("Run ended with %v", err)
	}
}

// The picture through Bubble Tea: it is drawn, takes a key, publishes, and
// leaves the terminal as it was.
func TestPictureInATerminal(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	bus := link.NewBus()
	keys, typed := io.Pipe()
	out := newPaper()
	cfg := &Config{Plan: plan.Of(loadFlat(t)), Link: bus.Link(clientName), In: keys, Out: out}
	other := bus.Link("switch")
	other.Subscribe(topics.KindCommand.Prefix())
	linkCtx, stop := context.WithCancel(ctx)
	var g errgroup.Group
	g.Go(func() error { return other.Run(linkCtx) })
	g.Go(func() error { return cfg.Link.Run(linkCtx) })
	batches := make(chan gather.Batch)
	g.Go(func() error { return new(gather.Collector).Run(linkCtx, cfg.Link.Events(), batches) })
	h := home.New(cfg.Plan, &message.Stamper{From: clientName, IDs: message.Random{}})
	shown := make(chan error, 1)
	g.Go(func() error { shown <- picture(linkCtx, cfg, h, batches); return nil })

	for _, text := range []string{"Demo flat", "BATHROOM", "Waiting for the house to report."} {
		out.await(ctx, t, text)
	}
	if _, err := typed.Write([]byte("2a\r")); err != nil {
		t.Error(err)
	}
	for ev := range other.Events() {
		if ev.Status != nil {
			continue
		}
		if got, want := ev.Message.Topic+" "+string(ev.Message.Payload), `command/kitchen/toaster {"do":"start"}`; got != want {
			t.Errorf("published %s, want %s", got, want)
		}
		break
	}
	if _, err := typed.Write([]byte("q")); err != nil {
		t.Error(err)
	}
	if err := <-shown; err != nil {
		t.Errorf("picture ended with %v", err)
	}
	if text := out.String(); !strings.HasPrefix(text, "\x1b[?") || !strings.Contains(text, "\x1b[?1049l") {
		t.Errorf("the terminal is not left as it was: %q", text[max(0, len(text)-80):])
	}
	typed.Close()
	stop()
	if err := g.Wait(); err != nil && linkCtx.Err() == nil {
		t.Error(err)
	}
}
