package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/spf13/cobra"

	"homebus/internal/cli"
	"homebus/internal/endpoint"
	"homebus/internal/jsonline"
	"homebus/internal/socket"
)

// probeTime is how long a control endpoint that has not answered is asked why.
const probeTime = 250 * time.Millisecond

func newCtl() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "ctl",
		Short: "Pause, resume, count or end a hub or another proxy",
		Long: `Ctl asks a hub, or a proxy of "bus proxy", at its control endpoint: the one that
it was given with --control.`,
		Example: `  bus serve --control ipc:///run/bus.ctl
  bus ctl statistics --control ipc:///run/bus.ctl`,
		Args: cli.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return cli.Usagef("what is to be done? want pause, resume, statistics or terminate")
		},
	}
	cmd.AddCommand(
		newCtlVerb("pause", "Pass no more messages on; whoever sends waits, nothing is lost", said("paused")),
		newCtlVerb("resume", "Pass messages on again", said("resumed")),
		newCtlVerb("statistics", "Print what has passed so far, and what was lost", printStatistics),
		newCtlVerb("terminate", "End the program", said("terminated")),
	)
	return cmd
}

// newCtlVerb returns a command that sends the request of that name. show prints the
// answer for people.
func newCtlVerb(verb, short string, show func(io.Writer, []byte) error) *cobra.Command {
	cmd := &cobra.Command{Use: verb, Short: short, Args: cli.NoArgs}
	request := func([]string) map[string]string { return map[string]string{"do": verb} }
	askingControl(cmd, "the hub or proxy", request, show)
	return cmd
}

// askingControl has a command send what request makes of its arguments to the control
// endpoint of who, and print the answer; show does so for people.
func askingControl(cmd *cobra.Command, who string, request func(args []string) map[string]string, show func(io.Writer, []byte) error) {
	at := cli.RemoteFlag(cmd, "control", cli.EnvControl, "the control `ENDPOINT` of "+who)
	asJSON := cmd.Flags().Bool("json", false, "print the answer as it came, a JSON object")
	timeout := timeoutFlag(cmd, "how long to wait for the answer")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		place, err := at.Endpoint()
		if err != nil {
			return err
		}
		answer, err := askControl(cmd.Context(), place, request(args), time.Duration(*timeout))
		if err != nil {
			return err
		}
		if *asJSON {
			return printLine(cmd.OutOrStdout(), jsonline.Escape(bytes.TrimSpace(answer)))
		}
		return show(cmd.OutOrStdout(), answer)
	}
}

// askControl sends a request to a control endpoint and returns the answer, which says
// "ok":true.
func askControl(ctx context.Context, at string, request map[string]string, timeout time.Duration) ([]byte, error) {
	ctx, cancel := withTimeout(ctx, timeout)
	defer cancel()
	req := socket.NewReq(socket.Config{Log: slog.New(slog.DiscardHandler)})
	ended, end := context.WithCancel(context.Background())
	end()
	defer func() { _ = req.Close(ended) }() // what is not sent by then is of no use
	if err := req.Connect(at); err != nil {
		return nil, err
	}
	text, err := json.Marshal(request)
	if err != nil {
		return nil, err
	}
	answer, err := req.Request(ctx, [][]byte{text})
	switch {
	case errors.Is(context.Cause(ctx), errTimeout):
		return nil, fmt.Errorf("%s: no answer within %v; %s", at, timeout, whyNot(at))
	case err != nil:
		return nil, fmt.Errorf("%s: %w", at, err)
	}
	return answer[0], refusal(at, answer[0])
}

// whyNot returns what may be the matter with a control endpoint that does not answer.
func whyNot(at string) string {
	e, err := endpoint.ParseRemote(at)
	if err != nil {
		return err.Error()
	}
	ctx, cancel := context.WithTimeout(context.Background(), probeTime)
	defer cancel()
	conn, err := e.Dial(ctx)
	if err != nil {
		return fmt.Sprintf("is the hub or proxy running? (%v)", err)
	}
	_ = conn.Close()
	return "is that what it was given as --control?"
}

// refusal returns what is wrong with an answer.
func refusal(at string, answer []byte) error {
	var a struct {
		OK    bool
		Error string
	}
	switch err := json.Unmarshal(answer, &a); {
	case err != nil:
		return fmt.Errorf("%s: the answer is not of a control endpoint: %.60q", at, answer)
	case !a.OK:
		return fmt.Errorf("%s: %s", at, visible(a.Error))
	}
	return nil
}

// said prints one word for any answer.
func said(word string) func(io.Writer, []byte) error {
	return func(w io.Writer, _ []byte) error { return printLine(w, []byte(word)) }
}

func printLine(w io.Writer, line []byte) error {
	_, err := fmt.Fprintf(w, "%s\n", line)
	return err
}

// sideCounts is what an answer says of one side.
type sideCounts struct {
	Received, Sent struct{ Messages, Bytes uint64 }
}

func printStatistics(w io.Writer, answer []byte) error {
	var a struct {
		Paused              bool
		Frontend, Backend   sideCounts
		Dropped, Unroutable uint64
	}
	if err := json.Unmarshal(answer, &a); err != nil {
		return fmt.Errorf("statistics: %w", err)
	}
	state := "running"
	if a.Paused {
		state = "paused"
	}
	var text bytes.Buffer
	fmt.Fprintf(&text, "%-8s %14s %16s %14s %16s\n", state, "received", "bytes", "sent", "bytes")
	for _, side := range []struct {
		name string
		sideCounts
	}{{"frontend", a.Frontend}, {"backend", a.Backend}} {
		fmt.Fprintf(&text, "%-8s %14d %16d %14d %16d\n", side.name, side.Received.Messages, side.Received.Bytes, side.Sent.Messages, side.Sent.Bytes)
	}
	fmt.Fprintf(&text, "dropped %d, unroutable %d\n", a.Dropped, a.Unroutable)
	_, err := w.Write(text.Bytes())
	return err
}
