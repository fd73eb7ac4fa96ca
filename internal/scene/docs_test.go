package scene

import (
	"regexp"
	"strings"
	"testing"
)

// TestDocs loads every example of docs/scenes.md: the first is a house, and each
// that follows stands in it, but for the wrong one, whose mistakes follow it.
func TestDocs(t *testing.T) {
	page := string(read(t, "../../docs/scenes.md"))
	blocks := regexp.MustCompile("(?s)\n```(toml|text)\n(.*?)```\n").FindAllStringSubmatch(page, -1)
	if len(blocks) < 3 {
		t.Fatalf("found %d examples", len(blocks))
	}
	house, wrong := blocks[0][2], ""
	for i, b := range blocks {
		kind, text := b[1], b[2]
		switch {
		case kind == "text":
			if _, err := Load("scenes.toml", []byte(wrong)); err == nil || err.Error()+"\n" != text {
				t.Errorf("the page says\n%s\nLoad says\n%v", text, err)
			}
			wrong = ""
		case strings.HasPrefix(text, "# wrong\n"):
			wrong = text
		case i > 0:
			text = house + text
			fallthrough
		default:
			if _, err := Load("example.toml", []byte(text)); err != nil {
				t.Errorf("%v in\n%s", err, text)
			}
		}
	}
	if wrong != "" {
		t.Error("what is said about the wrong example is missing")
	}
}

// TestDocsNameWhatIsNotSupported holds the last paragraph of the page to the
// forms that the loader knows only by name.
func TestDocsNameWhatIsNotSupported(t *testing.T) {
	page := string(read(t, "../../docs/scenes.md"))
	_, list, _ := strings.Cut(page, "not supported yet")
	errs := string(read(t, "testdata/bad/not-yet.err"))
	for _, m := range regexp.MustCompile(`"([a-z]+)" is not supported yet`).FindAllStringSubmatch(errs, -1) {
		if !strings.Contains(list, "`"+m[1]+"`") {
			t.Errorf("docs/scenes.md does not name %q", m[1])
		}
	}
}
