package mirror

import (
	"fmt"
	"slices"
	"strings"

	"homebus/internal/mirror/home"
)

// side draws the scenes, and the power at the bottom, in h lines of w cells.
func (s *screen) side(w, h int) []string {
	power := s.power(w, h)
	if h < len(power)+4 {
		return exactly(s.scenes(w, h), w, h)
	}
	lines := exactly(s.scenes(w, h-len(power)), w, h-len(power))
	return append(lines, power...)
}

// scenes draws the list of scenes. Where it is higher than h, it is the part
// around the chosen one, or, while nobody chooses, what has not run gives way
// first, and the last line says how many are not shown.
func (s *screen) scenes(w, h int) []string {
	title := s.p.dim.Bold(true).Render(" SCENES")
	list := s.home.Scenes()
	if len(list) == 0 {
		return []string{title, s.p.dim.Render("   none yet")}
	}
	room := max(h-1, 1)
	blocks, total := s.sceneBlocks(w, true)
	if total >= room { // with a line that parts them from what is below
		blocks, total = s.sceneBlocks(w, false)
	}
	lines := []string{title}
	switch {
	case total <= room:
	case s.focus == paneScenes:
		blocks = window(blocks, s.scene, room)
	default:
		var hidden int
		blocks, hidden = s.fewerScenes(blocks, total-room+1)
		blocks = append(blocks, []string{s.p.dim.Render(fmt.Sprintf("    %d more", hidden))})
	}
	return append(lines, slices.Concat(blocks...)...)
}

// sceneBlocks draws all scenes, and counts their lines: with why each ran last, or only
// that of the chosen one.
func (s *screen) sceneBlocks(w int, why bool) (blocks [][]string, total int) {
	list := s.home.Scenes()
	blocks = make([][]string, len(list))
	for i, sc := range list {
		chosen := i == s.scene && s.focus == paneScenes
		blocks[i] = s.markAll(s.sceneLines(sc, w, chosen, why || chosen), zone{kind: zoneScene, n: i})
		total += len(blocks[i])
	}
	return blocks, total
}

// window returns the blocks from the first on with which the chosen one is within
// the room.
func window(blocks [][]string, chosen, room int) [][]string {
	first := chosen
	for used := len(blocks[chosen]); first > 0 && used+len(blocks[first-1]) <= room; first-- {
		used += len(blocks[first-1])
	}
	return blocks[first:]
}

// fewerScenes leaves blocks of scenes out, from the bottom, until so many lines
// are gone: first those of scenes at rest, and then any. It also returns how many
// scenes were left out.
func (s *screen) fewerScenes(blocks [][]string, lines int) (kept [][]string, hidden int) {
	kept = slices.Clone(blocks)
	list := s.home.Scenes()
	for _, any := range []bool{false, true} {
		for i := len(kept) - 1; i >= 0 && lines > 0; i-- {
			state := list[i].State
			if kept[i] == nil || !any && (state == home.SceneRunning || state == home.SceneFailed) {
				continue
			}
			lines -= len(kept[i])
			kept[i] = nil
			hidden++
		}
	}
	return kept, hidden
}

// sceneLines draws one scene: a line, and under it its step while it runs or why it
// failed, and why it ran if that is asked for.
func (s *screen) sceneLines(sc *home.Scene, w int, chosen, why bool) []string {
	mark := "  "
	name := s.p.plain
	if chosen {
		mark = s.p.accent.Render("▌") + " "
		name = name.Bold(true)
	}
	sign, style := s.sceneSign(sc)
	if !sc.Known || !sc.Fresh || !s.home.Bus.Live(s.at) {
		name, style = s.p.dim, s.p.dim
	}
	left := mark + style.Render(sign) + " " + name.Render(sc.Called())
	lines := []string{spread(left, s.sceneState(sc, style), w)}
	for _, l := range s.sceneMore(sc, w-4) {
		lines = append(lines, fit("    "+l, w))
	}
	if words := sceneWhy(sc); why && words != "" {
		lines = append(lines, fit("    "+s.p.dim.Render(words), w))
	}
	return lines
}

func (s *screen) sceneSign(sc *home.Scene) (string, styler) {
	switch sc.State {
	case home.SceneRunning:
		return "▶", s.p.accent
	case home.SceneDone:
		return "✓", s.p.plain
	case home.SceneFailed:
		return "✗", s.p.alarm
	case home.SceneStopped:
		return "■", s.p.plain
	}
	return "·", s.p.dim
}

// sceneState is the right end of a scene's line: the step while it runs, and
// otherwise when it ended.
func (s *screen) sceneState(sc *home.Scene, style styler) string {
	if r := s.home.SceneRequest(sc.Name); r != nil {
		switch r.Outcome {
		case home.Waiting, home.Accepted:
			return s.p.accent.Render(r.Do + " …")
		case home.Unanswered:
			return s.p.alarm.Render("no answer")
		}
		return s.p.alarm.Render("no: " + r.Reason)
	}
	switch sc.State {
	case home.SceneRunning:
		if sc.Of > 0 {
			return style.Render(fmt.Sprintf("%d/%d", sc.Step, sc.Of))
		}
		return style.Render("running")
	case home.SceneDone, home.SceneStopped:
		return s.p.dim.Render(sc.State + " " + s.home.When(s.at, sc.Since))
	case home.SceneFailed:
		return s.p.alarm.Render("failed " + s.home.When(s.at, sc.Since))
	}
	return ""
}

// mostDoing is how many lines what a scene waits for takes at most.
const mostDoing = 3

// sceneMore is what stands under a scene's line.
func (s *screen) sceneMore(sc *home.Scene, w int) []string {
	switch {
	case sc.State == home.SceneRunning && sc.Doing != "":
		return s.sceneDoing(sc, w)
	case sc.State == home.SceneFailed && sc.Error != "":
		return []string{fit(s.p.dim.Render(sc.Error), w)}
	}
	return nil
}

// sceneDoing says what a running scene waits for, with the time left on the last line.
func (s *screen) sceneDoing(sc *home.Scene, w int) []string {
	lines := wrap(sc.Doing, w)
	lines = lines[:min(len(lines), mostDoing)]
	last, right := len(lines)-1, ""
	if left := sc.Left(s.at); left > 0 && sc.Fresh && s.home.Bus.Live(s.at) {
		right = home.Span(left) + " left"
		if width(lines[last])+1+width(right) > w {
			right = home.Span(left)
		}
	}
	for i, l := range lines[:last] {
		lines[i] = s.p.dim.Render(l)
	}
	lines[last] = spread(s.p.dim.Render(lines[last]), s.p.dim.Render(right), w)
	return lines
}

// sceneWhy says what started the last run; "" if it never ran, or nobody said.
func sceneWhy(sc *home.Scene) string {
	switch {
	case sc.Reason == "" || sc.State == home.SceneIdle:
		return ""
	case strings.HasPrefix(sc.Reason, "by "): // a client, or by hand
		return sc.Reason
	}
	return "why: " + sc.Reason
}
