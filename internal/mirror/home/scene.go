package home

import (
	"slices"
	"strings"
	"time"

	"homebus/internal/message"
	"homebus/internal/mirror/safetext"
)

// The states of a scene.
const (
	SceneIdle    = "idle"
	SceneRunning = "running"
	SceneDone    = "done"
	SceneFailed  = "failed"
	SceneStopped = "stopped"
)

// Scene is what is known of one scene.
type Scene struct {
	Name string
	// Title is what people call it; "" is its name.
	Title string
	// Known and Fresh are as in Appliance.
	Known, Fresh bool
	// State is one of the words above, or what a stranger made of it.
	State string
	// Step is where it is, from 1, of Of; both 0 if that was not said.
	Step, Of int
	Runs     int
	// Reason is what started the last run, in words: "bathroom switch press"; "" if
	// that was not said.
	Reason string
	// Error says why the last run failed.
	Error string
	// Doing is what a running scene waits for, in words, and Until when it will
	// wait no longer, house time; "" and zero if it did not say.
	Doing string
	Until time.Time
	// Since is since when State and Step are what they are, house time.
	Since time.Time

	planned bool
	last    string // id of the last report
}

// Called returns what people call the scene.
func (s *Scene) Called() string {
	if s.Title != "" {
		return s.Title
	}
	return s.Name
}

// Left returns how long a running scene will wait at most; 0 if it did not say.
func (s *Scene) Left(at Moment) time.Duration {
	if s.State != SceneRunning || s.Until.IsZero() {
		return 0
	}
	return max(s.Until.Sub(at.House), 0)
}

// Scene returns the scene with the name.
func (h *Home) Scene(name string) (*Scene, bool) {
	s, ok := h.scenes[name]
	return s, ok
}

func (h *Home) addScene(name string) *Scene {
	s := &Scene{Name: name}
	h.scenes[name] = s
	h.sceneOrder = append(h.sceneOrder, s)
	return s
}

// reachScene returns the scene with the name, which may be a stranger: those
// follow the planned ones by name. It is nil if there is no room for it.
func (h *Home) reachScene(name string) *Scene {
	if s, ok := h.scenes[name]; ok {
		return s
	}
	if len(h.sceneOrder) >= MaxScenes || len(name) > maxID {
		h.Unkept++
		return nil
	}
	s := &Scene{Name: name}
	h.scenes[name] = s
	i := len(h.sceneOrder)
	for i > 0 && !h.sceneOrder[i-1].planned && strings.Compare(h.sceneOrder[i-1].Name, name) > 0 {
		i--
	}
	h.sceneOrder = slices.Insert(h.sceneOrder, i, s)
	return s
}

func (h *Home) applyScene(at Moment, name string, m message.Message) {
	var said sceneReport
	if !decode(m.Payload, &said) || said.State == "" {
		return
	}
	s := h.reachScene(name)
	if s == nil {
		return
	}
	before, live := *s, s.Known && s.Fresh
	s.last = m.ID()
	h.read(s, &said)
	s.Known, s.Fresh = true, true
	if !before.Known || before.State != s.State || before.Step != s.Step || before.Runs != s.Runs {
		s.Since = startOf(at, m, live)
	}
	switch {
	case !live:
		h.Stream.know(at, m, nodeScene, name, s.Called())
	case s.State == SceneRunning && (before.State != SceneRunning || before.Runs != s.Runs):
		h.Stream.link(at, m, nodeScene, name, s.Called(), TonePlain)
	case s.State == SceneFailed && before.State != SceneFailed:
		h.Stream.link(at, m, nodeScene, name, s.Called()+" failed"+because(s.Error), ToneAlarm)
	case s.State == SceneStopped && before.State != SceneStopped:
		h.Stream.link(at, m, nodeScene, name, s.Called()+" stopped", TonePlain)
	default:
		h.Stream.know(at, m, nodeScene, name, s.Called())
	}
	h.requests.sceneReported(at, s, m)
}

// maxDoing is how much is kept of what a scene waits for, in cells: three things, if
// its strands wait each for one.
const maxDoing = 3 * maxText

// sceneReport is the payload of scene/NAME, as far as it is shown.
type sceneReport struct {
	State  string    `json:"state"`
	Step   int       `json:"step"`
	Steps  int       `json:"steps"`
	Runs   int       `json:"runs"`
	Reason string    `json:"reason"`
	Error  string    `json:"error"`
	Doing  string    `json:"doing"`
	Until  time.Time `json:"until"`
}

func (h *Home) read(s *Scene, r *sceneReport) {
	s.State = safetext.Clean(r.State, 20)
	s.Step, s.Of, s.Runs, s.Until = r.Step, r.Steps, r.Runs, r.Until
	s.Error = h.speak(safetext.Clean(r.Error, maxText))
	s.Reason = h.speak(safetext.Clean(r.Reason, maxText))
	if name, rest, _ := strings.Cut(strings.TrimPrefix(s.Reason, "scene "), " "); strings.HasPrefix(s.Reason, "scene ") {
		s.Reason = strings.TrimSpace(h.sceneTitle(name) + " " + rest)
	}
	s.Doing = strings.ReplaceAll(h.speak(safetext.Clean(r.Doing, maxDoing)), "wait until", "until")
}

// speak puts the names that people use in the place of ids.
func (h *Home) speak(text string) string {
	words := strings.Fields(text)
	for i, w := range words {
		id := strings.TrimRight(w, ",:.")
		if h.find(id) != nil {
			words[i] = h.Label(id) + w[len(id):]
		}
	}
	return strings.Join(words, " ")
}

func because(reason string) string {
	if reason == "" {
		return ""
	}
	return ": " + reason
}
