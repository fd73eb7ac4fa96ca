package page

import (
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"homebus/internal/web/page/browsertest"
)

// TestKeys: everything is done without a pointer.
func TestKeys(t *testing.T) {
	t.Parallel()
	f := newFake(t, breakfast())
	f.answers["menu"], f.answers["why"] = menuOfLight, whyLight
	p := browsertest.Open(t, f.url(), windows[4])
	p.Await(there)
	on := func(label string) {
		t.Helper()
		p.Await(`document.activeElement.getAttribute('aria-label')?.startsWith('` + label + `')`)
	}
	p.Press("2")
	on("kitchen toaster,")
	p.Press("j")
	on("kitchen coffee,")
	p.Press(kb.ArrowLeft)
	on("bathroom light,")
	p.Press(kb.Enter)
	p.Await(`document.activeElement.getAttribute('aria-busy') !== 'true'`)
	if asked := f.asks("do"); len(asked) != 1 || asked[0]["id"] != "bathroom/light" || asked[0]["do"] != "toggle" {
		t.Errorf("enter on the bathroom light asked %v", asked)
	}
	p.Press("s")
	on("scene Morning routine,")
	p.Press(kb.ArrowDown, " ")
	on("scene Coffee failed,")
	p.Await(`document.activeElement.getAttribute('aria-busy') !== 'true'`)
	if asked := f.asks("scene"); len(asked) != 1 || asked[0]["name"] != "coffee-failed" || asked[0]["do"] != "run" {
		t.Errorf("space on a scene asked %v", asked)
	}
	keysOfSheets(t, p)
	tabReachesAll(t, p)
	keysOff(t, p)
}

// keysOfSheets: keys open and close sheets, the filter and the help, and the focus goes
// back to where it was.
func keysOfSheets(t *testing.T, p *browsertest.Tab) {
	t.Helper()
	p.Press("1", "w")
	p.Await(`document.querySelector('#panel-why:not([hidden]) .why')`)
	p.Press("f")
	p.Await(`document.querySelector('#panel-faults:not([hidden])')`)
	p.Press(kb.Escape)
	p.Await(`!document.querySelector('dialog[open]')`)
	p.Await(`document.activeElement.getAttribute('aria-label')?.startsWith('bathroom switch,')`)

	p.Press("/", "coff")
	p.Await(`document.querySelectorAll('#cards .tile').length === 1 && document.querySelector('#found').textContent === '1 of 11 match.'`)
	p.Press(kb.Escape)
	p.Await(there)
	p.Press("?")
	p.Await(`document.querySelector('#help[open]')`)
	p.Press(kb.Escape)
}

// TestSelectedStaysSelected: a row that can no longer be acted on, as it went offline, stays
// selected, and so the keys go on; whether a sheet of it is open meanwhile or not.
func TestSelectedStaysSelected(t *testing.T) {
	t.Parallel()
	f := newFake(t, breakfast())
	f.answers["menu"] = menuOfLight
	p := browsertest.Open(t, f.url(), windows[4])
	p.Await(there)
	light := part{"area": "bathroom", "name": "light", "phase": "on", "word": "on", "do": "toggle"}
	gone := part{"area": "bathroom", "name": "light", "phase": "on", "word": "on", "offline": "07:33"}
	on := func(label string) {
		t.Helper()
		p.Await(`document.activeElement.getAttribute('aria-label') === '` + label + `'`)
	}
	show := func(a part) {
		parts := part{}
		put(parts, a)
		f.put(parts)
	}
	p.Press("1", "j")
	on("bathroom light, on, toggle")
	show(gone)
	on("bathroom light: all actions and why")
	show(light)
	p.Await(`document.querySelector('.act[aria-label="bathroom light, on, toggle"]:not([hidden])')`)
	p.Press("1", "j")
	on("bathroom light, on, toggle")
	p.Press("a")
	p.Await(`document.querySelector('#sheet .slider')`)
	show(gone)
	p.Await(`document.querySelector('.sheet-state').textContent.startsWith('offline')`)
	p.Press(kb.Escape)
	on("bathroom light: all actions and why")
}

// tabReachesAll: tab reaches every control, and shows where it is.
func tabReachesAll(t *testing.T, p *browsertest.Tab) {
	t.Helper()
	reached := map[string]bool{}
	browsertest.Eval[any](p, `document.activeElement.blur(), scrollTo(0, 0)`)
	for range 100 {
		p.Press(kb.Tab)
		at := browsertest.Eval[struct{ Name, Outline string }](p, `(() => {
			const e = document.activeElement, a = getComputedStyle(e), b = getComputedStyle(e, '::before');
			return { Name: e.getAttribute('aria-label') ?? e.id ?? e.textContent, Outline: e === document.body ? 'none' : a.outlineStyle === 'none' ? b.outlineStyle : a.outlineStyle };
		})()`)
		if at.Outline == "none" && at.Name != "" {
			t.Errorf("%q shows no focus", at.Name)
		}
		reached[at.Name] = true
	}
	for _, name := range browsertest.Eval[[]string](p, `[...document.querySelectorAll('#picture button')].filter((e) => e.checkVisibility()).map((e) => e.getAttribute('aria-label') ?? e.id)`) {
		if !reached[name] {
			t.Errorf("tab does not reach %q", name)
		}
	}
}

// keysOff: who dictates turns the single keys off.
func keysOff(t *testing.T, p *browsertest.Tab) {
	t.Helper()
	p.Press("?")
	browsertest.Eval[any](p, `document.querySelector('#help input').click()`)
	p.Press(kb.Escape, "?", "1")
	if browsertest.Eval[bool](p, `!!document.querySelector('dialog[open]')`) {
		t.Error("? opens help although keys are off")
	}
}

// TestScreenReader: what somebody hears who does not see the page.
func TestScreenReader(t *testing.T) {
	t.Parallel()
	f := newFake(t, breakfast())
	f.answers["menu"] = menuOfLight
	p := browsertest.Open(t, f.url(), windows[4])
	p.Await(there)
	nodes := p.Accessible()
	for _, want := range []browsertest.Node{
		{Role: "banner"}, {Role: "main"}, {Role: "complementary", Name: "The whole home"},
		{Role: "heading", Name: "Demo flat"}, {Role: "heading", Name: "kitchen"}, {Role: "heading", Name: "toaster"},
		{Role: "region", Name: "Scenes"}, {Role: "region", Name: "kitchen"},
		{Role: "button", Name: "bathroom light, on, toggle"}, {Role: "button", Name: "kitchen toaster, popped, take it"},
		{Role: "button", Name: "kitchen toaster: all actions and why"},
		{Role: "button", Name: "scene Morning routine, step 5 of 6, stop"},
		{Role: "button", Name: "living blinds, offline since 07:28, old, toggle"},
		{Role: "progressbar", Name: "progress of kitchen coffee"},
		{Role: "searchbox", Name: "Show only what matches"},
		{Role: "image", Name: "Power in the last 24 minutes: between 3 W and 1.82 kW, now 917 W"},
	} {
		if !slices.ContainsFunc(nodes, func(n browsertest.Node) bool { return n.Role == want.Role && (want.Name == "" || n.Name == want.Name) }) {
			t.Errorf("there is no %s %q", want.Role, want.Name)
		}
	}
	named(t, nodes)

	// What is new about the answer is read out, and no countdown.
	p.Await(`document.querySelector('#spoken').textContent === 'Toast is ready. Coffee in 3:11.'`)
	f.put(part{"answer": []part{{"text": "Toast is ready.", "tone": "good"}, {"text": "Coffee in 3:10.", "tone": "plain"}}})
	p.Await(`document.querySelector('#answer').textContent.includes('3:10')`)
	if got := browsertest.Eval[string](p, `document.querySelector('#spoken').textContent`); strings.Contains(got, "3:10") {
		t.Errorf("the countdown is read out: %q", got)
	}
	f.put(part{"answer": []part{{"text": "Coffee is ready.", "tone": "good"}}})
	p.Await(`document.querySelector('#spoken').textContent === 'Coffee is ready.'`)

	p.Click(`[aria-label="bathroom light: all actions and why"]`)
	p.Await(`document.querySelector('#sheet .slider')`)
	nodes = p.Accessible()
	for _, want := range []browsertest.Node{
		{Role: "dialog", Name: "bathroom light"}, {Role: "tab", Name: "Actions"}, {Role: "tabpanel", Name: "Actions"},
		{Role: "button", Name: "on", Description: "shine"}, {Role: "slider", Name: "brightness"},
		{Role: "spinbutton", Name: "brightness, %"}, {Role: "switch", Name: "gentle"}, {Role: "combobox", Name: "mode"},
		{Role: "textbox", Name: "note"},
	} {
		if !slices.Contains(nodes, want) {
			t.Errorf("the sheet has no %+v", want)
		}
	}
	named(t, nodes)
}

// named fails for controls that have no name.
func named(t *testing.T, nodes []browsertest.Node) {
	t.Helper()
	for _, n := range nodes {
		switch n.Role {
		case "button", "link", "textbox", "searchbox", "slider", "spinbutton", "switch", "checkbox", "combobox", "tab", "dialog", "image", "progressbar", "heading":
			if n.Name == "" {
				t.Errorf("a %s has no name", n.Role)
			}
		}
	}
}

// TestParameters: a form sends what was given, each of its kind, and says what lacks.
func TestParameters(t *testing.T) {
	t.Parallel()
	f := newFake(t, breakfast())
	f.answers["menu"] = menuOfLight
	p := browsertest.Open(t, f.url(), windows[1])
	p.Await(there)
	p.Click(`[aria-label="bathroom light: all actions and why"]`)
	p.Await(`document.querySelectorAll('#sheet form').length === 4`)
	p.Click(`#sheet form:nth-of-type(4) .go`)
	p.Await(`document.querySelector('#sheet [role=alert]:not([hidden]).failed')?.textContent === 'mode wants day or night.'`)
	p.Press("d")
	p.Click(`#sheet form:nth-of-type(4) [role=switch]`)
	browsertest.Eval[any](p, `(() => {
		const warm = document.querySelector('#sheet form:nth-of-type(4) input[type=range]');
		warm.value = 19.5;
		warm.dispatchEvent(new Event('input'));
	})()`)
	p.Click(`#sheet form:nth-of-type(4) .go`)
	p.Await(`document.querySelector('#sheet form:nth-of-type(4) .go').getAttribute('aria-busy') !== 'true'`)
	asked := f.asks("do")
	if len(asked) != 1 {
		t.Fatalf("asked %v, want one thing", asked)
	}
	want := part{"warmth": 19.5, "gentle": false, "mode": "day"}
	got, _ := asked[0]["params"].(part)
	if asked[0]["do"] != "test" || len(got) != len(want) || got["warmth"] != want["warmth"] || got["gentle"] != want["gentle"] || got["mode"] != want["mode"] {
		t.Errorf("asked %v, want test with %v", asked[0], want)
	}

	p.Click(`#tab-faults`)
	browsertest.Eval[any](p, `document.querySelector('#panel-faults select').value = '2m'`)
	p.Click(`[aria-label="set offline"]`)
	p.Click(`[aria-label="clear stuck"]`)
	p.Await(`[...document.querySelectorAll('#panel-faults .go')].every((b) => b.getAttribute('aria-busy') !== 'true')`)
	faults := f.asks("fault")
	if len(faults) != 2 || faults[0]["kind"] != "offline" || faults[0]["for"] != "2m" || faults[1]["kind"] != "stuck" || faults[1]["clear"] != true {
		t.Errorf("asked for the faults %v", faults)
	}
}
