package mirror

import (
	"context"
	"errors"
	"io"
	"os"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"
	"golang.org/x/sync/errgroup"
	"golang.org/x/term"

	"homebus/internal/mirror/home"
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
// (no-color.org), and by whether its background is dark.
func rendererFor(w io.Writer) *lipgloss.Renderer {
	r := lipgloss.NewRenderer(w)
	// Bubble Tea has asked the terminal at its start, when nobody else read from
	// it yet; this is that answer.
	r.SetHasDarkBackground(lipgloss.HasDarkBackground())
	return r
}

// The size of a terminal that does not know its own.
const defaultWidth, defaultHeight = 80, 24

// app is the edge between Bubble Tea and a screen: it knows the time and where
// commands go.
type app struct {
	screen *screen
	cfg    *Config
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
	case tea.KeyMsg:
		a.screen.at = a.cfg.moment(time.Now())
		a.screen.key(msg)
	case batch:
		a.screen.take(a.cfg.moment(msg.wall), msg)
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
func (a app) View() string { return a.screen.view() }

func (c *Config) moment(wall time.Time) home.Moment {
	return home.Moment{Wall: wall, House: c.Clock.House(wall)}
}

// picture shows the screen until ctx ends or a person quits.
func picture(ctx context.Context, cfg *Config, h *home.Home, batches <-chan batch) error {
	s := newScreen(h, newPalette(rendererFor(cfg.Out)))
	s.at = cfg.moment(time.Now())
	s.resize(defaultWidth, defaultHeight)
	p := tea.NewProgram(app{screen: s, cfg: cfg}, tea.WithContext(ctx), tea.WithInput(keysFrom(cfg.In)),
		tea.WithOutput(cfg.Out), tea.WithAltScreen(), tea.WithFPS(30), tea.WithoutSignalHandler())
	g, ctx := errgroup.WithContext(ctx)
	done := make(chan struct{})
	g.Go(func() error {
		for {
			select {
			case b := <-batches:
				p.Send(b)
			case <-done:
				return nil
			}
		}
	})
	g.Go(func() error {
		defer close(done)
		_, err := p.Run()
		if ctx.Err() != nil && errors.Is(err, tea.ErrProgramKilled) {
			return nil
		}
		return err
	})
	return g.Wait()
}
