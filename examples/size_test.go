package examples

import (
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// most is how many lines of code a learner reads at once.
const most = 80

// TestExamplesAreShort counts what stands below the imports, without comments.
func TestExamplesAreShort(t *testing.T) {
	files, err := filepath.Glob("*/main.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, file, text, parser.ImportsOnly|parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for line := range strings.Lines(string(text[fset.Position(f.Decls[len(f.Decls)-1].End()).Offset:])) {
			line = strings.TrimSpace(line)
			if line != "" && !strings.HasPrefix(line, "//") {
				n++
			}
		}
		if n > most {
			t.Errorf("%s has %d lines of code, at most %d are read at once", file, n, most)
		}
		if !strings.Contains(f.Doc.Text(), "go run ./"+filepath.ToSlash(filepath.Join("examples", filepath.Dir(file)))) {
			t.Errorf("%s does not say how to run it", file)
		}
	}
}
