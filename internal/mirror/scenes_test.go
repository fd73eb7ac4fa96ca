package mirror

import (
	"testing"
	"time"

	"homebus/internal/message"
	"homebus/topics"
)

// Where there is room every scene says why it ran, else the chosen one.
func TestWhyAnySceneRan(t *testing.T) {
	s := newStory(t, 80, 20).open().press("enter").pass(5 * time.Second)
	s.wantsNot("why: ")
	s.press("tab")
	s.wants("why: bathroom switch press")
	s = newStory(t, 120, 50).open().press("enter").pass(5 * time.Second)
	s.wants("why: bathroom switch press")
	s.press("s", "j", "j", "j", "j", "j", "enter").pass(time.Second)
	s.wants("    by mirror")
	s.say(message.New(topics.Scene("dusk"), map[string]any{"state": "done", "reason": "scene morning done"}))
	s.settle()
	s.wants("why: Morning routine done")
}

// What strands that run together wait for is said in as many lines as it needs.
func TestWhatASceneWaitsForTogether(t *testing.T) {
	s := newStory(t, 120, 40).open()
	s.say(message.New(topics.Scene("dusk"), map[string]any{"state": "running", "step": 2, "steps": 3,
		"doing": "wait until kitchen/coffee is warming and wait until kitchen/toaster is popped and 2 more",
		"until": s.now.Add(90 * time.Second)}))
	s.settle()
	s.wants("▶ Dusk                           2/3", "│    until coffee is warming and until", "│    toaster is popped and 2 more  1:30")
}
