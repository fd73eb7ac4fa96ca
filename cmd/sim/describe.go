package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"homebus/devices"
	"homebus/internal/cli"
)

// list prints every type of appliance with a sentence about it.
func list(w io.Writer) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, t := range devices.Types() {
		fmt.Fprintf(table, "%s\t%s\n", t.Name, t.Doc)
	}
	return table.Flush()
}

// describe prints the declaration of a type.
func describe(w io.Writer, name string) error {
	t, ok := devices.Lookup(name)
	if !ok {
		return cli.Usagef("--describe: unknown type %q; want one of %s", name, typeWords())
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "%s: %s\n", t.Name, t.Doc)
	section(table, "Attributes", t.Attributes, func(a devices.Attribute) {
		row(table, a.Name, attributeWords(&a), a.Doc)
	})
	section(table, "Actions", t.Actions, func(a devices.Action) {
		row(table, a.Name, "", a.Doc)
		for i := range a.Params {
			row(table, "  "+a.Params[i].Name, valueWords(&a.Params[i]), a.Params[i].Doc)
		}
	})
	section(table, "Events", t.Events, func(e devices.Event) { row(table, e.Name, "", e.Doc) })
	section(table, "Faults", t.AllFaults(), func(f devices.Fault) {
		row(table, f.Name, "", f.Doc)
	})
	section(table, "Configuration", t.Config, func(v devices.Value) { row(table, v.Name, valueWords(&v), v.Doc) })
	return table.Flush()
}

func typeWords() string {
	var names []string
	for _, t := range devices.Types() {
		names = append(names, t.Name)
	}
	return strings.Join(names, ", ")
}

// section prints a heading and its entries, or nothing if there are none.
func section[T any](w io.Writer, title string, entries []T, print func(T)) {
	if len(entries) == 0 {
		return
	}
	fmt.Fprintf(w, "\n%s\n", title)
	for _, e := range entries {
		print(e)
	}
}

func row(w io.Writer, name, takes, doc string) {
	line := strings.TrimRight(fmt.Sprintf("  %s\t%s\t%s", name, takes, doc), "\t")
	fmt.Fprintln(w, line)
}

// valueWords says what a value can be: "a whole number from 1 to 6, default 4".
func valueWords(v *devices.Value) string {
	words := v.Wants()
	if v.Required {
		words += ", required"
	}
	if v.Default != nil {
		words += fmt.Sprintf(", default %v", v.Default)
	}
	return words
}

// attributeWords adds which actions set the attribute.
func attributeWords(a *devices.Attribute) string {
	words := valueWords(&a.Value)
	var actions []string
	for _, s := range a.Setters {
		if !slices.Contains(actions, s.Action) {
			actions = append(actions, s.Action)
		}
	}
	if len(actions) > 0 {
		words += ", set by " + strings.Join(actions, ", ")
	}
	return words
}
