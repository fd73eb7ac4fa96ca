package main

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"homebus/internal/cli"
	"homebus/internal/jsonline"
	"homebus/internal/scene"
)

// nothing stands where a scene that never ran has nothing to say.
const nothing = "–"

// printJSON prints scenes, an object a line.
func printJSON(w io.Writer, all []sceneStatus) error {
	var b bytes.Buffer
	for _, s := range all {
		line, err := jsonline.Marshal(s)
		if err != nil {
			return fmt.Errorf("scene %s: %w", s.Scene, err)
		}
		b.Write(append(line, '\n'))
	}
	_, err := w.Write(b.Bytes())
	return err
}

// printScenes prints scenes as a table, for somebody at now.
func printScenes(w io.Writer, all []sceneStatus, now time.Time) error {
	rows := [][]string{{"scene", "state", "runs", "last run", "reason", "doing"}}
	for _, s := range all {
		rows = append(rows, []string{
			s.Scene, visible(s.State), strconv.Itoa(s.Runs), lastRun(s.Status, now), cmp.Or(visible(s.Reason), nothing), present(s.Status),
		})
	}
	_, err := io.WriteString(w, table(rows, paint(w)))
	return err
}

// lastRun says when the last run began, in home time, which is the zone that the
// scene's own message has: the time of day if that was today.
func lastRun(s scene.Status, now time.Time) string {
	if s.Started == nil {
		return nothing
	}
	return atHome(*s.Started, now)
}

func atHome(at, now time.Time) string {
	now = now.In(at.Location())
	if at.Year() == now.Year() && at.YearDay() == now.YearDay() {
		return at.Format("15:04:05")
	}
	return at.Format("2006-01-02 15:04")
}

// present says what a scene is doing, or what went wrong.
func present(s scene.Status) string {
	var words []string
	if s.State == scene.StateRunning {
		words = append(words, fmt.Sprintf("step %d of %d", s.Step, s.Steps))
	}
	if s.Doing != "" {
		words = append(words, visible(s.Doing))
	}
	if s.Until != nil {
		words = append(words, "until "+s.Until.Format("15:04:05"))
	}
	if s.Active > 1 {
		words = append(words, fmt.Sprintf("%d runs", s.Active))
	}
	if s.Queued > 0 {
		words = append(words, fmt.Sprintf("%d waiting", s.Queued))
	}
	if s.Error != "" {
		words = append(words, visible(s.Error))
	}
	return strings.Join(words, ", ")
}

// table aligns rows, the first of which is the head. The second column is painted by
// what it says.
func table(rows [][]string, paint func(string) string) string {
	wide := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			wide[i] = max(wide[i], utf8.RuneCountInString(cell))
		}
	}
	var b strings.Builder
	for _, row := range rows {
		var line strings.Builder
		for i, cell := range row {
			text := cell
			if i == 1 {
				text = paint(cell)
			}
			line.WriteString(text + strings.Repeat(" ", wide[i]-utf8.RuneCountInString(cell)+2))
		}
		b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
	return b.String()
}

// colours are those of the states, as a terminal takes them (ECMA-48, SGR).
var colours = map[string]string{scene.StateRunning: "36", scene.StateDone: "32", scene.StateFailed: "31", scene.StateStopped: "33"}

// paint returns what gives a state its colour on w; nothing does if w is no terminal, or
// if colours are not wanted (https://no-color.org).
func paint(w io.Writer) func(string) string {
	if !cli.IsScreen(w) || os.Getenv("NO_COLOR") != "" {
		return func(s string) string { return s }
	}
	return func(state string) string {
		if colour, ok := colours[state]; ok {
			return "\x1b[" + colour + "m" + state + "\x1b[0m"
		}
		return state
	}
}
