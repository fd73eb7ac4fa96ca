package examples

import (
	"go/parser"
	"go/token"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"homebus/internal/zmtp/zmtptest"
)

// stories say what is seen when the commands of an example's doc comment have been typed in,
// in their order. An example whose commands need more than that has none (nil), and a test
// of its own.
var stories = map[string]func(*testing.T, []*process){
	"pair": func(t *testing.T, p []*process) {
		p[0].types("hello")
		heard := regexp.MustCompile(`(?m)^"hello"$`)
		eventually(t, "one of the two that connect is the other end", func() bool {
			return heard.MatchString(p[1].Text()) != heard.MatchString(p[2].Text())
		}, p[1], p[2])
		const line = "`python3\nexamples/pair/testdata/twin.py connect tcp://127.0.0.1:5570`"
		if !strings.Contains(tutorialText(t), line) {
			t.Errorf("docs/tutorial.md does not show %s", line)
		}
		if zmtptest.HasLibzmq() {
			p[1].kill()
			p[2].kill()
			python := twin(t, "pair", "connect", here("tcp://127.0.0.1:5570"))
			p[0].Forget()
			python.types("good day")
			p[0].Await(`^"good day"$`)
		}
	},
	"reqrep": func(t *testing.T, p []*process) {
		p[2].Await(`anna\]\n.*bert\]\n.*anna\]$`)
		killed := kills(t, `pkill -9 -f 'reqrep server anna'`, p)
		p[2].Await(`bert\]\n.*bert\]\n.*bert\]$`)
		startCommand(t, clone(killed.Cmd))
		p[2].Await(`anna\]\n.*bert\]\n.*anna\]$`)
	},
	"pubsub": func(_ *testing.T, p []*process) { p[2].Exits(0); p[2].Await(`^average of weather/berlin: `) },
	"pipeline": func(_ *testing.T, p []*process) {
		p[3].Exits(0)
		p[0].Exits(0)
		p[0].Await("^" + squares + `, found by map\[anna:\d+ bert:\d+\]$`)
	},
	"queue": func(_ *testing.T, p []*process) {
		p[3].Exits(0)
		p[4].Exits(0)
		p[4].Await(`^dora's question 100, says (anna|bert)$`)
	},
	"forwarder": func(_ *testing.T, p []*process) { p[2].Await(`^\[weather/berlin sunny \d+\]$`) },
	"streamer": func(t *testing.T, p []*process) {
		p[3].Exits(0)
		eventually(t, "all is done", func() bool { return len(tasksOf(p[1]))+len(tasksOf(p[2])) == 1000 }, p[1], p[2])
	},
	"monitor": func(_ *testing.T, p []*process) {
		p[3].Exits(0)
		for p[1].Text() == "" { // it listens a moment later than a person is
			again := startCommand(p[3].t, clone(p[3].Cmd))
			again.Exits(0)
		}
		p[1].Await(`^out .*, says anna"\]$`)
	},
	"embedded":  func(_ *testing.T, p []*process) { p[1].Exits(0); p[1].Await(`^carl's question 100, says `) },
	"poller":    func(_ *testing.T, p []*process) { p[0].Exits(0); p[1].Exits(0); p[0].Await(`^is told Exit\n\z`) },
	"callbacks": func(_ *testing.T, p []*process) { p[1].Exits(0); p[1].Await(` readings, \d+ in all$`) },
	"processes": func(t *testing.T, p []*process) {
		p[0].Exits(0)
		p[0].Await(`^client \d+: server \d+$`)
		p[1].Await(`^server \d+ is at`)
		kills(t, `pkill -9 -f 'processes 2 0'`, p)
	},
	"breakfast": func(_ *testing.T, p []*process) { p[4].Exits(0); p[3].Await(`^breakfast is ready$`) },
	"threads":   func(_ *testing.T, p []*process) { p[0].Exits(0); p[1].Exits(0); p[1].Await(`none lost, none torn$`) },
	"the house": func(_ *testing.T, p []*process) {
		p[0].Exits(0)
		p[0].Await(`^ok\s+scenes\.toml`)
		p[1].Await(`^kitchen/toaster +toasting`)
	},
	"multicast": func(_ *testing.T, p []*process) { p[0].Await(`^\[weather/berlin sunny \d+\]$`) },
	"files":     nil, // needs files: TestFiles, TestFilesByTheBook, and TestFilesPage of internal/endtoend
	"browser": func(t *testing.T, p []*process) {
		p[2].Exits(0)
		response, err := http.Get(p[1].Await(`http://\S+$`)[0])
		if err != nil || response.StatusCode != http.StatusOK {
			t.Error(response, err)
		}
		_ = response.Body.Close()
	},
}

// TestTutorial types in what docs/tutorial.md shows, word for word but for the places. All
// that still runs at the end of a story ends by Ctrl-C. A block of commands is that of an
// example's doc comment, or stands under the heading that its story is called after.
func TestTutorial(t *testing.T) {
	t.Parallel()
	shown := tutorial(t)
	for _, name := range append(names(t), "the house") {
		if name != "the house" && !slices.Equal(shown[name], commands(t, name)) {
			t.Errorf("docs/tutorial.md shows of %s %q, its doc comment %q", name, shown[name], commands(t, name))
		}
		story, known := stories[name]
		if !known {
			t.Errorf("nobody says what is seen of %s", name)
		}
		if story != nil {
			t.Run(name, func(t *testing.T) { tell(t, shown[name], story) })
		}
		delete(shown, name)
	}
	for what, lines := range shown {
		t.Errorf("docs/tutorial.md: no test runs the commands of %s, %q", what, lines)
	}
}

// tell types lines in, has the story seen, and ends all.
func tell(t *testing.T, lines []string, story func(*testing.T, []*process)) {
	var all []*process
	for _, line := range lines {
		p := startCommand(t, command(t, line))
		if strings.Contains(line, "./cmd/bus proxy ") || strings.Contains(line, "./cmd/bus --") {
			p.Await("msg=listening")
		}
		all = append(all, p)
	}
	story(t, all)
	for _, p := range all {
		select {
		case <-p.Ended():
			if !p.killed {
				p.Exits(0)
			}
		default:
			p.controlC()
		}
	}
}

// kills does what a line that docs/tutorial.md must have does, to the one process of p that
// its pattern means.
func kills(t *testing.T, line string, p []*process) *process {
	t.Helper()
	if !strings.Contains(tutorialText(t), "`"+line+"`") {
		t.Errorf("docs/tutorial.md does not show %s", line)
	}
	pattern := strings.Split(line, "'")[1]
	var meant []*process
	for _, one := range p {
		if strings.Contains(one.Name, pattern) {
			meant = append(meant, one)
		}
	}
	if len(meant) != 1 {
		t.Fatalf("%s means %d processes", line, len(meant))
	}
	meant[0].kill()
	return meant[0]
}

// TestDiagrams: a diagram has a kind that Mermaid knows, and no semicolon, which ends a
// statement there, also within a text.
func TestDiagrams(t *testing.T) {
	t.Parallel()
	pages, err := filepath.Glob(filepath.Join("..", "docs", "*.md"))
	if err != nil || len(pages) == 0 {
		t.Fatalf("no pages: %v", err)
	}
	for _, page := range pages {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile("(?ms)^```mermaid\n(.*?)\n```$").FindAllStringSubmatch(string(text), -1) {
			if kind := strings.Fields(m[1])[0]; kind != "flowchart" && kind != "sequenceDiagram" || strings.Contains(m[1], ";") {
				t.Errorf("%s: this is no diagram to Mermaid:\n%s", page, m[1])
			}
		}
	}
}

// TestIndex: README.md has a line for each example.
func TestIndex(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names(t) {
		if !strings.Contains(string(text), "]("+name+"/main.go)") {
			t.Errorf("README.md does not name %s", name)
		}
	}
}

func tutorialText(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "docs", "tutorial.md"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// tutorial returns the blocks of commands in docs/tutorial.md, by the example that they
// run or else by the heading above, in small letters.
func tutorial(t *testing.T) map[string][]string {
	t.Helper()
	blocks := map[string][]string{}
	for _, section := range strings.Split(tutorialText(t), "\n## ") {
		heading, _, _ := strings.Cut(section, "\n")
		for _, m := range regexp.MustCompile("(?ms)^```sh\n(.*?)\n```$").FindAllStringSubmatch(section, -1) {
			name := strings.ToLower(heading)
			if example := regexp.MustCompile(`\./examples/(\w+)`).FindStringSubmatch(m[1]); example != nil {
				name = example[1] // the first that is run: it may need another
			}
			for _, line := range strings.Split(m[1], "\n") {
				blocks[name] = append(blocks[name], bare(line))
			}
		}
	}
	return blocks
}

// names returns the examples.
func names(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("*/main.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	var all []string
	for _, file := range files {
		all = append(all, filepath.Dir(file))
	}
	return all
}

// commands returns the commands in an example's doc comment.
func commands(t *testing.T, name string) []string {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(name, "main.go"), nil, parser.PackageClauseOnly|parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for line := range strings.Lines(f.Doc.Text()) {
		if strings.HasPrefix(line, "\t") {
			all = append(all, bare(line))
		}
	}
	return all
}

// bare returns a line of a shell without its comment.
func bare(line string) string {
	line, _, _ = strings.Cut(line, "#")
	return strings.TrimSpace(line)
}

// command returns what a line of a shell runs, here.
func command(t *testing.T, line string) *exec.Cmd {
	t.Helper()
	words := strings.Fields(here(line))
	if len(words) < 3 || words[0] != "go" || words[1] != "run" {
		t.Fatalf("%q runs no example", line)
	}
	for i, word := range words {
		words[i] = strings.Trim(word, `"`)
	}
	cmd := exec.Command(filepath.Join(programs, filepath.Base(words[2])), words[3:]...)
	cmd.Dir = ".."
	cmd.Env = append(os.Environ(), here("HOMEBUS_FRONTEND=tcp://127.0.0.1:5559"), here("HOMEBUS_BACKEND=tcp://127.0.0.1:5560"))
	return cmd
}

// clone returns a command that is run once more.
func clone(cmd *exec.Cmd) *exec.Cmd {
	again := exec.Command(cmd.Path, cmd.Args[1:]...)
	again.Dir, again.Env = cmd.Dir, cmd.Env
	return again
}
