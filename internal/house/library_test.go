package house

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"homebus/internal/scene"
)

// fewestScenes is how many scenes the library has at least.
const fewestScenes = 95

// library loads every file of the library: what people have in their houses, each
// file with its own house and tests.
func library(t testing.TB) []*scene.File {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join("testdata", "library", "*.toml"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no library: %v", err)
	}
	var all []*scene.File
	for _, path := range paths {
		all = append(all, load(t, filepath.Join("library", filepath.Base(path))))
	}
	return all
}

func TestTheLibraryPassesItsTestsTheSameWayTwice(t *testing.T) {
	for i, again := range library(t) {
		f := library(t)[i]
		out, passed := playAll(t, Suite{File: f, Verbose: true})
		if !passed {
			t.Error(out)
		}
		if second, _ := playAll(t, Suite{File: again, Verbose: true}); second != out {
			t.Errorf("%s went another way the second time:\n%s\nthe first:\n%s", f.Path, second, out)
		}
		if remarks, arctic := f.Remarks(2026), f.Home.Latitude > 66; (len(remarks) > 0) != arctic {
			t.Errorf("%s: what there is to remark: %v", f.Path, remarks)
		}
	}
}

func TestTheLibraryTestsEachOfItsScenes(t *testing.T) {
	scenes := 0
	for _, f := range library(t) {
		scenes += len(f.Scenes)
		demanded := demands(f.Tests...)
		for _, s := range f.Scenes {
			if !slices.ContainsFunc(marks(s), func(mark string) bool { return demanded[mark] }) {
				t.Errorf("%s: nothing is demanded of the scene %q", f.Path, s.Name)
			}
		}
	}
	if scenes < fewestScenes {
		t.Errorf("%d scenes, want at least %d", scenes, fewestScenes)
	}
}

// demands returns what tests look at: devices, scenes, notices and topics.
func demands(tests ...*scene.Test) map[string]bool {
	all := make(map[string]bool)
	for _, test := range tests {
		for _, line := range test.Timeline {
			switch act := line.Act.(type) {
			case *scene.Expect:
				all[act.Condition.Device] = true
			case *scene.Said:
				all[act.Text] = true
			case *scene.Heard:
				all[act.Topic] = true
			}
		}
	}
	return all
}

// marks returns by what a test can tell that a scene runs: itself, the devices that it
// commands and what it says.
func marks(s *scene.Scene) []string {
	all := []string{"scene/" + s.Name}
	eachAction(s.Do, func(a scene.Action) {
		switch a := a.(type) {
		case *scene.Command:
			all = append(all, a.Device)
		case *scene.Publish:
			all = append(all, a.Topic)
		case *scene.Say:
			var text strings.Builder
			for _, part := range a.Text {
				text.WriteString(part.Plain)
			}
			all = append(all, text.String())
		}
	})
	return all
}

// eachAction calls visit with what each step does, also of steps in steps.
func eachAction(steps []scene.Step, visit func(scene.Action)) {
	for _, step := range steps {
		visit(step.Action)
		switch a := step.Action.(type) {
		case *scene.Repeat:
			eachAction(a.Do, visit)
		case *scene.Choose:
			for _, option := range a.Options {
				eachAction(option.Do, visit)
			}
			eachAction(a.Else, visit)
		case *scene.Together:
			for _, strand := range a.Strands {
				eachAction(strand, visit)
			}
		}
	}
}
