package endtoend

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// readme returns what README.md shows in a language, in its order.
func readme(t *testing.T, language string) []string {
	t.Helper()
	return page(t, "README.md", language)
}

// page is readme for any page.
func page(t *testing.T, name, language string) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(filepath.Dir(scenes), filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	var blocks []string
	for _, m := range regexp.MustCompile("(?ms)^```"+language+"\n(.*?)^```$").FindAllSubmatch(text, -1) {
		blocks = append(blocks, string(m[1]))
	}
	return blocks
}

// here puts this place into what was written for the hub's usual one.
func (at place) here(text string) string {
	return strings.NewReplacer("tcp://127.0.0.1:5559", at.frontend, "tcp://127.0.0.1:5560", at.backend).Replace(text)
}

// startPython starts a script that was written for the hub's usual place.
func (at place) startPython(t *testing.T, interpreter, script string) *process {
	t.Helper()
	return at.startCommand(t, exec.Command(interpreter, "-u", "-c", at.here(script)))
}

// TestReadmePython runs what README.md shows in Python, word for word but for the
// hub's place: a watcher, a press, an appliance.
func TestReadmePython(t *testing.T) {
	t.Parallel()
	interpreter := python(t)
	scripts := readme(t, "python")
	if len(scripts) != 3 {
		t.Fatalf("README.md has %d pieces of Python; this test knows 3", len(scripts))
	}
	press, watch, appliance := scripts[0], scripts[1], scripts[2]
	at := newPlace(t)
	_, _, mirror := at.startHouse(t)

	watcher := at.startPython(t, interpreter, watch)
	watcher.Await(`^state/kitchen/toaster idle$`)
	at.startPython(t, interpreter, press)
	watcher.Await(`^state/kitchen/toaster toasting$`)

	sensor := at.startPython(t, interpreter, appliance)
	mirror.Await(`^balcony/sensor  ok`)
	if out, code := at.run(t, "bus", "send", "balcony/sensor", "beep"); code != 0 || out != "balcony/sensor: beep: ok\n" {
		t.Errorf("exit code %d, %s", code, out)
	}
	sensor.Await(`^asked \{"do":"beep"\}$`)
	sensor.Kill()
	mirror.Await(`^balcony/sensor  offline  connection lost$`)
}

// TestReadmeShell runs the lines of README.md that talk to a running house; each
// says what it does, or works in silence.
func TestReadmeShell(t *testing.T) {
	t.Parallel()
	wants := map[string]string{"sub": `^state/kitchen/toaster \{`, "send": `: ok$`, "pub": ``, "scenes": `^morning +idle `, "run": `^dusk: run: ok$`}
	tried := map[string]bool{}
	at := newPlace(t)
	at.startHouse(t)
	for _, block := range readme(t, "sh") {
		for line := range strings.Lines(block) {
			line, _, _ = strings.Cut(line, "#")
			words := strings.Fields(line)
			if len(words) < 4 || strings.Join(words[:3], " ") != "go run ./cmd/bus" {
				continue
			}
			want, known := wants[words[3]]
			if !known {
				continue // needs no hub, and has tests of its own
			}
			tried[words[3]] = true
			p := at.start(t, "bus", words[3:]...)
			if want != "" {
				p.Await(want)
			}
			if words[3] == "sub" {
				p.endsPromptly(os.Interrupt, 0)
			} else {
				p.Exits(0)
			}
		}
	}
	if len(tried) != len(wants) {
		t.Errorf("README.md shows only %v", tried)
	}
}

// TestReadmeScenes: what README.md shows of scenes.toml stands there.
func TestReadmeScenes(t *testing.T) {
	text, err := os.ReadFile(scenes)
	if err != nil {
		t.Fatal(err)
	}
	var stands []string
	for line := range strings.Lines(string(text)) {
		line, _, _ = strings.Cut(line, " #")
		stands = append(stands, strings.TrimSpace(line))
	}
	blocks := readme(t, "toml")
	if len(blocks) == 0 {
		t.Error("README.md shows no scenes")
	}
	for _, block := range blocks {
		for line := range strings.Lines(block) {
			if !slices.Contains(stands, strings.TrimSpace(line)) {
				t.Errorf("not in scenes.toml: %s", line)
			}
		}
	}
}

// TestLinks: every page that another one links to is there.
func TestLinks(t *testing.T) {
	root := filepath.Dir(scenes)
	link := regexp.MustCompile(`\]\(([^)#:]+)(#[^)]*)?\)`)
	found := 0
	for _, pattern := range []string{"*.md", "docs/*.md", "docs/*/*.md"} {
		pages, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, page := range pages {
			text, err := os.ReadFile(page)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range link.FindAllStringSubmatch(string(text), -1) {
				found++
				if _, err := os.Stat(filepath.Join(filepath.Dir(page), m[1])); err != nil {
					t.Errorf("%s links to %s: %v", page, m[1], err)
				}
			}
		}
	}
	if found < 10 {
		t.Errorf("only %d links found", found)
	}
}
