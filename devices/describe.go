package devices

import (
	"fmt"
	"strings"
)

// Describe tells all of the declaration as Markdown, for `sim --describe` and
// docs/appliances.md.
func (t *Type) Describe() string {
	var b strings.Builder
	fmt.Fprintf(&b, "## %s\n\n%s\n", t.Name, t.Doc)
	b.WriteString("\n| attribute | value | set by | |\n|---|---|---|---|\n")
	for i := range t.Attributes {
		a := &t.Attributes[i]
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", a.Name, a.words(), a.setterWords(), a.Doc)
	}
	b.WriteString("\n| action | parameters | |\n|---|---|---|\n")
	for i := range t.Actions {
		a := &t.Actions[i]
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", a.Name, paramWords(a.Params), a.Doc)
	}
	if len(t.Events) > 0 {
		b.WriteString("\n| event | |\n|---|---|\n")
		for _, e := range t.Events {
			fmt.Fprintf(&b, "| `%s` | %s |\n", e.Name, e.Doc)
		}
	}
	b.WriteString("\n" + describeFaults(t.Faults))
	b.WriteString("\n| configuration key | value | default | |\n|---|---|---|---|\n")
	for i := range t.Config {
		v := &t.Config[i]
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", v.Name, v.words(), v.defaultWords(), v.Doc)
	}
	b.WriteString("\nJust touched (Enter in the mirror): ")
	b.WriteString(t.naturalWords() + ".\n")
	return b.String()
}

// DescribeFaults tells the faults of every appliance as Markdown.
func DescribeFaults() string { return describeFaults(CommonFaults()) }

func describeFaults(faults []Fault) string {
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
		return "`" + strings.Join(v.Values, "`, `") + "`"
	case Duration:
		return "a duration" + v.rangeWords()
	case DeviceID:
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
