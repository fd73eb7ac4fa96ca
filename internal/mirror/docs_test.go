package mirror

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// The page shows the golden picture and tells every key.
func TestPageIsUpToDate(t *testing.T) {
	page, err := os.ReadFile("../../docs/mirror.md")
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile("testdata/breakfast_80x24_dark.txt")
	if err != nil {
		t.Fatal(err)
	}
	picture, _, _ := strings.Cut(string(file), "\n=== with its styles")
	if !strings.Contains(string(page), strings.TrimRight(picture, "\n")) {
		t.Errorf("docs/mirror.md does not show this picture:\n%s", picture)
	}
	s := newStory(t, 80, 24).screen
	for _, b := range slices.Concat(s.mainKeys(), s.menuKeys()) {
		if row := "| " + b.Help().Key + " | " + b.Help().Desc + " |"; !strings.Contains(string(page), row) {
			t.Errorf("docs/mirror.md lacks the row %s", row)
		}
	}
}
