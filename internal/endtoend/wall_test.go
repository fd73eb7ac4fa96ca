package endtoend

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"homebus/internal/mirror/safetext"
	"homebus/internal/naughty"
	"homebus/internal/zmtp"
)

// wall is a terminal with a mirror in it, before a hub and a house.
type wall struct {
	*terminal
	at       place
	hub, sim *process
}

func newWall(t *testing.T, width, height int) *wall {
	t.Helper()
	at := newPlace(t)
	w := &wall{terminal: newTerminal(t, width, height), at: at, hub: at.startReady(t, "bus"), sim: at.startReady(t, "sim")}
	w.line(fmt.Sprintf("%s --frontend %s --backend %s", filepath.Join(programs, "mirror"), at.frontend, at.backend))
	w.await(`● bus`, `toaster +idle`, `coffee +idle`)
	return w
}

// looking is what it takes at most, on a machine that does other things, to look at a
// terminal through tmux.
const looking = 500 * time.Millisecond

// awaitWithin is await with a promise of its own.
func (term *terminal) awaitWithin(d time.Duration, patterns ...string) {
	term.t.Helper()
	began := time.Now()
	term.await(patterns...)
	if took := time.Since(began); took > d+looking {
		term.t.Errorf("%q is to be seen after %v, want %v", patterns, took.Round(time.Millisecond), d)
	}
}

// awaitGone waits until the pattern is not to be seen any more.
func (term *terminal) awaitGone(pattern string) {
	term.t.Helper()
	deadline := time.Now().Add(patience)
	for re := regexp.MustCompile("(?m)" + pattern); ; {
		screen := term.screen()
		switch {
		case !re.MatchString(screen):
			return
		case time.Now().After(deadline):
			term.t.Fatalf("%q is still to be seen:\n%s", pattern, screen)
		}
	}
}

// greyRow is a line with an appliance whose sign, name, word and remark are dim, in the
// colours for a dark or a light background, and nothing else in it has another colour.
var greyRow = regexp.MustCompile(`^ *(\x1b\[[0-9;]*m)*[▌ ]*(\x1b\[[0-9;]*m)* ?\x1b\[38;5;(245|241)m◌`)

// isGrey fails unless the row of the appliance is old and dim.
func (w *wall) isGrey(name string) {
	w.t.Helper()
	for _, line := range strings.Split(w.tmux("capture-pane", "-p", "-e"), "\n") {
		row, _, _ := strings.Cut(line, "│")
		if !strings.Contains(ansi.Strip(row), " "+name+" ") {
			continue
		}
		if !greyRow.MatchString(row) || !strings.Contains(row, "old") {
			w.t.Errorf("the row of %s is not grey: %q", name, row)
		}
		return
	}
	w.t.Errorf("there is no row of %s", name)
}

// A hub that is killed or frozen is never hidden by a picture that looks alive: since
// when it is gone, and what is old, is to be seen within 4 s, and so is its return.
func TestTheWallSaysThatTheHubIsGone(t *testing.T) {
	t.Parallel()
	w := newWall(t, 100, 30)
	w.await(`● bus +[1-9]\d* msg/s`)
	since := time.Now()
	w.hub.Kill()
	w.awaitWithin(frozen, `No bus since \d\d:\d\d:\d\d\.`, `◌ no bus`, `toaster +idle +old`)
	w.isSince(since, `No bus since (\d\d:\d\d:\d\d)`)
	w.isGrey("toaster")
	w.isGrey("coffee")
	w.hub = w.at.startReady(t, "bus")
	w.await(`● bus`, `toaster +idle +loaded`)
	w.awaitGone(` old +│`) // one after the other reports again

	since = time.Now()
	w.hub.Signal(syscall.SIGSTOP)
	w.awaitWithin(frozen, `(The bus is silent|No bus) since \d\d:\d\d:\d\d\.`, `toaster +idle +old`)
	w.isSince(since, `since (\d\d:\d\d:\d\d)\.`)
	w.isGrey("toaster")
	w.hub.Signal(syscall.SIGCONT)
	w.await(`● bus`, `toaster +idle +loaded`)
	w.keys("q")
	w.isClean()
}

// isSince fails unless the time of day that the picture names is that moment, give or
// take what passes until a loss is seen, or the last heartbeat before it.
func (w *wall) isSince(moment time.Time, pattern string) {
	w.t.Helper()
	said := regexp.MustCompile(pattern).FindStringSubmatch(w.screen())
	if said == nil {
		w.t.Errorf("%q is not to be seen", pattern)
		return
	}
	zone, err := time.LoadLocation("Europe/Berlin") // that of scenes.toml
	if err != nil {
		w.t.Fatal(err)
	}
	at, err := time.Parse(time.TimeOnly, said[1])
	if err != nil {
		w.t.Fatal(err)
	}
	now := moment.In(zone)
	ofDay := time.Duration(now.Hour())*time.Hour + time.Duration(now.Minute())*time.Minute + time.Duration(now.Second())*time.Second
	off := at.Sub(time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC)) - ofDay
	if day := 24 * time.Hour; math.Abs(float64(off)) > float64(day/2) { // midnight lies between
		off -= day * time.Duration(math.Copysign(1, float64(off)))
	}
	if off < -3*time.Second || off > frozen {
		w.t.Errorf("the picture says since %s, it was %s", said[1], now.Format(time.TimeOnly))
	}
}

// busy has something said on the bus until the test ends: states that are another
// each time, texts of all kinds, so many batches a second of 10 messages each.
func (at place) busy(t *testing.T, batches int) {
	t.Helper()
	conn, err := connect(at.frontend, zmtp.PUB)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	t.Cleanup(func() { cancel(); <-done })
	texts := naughty.Strings()
	go func() {
		defer close(done)
		defer conn.Close()
		tick := time.NewTicker(time.Second / time.Duration(batches))
		defer tick.Stop()
		for n := 0; ; {
			var b []byte
			for range 10 {
				n++
				topic, payload := fmt.Sprintf("state/cellar/thing-%d", n%7), fmt.Sprintf(`{"state":%q,"power_w":%d}`, texts[n%len(texts)], n%1000)
				if n%5 == 0 {
					topic, payload = "notice/home", fmt.Sprintf(`{"text":%q}`, texts[n%len(texts)])
				}
				b = zmtp.AppendMessage(b, [][]byte{[]byte(topic), []byte(payload)})
			}
			if _, err := conn.Write(b); err != nil {
				return
			}
			select {
			case <-tick.C:
			case <-ctx.Done():
				return
			}
		}
	}()
}

// publish says something on the bus, so many times.
func (at place) publish(t *testing.T, topic, payload string, times int) {
	t.Helper()
	conn, err := connect(at.frontend, zmtp.PUB)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	var b []byte
	for range times {
		b = zmtp.AppendMessage(b, [][]byte{[]byte(topic), []byte(payload)})
	}
	if _, err := conn.Write(b); err != nil {
		t.Fatal(err)
	}
}

// erased is what is wrong with a terminal that was cleared for a picture that comes.
const erased = "there is no picture"

// torn says what is wrong with the form of a picture in a terminal of that size; ""
// if nothing is.
func torn(screen string, w, h int) string {
	lines := strings.Split(strings.TrimSuffix(screen, "\n"), "\n")
	if len(lines) != h {
		return fmt.Sprintf("%d lines", len(lines))
	}
	if h > 1 && strings.TrimSpace(screen) == "" {
		return erased
	}
	rules, parts := 0, 0
	for _, l := range lines {
		l = strings.TrimRight(l, " ")
		switch {
		case ansi.StringWidth(l) > w:
			return fmt.Sprintf("%q is wider than the terminal", l)
		case l == strings.Repeat("─", w):
			rules++
		case strings.HasPrefix(l, "──"):
			return fmt.Sprintf("%q is a rule of another size", l)
		case strings.Contains(l, " │"):
			parts++
		}
	}
	wantRules, bus := 3, 1
	switch {
	case w < 30 || h < 8: // the answer alone
		wantRules, bus = 0, 0
	case w < 72 || h < 18:
		wantRules = 1
	}
	if rules != wantRules {
		return fmt.Sprintf("%d rules, want %d", rules, wantRules)
	}
	if wrong := tornHead(lines, w, bus); wrong != "" {
		return wrong
	}
	if wantRules == 3 && parts < 5 {
		return fmt.Sprintf("%d lines between rooms and scenes", parts)
	}
	return ""
}

// tornHead says what is wrong with the head, which is at the right edge, and with the keys,
// which are in the last line: a picture of another size may have all else in common.
func tornHead(lines []string, w, want int) string {
	n := 0
	for _, l := range lines {
		if !strings.Contains(l, "● bus") {
			continue
		}
		n++
		if l = strings.TrimRight(l, " "); ansi.StringWidth(l) != w-1 {
			return fmt.Sprintf("%q does not end at the edge", l)
		}
	}
	switch {
	case n != want:
		return fmt.Sprintf("the head is there %d times, want %d", n, want)
	case want > 0 && strings.TrimSpace(lines[len(lines)-1]) == "":
		return "there are no keys in the last line"
	}
	return ""
}

// isWhole waits until the picture has its form, and then looks at it some more times,
// while it changes.
func (w *wall) isWhole(width, height int) {
	w.t.Helper()
	deadline := time.Now().Add(patience)
	for seen := 0; seen < 5; {
		screen := w.screen()
		wrong := torn(screen, width, height)
		switch {
		case wrong == "":
			seen++
		case wrong == erased && time.Now().Before(deadline):
		case seen > 0, time.Now().After(deadline):
			w.t.Errorf("%d×%d: %s:\n%s", width, height, wrong, screen)
			return
		}
	}
}

// Whatever is said meanwhile and however large the window becomes, no line wraps, none
// is torn and nothing is left of the picture before.
func TestTheWallIsResizedWhileTheBusIsBusy(t *testing.T) {
	t.Parallel()
	w := newWall(t, 80, 24)
	w.at.busy(t, 50)
	w.await(`thing-\d`)
	for _, size := range [][2]int{
		{80, 24}, {40, 12}, {120, 40}, {200, 60}, {10, 3}, {1, 1}, {300, 100}, {41, 13}, {72, 18}, {71, 18}, {72, 17}, {30, 8}, {29, 7}, {2, 50}, {250, 2}, {110, 34}, {80, 24},
	} {
		w.tmux("resize-window", "-x", fmt.Sprint(size[0]), "-y", fmt.Sprint(size[1]))
		w.isWhole(size[0], size[1])
	}
	w.keys("q")
	w.isClean()
}

// tmux keeps what stands beyond the edge of a window that has become narrower. Of a wide
// character that the edge has cut through, it keeps the second half, and whatever is drawn
// there later loses the cell before it.
func TestNoHoleIsLeftWhereTheWallWasNarrower(t *testing.T) {
	t.Parallel()
	w := newWall(t, 100, 40)
	w.at.publish(t, "notice/home", fmt.Sprintf(`{"text":%q}`, strings.Repeat("茶", 60)), 40)
	w.await(`(?s)(茶茶.*){20}`)
	for _, narrow := range []int{40, 41} { // one of them cuts through characters
		for _, size := range [][2]int{{100, 40}, {narrow, 40}, {80, 24}} {
			w.tmux("resize-window", "-x", fmt.Sprint(size[0]), "-y", fmt.Sprint(size[1]))
			w.isWhole(size[0], size[1])
		}
	}
	w.keys("q")
	w.isClean()
}

// What the mirror takes for the width of a text, a real terminal does too.
func TestTextIsAsWideInARealTerminal(t *testing.T) {
	t.Parallel()
	const widest = 70
	var texts []string
	for _, s := range naughty.Strings() {
		texts = append(texts, safetext.Clean(s, widest))
	}
	for r := rune(0xA0); r < 0x32400; r++ { // where there is anything
		if r > 0x3500 && r < 0x9F00 || r > 0xAD00 && r < 0xD700 || r > 0x17100 && r < 0x18A00 || r > 0x20000 {
			r += 30 // long blocks of the same kind
		}
		texts = append(texts, safetext.Clean("a"+string(r)+"b"+string(r), widest))
	}
	term := newTerminal(t, 80, 24)
	got := term.measure(texts)
	for i, s := range texts {
		if want := ansi.StringWidth(s); got[i] != want {
			t.Errorf("%q: %d cells in the terminal, %d to the mirror", s, got[i], want)
		}
	}
}

// measure returns how many cells the terminal gives to each text: it has all before
// the cursor erased, and sees where the next character stands.
func (term *terminal) measure(texts []string) []int {
	term.t.Helper()
	var b strings.Builder
	for _, s := range texts {
		b.WriteString(s + "\x1b[1K|\r\n")
	}
	file := filepath.Join(term.t.TempDir(), "texts")
	if err := os.WriteFile(file, []byte(b.String()), 0o600); err != nil {
		term.t.Fatal(err)
	}
	term.tmux("set-option", "-g", "history-limit", fmt.Sprint(len(texts)+100))
	term.tmux("new-window", "cat "+file+"; echo all; read wait")
	term.await(`^all`)
	lines := strings.Split(term.tmux("capture-pane", "-p", "-S", "-"), "\n")
	if len(lines) < len(texts) {
		term.t.Fatalf("%d lines of %d", len(lines), len(texts))
	}
	widths := make([]int, len(texts))
	for i := range widths {
		widths[i] = len(strings.TrimSuffix(lines[i], "|"))
	}
	return widths
}
