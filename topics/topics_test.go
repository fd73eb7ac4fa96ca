package topics

import "testing"

func TestParseIsTheInverseOfBuilding(t *testing.T) {
	tests := []struct {
		topic string
		want  Topic
	}{
		{State("kitchen", "toaster"), Topic{KindState, "kitchen", "toaster"}},
		{Online("kitchen", "toaster"), Topic{KindOnline, "kitchen", "toaster"}},
		{Event("bathroom", "switch"), Topic{KindEvent, "bathroom", "switch"}},
		{Command("kitchen", "toaster-2"), Topic{KindCommand, "kitchen", "toaster-2"}},
		{Ack("kitchen", "toaster"), Topic{KindAck, "kitchen", "toaster"}},
		{Fault("kitchen", "toaster"), Topic{KindFault, "kitchen", "toaster"}},
		{SceneCommand("morning"), Topic{KindCommand, "scene", "morning"}},
		{Scene("night-off"), Topic{KindScene, "", "night-off"}},
		{NoticeHome, Topic{KindNotice, "", "home"}},
		{BusHeartbeat, Topic{KindBus, "", "heartbeat"}},
		{BusStats, Topic{KindBus, "", "stats"}},
	}
	for _, tt := range tests {
		got, ok := Parse(tt.topic)
		if !ok || got != tt.want {
			t.Errorf("Parse(%q) = %+v, %v; want %+v", tt.topic, got, ok, tt.want)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for _, topic := range []string{
		"", "light", "state", "state/", "state/kitchen", "state/kitchen/", "state//toaster",
		"state/kitchen/toaster/x", "State/kitchen/toaster", "state/Kitchen/toaster", "state/kitchen/toast er",
		"scene/", "scene/a/b", "weather/berlin", "state/-a/b", "state/a/b-",
	} {
		if got, ok := Parse(topic); ok {
			t.Errorf("Parse(%q) = %+v, want a refusal", topic, got)
		}
	}
}

func TestRetained(t *testing.T) {
	for topic, want := range map[string]bool{
		State("a", "b"): true, Online("a", "b"): true, Scene("x"): true, BusStats: true,
		"state/anything goes": true,
		BusHeartbeat:          false, Event("a", "b"): false, Command("a", "b"): false, Ack("a", "b"): false,
		NoticeHome: false, Fault("a", "b"): false, "stat": false, "": false, "bus/stats2": false,
	} {
		if got := Retained([]byte(topic)); got != want {
			t.Errorf("Retained(%q) = %v, want %v", topic, got, want)
		}
	}
}

func TestKindOf(t *testing.T) {
	for topic, want := range map[string]Kind{
		State("a", "b"): KindState, Scene("x"): KindScene, BusStats: KindBus, "command/": KindCommand, "event/anything goes/": KindEvent,
		"": "", "state": "", "/state": "", "States/a/b": "", "stat/a/b": "", "bench/kitchen/toaster": "",
	} {
		if got := KindOf([]byte(topic)); got != want {
			t.Errorf("KindOf(%q) = %q, want %q", topic, got, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("state/kitchen/toaster")
	f.Add("scene/morning")
	f.Fuzz(func(t *testing.T, topic string) {
		got, ok := Parse(topic)
		if !ok {
			return
		}
		if k := KindOf([]byte(topic)); k != got.Kind {
			t.Errorf("KindOf(%q) = %q, Parse says %q", topic, k, got.Kind)
		}
		again := string(got.Kind) + "/" + got.Name
		if id := got.ID(); id != "" {
			again = Of(got.Kind, id)
		}
		if again != topic {
			t.Errorf("Parse(%q) = %+v, which builds %q", topic, got, again)
		}
	})
}
