package wall

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"homebus/internal/housetime"
	"homebus/internal/link"
	"homebus/internal/message"
	"homebus/internal/mirror/gather"
	"homebus/internal/mirror/home"
)

// Authorizer says who may act: what is asked of an appliance is a message on the bus.
type Authorizer interface {
	// Granted reports whether a request may, by what it carries.
	Granted(r *http.Request) bool
	// Matches reports whether a token lets its bearer.
	Matches(token string) bool
}

// Config says what is shown, and to whom.
type Config struct {
	// Plan is the house, until Replan gives another.
	Plan home.Plan
	// Link is the connection to the bus; Run runs it.
	Link link.Link
	// Clock is the house's clock; the zero Clock is the wall clock.
	Clock housetime.Clock
	// IDs gives commands their ids; nil is message.Random.
	IDs        message.IDs
	Authorizer Authorizer
	// Ready returns nil if what publishers send passes the hub, or why it does not; nil is
	// a hub that is never paused. It is asked for each picture.
	Ready func() error
	// Version is that of the page, which loads itself again when it is another one.
	Version string
	// Viewers is how many pages there may be at a time; 0 is DefaultViewers.
	Viewers int
	// Log is slog.Default() if nil.
	Log *slog.Logger
}

// DefaultViewers is how many pages are shown the home: more than a home has screens.
const DefaultViewers = 100

// clientName is who the commands of pages come from.
const clientName = "web"

// Wall shows a home to pages. Its methods may be called from any goroutine.
type Wall struct {
	cfg  Config
	desk *desk

	mu      sync.Mutex
	serving context.Context // nil until Run, and once it ends
	viewers int
	gone    sync.WaitGroup // of the viewers
}

var _ http.Handler = (*Wall)(nil)

// New returns a Wall that shows nothing until Run.
func New(cfg Config) *Wall {
	if cfg.IDs == nil {
		cfg.IDs = message.Random{}
	}
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	if cfg.Viewers == 0 {
		cfg.Viewers = DefaultViewers
	}
	return &Wall{cfg: cfg, desk: newDesk(cfg)}
}

// Run keeps the home and serves pages until ctx ends. It returns when every page has
// been sent away and nothing is left running. It is called once.
func (w *Wall) Run(ctx context.Context) error {
	for _, prefix := range home.Prefixes() {
		w.cfg.Link.Subscribe(prefix)
	}
	batches := make(chan gather.Batch)
	g, ctx := errgroup.WithContext(ctx)
	w.open(ctx)
	g.Go(func() error { return w.cfg.Link.Run(ctx) })
	g.Go(func() error { return (&gather.Collector{Clock: w.cfg.Clock}).Run(ctx, w.cfg.Link.Events(), batches) })
	g.Go(func() error { return w.desk.run(ctx, batches) })
	g.Go(func() error {
		<-ctx.Done()
		w.close()
		return nil
	})
	if err := g.Wait(); err != nil && !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

// Replan makes another plan the house, as after its file was loaded again. What is known
// of what is in both goes on. It does not wait, for Run may have ended; of several plans
// that Run has not taken yet the last one counts.
func (w *Wall) Replan(plan home.Plan) {
	w.mu.Lock() // who takes an older plan back puts the newer one in its place
	defer w.mu.Unlock()
	select {
	case <-w.desk.plans:
	default:
	}
	w.desk.plans <- plan
}

func (w *Wall) open(ctx context.Context) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.serving = ctx
}

// close takes no more pages and waits for those that there are, whose context has ended.
func (w *Wall) close() {
	w.mu.Lock()
	w.serving = nil
	w.mu.Unlock()
	w.gone.Wait()
}

// enter counts a page in, which lives no longer than the context; "" is a problem.
func (w *Wall) enter() (ctx context.Context, problem string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case w.serving == nil:
		return nil, "the mirror is not running"
	case w.viewers >= w.cfg.Viewers:
		return nil, "too many pages are open; close one, or have bus serve allow more (--http-max-pages)"
	}
	w.viewers++
	w.gone.Add(1)
	return w.serving, ""
}

func (w *Wall) leave() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.viewers--
	w.gone.Done()
}

// ready returns nil if messages pass.
func (c *Config) ready() error {
	if c.Ready == nil {
		return nil
	}
	return c.Ready()
}

// moment is what time it is.
func (c *Config) moment(wall time.Time) home.Moment {
	return home.Moment{Wall: wall, House: c.Clock.House(wall)}
}
