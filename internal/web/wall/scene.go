package wall

import "homebus/internal/mirror/home"

// scene is one scene in words. What does not apply is left out.
type scene struct {
	Name  string `json:"name"`
	Title string `json:"title"`
	State string `json:"state,omitempty"`
	Step  int    `json:"step,omitempty"`
	Of    int    `json:"of,omitempty"`
	Doing string `json:"doing,omitempty"`
	Left  string `json:"left,omitempty"`
	// When is when it ended, and Reason what started it.
	When   string `json:"when,omitempty"`
	Reason string `json:"reason,omitempty"`
	Error  string `json:"error,omitempty"`
	Old    bool   `json:"old,omitempty"`
	// Asked is what was asked and not yet confirmed, Failed why it will not be.
	Asked  string `json:"asked,omitempty"`
	Failed string `json:"failed,omitempty"`
}

func sceneOf(h *home.Home, at home.Moment, sc *home.Scene) scene {
	s := scene{Name: sc.Name, Title: sc.Called(), State: sc.State, Reason: sc.Reason, Old: sc.Known && (!sc.Fresh || !h.Bus.Live(at))}
	switch sc.State {
	case home.SceneRunning:
		s.Step, s.Of, s.Doing = sc.Step, sc.Of, sc.Doing
		if left := sc.Left(at); left > 0 && !s.Old {
			s.Left = home.Span(left)
		}
	case home.SceneDone, home.SceneStopped, home.SceneFailed:
		s.When = h.When(at, sc.Since)
	}
	if sc.State == home.SceneFailed {
		s.Error = sc.Error
	}
	if r := h.SceneRequest(sc.Name); r != nil {
		if s.Failed = r.Failure(); s.Failed == "" {
			s.Asked = r.Do
		}
	}
	return s
}
