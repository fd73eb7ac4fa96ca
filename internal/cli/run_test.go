package cli

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// program is a small tree of commands that looks like ours.
func program(do func(cmd *cobra.Command) error) *cobra.Command {
	root := &cobra.Command{Use: "prog", Short: "A program", Args: NoArgs, RunE: func(*cobra.Command, []string) error { return nil }}
	sub := &cobra.Command{Use: "act", Short: "Do it", Args: NoArgs, RunE: func(cmd *cobra.Command, _ []string) error { return do(cmd) }}
	sub.Flags().Int("times", 1, "how often")
	group := &cobra.Command{Use: "group", Short: "More", Args: NoArgs, RunE: func(*cobra.Command, []string) error { return Usagef("which?") }}
	for _, name := range []string{"rest", "run"} {
		below := &cobra.Command{Use: name, Short: "Below", Args: NoArgs, RunE: func(*cobra.Command, []string) error { return nil }}
		below.Flags().Bool("fast", false, "no matter how, but "+strings.Repeat("quickly, ", 9)+"without a rest")
		group.AddCommand(below)
	}
	root.AddCommand(sub, group)
	return root
}

func TestHelpIsNarrow(t *testing.T) {
	var stdout bytes.Buffer
	code := Run(context.Background(), program(nil), []string{"group", "run", "--help"}, strings.NewReader(""), &stdout, &stdout)
	if code != OK || !strings.Contains(stdout.String(), "without a rest\n") {
		t.Errorf("code %d, help:\n%s", code, &stdout)
	}
	for line := range strings.Lines(stdout.String()) {
		if len(line) > helpWidth+1 {
			t.Errorf("a line of %d characters: %s", len(line)-1, line)
		}
	}
}

func TestRun(t *testing.T) {
	fails := func(err error) func(*cobra.Command) error { return func(*cobra.Command) error { return err } }
	tests := []struct {
		name   string
		do     func(*cobra.Command) error
		args   []string
		code   int
		stdout string // the first line
		stderr string
	}{
		{name: "plain", code: OK},
		{name: "done", do: fails(nil), args: []string{"act", "--times", "2"}, code: OK},
		{name: "help", args: []string{"act", "--help"}, code: OK, stdout: "Do it"},
		{name: "help command", args: []string{"help", "act"}, code: OK, stdout: "Do it"},
		{name: "help unknown", args: []string{"help", "fly"}, code: Misused, stderr: "prog: unknown command \"fly\"; want act or group (see \"prog help --help\")\n"},
		{name: "version", args: []string{"--version"}, code: OK, stdout: "prog version " + version()},
		{name: "failed", do: fails(errors.New("no luck")), args: []string{"act"}, code: Failed, stderr: "prog: no luck\n"},
		{name: "two at once", do: fails(errors.Join(errors.New("a"), errors.New("b"))), args: []string{"act"}, code: Failed, stderr: "prog: a; b\n"},
		{name: "what a terminal would obey", do: fails(errors.New("open \x1b[31m\u009b2J\u202e: no")), args: []string{"act"}, code: Failed, stderr: "prog: open \ufffd[31m\ufffd2J\ufffd: no\n"},
		{name: "told already", do: fails(ErrReported), args: []string{"act"}, code: Failed},
		{name: "misused", do: fails(Usagef("%d is odd", 3)), args: []string{"act"}, code: Misused, stderr: "prog: 3 is odd (see \"prog act --help\")\n"},
		{name: "unknown flag", args: []string{"act", "--tims"}, code: Misused, stderr: "prog: unknown flag: --tims; did you mean --times? (see \"prog act --help\")\n"},
		{name: "unknown flag, unlike any", args: []string{"act", "--colour"}, code: Misused, stderr: "prog: unknown flag: --colour (see \"prog act --help\")\n"},
		{name: "flag of a command below", args: []string{"group", "--fast", "run"}, code: Misused,
			stderr: "prog: unknown flag: --fast here; want it behind rest or run (see \"prog group --help\")\n"},
		{name: "unknown command with a flag", args: []string{"group", "stop", "--fast"}, code: Misused,
			stderr: "prog: unknown command \"stop\"; want rest or run (see \"prog group --help\")\n"},
		{name: "unknown short flag", args: []string{"-x"}, code: Misused, stderr: "prog: unknown shorthand flag: 'x' in -x (see \"prog --help\")\n"},
		{name: "bad value", args: []string{"act", "--times", "x"}, code: Misused,
			stderr: "prog: invalid argument \"x\" for \"--times\" flag: want a whole number (see \"prog act --help\")\n"},
		{name: "no value", args: []string{"act", "--times"}, code: Misused, stderr: "prog: flag needs an argument: --times (see \"prog act --help\")\n"},
		{name: "argument", args: []string{"act", "now"}, code: Misused, stderr: "prog: unexpected argument \"now\" (see \"prog act --help\")\n"},
		{name: "unknown command", args: []string{"zzz"}, code: Misused, stderr: "prog: unknown command \"zzz\"; want act or group (see \"prog --help\")\n"},
		{name: "help of an unknown command below", args: []string{"help", "group", "RUM"}, code: Misused,
			stderr: "prog: unknown command \"RUM\"; did you mean \"run\"? (see \"prog help --help\")\n"},
		{name: "begun command", args: []string{"group", "re"}, code: Misused,
			stderr: "prog: unknown command \"re\"; did you mean \"rest\"? (see \"prog group --help\")\n"},
		{name: "near command", args: []string{"atc"}, code: Misused, stderr: "prog: unknown command \"atc\"; did you mean \"act\"? (see \"prog --help\")\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			code := Run(context.Background(), program(tt.do), tt.args, strings.NewReader(""), &stdout, &stderr)
			if first, _, _ := strings.Cut(stdout.String(), "\n"); code != tt.code || first != tt.stdout || stderr.String() != tt.stderr {
				t.Errorf("%q: code %d, stdout %q, stderr %q\nwant code %d, stdout %q, stderr %q",
					tt.args, code, first, &stderr, tt.code, tt.stdout, tt.stderr)
			}
		})
	}
}

func TestLogger(t *testing.T) {
	tests := []struct{ format, level, want, err string }{
		{"text", "info", "level=INFO msg=hello", ""},
		{"json", "debug", `"msg":"hello"`, ""},
		{"text", "error", "", ""},
		{"xml", "info", "", `--log-format is "xml"; want text or json`},
		{"text", "loud", "", `--log-level is "loud"; want debug, info, warn or error`},
	}
	for _, tt := range tests {
		var out bytes.Buffer
		log, err := (&Log{format: tt.format, level: tt.level}).Logger(&out)
		if err != nil {
			if err.Error() != tt.err {
				t.Errorf("%s, %s: error %q, want %q", tt.format, tt.level, err, tt.err)
			}
			continue
		}
		log.Log(context.Background(), slog.LevelInfo, "hello")
		if !strings.Contains(out.String(), tt.want) || tt.err != "" || tt.want == "" && out.Len() > 0 {
			t.Errorf("%s, %s: logged %q, want %q and error %q", tt.format, tt.level, &out, tt.want, tt.err)
		}
	}
}
