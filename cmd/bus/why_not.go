package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"homebus/internal/hub"
	"homebus/internal/scene"
)

func newWhyNot() *cobra.Command {
	cmd := newExplanation("why-not SCENE", verbWhyNot, "scene", printWhyNot)
	cmd.Short = "Tell why a scene did not run, or would not now"
	cmd.Long = `Why-not asks a running hub, at its control endpoint, what became of the last that
was to start a scene: the first condition that was false, with the values found,
or what else was in the way. And what would become of it now.`
	cmd.Example = `  bus why-not sunday --control ipc:///run/bus.ctl`
	return cmd
}

func printWhyNot(w io.Writer, answer []byte) error {
	var why hub.WhyNot
	if err := json.Unmarshal(answer, &why); err != nil {
		return fmt.Errorf("why-not: %w", err)
	}
	var text bytes.Buffer
	fmt.Fprintf(&text, "%s: %s\n", visible(why.Scene), visible(lastWords(why)))
	if why.Because != "" {
		fmt.Fprintf(&text, "      %s\n", visible(why.Because))
	}
	now := "it would run"
	if !why.Now.Runs {
		now = "it would not run: " + because(why.Now)
	}
	fmt.Fprintf(&text, "now: %s\n", visible(now))
	_, err := w.Write(text.Bytes())
	return err
}

// lastWords tells what became of the last that was to start a scene.
func lastWords(why hub.WhyNot) string {
	last := why.Last
	switch {
	case last == nil && len(why.Triggers) == 0:
		return "not run since the bus was started; nothing triggers it, people and other scenes run it"
	case last == nil:
		return "not triggered since the bus was started; what triggers it: " + strings.Join(why.Triggers, " or ")
	}
	when := last.At.Format("Mon 15:04:05") + " (" + last.Reason + ")" // in home time, as it came
	switch {
	case !last.Runs:
		return "not run on " + when + ": " + because(last.Verdict)
	case last.Why != "":
		return last.Why + " on " + when
	}
	return "started on " + when
}

// because says what was in the way, and where that stands.
func because(v scene.Verdict) string {
	if v.Place != "" {
		return v.Place + ": " + v.Why
	}
	return v.Why
}
