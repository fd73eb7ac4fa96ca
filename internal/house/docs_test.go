package house

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// example of docs/scenes.md, in the house of the page.
type docsExample struct{ heading, text string }

// docsExamples returns the examples of the page, each with the house in front, under
// their headings, and those headings of the chapter "Cookbook" that have none.
func docsExamples(t *testing.T) (all []docsExample, recipes []string) {
	t.Helper()
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "scenes.md"))
	if err != nil {
		t.Fatal(err)
	}
	house, heading, chapter := "", "", ""
	parts := regexp.MustCompile("(?ms)^(##+) ([^\n]*)\n|^```toml\n(.*?)^```\n").FindAllStringSubmatch(string(page), -1)
	for _, p := range parts {
		level, title, text := p[1], p[2], p[3]
		switch {
		case level == "##":
			chapter, heading = title, title
		case level != "":
			heading = title
			if chapter == "Cookbook" {
				recipes = append(recipes, title)
			}
		case house == "":
			house = text
		case !strings.HasPrefix(text, "# wrong\n"):
			all = append(all, docsExample{heading, house + text})
		}
	}
	return all, recipes
}

// Who copies an example from the page gets what it promises: its tests pass, and a
// recipe of the cookbook has one example, with at least one test.
func TestTheExamplesOfThePageDoWhatTheySay(t *testing.T) {
	examples, recipes := docsExamples(t)
	tested := make(map[string]int)
	for _, e := range examples {
		f := parse(t, "docs/scenes.md, "+e.heading, e.text)
		if len(f.Tests) > 0 {
			tested[e.heading]++
		}
		if out, passed := playAll(t, Suite{File: f}); !passed {
			t.Errorf("%s", out)
		}
	}
	if len(recipes) < 12 {
		t.Errorf("a cookbook of %d recipes", len(recipes))
	}
	for _, title := range recipes {
		if tested[title] != 1 {
			t.Errorf("the recipe %q has %d examples with tests, want one", title, tested[title])
		}
	}
}
