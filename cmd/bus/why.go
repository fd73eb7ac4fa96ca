package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"homebus/internal/cli"
	"homebus/internal/hub"
	"homebus/internal/telling"
)

func newWhy() *cobra.Command {
	verbose := new(bool)
	cmd := newExplanation("why DEVICE|SCENE|ID", verbWhy, "of", func(w io.Writer, answer []byte) error {
		return printWhy(w, answer, *verbose)
	})
	cmd.Short = "Tell what led to what an appliance or a scene does"
	cmd.Long = `Why asks a running hub, at its control endpoint, what led to the present state of
an appliance or of a scene, or to a message: the chain of causes, back to its root.`
	cmd.Example = `  bus serve --control ipc:///run/bus.ctl
  bus why kitchen/coffee --control ipc:///run/bus.ctl
  bus why morning -v --control ipc:///run/bus.ctl`
	cmd.Flags().BoolVarP(verbose, "verbose", "v", false, "print each message of the chain too")
	return cmd
}

// newExplanation returns a command that asks a hub for what its argument names, by the
// verb, under the key. show prints the answer for people.
func newExplanation(use, verb, key string, show func(io.Writer, []byte) error) *cobra.Command {
	cmd := &cobra.Command{Use: use, Args: cli.Args(1, 1)}
	request := func(args []string) map[string]string { return map[string]string{"do": verb, key: args[0]} }
	askingControl(cmd, "the hub", request, show)
	return cmd
}

func printWhy(w io.Writer, answer []byte, verbose bool) error {
	var why hub.Why
	if err := json.Unmarshal(answer, &why); err != nil {
		return fmt.Errorf("why: %w", err)
	}
	var text bytes.Buffer
	fmt.Fprintln(&text, visible(why.Line))
	if verbose {
		for _, l := range why.Links {
			printLink(&text, l)
		}
		if why.Perhaps != nil {
			text.WriteString("perhaps because of\n")
			printLink(&text, *why.Perhaps)
		}
		if why.Missing != "" {
			fmt.Fprintf(&text, "the message %s is not remembered, %d messages are forgotten\n", visible(why.Missing), why.Forgotten)
		}
	}
	_, err := w.Write(text.Bytes())
	return err
}

// printLink writes a line for one message.
func printLink(text *bytes.Buffer, l hub.Link) {
	at := strings.Repeat(" ", len(time.TimeOnly))
	if l.At != nil {
		at = l.At.Format(time.TimeOnly) // in home time, as it came
	}
	fmt.Fprintf(text, "  %s  %-26s %s", at, visible(telling.Shorten(l.Topic)), visible(telling.Shorten(l.Payload)))
	switch {
	case l.From != "" && l.Step != "":
		fmt.Fprintf(text, "  from %s (%s)", visible(telling.Shorten(l.From)), visible(l.Step))
	case l.From != "":
		fmt.Fprintf(text, "  from %s", visible(telling.Shorten(l.From)))
	}
	text.WriteByte('\n')
}
