package endtoend

import (
	"fmt"
	"net"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"homebus/internal/web/page/browsertest"
)

// phone and tablet are windows of people's devices.
var (
	phone  = browsertest.Window{Width: 390, Height: 844, Dark: true, Touch: true}
	tablet = browsertest.Window{Width: 1280, Height: 800}
)

// freeAddress returns an address at which nobody listens.
func freeAddress(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// row is the selector of an appliance's or a scene's button, and of the row around it by
// what it says.
func row(full, within string) string {
	return fmt.Sprintf(`document.querySelector('[aria-label^="%s,"]')?.closest('.tile').querySelector('%s')?.textContent`, full, within)
}

// TestWebStory: what a person does with the page at the wall, and what comes of it in the
// house.
func TestWebStory(t *testing.T) {
	t.Parallel()
	at, http := newPlace(t), freeAddress(t)
	serve := []string{"serve", "--scenes", scenes, "--http", http}
	bus := at.start(t, "bus", serve...)
	bus.Await("msg=listening")
	at.start(t, "sim", "--scenes", scenes, "--speed", "40").Await("msg=simulating")
	house := at.start(t, "bus", "sub", "state/")
	p := browsertest.Open(t, "http://"+http+"/", tablet)
	p.Await(row("bathroom light", ".state") + ` === 'off'`)

	// A light is toggled, and the bus hears of it.
	p.Click(`[aria-label^="bathroom light,"]`)
	house.Await(`^state/bathroom/light .*"state":"on"`)
	p.Await(row("bathroom light", ".state") + ` === 'on'`)

	// A parameter is set in the sheet, by keyboard alone.
	browsertest.Eval[any](p, `document.querySelector('[aria-label^="bathroom light,"]').focus()`)
	p.Press("a")
	p.Await(`document.querySelector('#sheet .slider')`)
	p.Press(kb.Tab, kb.Home, kb.ArrowRight, kb.ArrowRight, kb.ArrowRight)
	p.Await(`document.querySelector('#sheet input[type=number]').value === '3'`)
	p.Press(kb.Tab, kb.Enter)
	house.Await(`^state/bathroom/light .*"brightness":3[,}]`)
	p.Press(kb.Escape)
	p.Await(`!document.querySelector('dialog[open]')`)

	// Somebody presses the switch: breakfast is made. What does not last is noted in the page.
	browsertest.Eval[any](p, noteWords)
	p.Click(`[aria-label^="bathroom switch,"]`)
	p.Await(row("kitchen toaster", ".state") + ` === 'toasting'`)
	p.Await(row("scene Morning routine", ".state") + `.startsWith('step')`)
	p.Await(`noted.has('take it') && noted.has('Toast is ready.')`)

	// Why?
	p.Click(`[aria-label="scene Morning routine: all actions and why"]`)
	p.Await(`document.querySelector('#sheet[open]')`)
	p.Click(`#tab-why`)
	p.Await(`document.querySelector('#panel-why').textContent.includes('bathroom switch press')`)
	p.Press(kb.Escape)
	browsertest.Eval[any](p, `[...document.querySelectorAll('.entry')].find((e) => e.textContent.includes('toaster start')).click()`)
	p.Await(`document.querySelector('#panel-why:not([hidden])').textContent.includes('bathroom switch press')`)
	p.Press(kb.Escape)

	// A scene is run.
	p.Click(`[aria-label^="scene Cinema,"]`)
	house.Await(`^state/living/light .*"brightness":10`)
	p.Await(row("scene Cinema", ".state") + ` === 'done'`)

	// The hub is killed.
	took := p.Since("data-lost")
	bus.Kill()
	if ms := took(); ms > float64(frozen.Milliseconds()) {
		t.Errorf("the page says after %.0f ms that the hub is gone, want %v at most", ms, frozen)
	}
	p.Await(`/^No bus since \d\d:\d\d:\d\d\.$/.test(document.querySelector('#answer').textContent)`)
	p.Await(`document.querySelectorAll('.tile:not([data-old])').length === 0`)
	p.Await(`document.querySelector('#age').textContent.includes('second')`)
	p.Click(`[aria-label^="bathroom light,"]`)
	p.Await(`document.querySelector('#notice').textContent.includes('no connection')`)
	browsertest.Eval[any](p, `window.same = document.querySelector('[aria-label^="bathroom light,"]'), true`)

	// It comes back, and so does the picture, on the same page.
	at.start(t, "bus", serve...).Await("msg=listening")
	p.Await(row("hall light", ".state") + ` === 'off' && !document.querySelector('#cards .tile[data-old]')`)
	p.Await(`window.same === document.querySelector('[aria-label^="bathroom light,"]')`)
	p.Click(`[aria-label^="hall light,"]`)
	p.Await(row("hall light", ".state") + ` === 'on'`)
	p.Await(`!document.querySelector('[aria-busy=true]')`) // the next tap is no double one
	t.Logf("from a tap to the word on the page: %.0f ms", browsertest.Eval[float64](p, tapToWord))

	p.Resize(phone)
	p.Await(`innerWidth === 390 && document.documentElement.scrollWidth <= 390`)
}

// noteWords is JavaScript that notes what the toaster's button and the answer have said.
const noteWords = `(() => {
	window.noted = new Set();
	const toaster = document.querySelector('[aria-label^="kitchen toaster,"]');
	new MutationObserver(() => {
		noted.add(toaster.textContent);
		for (const s of document.querySelectorAll('.sentence')) noted.add(s.textContent);
	}).observe(document.querySelector('#picture'), { subtree: true, childList: true, characterData: true });
})()`

// tapToWord is JavaScript that measures from the tap on a light until the page says what
// the light has reported, in ms.
const tapToWord = `new Promise((done) => {
	const tile = document.querySelector('[aria-label^="hall light,"]').closest('.tile');
	const word = tile.querySelector('.state');
	const begin = performance.now();
	new MutationObserver(() => word.textContent === 'off' && done(performance.now() - begin)).observe(word, { childList: true, characterData: true, subtree: true });
	tile.querySelector('.act').click();
})`
