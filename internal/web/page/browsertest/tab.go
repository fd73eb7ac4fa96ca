package browsertest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/performance"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/storage"
	"github.com/chromedp/chromedp"
)

const (
	// patience is how long the page may take for what has no promise of its own.
	patience = 10 * time.Second
	// lifetime is how long a test may have a page.
	lifetime = time.Minute
	// look is how often a condition is looked at.
	look = 20 * time.Millisecond
)

// Window is how a page is shown.
type Window struct {
	Width, Height int64 // CSS pixels
	Dark          bool
	Touch         bool // fingers instead of a mouse
}

// Tab is a page in the browser. Its methods fail the test if the browser cannot do what
// they say; they are called by one goroutine.
type Tab struct {
	t       testing.TB
	ctx     context.Context
	origins []string // the page's own, and others that it may ask

	mu    sync.Mutex
	wrong []string // what must not happen, and did
}

// Open opens a page, which may ask its own origin and those that are also named. The
// test's end closes it, and clears what it has stored: all pages are of one profile, because
// one for each would cost a fifth more, and another test's may come to have its origin.
func Open(t testing.TB, url string, w Window, also ...string) *Tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(need(t))
	ctx, stop := context.WithTimeout(ctx, lifetime)
	origin := strings.Join(strings.SplitN(url, "/", 4)[:3], "/")
	p := &Tab{t: t, ctx: ctx, origins: append([]string{origin}, also...)}
	t.Cleanup(func() {
		p.report()
		if _, err := chromedp.Call(ctx, storage.ClearDataForOrigin, storage.ClearDataForOriginParams{Origin: origin, StorageTypes: "all"}); err != nil {
			t.Errorf("clear what %s has stored: %v", origin, err)
		}
		stop()
		cancel()
	})
	if err := chromedp.Listen(ctx, p.note); err != nil {
		t.Fatal(err)
	}
	call(p, network.Enable, network.EnableParams{})
	call(p, cdplog.Enable, cdp.Empty{})
	call(p, performance.Enable, performance.EnableParams{})
	p.Resize(w)
	p.Do(chromedp.Navigate(url))
	return p
}

func (p *Tab) report() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, s := range p.wrong {
		p.t.Errorf("%s: %s", p.origins[0], s)
	}
	p.wrong = nil
}

func call[P, R any](p *Tab, c cdp.Command[P, R], params P) R {
	p.t.Helper()
	r, err := chromedp.Call(p.ctx, c, params)
	if err != nil {
		p.t.Fatalf("%s: %v", c.Method, err)
	}
	return r
}

// note takes down what must not happen.
func (p *Tab) note(event any) {
	wrong := ""
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		wrong = "uncaught: " + e.ExceptionDetails.Text
		if e.ExceptionDetails.Exception != nil {
			wrong += " " + e.ExceptionDetails.Exception.Description
		}
	case *runtime.EventConsoleAPICalled:
		wrong = "console: " + string(e.Type)
		for _, a := range e.Args {
			wrong += fmt.Sprint(" ", a.Description, string(a.Value))
		}
	case *cdplog.EventEntryAdded:
		// That a server is gone is no fault of the page; the policy's are of "security".
		if s := e.Entry.Source; s != cdplog.EntrySourceNetwork && s != cdplog.EntrySourceJavascript || strings.Contains(e.Entry.Text, "Policy") {
			wrong = "log: " + e.Entry.Text
		}
	case *network.EventRequestWillBeSent:
		wrong = p.foreign(e.Request.URL)
	case *network.EventWebSocketCreated:
		wrong = p.foreign("http" + strings.TrimPrefix(e.URL, "ws"))
	}
	if wrong != "" {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.wrong = append(p.wrong, wrong)
	}
}

func (p *Tab) foreign(url string) string {
	for _, origin := range p.origins {
		if strings.HasPrefix(url, origin+"/") {
			return ""
		}
	}
	return "asks " + url
}

// Do does actions of chromedp.
func (p *Tab) Do(actions ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	if err := chromedp.Do(p.ctx, actions...); err != nil {
		p.t.Fatal(err)
	}
}

// Eval returns what a JavaScript expression is; a promise is waited for.
func Eval[T any](p *Tab, js string) T {
	p.t.Helper()
	v, err := chromedp.Run(p.ctx, chromedp.Evaluate[T](js, chromedp.EvalAwaitPromise))
	if err != nil {
		p.t.Fatalf("%s: %v", js, err)
	}
	return v
}

// Await waits until a JavaScript expression holds.
func (p *Tab) Await(condition string) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	poll := chromedp.Poll[chromedp.Void](`Boolean(`+condition+`)`, chromedp.WithPollingTimeout(patience), chromedp.WithPollingInterval(look))
	for {
		_, err := chromedp.Run(ctx, poll)
		if err == nil {
			return
		}
		if ctx.Err() != nil || errors.Is(err, chromedp.ErrPollingTimeout) {
			p.t.Fatalf("%s has not come to hold within %v: %v\nThe page says:\n%s",
				condition, patience, err, Eval[string](p, `document.body?.innerText.slice(0, 3000)`))
		} // otherwise the page loads itself again, and is another one
	}
}

// Since begins to measure; the function it returns says for how many ms, by the page's own
// clock, an attribute of the root had not changed. A test that measured this by itself would
// measure how busy the machine is.
func (p *Tab) Since(attribute string) func() float64 {
	p.t.Helper()
	Eval[any](p, fmt.Sprintf(`(() => {
		const begin = performance.now();
		window.took = undefined;
		new MutationObserver(() => (window.took ??= performance.now() - begin)).observe(document.documentElement, { attributeFilter: [%q] });
	})()`, attribute))
	return func() float64 {
		p.t.Helper()
		p.Await(`window.took`)
		return Eval[float64](p, `window.took`)
	}
}

// Reload loads the page again.
func (p *Tab) Reload() {
	p.t.Helper()
	p.Do(chromedp.Reload())
}

// Press presses keys, one after the other, as package kb of chromedp names them.
func (p *Tab) Press(keys ...string) {
	p.t.Helper()
	for _, k := range keys {
		p.Do(chromedp.KeyEvent(k))
	}
}

// Click clicks in the middle of an element once it is shown, wherever on the page.
func (p *Tab) Click(selector string) {
	p.t.Helper()
	p.Await(fmt.Sprintf(`document.querySelector(%q)?.checkVisibility()`, selector))
	at := Eval[struct{ X, Y float64 }](p, fmt.Sprintf(`(async () => {
		const e = document.querySelector(%q);
		e.scrollIntoView({ block: 'center' });
		const place = () => e.getBoundingClientRect();
		for (let r = place(), s; ; r = s) { // until it rests
			await new Promise(requestAnimationFrame);
			s = place();
			if (s.x === r.x && s.y === r.y) return { X: (s.left + s.right) / 2, Y: (s.top + s.bottom) / 2 };
		}
	})()`, selector))
	p.Do(chromedp.MouseClickXY(at.X, at.Y))
}

// Resize shows the page in another window.
func (p *Tab) Resize(w Window) {
	p.t.Helper()
	var options []chromedp.EmulateViewportOption
	if w.Touch {
		options = append(options, chromedp.EmulateMobile, chromedp.EmulateTouch)
	}
	scheme := "light"
	if w.Dark {
		scheme = "dark"
	}
	p.Do(chromedp.EmulateViewport(w.Width, w.Height, options...))
	p.Media("prefers-color-scheme", scheme)
}

// Media has the page believe in a feature of the medium, and in no other.
func (p *Tab) Media(name, value string) {
	p.t.Helper()
	call(p, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: name, Value: value}}})
}

// Shoot writes a picture of the window to a folder; none if that is "".
func (p *Tab) Shoot(folder, name string) {
	p.t.Helper()
	if folder == "" {
		return
	}
	png, err := chromedp.Run(p.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, name+".png"), png, 0o644); err != nil {
		p.t.Fatal(err)
	}
}

// Node is a node of the accessibility tree: what a screen reader knows of an element.
type Node struct {
	Role, Name, Description string
}

// Accessible returns what a screen reader is told, without what it passes over.
func (p *Tab) Accessible() []Node {
	p.t.Helper()
	tree := call(p, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})
	text := func(v *accessibility.Value) string {
		var s string
		if v != nil {
			_ = json.Unmarshal(v.Value, &s) // no text is none
		}
		return s
	}
	var nodes []Node
	for _, n := range tree.Nodes {
		if !n.Ignored {
			nodes = append(nodes, Node{text(n.Role), text(n.Name), text(n.Description)})
		}
	}
	return nodes
}

// Busy returns how much processor time the page's main thread has taken since it was opened.
func (p *Tab) Busy() time.Duration {
	p.t.Helper()
	for _, m := range call(p, performance.GetMetrics, cdp.Empty{}).Metrics {
		if m.Name == "ThreadTime" {
			return time.Duration(m.Value * float64(time.Second))
		}
	}
	p.t.Fatal("the browser does not say how busy the page is")
	return 0
}
