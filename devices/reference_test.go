package devices

import (
	"flag"
	"fmt"
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
		faultTable(CommonFaults()))
	for _, t := range Types() {
		b.WriteString("\n" + t.markdown())
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

// markdown tells all of the declaration, for docs/appliances.md.
func (t *Type) markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "## %s\n\n%s\n", t.Name, t.Doc)
	b.WriteString("\n| attribute | value | set by | |\n|---|---|---|---|\n")
	for i := range t.Attributes {
		a := &t.Attributes[i]
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", a.Name, a.words(), a.setterWords(), a.Doc)
	}
	if len(t.Actions) > 0 {
		b.WriteString("\n| action | parameters | |\n|---|---|---|\n")
		for i := range t.Actions {
			a := &t.Actions[i]
			fmt.Fprintf(&b, "| `%s` | %s | %s |\n", a.Name, paramWords(a.Params), a.Doc)
		}
	}
	if len(t.Events) > 0 {
		b.WriteString("\n| event | |\n|---|---|\n")
		for _, e := range t.Events {
			fmt.Fprintf(&b, "| `%s` | %s |\n", e.Name, e.Doc)
		}
	}
	if len(t.Faults) > 0 {
		b.WriteString("\n" + faultTable(t.Faults))
	}
	b.WriteString("\n| configuration key | value | default | |\n|---|---|---|---|\n")
	for i := range t.Config {
		v := &t.Config[i]
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", v.Name, v.words(), v.defaultWords(), v.Doc)
	}
	if t.Restorable() {
		b.WriteString("\nBrought back by `snapshot` and `restore` in a scene: " + t.Restores + ".\n")
	}
	if words := t.naturalWords(); words != "" {
		b.WriteString("\nJust touched (Enter in the mirror): " + words + ".\n")
	}
	return b.String()
}

func faultTable(faults []Fault) string {
	var b strings.Builder
	b.WriteString("| fault | |\n|---|---|\n")
	for _, f := range faults {
		fmt.Fprintf(&b, "| `%s` | %s |\n", f.Name, f.Doc)
	}
	return b.String()
}

// words is Wants for a table: shorter, words in code.
func (v *Value) words() string {
	switch v.Kind {
	case Word:
		if len(v.Values) == 0 {
			return v.Wants()
		}
		return "`" + strings.Join(v.Values, "`, `") + "`"
	case Duration:
		return "a duration" + v.rangeWords()
	case DeviceID:
		if v.Feeds {
			return "an appliance with a mains plug"
		}
		return "an appliance that knows " + strings.Join(v.Needs, ", ")
	}
	return v.Wants()
}

func (v *Value) defaultWords() string {
	if v.Default == nil {
		return ""
	}
	return fmt.Sprintf("%v", v.Default)
}

func (a *Attribute) setterWords() string {
	var words []string
	for _, s := range a.Setters {
		if s.Param != "" {
			words = append(words, fmt.Sprintf("`%s` (%s)", s.Action, s.Param))
		} else {
			words = append(words, fmt.Sprintf("`%s` (%v)", s.Action, s.When))
		}
	}
	return strings.Join(words, ", ")
}

func paramWords(params []Value) string {
	words := make([]string, len(params))
	for i := range params {
		p := &params[i]
		words[i] = fmt.Sprintf("`%s`: %s, %s", p.Name, p.words(), p.Doc)
		if p.Default != nil {
			words[i] += fmt.Sprintf(" (%v if not given)", p.Default)
		}
	}
	return strings.Join(words, "; ")
}

// naturalWords goes by the order of the states.
func (t *Type) naturalWords() string {
	state, _ := t.Attribute("state")
	var words []string
	for _, word := range state.Values {
		if action, ok := t.Natural[word]; ok {
			words = append(words, fmt.Sprintf("%s → `%s`", word, action))
		}
	}
	return strings.Join(words, ", ")
}
