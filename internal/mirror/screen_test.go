package mirror

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"homebus/internal/link"
	"homebus/internal/message"
	"homebus/internal/mirror/gather"
	"homebus/internal/mirror/home"
	"homebus/internal/mirror/plan"
	"homebus/topics"
)

// text is the picture without colours.
func (s *story) text() string { return ansi.Strip(s.screen.view()) }

// wants fails unless the picture holds every one of the texts.
func (s *story) wants(texts ...string) {
	s.t.Helper()
	for _, want := range texts {
		if !strings.Contains(s.text(), want) {
			s.t.Errorf("the picture at %s does not say %q:\n%s", s.now.Format("15:04:05"), want, s.text())
		}
	}
}

func (s *story) wantsNot(text string) {
	s.t.Helper()
	if strings.Contains(s.text(), text) {
		s.t.Errorf("the picture at %s says %q:\n%s", s.now.Format("15:04:05"), text, s.text())
	}
}

func TestBreakfastIsAnswered(t *testing.T) {
	s := newStory(t, 80, 24).open().pass(5 * time.Second)
	s.wants("All is quiet.", "Demo flat", "Good morning", "Fri 20 November 2026")
	s.press("enter").pass(time.Second)
	s.wants("Toast in 2:1", "Coffee in 5:2", "switch pressed › light on, Morning routine › toaster start", "▶ Morning routine")
	s.pass(2*time.Minute + 15*time.Second)
	s.wants("Toast is ready.", "take it", "until coffee is warm")
	s.pass(4 * time.Minute)
	s.wants("Coffee is ready.", "✓ Morning routine", "“Coffee is ready”")
}

func TestEveryKeyOfTheHelp(t *testing.T) {
	tests := []struct {
		keys []string
		says string // what the picture says after them
	}{
		{[]string{"enter"}, "bathroom switch pressed"},
		{[]string{"space"}, "bathroom switch pressed"},
		{[]string{"down", "enter"}, "bathroom light toggle"},
		{[]string{"j", "k", "enter"}, "bathroom switch pressed"},
		{[]string{"down", "up", "enter"}, "bathroom switch pressed"},
		{[]string{"right", "enter"}, "toaster start"},
		{[]string{"l", "h", "enter"}, "bathroom switch pressed"},
		{[]string{"right", "left", "enter"}, "bathroom switch pressed"},
		{[]string{"3", "enter"}, "hall switch pressed"},
		{[]string{"9", "enter"}, "bathroom switch pressed"},
		{[]string{"tab", "enter"}, "run Morning routine"},
		{[]string{"tab", "down", "enter"}, "run Coffee failed"},
		{[]string{"tab", "tab", "tab", "enter"}, "bathroom switch pressed"},
		{[]string{"shift+tab", "shift+tab", "enter"}, "run Morning routine"},
		{[]string{"2", "a"}, "push the lever down"},
		{[]string{"2", "a", "right", "right", "enter", "w"}, "toaster start (browning 2), asked by mirror"},
		{[]string{"1", "a", "right", "tab", "l", "enter", "w"}, "bathroom switch press (count 2, hold 1s), asked by mirror"},
		{[]string{"2", "a", "5", "enter", "enter", "w"}, "toaster start (browning 5), asked by mirror"},
		{[]string{"2", "a", "e", "backspace", "3", "enter"}, "browning ‹3›"},
		{[]string{"2", "a", "9"}, "browning 9▏  enter set  esc back"},
		{[]string{"2", "a", "9", "enter"}, "browning is 9; want a whole number from 1 to 6"},
		{[]string{"2", "a", "4", "esc"}, "e type it"},
		{[]string{"1", "down", "a", "7", "0", "enter", "enter", "w"}, "asked by mirror"},
		{[]string{"2", "a", "up"}, "▌ unload"},
		{[]string{"a", "esc"}, "SCENES"},
		{[]string{"a", "q"}, "SCENES"},
		{[]string{"s", "enter"}, "run Morning routine"},
		{[]string{"2", "f", "j", "enter"}, "toaster fault: jam"},
		{[]string{"2", "enter", "w"}, "› toaster toasting"},
		{[]string{"/", "c", "o", "f", "enter", "enter"}, "coffee brew"},
		{[]string{"/", "x", "q"}, "nothing matches “xq”"},
		{[]string{"/", "c", "o", "x", "backspace", "f"}, "coffee"},
		{[]string{"/", "c", "o", "f", "enter", "esc"}, "toaster"},
		{[]string{"/", "c", "o", "f", "esc"}, "toaster"},
		{[]string{"?"}, "this page"},
		{[]string{"?", "esc"}, "SCENES"},
	}
	for _, tt := range tests {
		s := newStory(t, 90, 24).open().pass(time.Second).press(tt.keys...)
		if s.screen.quit {
			t.Errorf("keys %q quit", tt.keys)
		}
		if !strings.Contains(s.text(), tt.says) {
			t.Errorf("after %q the picture does not say %q:\n%s", tt.keys, tt.says, s.text())
		}
	}
}

func TestQuit(t *testing.T) {
	for _, keys := range [][]string{{"q"}, {"ctrl+c"}, {"?", "ctrl+c"}, {"a", "ctrl+c"}, {"/", "ctrl+c"}} {
		if s := newStory(t, 80, 24).open().press(keys...); !s.screen.quit {
			t.Errorf("keys %q do not quit", keys)
		}
	}
}

// The help is made from the tables that keys are looked up in, so what is left
// to hold is that no key is told twice in one place, and that each is shown.
func TestHelpTellsEachBinding(t *testing.T) {
	s := newStory(t, 80, 24).open().press("?")
	s.wantsNot("1 more")
	for _, b := range slices.Concat(s.screen.mainKeys(), s.screen.menuKeys()) {
		if b.do == nil || b.Help().Desc == "" {
			t.Errorf("%q does nothing or does not say what", b.Keys())
		}
		s.wants(b.Help().Desc)
	}
}

// A list of scenes that is too high says so, and shows what runs.
func TestMoreScenesThanLines(t *testing.T) {
	s := newStory(t, 80, 18).open()
	s.say(message.New(topics.Scene("cinema"), map[string]any{"state": "running", "step": 1, "steps": 3, "doing": "wait until living/light is off"}))
	s.settle()
	s.wants("Morning routine", "▶ Cinema", "until living light is off", "6 more")
	s.wantsNot("Lights off")
	s.press("tab", "j", "j", "j", "j", "j", "j")
	s.wants("▌ · Lights off")
	s.wantsNot("6 more")
}

// Rooms that do not fit are counted, and reached by going down.
func TestMoreAppliancesThanLines(t *testing.T) {
	s := newStory(t, 80, 18).open()
	s.wants("5 more")
	s.wantsNot("lamp")
	s.press("4", "down", "down")
	s.wants("▌ ○ lamp")
}

// An entry that does not fit any more shows its beginning, with its time.
func TestStreamShowsTheBeginningOfAnEntry(t *testing.T) {
	s := newStory(t, 80, 24).open().press("enter").pass(30 * time.Second)
	lines := strings.Split(s.text(), "\n")
	if got := lines[20]; !strings.HasPrefix(got, " 07:30:00  bathroom switch pressed › ") || !strings.HasSuffix(strings.TrimSpace(got), "…") {
		t.Errorf("the first line of the stream is %q", got)
	}
	if got := lines[21]; !strings.HasPrefix(got, " 07:30:20  Morning routine") {
		t.Errorf("the second line of the stream is %q", got)
	}
}

// What is too long for its line in a list stands below the list.
func TestLongWordsOfAList(t *testing.T) {
	s := newStory(t, 80, 24).open().press("2", "j", "f", "j", "j", "j", "j")
	s.wants("▌ stuck", "heati…", "heating or brewing never en")
	s.press("k", "k")
	s.wantsNot("heating or brewing never end")
}

func TestWhyOnASmallScreen(t *testing.T) {
	s := newStory(t, 40, 12).open().press("enter", "w")
	s.wants("07:30:00  bathroom switch press, asked", "           by mirror ", "› bathroom switch on")
}

func TestHelpOnASmallScreen(t *testing.T) {
	s := newStory(t, 40, 12).open().press("?")
	s.wants(" KEYS", "↓ 26 more", "toaster, run a scene")
	s.press("down", "down")
	s.wants("↓ 24 more")
}

func TestNothingIsOfferedToWhoIsOffline(t *testing.T) {
	s := newStory(t, 80, 24).open().press("2")
	s.wants("enter start")
	s.say(message.New(topics.Online("kitchen", "toaster"), map[string]any{"online": false}))
	s.settle()
	s.wantsNot("enter start")
	s.wants("f faults")
}

func TestScrollTheStream(t *testing.T) {
	s := newStory(t, 80, 24).open()
	for range 12 {
		s.press("down", "enter", "up").pass(10 * time.Second)
	}
	newest := s.text()
	s.press("tab", "tab", "k", "k")
	if s.screen.pick != 2 || s.text() == newest || s.screen.scroll == 0 {
		t.Errorf("two entries up: pick %d, scroll %d", s.screen.pick, s.screen.scroll)
	}
	if s.press("j", "j", "j").text(); s.screen.pick != 0 || s.screen.scroll != 0 {
		t.Errorf("down to the end: pick %d, scroll %d", s.screen.pick, s.screen.scroll)
	}
}

func TestRequestedAndReported(t *testing.T) {
	s := newStory(t, 80, 24).open().pass(time.Second).press("2")
	s.screen.key(keyMsg("enter")) // the command does not reach anybody yet
	s.wants("idle → toasting …")
	s.collect()
	s.settle()
	s.wantsNot("→ toasting …")
	s.wants("toasting")
}

func TestCommandIsRepeatedUntilItsDeadline(t *testing.T) {
	s := newStory(t, 80, 24).open().press("2")
	s.screen.key(keyMsg("enter"))
	first := s.screen.out[0]
	s.screen.out = nil
	var again []message.Message
	for range 7 {
		s.now = s.now.Add(time.Second)
		s.screen.take(s.moment(), gather.Batch{Wall: s.now})
		again = append(again, s.screen.out...)
		s.screen.out = nil
	}
	if len(again) != 4 {
		t.Errorf("repeated %d times, want 4 within 5 s", len(again))
	}
	for _, m := range again {
		if m.ID() != first.ID() || string(m.Payload) != string(first.Payload) {
			t.Errorf("repeated as %s %s, first was %s %s", m.ID(), m.Payload, first.ID(), first.Payload)
		}
	}
	s.deliver(link.Event{Message: message.New(topics.BusHeartbeat, struct{}{})})
	s.wants("no answer to start")
	s.now = s.now.Add(10 * time.Second)
	s.deliver(link.Event{Message: message.New(topics.BusHeartbeat, struct{}{})})
	if r := s.screen.home.Request("kitchen/toaster"); r != nil {
		t.Errorf("it is still in the row: %+v", r)
	}
	s.wants("toaster: no answer to start") // in the stream
}

func TestRefusalIsShown(t *testing.T) {
	s := newStory(t, 100, 24).open().press("2", "a", "k", "enter", "esc", "enter") // unload, start
	s.wants("idle  no bread in the toaster", "toaster refused: no bread in the toaster")
}

// Where rows are narrow a refusal is still read to its end, and the rows stay
// where they are while somebody looks for one.
func TestRefusalIsNotCutOff(t *testing.T) {
	s := newStory(t, 80, 24).open().press("2", "a", "k", "enter", "esc", "enter")
	s.wants("toaster     no bread in the toaster │")
	before := s.screen.streamHeight(38, 15)
	if s.press("/", "k"); s.screen.streamHeight(38, 15) != before {
		t.Error("a filter moves the picture")
	}
}

func TestUnsentIsShown(t *testing.T) {
	s := newStory(t, 90, 24).open()
	s.press("2")
	s.screen.key(keyMsg("enter"))
	s.screen.home.Failed(s.moment(), s.screen.out[0], errors.New("not connected to the bus"))
	s.wants("not sent: not conn")
}

func TestOfflineApplianceIsNotAsked(t *testing.T) {
	s := newStory(t, 80, 24).open().pass(time.Second)
	s.say(message.New(topics.Online("kitchen", "toaster"), map[string]any{"online": false, "reason": "connection lost"}))
	s.settle()
	s.press("2", "enter")
	s.wants("offline since 07:30", "offline: toaster")
	if r := s.screen.home.Request("kitchen/toaster"); r != nil {
		t.Errorf("asked an appliance that is offline: %+v", r)
	}
	if got := s.screen.footer(); !strings.Contains(got, "toaster is offline") {
		t.Errorf("the last line says %q", got)
	}
}

func TestLostBusMakesEverythingOld(t *testing.T) {
	s := newStory(t, 80, 24).open().press("enter").pass(time.Minute)
	s.status(link.Status{Boot: "boot-1", Reason: "connection refused"})
	s.wants("No bus since 07:31:00.", "connection refused", "no bus", "toasting", "old")
	golden(t, "lost_80x24.txt", readable(s.screen.view()))
	s.status(link.Status{Up: true, Boot: "boot-2"})
	s.wants("bus is back", "old")
	s.outputs(s.fleet.Announce(s.now, "kitchen/toaster"))
	s.settle()
	s.wants("Toast in 1:", "toasting ━", "heating             old")
	s.wantsNot("Coffee in")
}

// The reason is what a person can act on, not how the program came to know it,
// and not cut off.
func TestReasonForNoBus(t *testing.T) {
	tests := []struct{ reason, says string }{
		{"nobody listens on tcp://127.0.0.1:5560", "nobody listens on tcp://127.0.0.1:5560 \n"},
		{"connect to tcp://192.168.1.17:5559: no route to host", "  no route to host \n"},
		{"receive: the hub closed the connection", "  the hub closed the connection \n"},
	}
	for _, tt := range tests {
		s := newStory(t, 80, 24).open()
		s.status(link.Status{Boot: "boot-1", Reason: tt.reason})
		s.wants(tt.says)
	}
}

func TestSilentHubIsSeen(t *testing.T) {
	s := newStory(t, 80, 24).open().pass(5 * time.Second)
	for range 3 {
		s.now = s.now.Add(time.Second)
		s.screen.take(s.moment(), gather.Batch{Wall: s.now})
	}
	s.wants("● bus", "heartbeat 3 s ago", "All is quiet.")
	s.now = s.now.Add(time.Second)
	s.screen.take(s.moment(), gather.Batch{Wall: s.now})
	s.wants("bus is silent", "no heartbeat for 4 s", "The bus is silent since 07:30:05.", "old")
}

// A hub that was silent is gone since its last heartbeat, whenever the link gives it
// up.
func TestSilentHubIsGoneSinceItsLastHeartbeat(t *testing.T) {
	s := newStory(t, 80, 24).open().pass(5 * time.Second)
	s.now = s.now.Add(3500 * time.Millisecond)
	s.status(link.Status{Boot: "boot-1", Reason: "no heartbeat for 3.5s"})
	s.wants("No bus since 07:30:05.")
}

func TestWithoutAFile(t *testing.T) {
	s := newStory(t, 80, 24)
	s.screen.home = home.New(home.Plan{Zone: s.now.Location()}, &message.Stamper{From: clientName, IDs: s.ids})
	s.wants("Looking for the bus.", "no appliance has reported yet")
	s.open().pass(time.Second)
	s.wants("homebus", "BATHROOM", "KITCHEN", "· morning")
	s.press("1", "down", "enter") // the switch, by what it reports
	s.wants("bathroom switch pressed")
}

// Whatever the size and whatever is open, a picture has exactly h lines of w
// cells.
func TestPictureFillsEverySize(t *testing.T) {
	open := [][]string{nil, {"?"}, {"2", "a"}, {"2", "f"}, {"s"}, {"w"}, {"/", "k"}, {"tab"}, {"tab", "tab"}}
	for _, keys := range open {
		s := newStory(t, 80, 24).open().press("enter").pass(30 * time.Second).press(keys...)
		for w := 0; w <= 220; w += 11 {
			for h := 0; h <= 66; h += 6 {
				s.screen.resize(w, h)
				checkSize(t, s.screen.view(), w, h)
			}
		}
	}
}

func checkSize(t *testing.T, frame string, w, h int) {
	t.Helper()
	if w == 0 || h == 0 {
		if frame != "" {
			t.Errorf("%d×%d: something is drawn", w, h)
		}
		return
	}
	lines := strings.Split(frame, "\n")
	if len(lines) != h {
		t.Errorf("%d×%d: %d lines", w, h, len(lines))
	}
	for i, l := range lines {
		if got := width(l); got != w {
			t.Errorf("%d×%d: line %d has %d cells: %q", w, h, i, got, ansi.Strip(l))
		}
	}
}

// FuzzPicture shows whatever anybody may publish: the picture keeps its size,
// and nothing but our own styles reaches the terminal as a control.
func FuzzPicture(f *testing.F) {
	f.Add("state/kitchen/toaster", `{"state":"\u001b[2J","power_w":1e308}`)
	f.Add("state/x/y", `{"state":"咖啡","progress":0.5,"remaining_s":1e300}`)
	f.Add("notice/home", `{"text":"a\u202eb\nc"}`)
	f.Add("scene/evil", `{"state":"running","step":-9,"steps":999999999999,"doing":"\u0007"}`)
	f.Add("ack/kitchen/toaster", `{"ok":false,"error":"\u001b]0;x\u0007"}`)
	f.Add("online/kitchen/toaster", `{"online":false,"reason":"\u0000"}`)
	f.Add("command/kitchen/toaster", `{"do":"\r\n","a":"b"}`)
	f.Add("event/bathroom/switch", `{"event":"press\u001b"}`)
	f.Add("fault/kitchen/toaster", `{"kind":"x"}`)
	file := loadFlat(f)
	f.Fuzz(func(t *testing.T, topic, payload string) {
		now := time.Date(2026, 11, 20, 7, 30, 0, 0, time.UTC)
		at := home.Moment{Wall: now, House: now}
		s := newScreen(home.New(plan.Of(file), &message.Stamper{From: clientName, IDs: &message.Counted{}}), palette{})
		m := message.Message{Topic: topic, Payload: []byte(payload), Meta: &message.Meta{ID: "1", From: payload}}
		s.take(at, gather.Batch{Wall: now, Received: 1, Events: []link.Event{{Status: &link.Status{Up: true}}, {Message: m}, {Message: m}}})
		for _, size := range sizes {
			s.resize(size.w, size.h)
			frame := s.view()
			checkSize(t, frame, size.w, size.h)
			if i := strings.IndexFunc(frame, func(r rune) bool { return r != '\n' && (r < ' ' || r >= 0x7f && r < 0xa0) }); i >= 0 {
				t.Errorf("control character %q in the picture", frame[i])
			}
		}
		if !json.Valid([]byte(payload)) && len(s.home.Stream.Entries()) > 0 {
			t.Errorf("%q is no JSON and happened all the same", payload)
		}
	})
}
