package devices

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write docs/appliances.md anew")

// referencePage is docs/appliances.md as the declarations have it.
func referencePage() string {
	var b strings.Builder
	b.WriteString("# The appliances\n\n" +
		"Written by `go test ./devices -update` from the declarations in `devices/`; change those.\n\n" +
		"A key of the state carries its unit. A fault is set with `{\"kind\":\"offline\",\"for\":\"2m\"}` on\n" +
		"`fault/AREA/NAME` and cleared with `{\"clear\":true}`. These are the faults of every appliance:\n\n" +
		DescribeFaults())
	for _, t := range Types() {
		b.WriteString("\n" + t.Describe())
	}
	return b.String()
}

func TestReferencePageIsTheDeclarations(t *testing.T) {
	path := filepath.Join("..", "docs", "appliances.md")
	if *update {
		if err := os.WriteFile(path, []byte(referencePage()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	page, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(page) != referencePage() {
		t.Errorf("%s differs from the declarations; write it anew with go test ./devices -update", path)
	}
}
