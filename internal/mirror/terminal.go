package mirror

import (
	"context"
	"errors"
	"io"
	"os"
	"runtime"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"
	"golang.org/x/sync/errgroup"
	"golang.org/x/term"

	"homebus/internal/mirror/gather"
	"homebus/internal/mirror/home"
	"homebus/internal/mirror/hush"
	"homebus/internal/mirror/tty"
)

// isTerminal reports whether w is a terminal.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// keysFrom returns where keys can be read from: nowhere if in is a file such as
// /dev/null, which cannot be waited on and at which nobody sits.
func keysFrom(in io.Reader) io.Reader {
	if f, ok := in.(*os.File); ok && !term.IsTerminal(int(f.Fd())) {
		return nil
	}
	return in
}

// rendererFor decides the colours by what w can show: none with NO_COLOR
// (no-color.org).
func rendererFor(w io.Writer) *lipgloss.Renderer {
	r := lipgloss.NewRenderer(w)
	dark, known := tty.DarkByEnv(os.Getenv("COLORFGBG"))
	r.SetHasDarkBackground(dark || !known)
	return r
}

// answerTime is how long the first picture waits for the terminal to say whether
// its background is dark. What it says later changes the colours then.
const answerTime = 200 * time.Millisecond

// background says that the terminal's background is dark, or is not.
type background bool

func init() { hush.End() }

// The size of a terminal that does not know its own.
const defaultWidth, defaultHeight = 80, 24

// eraseFor is for how long after a change of the window's size each line is erased before
// it is drawn: long enough for a frame to be drawn on a busy machine. A terminal may have
// kept what the window was too narrow for, and half a wide character there costs the cell
// before it (tmux 3.3a).
const eraseFor = time.Second

// app is the edge between Bubble Tea and a screen: it knows the time and where
// commands go.
type app struct {
	screen   *screen
	cfg      *Config
	renderer *lipgloss.Renderer
	resized  time.Time
}

var _ tea.Model = app{}

// Init does nothing: the first batch is on its way.
func (a app) Init() tea.Cmd { return nil }

// Update passes on what happened, and does what the screen wants done.
func (a app) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		if msg.Width <= 0 || msg.Height <= 0 {
			msg.Width, msg.Height = defaultWidth, defaultHeight
		}
		a.screen.resize(msg.Width, msg.Height)
		a.resized = time.Now()
	case tea.KeyMsg:
		a.screen.at = a.cfg.moment(time.Now())
		a.screen.key(msg)
	case tea.MouseMsg:
		a.screen.at = a.cfg.moment(time.Now())
		a.screen.mouse(msg)
	case background:
		a.renderer.SetHasDarkBackground(bool(msg))
		a.screen.p = newPalette(a.renderer)
	case gather.Batch:
		a.screen.take(a.cfg.moment(msg.Wall), msg)
	}
	a.publish()
	if a.screen.quit {
		return a, tea.Quit
	}
	return a, nil
}

func (a app) publish() {
	for _, m := range a.screen.out {
		if err := a.cfg.Link.Publish(m); err != nil {
			a.screen.home.Failed(a.screen.at, m, err)
		}
	}
	a.screen.out = a.screen.out[:0]
}

// View draws the screen.
func (a app) View() string {
	view := a.screen.view()
	if a.screen.at.Wall.Before(a.resized.Add(eraseFor)) {
		view = ansi.EraseLineRight + strings.ReplaceAll(view, "\n", "\n"+ansi.EraseLineRight)
	}
	return view
}

func (c *Config) moment(wall time.Time) home.Moment {
	return home.Moment{Wall: wall, House: c.Clock.House(wall)}
}

// picture shows the screen until ctx ends or a person quits.
func picture(ctx context.Context, cfg *Config, h *home.Home, batches <-chan gather.Batch) error {
	r := rendererFor(cfg.Out)
	in, isFile := keysFrom(cfg.In).(*os.File)
	if !isFile || !isTerminal(cfg.Out) || runtime.GOOS == "windows" { // whose console has keys of its own
		return play(ctx, cfg, h, batches, r, keysFrom(cfg.In), nil)
	}
	coloured := r.ColorProfile() != termenv.Ascii // else there is no need to know on what
	k, err := tty.Open(in, cfg.Out, coloured)
	if err != nil {
		return err
	}
	ctx, quit := context.WithCancel(ctx)
	defer quit()
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return k.Run(ctx) })
	g.Go(func() error {
		defer quit()
		return play(ctx, cfg, h, batches, r, k.Keys(), k.Background())
	})
	return errors.Join(g.Wait(), k.Close())
}

// play runs Bubble Tea. It waits a moment for the terminal to tell its
// background, if dark is not nil.
func play(ctx context.Context, cfg *Config, h *home.Home, batches <-chan gather.Batch, r *lipgloss.Renderer, in io.Reader, dark <-chan bool) error {
	if dark != nil {
		dark = awaitBackground(ctx, r, dark)
	}
	s := newScreen(h, newPalette(r))
	s.book = cfg.Book
	s.at = cfg.moment(time.Now())
	s.resize(defaultWidth, defaultHeight)
	p := tea.NewProgram(app{screen: s, cfg: cfg, renderer: r}, tea.WithContext(ctx), tea.WithInput(in),
		tea.WithOutput(cfg.Out), tea.WithAltScreen(), tea.WithMouseCellMotion(), tea.WithFPS(30), tea.WithoutSignalHandler())
	g, ctx := errgroup.WithContext(ctx)
	done := make(chan struct{})
	g.Go(func() error {
		for {
			select {
			case b := <-batches:
				p.Send(b)
			case d, ok := <-dark:
				if dark = nil; ok {
					p.Send(background(d))
				}
			case <-done:
				return nil
			}
		}
	})
	g.Go(func() error {
		defer close(done)
		_, err := p.Run()
		if ctx.Err() != nil && errors.Is(err, tea.ErrProgramKilled) && !errors.Is(err, tea.ErrProgramPanic) {
			return nil
		}
		return err
	})
	return g.Wait()
}

// awaitBackground waits for the answer as long as that takes no longer than a
// person would notice. It returns from where a late answer will come; nil if
// none will.
func awaitBackground(ctx context.Context, r *lipgloss.Renderer, dark <-chan bool) <-chan bool {
	timer := time.NewTimer(answerTime)
	defer timer.Stop()
	select {
	case d, ok := <-dark:
		if ok {
			r.SetHasDarkBackground(d)
		}
		return nil
	case <-timer.C:
	case <-ctx.Done():
	}
	return dark
}
