package mirror

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// README and the page show the golden picture.
func TestPagesShowThePicture(t *testing.T) {
	file, err := os.ReadFile("testdata/breakfast_80x24_dark.txt")
	if err != nil {
		t.Fatal(err)
	}
	picture, _, _ := strings.Cut(string(file), "\n=== with its styles")
	for _, name := range []string{"README.md", "docs/mirror.md"} {
		page, err := os.ReadFile("../../" + name)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(page), "```\n"+strings.TrimRight(picture, "\n")+"\n```\n") {
			t.Errorf("%s does not show this picture:\n%s", name, picture)
		}
	}
}

// The page tells every key.
func TestPageTellsEveryKey(t *testing.T) {
	page, err := os.ReadFile("../../docs/mirror.md")
	if err != nil {
		t.Fatal(err)
	}
	s := newStory(t, 80, 24).screen
	for _, b := range slices.Concat(s.mainKeys(), s.menuKeys()) {
		if row := "| " + b.Help().Key + " | " + b.Help().Desc + " |"; !strings.Contains(string(page), row) {
			t.Errorf("docs/mirror.md lacks the row %s", row)
		}
	}
}
