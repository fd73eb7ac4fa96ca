package mirror

import (
	"strings"
	"testing"
	"time"

	"homebus/internal/mirror/home"
	"homebus/topics"
)

// A fault that is set is said in the row and in the list, where it can be cleared
// by itself.
func TestFaultIsShownAndCleared(t *testing.T) {
	s := newStory(t, 90, 24).open().press("2", "f", "j", "enter")
	s.wants("loaded  fault jam", "toaster fault: jam")
	s.press("f")
	s.wants("jam           is set: enter clears it")
	s.press("j", "enter")
	s.wants("toaster fault cleared: jam")
	s.wantsNot("fault jam")
	s.press("f")
	s.wantsNot("is set")
}

// A fault with a duration is there as long as that.
func TestFaultForAWhile(t *testing.T) {
	s := newStory(t, 90, 24).open().press("2", "f", "j", "j", "j")
	s.wants("for ‹until cleared›")
	s.press("e", "2", "m", "enter")
	s.wants("for ‹2m›")
	s.press("enter", "f")
	s.wants("is set until 07:32:00: enter clears it")
	s.press("esc").pass(110 * time.Second)
	s.wants("fault ")
	s.pass(11 * time.Second)
	if faults := s.screen.home.Faults(s.moment(), "kitchen/toaster"); len(faults) != 0 {
		t.Errorf("after its time there are %v", faults)
	}
}

// Where a row is narrow, what the appliance does is still read to its end.
func TestFaultLeavesRoomForWhatIsReported(t *testing.T) {
	s := newStory(t, 80, 24).open().press("2", "enter", "f", "j", "enter")
	s.wants("◐ toaster     toasting    2:12  fault │")
}

// The duration goes back to none, below the least.
func TestFaultForNoTime(t *testing.T) {
	s := newStory(t, 90, 24).open().press("2", "f", "j", "right")
	s.wants("for ‹1s›")
	s.press("left")
	s.wants("for ‹until cleared›")
}

// Who has no simulator hears why nothing comes of it.
func TestNobodyAnswersAFault(t *testing.T) {
	s := newStory(t, 110, 30).open()
	s.script("hall/door", map[string]any{"state": "open"})
	s.settle()
	s.say(s.screen.home.SetFault(s.moment(), "hall/door", "offline", nil))
	s.settle()
	s.pass(6 * time.Second)
	s.wants("no simulator answered", "door: no simulator answered: faults are for simulated appliances")
	s.pass(10 * time.Second)
	if strings.Count(s.text(), "no simulator answered") != 1 {
		t.Errorf("it is still in the row:\n%s", s.text())
	}
}

// A fault that nobody answers is asked for again, as any command.
func TestFaultIsRepeatedAndRefused(t *testing.T) {
	s := newStory(t, 110, 30).open()
	m := s.screen.home.SetFault(s.moment(), "kitchen/toaster", "jmm", nil)
	s.pass(time.Second + time.Millisecond)
	if !strings.Contains(s.text(), "toaster refused: a toaster has no fault") {
		t.Errorf("%s was not repeated, or the refusal is not said:\n%s", m.Topic, s.text())
	}
	if faults := s.screen.home.Faults(s.moment(), "kitchen/toaster"); len(faults) != 0 {
		t.Errorf("what was refused is set: %v", faults)
	}
}

// A row says several faults by their number, and what it reports before them.
func TestFaultyRows(t *testing.T) {
	s := newStory(t, 90, 24).open()
	for _, kind := range []string{"mute", "deaf"} {
		s.say(s.screen.home.SetFault(s.moment(), "living/lamp", kind, nil))
	}
	s.settle()
	s.wants("lamp        off                      2 faults")
	a, _ := s.screen.home.Appliance("living/lamp")
	for w, want := range map[int]string{20: "  2 faults", 19: "  fault", 17: "  fault", 16: ""} {
		if got := s.screen.faulty(a, w); got != want {
			t.Errorf("in %d cells: %q, want %q", w, got, want)
		}
	}
}

// What strangers say of faults is bounded, and settled only by its own answer.
func TestFaultsOfStrangers(t *testing.T) {
	s := newStory(t, 90, 24).open()
	topic := topics.Of(topics.KindFault, "attic/x")
	s.deliver(said(topic, `{"kind":"a"}`))
	s.deliver(said("ack/attic/y", `{"ok":true}`))
	if list := s.screen.home.Faults(s.moment(), "attic/x"); len(list) != 0 {
		t.Errorf("the answer of another sets %v", list)
	}
	s.deliver(said("ack/attic/x", `{"ok":true}`))
	if list := s.screen.home.Faults(s.moment(), "attic/x"); len(list) != 1 || list[0] != (home.Fault{Kind: "a"}) {
		t.Errorf("set are %v", list)
	}
	for i := range 100 {
		s.deliver(said(topic, `{"kind":"`+strings.Repeat("k", i%50)+`x"}`))
		s.deliver(said("ack/attic/x", `{"ok":true}`))
	}
	if list := s.screen.home.Faults(s.moment(), "attic/x"); len(list) > 32 {
		t.Errorf("%d faults are kept", len(list))
	}
	s.deliver(said(topic, `{"clear":true}`))
	s.deliver(said("ack/attic/x", `{"ok":true}`))
	if list := s.screen.home.Faults(s.moment(), "attic/x"); len(list) != 0 {
		t.Errorf("after clearing all: %v", list)
	}
}
