package hub

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"homebus/internal/scene"
	"homebus/internal/zmtp/zmtptest"
)

func TestWhyNot(t *testing.T) {
	house, err := scene.Load("test.toml", []byte(strings.Replace(whyHouse, "do   =", `only_if = [ { device = "hall/light", is = "off" } ]`+"\ndo   =", 1)))
	if err != nil {
		t.Fatal(err)
	}
	h := start(t, Config{Scenes: house})
	pub := publisherOf(t, h)
	w, err := h.WhyNot(t.Context(), "scene/welcome")
	if err != nil || w.Last != nil || len(w.Triggers) != 3 || w.Now.Place != "only_if 1" {
		t.Errorf("%+v, %v", w, err)
	}
	pub.Say(zmtptest.Wire("command/hall/switch", `{"do":"press"}`, `{"id":"ask","from":"tester"}`))
	pub.Say(zmtptest.Wire("event/hall/switch", `{"event":"press"}`, `{"id":"press","from":"switch","cause":"ask"}`))
	zmtptest.Eventually(t, "the press was heard", func() bool {
		w, err = h.WhyNot(t.Context(), "welcome")
		return err == nil && w.Last != nil
	})
	const why = "hall/light is off does not hold (found unknown)"
	if w.Last.Why != why || w.Now.Why != why || w.Last.Reason != "hall/switch press" || w.Because != "hall/switch pressed by tester" {
		t.Errorf("%+v, %+v", w, w.Last)
	}
	pub.Say(zmtptest.Wire("state/hall/light", `{"state":"off"}`))
	zmtptest.Eventually(t, "it would run now", func() bool {
		w, err = h.WhyNot(t.Context(), "welcome")
		return err == nil && w.Now.Runs
	})
	for name, want := range map[string]string{
		"":                        `there is no scene ""`,
		"welcom":                  `there is no scene "welcom" (did you mean "welcome"?)`,
		"hall/light":              `there is no scene "hall/light"`,
		strings.Repeat("x", 1000): `there is no scene "` + strings.Repeat("x", 80) + `…"`,
	} {
		if _, err := h.WhyNot(t.Context(), name); err == nil || err.Error() != want {
			t.Errorf("%q: %v, want %s", name, err, want)
		}
	}
}

// Whoever asks is answered also by a hub without scenes, by one that has ended, and by
// one whose scenes rest after a panic; and waits no longer than it wants to.
func TestWhyNotWhenNobodyAnswers(t *testing.T) {
	t.Parallel()
	if _, err := start(t, Config{}).WhyNot(t.Context(), "welcome"); err == nil || err.Error() != "this hub runs no scenes" {
		t.Errorf("without scenes: %v", err)
	}
	h, stop := startStop(t, Config{Scenes: loadHouse(t)})
	defer stop()
	if err := h.ask(t.Context(), func(*scene.Engine) { panic("a question") }); !errors.Is(err, errBusy) {
		t.Errorf("a question that panics: %v", err)
	}
	if w, err := h.WhyNot(t.Context(), "welcome"); err != nil || !w.Now.Runs { // after the rest
		t.Errorf("afterwards: %+v, %v", w, err)
	}
	stop()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if _, err := h.WhyNot(ctx, "welcome"); !errors.Is(err, errBusy) {
		t.Errorf("after the end: %v", err)
	}
}
