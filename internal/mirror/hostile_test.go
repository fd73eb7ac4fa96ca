package mirror

import (
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"

	"homebus/internal/link"
	"homebus/internal/message"
	"homebus/internal/mirror/gather"
	"homebus/internal/mirror/home"
	"homebus/internal/mirror/plan"
	"homebus/internal/naughty"
	"homebus/internal/scene"
	"homebus/topics"
)

// hostility is a flat in which one text stands wherever a stranger, or the file of
// the house, can put one.
type hostility struct {
	text   string
	at     home.Moment
	screen *screen
	lines  *printer // takes what comes in the screen's place, if it is not nil
}

func newHostility(t testing.TB, file *scene.File, text string) *hostility {
	p := plan.Of(file)
	p.Name = text
	for i := range p.Scenes {
		p.Scenes[i].Title = text
	}
	at := begin(t)
	x := &hostility{text: text, at: home.Moment{Wall: at, House: at}}
	stamp := &message.Stamper{From: clientName, IDs: &message.Counted{}}
	x.screen = newScreen(home.New(p, stamp), testPalette(true, termenv.ANSI256))
	x.screen.resize(80, 24)
	return x
}

// take lets the screen take what came within a second.
func (x *hostility) take(events ...link.Event) {
	x.at.Wall, x.at.House = x.at.Wall.Add(time.Second), x.at.House.Add(time.Second)
	b := gather.Batch{Wall: x.at.Wall, Received: len(events), Events: events}
	if x.lines != nil {
		x.lines.take(x.at, b)
		return
	}
	x.screen.take(x.at, b)
}

// message is one with the text in its meta too.
func (x *hostility) message(topic string, payload map[string]any) link.Event {
	m := message.New(topic, payload)
	m.Meta = &message.Meta{ID: topic, From: x.text, Cause: x.text, At: x.at.House}
	return link.Event{Message: m}
}

// say puts the text into every message that there is.
func (x *hostility) say() {
	text := x.text
	state := map[string]any{"state": text, "mode": text, "progress": 0.4, "power_w": 5, "brightness": 40, text: text, text + "_c": 20.5, text + "?": true}
	x.take(link.Event{Status: &link.Status{Up: true, Boot: text}})
	for range 2 { // what is told is what changes
		x.take(
			x.message(topics.State("kitchen", "toaster"), state),
			x.message(topics.State("kitchen", "coffee"), map[string]any{"state": "brewing", "remaining_s": 90, "fault": text}),
			x.message(topics.State("attic", "thing"), state),
			x.message(topics.State("attic", "other"), map[string]any{"state": "alarm", "why": text}),
			x.message(topics.Online("living", "lamp"), map[string]any{"online": false, "reason": text}),
			x.message(topics.Event("bathroom", "switch"), map[string]any{"event": text}),
			x.message(topics.Command("kitchen", "light"), map[string]any{"do": text, "value": text, text: text}),
			x.message(topics.Command("kitchen", "light"), map[string]any{"do": "on", "brightness": text, "over": text}),
			x.message(topics.Ack("kitchen", "light"), map[string]any{"id": topics.Command("kitchen", "light"), "ok": false, "error": text}),
			x.message(topics.Fault("kitchen", "coffee"), map[string]any{"kind": text}),
			x.message(topics.Scene("morning"), map[string]any{"state": "running", "step": 1, "steps": 3, "doing": text, "until": x.at.House.Add(time.Hour)}),
			x.message(topics.Scene("cinema"), map[string]any{"state": "failed", "error": text}),
			x.message(topics.Scene("stranger"), map[string]any{"state": text, "title": text}),
			x.message(topics.NoticeHome, map[string]any{"text": text, "level": text}),
			link.Event{Message: message.Message{Topic: "state/" + text, Payload: []byte(text)}},
			link.Event{Message: message.Message{Topic: text, Payload: []byte(text)}},
			link.Event{Message: message.Message{Topic: topics.State("hall", "light"), Payload: []byte(text), Meta: &message.Meta{ID: text}}},
		)
		state["state"] = "on"
		state["mode"] = text + " again"
	}
}

// check draws the picture at a size, and each page that repeats what was said.
func (x *hostility) check(t *testing.T, w, h int) {
	t.Helper()
	x.screen.resize(w, h)
	for _, keys := range [][]string{nil, {"2", "w"}, {"s"}, {"tab", "w"}} {
		for _, k := range keys {
			x.screen.key(keyMsg(k))
		}
		checkFrame(t, x.text, x.screen.view(), w, h)
		x.screen.menu, x.screen.focus = nil, paneRooms
	}
}

// lose takes the bus away, which is said in the words of the text.
func (x *hostility) lose() { x.take(link.Event{Status: &link.Status{Reason: x.text}}) }

// ownStyle is a control sequence that sets a style (ECMA-48, SGR): the only ones in
// a picture.
var ownStyle = regexp.MustCompile(`\x1b\[[0-9;]*m`)

// checkFrame fails unless a picture has exactly h lines of w cells, whether characters
// are counted or what a reader takes for one, and holds nothing but our own styles
// and what can be seen.
func checkFrame(t *testing.T, from, frame string, w, h int) {
	t.Helper()
	lines := strings.Split(ownStyle.ReplaceAllString(frame, ""), "\n")
	if len(lines) != h {
		t.Errorf("%q at %d×%d: %d lines", from, w, h, len(lines))
	}
	for _, l := range lines {
		single := 0
		for _, r := range l {
			single += ansi.StringWidth(string(r))
			if !canBeSeen(r) {
				t.Errorf("%q: %U in the picture: %q", from, r, l)
			}
		}
		if grouped := width(l); grouped != w || single != w {
			t.Errorf("%q at %d×%d: %d cells, %d characters' cells: %q", from, w, h, grouped, single, l)
		}
	}
}

// canBeSeen reports whether a character takes its own room and nobody else's, or is a
// mark on another.
func canBeSeen(r rune) bool {
	return r == ' ' || unicode.In(r, unicode.L, unicode.Mn, unicode.Me, unicode.N, unicode.P, unicode.S)
}

// Whatever text a stranger has, wherever he puts it, the picture keeps its form.
func TestNaughtyStringsInThePicture(t *testing.T) {
	t.Parallel()
	file := loadFlat(t)
	for i, text := range naughty.Strings() {
		x, size := newHostility(t, file, text), sizes[i%len(sizes)]
		x.say()
		x.check(t, size.w, size.h)
		x.check(t, 20, 5)
		x.lose()
		checkFrame(t, text, x.screen.view(), 20, 5)
		if t.Failed() {
			t.Fatalf("%q is not borne", text)
		}
	}
}

// Lines are read by other programs, or in a terminal that shows what they are told.
func TestNaughtyStringsInLines(t *testing.T) {
	file := loadFlat(t)
	for _, text := range naughty.Strings() {
		var out strings.Builder
		x := newHostility(t, file, text)
		x.lines = newPrinter(&out, x.screen.home)
		x.say()
		x.lose()
		for l := range strings.Lines(out.String()) {
			l = strings.TrimSuffix(l, "\n")
			if i := strings.IndexFunc(l, func(r rune) bool { return !canBeSeen(r) }); i >= 0 {
				t.Fatalf("%q: %q is printed", text, l[i:])
			}
			if subject, _, _ := strings.Cut(l, "  "); strings.Contains(subject, " ") {
				t.Fatalf("%q begins a line of its own: %q", text, l)
			}
		}
	}
}

// FuzzTextEverywhere is the same with any text.
func FuzzTextEverywhere(f *testing.F) {
	for i, s := range naughty.Strings() {
		if i%10 == 0 { // the test above has them all
			f.Add(s, uint8(80), uint8(24))
		}
	}
	file := loadFlat(f)
	f.Fuzz(func(t *testing.T, text string, w, h uint8) {
		x := newHostility(t, file, text)
		x.say()
		x.check(t, int(w)%220+1, int(h)%66+1)
		x.lose()
		x.check(t, int(w)%220+1, int(h)%66+1)
	})
}
