package page

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"

	"homebus/internal/web/page/browsertest"
)

// TestOneTap: a double tap is one, whatever the answer; a refusal is said; an action that
// needs a value opens the sheet.
func TestOneTap(t *testing.T) {
	t.Parallel()
	f := newFake(t, breakfast())
	f.answers["menu"] = menuOfLight
	p := browsertest.Open(t, f.url(), windows[1])
	p.Await(there)
	light := `document.querySelector('[aria-label^="bathroom light,"]')`
	browsertest.Eval[any](p, light+`.click(), `+light+`.click()`)
	p.Await(light + `.getAttribute('aria-busy') !== 'true'`)
	if n := len(f.asks("do")); n != 1 {
		t.Errorf("two taps at once did %d things", n)
	}
	f.mu.Lock()
	f.answers["do"] = func() any { return part{"error": "kitchen coffee is <b>busy</b>"} }
	f.mu.Unlock()
	p.Click(`[aria-label^="kitchen coffee,"]`)
	p.Await(`document.querySelector('#notice').textContent === 'kitchen coffee is <b>busy</b>'`)

	put(f.parts, part{"area": "home", "name": "mode", "phase": "resting", "word": "home", "do": "toggle", "ask": true})
	f.put(part{"a:home/mode": f.parts["a:home/mode"], "plan": part{"rooms": []part{{"area": "home", "ids": []string{"home/mode"}}}, "scenes": []string{}}})
	p.Click(`[aria-label^="home mode,"]`)
	p.Await(`document.querySelector('#sheet[open] form')`)
}

// TestNothingFlickers: what has not changed is not touched, and what a person is at stays
// under the hand.
func TestNothingFlickers(t *testing.T) {
	t.Parallel()
	f := newFake(t, breakfast())
	f.answers["menu"] = menuOfLight
	p := browsertest.Open(t, f.url(), windows[1])
	p.Await(there)
	browsertest.Eval[any](p, `(() => {
		document.querySelector('[aria-label^="living lamp,"]').focus();
		scrollTo(0, 300);
		window.touched = 0;
		new MutationObserver((all) => (window.touched += all.length)).observe(document.querySelector('#picture'),
			{ subtree: true, childList: true, attributes: true, characterData: true });
	})()`)
	f.mu.Lock()
	for conn := range f.pages {
		f.write(conn, part{"full": true, "put": f.parts}) // all over again, and all the same
	}
	f.mu.Unlock()
	coffee := f.parts["a:kitchen/coffee"].(part)
	f.put(part{"a:kitchen/coffee": part{"id": "kitchen/coffee", "area": "kitchen", "name": "coffee", "full": coffee["full"], "phase": "working",
		"word": "heating", "details": "900 W", "progress": 0.38, "left": "3:10", "do": "stop", "find": coffee["find"]}})
	p.Await(`document.querySelector('[aria-label^="kitchen coffee,"]').closest('.tile').querySelector('.left').textContent === '3:10'`)
	if n := browsertest.Eval[int](p, `window.touched`); n > 3 {
		t.Errorf("%d changes of the document for another time left and percent", n)
	}
	// A new room above moves nothing from under the hand, and takes no focus.
	before := browsertest.Eval[float64](p, `document.activeElement.getBoundingClientRect().top`)
	put(f.parts, part{"area": "attic", "name": "light", "phase": "alarm", "word": "alarm", "cry": "Smoke", "do": "toggle"})
	rooms := f.parts["plan"].(part)["rooms"].([]part)
	f.put(part{"a:attic/light": f.parts["a:attic/light"], "plan": part{"rooms": append([]part{{"area": "attic", "ids": []string{"attic/light"}}}, rooms...), "scenes": []string{"morning"}}})
	p.Await(`document.querySelector('#alarms .tile')`)
	p.Await(fmt.Sprintf(`document.activeElement.getAttribute('aria-label')?.startsWith('living lamp,') && Math.abs(document.activeElement.getBoundingClientRect().top - %f) < 2`, before))
}

// TestLost: without a server the page says so, greys what it shows and does nothing; with
// one it is as before, and a sheet that was open is open yet.
func TestLost(t *testing.T) {
	t.Parallel()
	f := newFake(t, breakfast())
	f.answers["menu"] = menuOfLight
	p := browsertest.Open(t, f.url(), windows[1])
	p.Await(there)
	p.Click(`[aria-label="bathroom light: all actions and why"]`)
	p.Await(`document.querySelector('#sheet .slider')`)
	browsertest.Eval[any](p, `document.querySelector('#sheet input[type=number]').value = '42'`)
	took := p.Since("data-lost")
	f.mu.Lock()
	f.silent = true // it lives and says nothing, as behind a cable that was cut
	f.mu.Unlock()
	p.Await(`document.querySelector('#answer').textContent.startsWith('No bus since ')`)
	if ms := took(); ms > 4000 {
		t.Errorf("it took %.0f ms to find a silent server out, want 4 s at most", ms)
	}
	p.Await(`document.querySelectorAll('.tile:not([data-old])').length === 0`)
	p.Await(`[...document.querySelectorAll('#sheet .go')].every((b) => b.getAttribute('aria-disabled') === 'true')`)
	p.Await(`document.querySelector('#sheet-title').nextElementSibling.textContent === 'on, old'`)
	f.mu.Lock()
	f.silent = false
	f.mu.Unlock()
	p.Await(`document.querySelector('#answer').textContent === 'Toast is ready.Coffee in 3:11.' && !document.documentElement.dataset.lost`)
	p.Await(`document.querySelectorAll('.tile[data-old]').length === 1`) // the blinds are offline anyway
	p.Await(`document.querySelector('#sheet[open] input[type=number]').value === '42'`)
}

// TestToken: who may not act is asked for the token, and is asked again only if it was not
// to be remembered.
func TestToken(t *testing.T) {
	t.Parallel()
	f := newFake(t, breakfast())
	f.act = false
	f.answers["auth"] = func() any {
		if f.asked[len(f.asked)-1]["token"] != "sesame" {
			return part{"error": "that is not the token"}
		}
		return part{"ok": true}
	}
	p := browsertest.Open(t, f.url(), windows[1])
	p.Await(there)
	p.Click(`[aria-label^="bathroom light,"]`)
	p.Await(`document.querySelector('#token[open]').textContent.includes('Give the token that bus serve has.')`)
	lies(t, p, "token")
	p.Press("wrong", "\r")
	p.Await(`document.querySelector('#token .status').textContent === 'that is not the token'`)
	browsertest.Eval[any](p, `document.querySelector('#token-field').value = ''`)
	p.Click(`#token-keep`)
	p.Click(`#token-field`)
	p.Press("sesame", "\r")
	p.Await(`!document.querySelector('dialog[open]') && document.querySelector('#unlock').hidden`)
	p.Click(`[aria-label^="bathroom light,"]`)
	p.Await(`document.querySelector('[aria-label^="bathroom light,"]').getAttribute('aria-busy') !== 'true'`)
	if n := len(f.asks("do")); n != 1 {
		t.Errorf("with the token, %d things were done, want 1", n)
	}
	p.Reload()
	p.Await(there + ` && document.querySelector('#unlock').hidden`)

	// A server that does not answer has refused nothing.
	f.mu.Lock()
	f.answers["auth"] = func() any { return nil }
	f.mu.Unlock()
	before := len(f.asks("auth"))
	f.cut()
	for begun := time.Now(); len(f.asks("auth")) == before && time.Since(begun) < 10*time.Second; {
		p.Await(there)
	}
	browsertest.Eval[any](p, `new Promise((done) => setTimeout(done, 5100))`) // longer than an answer is waited for
	if got := browsertest.Eval[string](p, `localStorage.getItem('homebus-token') ?? 'none'`); got != "sesame" {
		t.Errorf("the token that is remembered is %q", got)
	}
}

// TestHidden: what came and went while nobody looked leaves nothing behind, and what went
// that was shown is taken off.
func TestHidden(t *testing.T) {
	t.Parallel()
	f := newFake(t, breakfast())
	p := browsertest.Open(t, f.url(), windows[4])
	got := browsertest.Eval[string](p, `(async () => {
		const { Model } = await import(new URL('model.js', location));
		const m = new Model();
		m.apply({ full: true, put: { 'e:1': 1, 'a:x': 1 } });
		m.take();
		for (let n = 2; n < 5000; n++) m.apply({ put: { ['e:' + n]: n, 'a:x': n }, drop: ['e:' + (n - 1)] });
		m.apply({ put: { 'e:1': 'again' } });
		m.apply({ drop: ['e:1'] });
		return [...m.changed].sort().join();
	})()`)
	if want := "a:x,e:1,e:4999"; got != want {
		t.Errorf("%s are to be drawn, want %s", got, want)
	}
}

// TestTokenIsKept: a token that is remembered is forgotten when the server refuses it, and
// not because it says nothing.
func TestTokenIsKept(t *testing.T) {
	t.Parallel()
	p := browsertest.Open(t, newFake(t, breakfast()).url(), windows[1])
	p.Await(there)
	left := func(failure string) string {
		return browsertest.Eval[string](p, `(async () => {
			const [{ Token }, { Refusal }] = await Promise.all(['token', 'socket'].map((name) => import(new URL(name + '.js', location.href))));
			localStorage.setItem('homebus-token', 'sesame');
			await new Token({ socket: { live: true, ask: async () => { throw new `+failure+`('no'); } } }).again();
			return localStorage.getItem('homebus-token') ?? '';
		})()`)
	}
	if left("Error") != "sesame" {
		t.Error("it is forgotten because the server said nothing")
	}
	if left("Refusal") != "" {
		t.Error("it is kept, though the server refuses it")
	}
}

// TestNobodyLooks: of what comes and goes while no picture is drawn, as in a tab that is
// hidden, nothing is kept.
func TestNobodyLooks(t *testing.T) {
	t.Parallel()
	p := browsertest.Open(t, newFake(t, breakfast()).url(), windows[1])
	p.Await(there)
	changed := browsertest.Eval[[]string](p, `(async () => {
		const { Model } = await import(new URL('model.js', location.href));
		const model = new Model();
		model.apply({ full: true, put: { top: {}, 'e:1': {}, 'e:2': {} } });
		model.take();
		for (let n = 3; n < 1000; n++) model.apply({ put: { ['e:' + n]: {} }, drop: ['e:' + (n - 2)] });
		return [...model.changed].sort();
	})()`)
	if got, want := strings.Join(changed, " "), "e:1 e:2 e:998 e:999"; got != want {
		t.Errorf("what has changed is %s, want %s", got, want)
	}
}

// TestAnotherVersion: a page of another server loads itself again, once nobody fills in a
// form.
func TestAnotherVersion(t *testing.T) {
	t.Parallel()
	f := newFake(t, breakfast())
	f.answers["menu"] = menuOfLight
	p := browsertest.Open(t, f.url(), windows[1])
	p.Await(there)
	p.Click(`[aria-label="bathroom light: all actions and why"]`)
	p.Await(`document.querySelector('#sheet .slider')`)
	browsertest.Eval[any](p, `window.same = true`)
	f.mu.Lock()
	f.version, f.parts["top"] = "2", part{"name": "Second"}
	f.mu.Unlock()
	f.cut()
	p.Await(`document.title === 'Second' && document.querySelector('#sheet[open] .slider') && window.same`)
	p.Press(kb.Escape)
	p.Await(`window.same === undefined && ` + there)
}

// TestKiosk: on the wall it is black by night, without what needs a keyboard, and the page
// of whatever server is there.
func TestKiosk(t *testing.T) {
	t.Parallel()
	f := newFake(t, breakfast())
	p := browsertest.Open(t, f.url()+"?kiosk", windows[4])
	p.Await(there)
	ground := func(want string) {
		t.Helper()
		p.Await(`getComputedStyle(document.body).backgroundColor === '` + want + `'`)
	}
	ground("rgb(0, 0, 0)") // the sun has not risen
	lies(t, p, "kiosk")
	if n := browsertest.Eval[int](p, `[...document.querySelectorAll('#filter, #ask-help, #jump')].filter((e) => e.checkVisibility()).length`); n > 0 {
		t.Errorf("%d things of a keyboard are shown on the wall", n)
	}
	p.Await(`document.documentElement.dataset.still === '' && getComputedStyle(document.body).cursor === 'none'`)
	f.put(part{"top": part{"name": "Demo flat", "time": "09:00", "date": "Fri 20 November 2026", "greeting": "Good morning", "sun": "sunset 16:05"}})
	ground("rgb(244, 241, 234)")
	f.put(part{"top": part{"name": "Demo flat", "time": "21:00", "date": "Fri 20 November 2026", "greeting": "Good evening"}})
	ground("rgb(0, 0, 0)")

	browsertest.Eval[any](p, `window.same = true`)
	f.mu.Lock()
	f.version = "2"
	f.mu.Unlock()
	f.cut()
	p.Await(`window.same === undefined && ` + there)
}

// TestThousand: a thousand appliances, of which thirty change thirty times a second, leave
// the browser most of its time.
func TestThousand(t *testing.T) {
	t.Parallel()
	parts := breakfast()
	var rooms []part
	for r := range 50 {
		area := fmt.Sprintf("room-%d", r)
		var ids []string
		for n := range 20 {
			name := fmt.Sprintf("lamp-%d", n)
			put(parts, part{"area": area, "name": name, "phase": "on", "word": "on", "details": "9 W", "do": "toggle"})
			ids = append(ids, area+"/"+name)
		}
		rooms = append(rooms, part{"area": area, "ids": ids})
	}
	parts["plan"] = part{"rooms": rooms, "scenes": []string{}}
	f := newFake(t, parts)
	begin := time.Now()
	p := browsertest.Open(t, f.url(), windows[4])
	p.Await(`document.querySelectorAll('.tile').length === 1000`)
	t.Logf("1,000 appliances are there after %v", time.Since(begin).Round(time.Millisecond))
	frame := time.NewTicker(time.Second / 30)
	defer frame.Stop()
	before, begin := p.Busy(), time.Now()
	for n := range 60 {
		<-frame.C
		changed := part{}
		for i := range 30 {
			id := rooms[(n+i)%50]["ids"].([]string)[i%20]
			a := part{}
			for k, v := range parts["a:"+id].(part) {
				a[k] = v
			}
			a["details"] = fmt.Sprintf("%d W", n)
			changed["a:"+id] = a
		}
		f.put(changed)
	}
	p.Await(`[...document.querySelectorAll('.details')].some((e) => e.textContent === '59\u00a0W')`)
	share := float64(p.Busy()-before) / float64(time.Since(begin))
	t.Logf("the page was busy for %.0f %% of the time at 30 frames a second of 30 changes each", 100*share)
	if share > 0.6 {
		t.Errorf("the page was busy for %.0f %% of the time", 100*share)
	}
}
