package hub

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"homebus/devices"
	"homebus/internal/scene"
	"homebus/internal/telling"
	"homebus/topics"
)

// WhyNot is why a scene does not run, as JSON; see scene.WhyNot. It holds foreign text.
type WhyNot struct {
	scene.WhyNot
	// Because is what led to the last trigger, in one line; "" if nobody knows.
	Because string `json:"because,omitempty"`
}

// answerTime is how long the scenes have to answer: longer than they rest after a panic.
const answerTime = 2 * directorRest

// question is asked by whoever does not own the scenes, and called by who does.
type question func(*scene.Engine)

// WhyNot explains why a scene ("morning", "scene/morning") does not run. It waits until
// the scenes have answered, for two seconds at most.
func (h *Hub) WhyNot(ctx context.Context, name string) (WhyNot, error) {
	if h.cfg.Scenes == nil {
		return WhyNot{}, errors.New("this hub runs no scenes")
	}
	name = strings.TrimPrefix(name, topics.AreaScene+"/")
	type answer struct {
		scene.WhyNot
		known bool
		names []string
	}
	answers := make(chan answer, 1)
	err := h.ask(ctx, func(e *scene.Engine) {
		w, known := e.WhyNot(name)
		answers <- answer{w, known, e.SceneNames()}
	})
	if err != nil {
		return WhyNot{}, err
	}
	a := <-answers
	if !a.known {
		return WhyNot{}, noScene(name, a.names)
	}
	w := WhyNot{WhyNot: a.WhyNot}
	if w.Last != nil && w.Last.Cause != "" {
		if why, err := h.Why(w.Last.Cause); err == nil {
			w.Because = why.Line
		}
	}
	return w, nil
}

// noScene says that there is no such scene, and which was probably meant.
func noScene(name string, names []string) error {
	if near, ok := devices.Nearest(telling.Shorten(name), names); ok {
		return fmt.Errorf("there is no scene %q (did you mean %q?)", telling.Shorten(name), near)
	}
	return fmt.Errorf("there is no scene %q", telling.Shorten(name))
}

// ask has the scenes answer a question; the error says that they did not. An engine that
// panics at a question has not answered it.
func (h *Hub) ask(ctx context.Context, q question) error {
	ctx, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	done := make(chan struct{})
	asked := func(e *scene.Engine) {
		q(e)
		close(done)
	}
	select {
	case h.questions <- asked:
	case <-ctx.Done():
		return errBusy
	}
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return errBusy
	}
}

// errBusy is why there is no answer.
var errBusy = fmt.Errorf("the scenes did not answer within %v; the log may say why", answerTime)
