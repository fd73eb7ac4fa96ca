package page

import (
	"fmt"
	"strings"
	"testing"

	"homebus/internal/web/page/browsertest"
)

// windows are what people look through; the narrow ones are also what is left of a wide
// one at 200 %.
var windows = []browsertest.Window{
	{Width: 320, Height: 568, Touch: true},
	{Width: 390, Height: 844, Dark: true, Touch: true},
	{Width: 640, Height: 400},
	{Width: 800, Height: 1280, Touch: true},
	{Width: 1280, Height: 800},
	{Width: 1920, Height: 1080, Dark: true},
}

// faultsOfLayout is JavaScript that lists what is wrong with how the page lies: what is
// wider than its window, a control that a thumb misses, controls and texts that cover one
// another, words that stick out of their row.
const faultsOfLayout = `(() => {
	const wrong = [];
	const name = (e) => (e.getAttribute('aria-label') || e.id || e.className || e.tagName) + '';
	const scope = document.querySelector('dialog[open]') ?? document.body;
	const wide = document.documentElement.scrollWidth - innerWidth;
	if (wide > 0) wrong.push('the page is ' + wide + ' px too wide');
	if (scope.scrollWidth > scope.clientWidth + 1) wrong.push('the sheet is too wide');
	const shown = (e) => e.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true }) && e.getBoundingClientRect().width > 1;
	const controls = [...scope.querySelectorAll('button, input, select, #jump a')].filter(shown);
	const rects = controls.map((e) => e.getBoundingClientRect());
	controls.forEach((e, i) => {
		const r = rects[i];
		if (r.height < 43.9 || (r.width < 43.9)) wrong.push(name(e) + ' is only ' + r.width + ' by ' + r.height);
		for (let j = 0; j < i; j++) {
			if (e.closest('#jump') || controls[j].closest('#jump')) continue; // stands over what scrolls
			const s = rects[j];
			const w = Math.min(r.right, s.right) - Math.max(r.left, s.left), h = Math.min(r.bottom, s.bottom) - Math.max(r.top, s.top);
			if (w > 1 && h > 1) wrong.push(name(e) + ' and ' + name(controls[j]) + ' overlap');
		}
	});
	const inside = (outer, inner) => inner.left >= outer.left - 1 && inner.right <= outer.right + 1 && inner.top >= outer.top - 1 && inner.bottom <= outer.bottom + 1;
	for (const tile of scope.querySelectorAll('.tile')) {
		if (!shown(tile)) continue;
		const outer = tile.getBoundingClientRect();
		for (const e of tile.querySelectorAll('.body, .title, .says, .act, .more')) {
			if (shown(e) && !inside(outer, e.getBoundingClientRect())) wrong.push(name(e) + ' sticks out of its row');
		}
		const body = tile.querySelector('.body').getBoundingClientRect();
		const act = tile.querySelector('.act');
		const more = tile.querySelector('.more');
		if (shown(more) && outer.right - more.getBoundingClientRect().right > 12) wrong.push(name(more) + ' is not at the end of its row');
		if (shown(act) && act.getBoundingClientRect().left < body.right - 1) wrong.push(name(act) + ' covers words');
	}
	const face = ['#strip', '#clock', '#day', '#word'].map((q) => document.querySelector(q)).filter(shown);
	face.forEach((e, i) => face.slice(0, i).forEach((f) => {
		const r = e.getBoundingClientRect(), s = f.getBoundingClientRect();
		if (Math.min(r.right, s.right) - Math.max(r.left, s.left) > 1 && Math.min(r.bottom, s.bottom) - Math.max(r.top, s.top) > 1) wrong.push(e.id + ' and ' + f.id + ' overlap');
	}));
	return wrong;
})()`

// lies fails the test for what is wrong with how the page lies.
func lies(t *testing.T, p *browsertest.Tab, where string) {
	t.Helper()
	if wrong := browsertest.Eval[[]string](p, faultsOfLayout); len(wrong) > 0 {
		t.Errorf("%s:\n%s", where, strings.Join(wrong, "\n"))
	}
}

// there is a condition: the whole of the breakfast is shown.
const there = `document.querySelectorAll('.tile').length >= 16`

func TestLayout(t *testing.T) {
	t.Parallel()
	f := newFake(t, breakfast())
	f.answers["menu"], f.answers["why"] = menuOfLight, whyLight
	p := browsertest.Open(t, f.url(), windows[0])
	p.Await(there)
	for _, w := range windows {
		where := fmt.Sprintf("%d by %d", w.Width, w.Height)
		p.Resize(w)
		p.Await(fmt.Sprintf(`innerWidth === %d`, w.Width))
		lies(t, p, where)
		browsertest.Eval[any](p, `document.querySelector('[aria-label^="bathroom light: all"]').click()`)
		p.Await(`document.querySelector('#sheet .slider')`)
		for _, tab := range []string{"actions", "why", "faults"} {
			browsertest.Eval[any](p, `document.querySelector('#tab-`+tab+`').click()`)
			lies(t, p, where+", sheet, "+tab)
		}
		browsertest.Eval[any](p, `document.querySelector('#sheet').close(); document.querySelector('#ask-help').click()`)
		lies(t, p, where+", help")
		browsertest.Eval[any](p, `document.querySelector('#help').close()`)
	}
}

// naughty are texts that have broken pages before.
var naughty = []string{
	`<img src=x onerror="document.title='broken'">`,
	`<script>document.title='broken'</script>`,
	`"><svg onload=document.title='broken'>`,
	`javascript:document.title='broken'`,
	`{{constructor.constructor('document.title=1')()}}`,
	"\u202eevil\u202c \u2066txet\u2069 \u200f\u200eمرحبا",
	"Z\u0361\u035c\u0358\u0317a\u0321\u0334l\u0489g\u0358o\u0334\u0321\u0358\u0317",
	strings.Repeat("W", 10_000),
	strings.Repeat("word ", 2000),
	"﷽﷽﷽﷽﷽﷽﷽﷽",
	"👩‍👩‍👧‍👦🏳️‍🌈",
	"__proto__", "constructor", "", " ", "\x00\x1b[31m", "null", "-1e400",
}

// TestHostileText: whatever a text is, it is shown as text, and all else stays in its
// place. The server bounds texts; the page does not rely on that.
func TestHostileText(t *testing.T) {
	t.Parallel()
	parts := breakfast()
	var ids []string
	for i, s := range naughty {
		name := fmt.Sprintf("n%d", i)
		put(parts, part{"area": "odd", "name": name, "phase": "on", "word": s, "details": s, "do": s, "failed": s})
		a := parts["a:odd/"+name].(part)
		a["name"], a["full"], a["find"] = s, s, s
		ids = append(ids, "odd/"+name)
		parts["s:"+name] = part{"name": name, "title": s, "state": "running", "doing": s, "left": s, "step": 1, "of": 3}
		parts[fmt.Sprintf("e:%d", 100+i)] = part{"n": 100 + i, "at": "07:31:02", "levels": []string{s, s}, "tone": "plain"}
	}
	plan := parts["plan"].(part)
	plan["rooms"] = append(plan["rooms"].([]part), part{"area": naughty[0], "ids": ids})
	plan["scenes"] = []string{"n0", "n1", "n5", "n7"}
	parts["top"].(part)["name"] = naughty[7]
	f := newFake(t, parts)
	f.answers["menu"] = func() any {
		return part{"menu": part{"actions": []part{{"name": naughty[0], "doc": naughty[7], "params": []part{{"name": naughty[7], "kind": "word", "values": naughty, "value": naughty[0]}}}},
			"faults": []part{{"name": naughty[7], "doc": naughty[0]}}}}
	}
	f.answers["why"] = func() any { return part{"why": []part{{"at": "07:31:02", "text": naughty[7]}}} }
	p := browsertest.Open(t, f.url(), windows[1])
	p.Await(`document.querySelectorAll('#cards .tile').length >= 26`)
	for _, w := range windows[1:5] {
		p.Resize(w)
		p.Await(fmt.Sprintf(`innerWidth === %d`, w.Width))
		lies(t, p, fmt.Sprintf("hostile text at %d by %d", w.Width, w.Height))
	}
	browsertest.Eval[any](p, `document.querySelector('[aria-label$="onerror=\\"document.title=\'broken\'\\">: all actions and why"]').click()`)
	p.Await(`document.querySelector('#sheet form')`)
	for _, tab := range []string{"actions", "why", "faults"} {
		browsertest.Eval[any](p, `document.querySelector('#tab-`+tab+`').click()`)
		lies(t, p, "hostile text, sheet, "+tab)
	}
	shown := browsertest.Eval[[]string](p, `[...document.querySelectorAll('#cards .name')].map((e) => e.textContent)`)
	if !strings.Contains(strings.Join(shown, "\n"), naughty[0]) {
		t.Errorf("%q is not shown as text", naughty[0])
	}
	if n := browsertest.Eval[int](p, `document.querySelectorAll('img, script:not([src="app.js"]), iframe, object, svg svg').length`); n > 0 {
		t.Errorf("%d elements came in by a text", n)
	}
}
