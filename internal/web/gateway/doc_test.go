package gateway

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"homebus/internal/proxy"
)

// rows returns the rows of the table in docs/websocket.md whose first two headings are
// these, each cell as what stands in backquotes in it; *empty* stands for nothing.
func rows(t *testing.T, headings string) (list [][2][]string) {
	t.Helper()
	page, err := os.ReadFile("../../../docs/websocket.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, ok := strings.Cut(string(page), "\n"+headings+"\n|---|---|\n")
	if !ok {
		t.Fatalf("no table %s", headings)
	}
	for line := range strings.Lines(table) {
		if !strings.HasPrefix(line, "|") {
			break
		}
		cells := strings.Split(line, "|")
		if len(cells) != 4 {
			t.Fatalf("%d cells: %s", len(cells), line)
		}
		list = append(list, [2][]string{cell(cells[1]), cell(cells[2])})
	}
	if len(list) == 0 {
		t.Fatalf("nothing under %s", headings)
	}
	return list
}

var quoted = regexp.MustCompile("`([^`]*)`|\\*empty\\*")

func cell(text string) (parts []string) {
	for _, match := range quoted.FindAllStringSubmatch(text, -1) {
		parts = append(parts, strings.ReplaceAll(match[1], `\xff`, "\xff"))
	}
	return parts
}

func TestThePageSaysWhatAClientIsSent(t *testing.T) {
	for _, row := range rows(t, "| frames of the message | text frame |") {
		if got := string(appendMessage(nil, frames(row[0]...))); got != row[1][0] {
			t.Errorf("%q\ngot  %s\nwant %s", row[0], got, row[1][0])
		}
	}
}

func TestThePageSaysWhatIsPublished(t *testing.T) {
	for _, row := range rows(t, "| op | frames of the message |") {
		o, err := parseOp([]byte(row[0][0]))
		if err != nil || !equal(o.frames, frames(row[1]...)) {
			t.Errorf("%s: %q, %v; want %q", row[0][0], o.frames, err, row[1])
		}
	}
}

func TestThePageSaysWhatIsWrong(t *testing.T) {
	v := open(t, Limits{}, proxy.Limits{}, tokenOf("secret")).dial("")
	for _, row := range rows(t, "| op | answer |") {
		v.say(row[0][0])
		v.expect(row[1][0])
	}
}
