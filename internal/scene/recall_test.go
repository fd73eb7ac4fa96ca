package scene

import (
	"testing"
	"time"

	"homebus/internal/message"
)

// A device that is offline when a new file looks at it for the first time has not been
// lost just then.
func TestWhatIsRecalledHasNotHappened(t *testing.T) {
	const coffee = "kitchen/coffee"
	lost := &Scene{Name: "lost", When: []Trigger{&StateTrigger{Device: coffee, Attr: "state", Becomes: "offline"}}, Mode: Single}
	s := tell(t, noon, &Scene{Name: "other", Mode: Single})
	s.take(s.e.Reload(s.now, &File{Home: Home{Zone: time.UTC}, Scenes: []*Scene{lost}}))
	for _, m := range [][2]string{{"state/kitchen/coffee", `{"state":"idle"}`}, {"online/kitchen/coffee", `{"online":false}`}} {
		s.take(s.e.Recall(s.now, message.Message{Topic: m[0], Payload: []byte(m[1])}))
	}
	if w, _ := s.e.WhyNot("lost"); w.Last != nil {
		t.Errorf("the scene was started by what was so before: %+v", *w.Last)
	}
	s.pass(time.Minute)
	s.online(coffee, true)
	s.state(coffee, "idle")
	s.online(coffee, false)
	if w, _ := s.e.WhyNot("lost"); w.Last == nil {
		t.Error("the scene was not started when the device was lost")
	}
}
