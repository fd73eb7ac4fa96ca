package cli

import (
	"io"
	"log/slog"

	"github.com/spf13/cobra"
)

// Log holds what --log-format and --log-level say.
type Log struct {
	format string
	level  string
}

// LogFlags gives cmd the flags of the log. level is the default: "info" for what
// runs for long, "warn" for what has an answer to print.
func LogFlags(cmd *cobra.Command, level string) *Log {
	var l Log
	cmd.Flags().StringVar(&l.format, "log-format", "text", "the `FORM` of the log: text or json")
	cmd.Flags().StringVar(&l.level, "log-level", level, "the `LEVEL` from which on is logged: debug, info, warn or error")
	return &l
}

// Logger returns a logger that writes to w, or the mistake in the flags.
func (l *Log) Logger(w io.Writer) (*slog.Logger, error) {
	var opts slog.HandlerOptions
	switch l.level {
	case "debug":
		opts.Level = slog.LevelDebug
	case "info":
		opts.Level = slog.LevelInfo
	case "warn":
		opts.Level = slog.LevelWarn
	case "error":
		opts.Level = slog.LevelError
	default:
		return nil, Usagef("--log-level is %q; want debug, info, warn or error", l.level)
	}
	switch l.format {
	case "text":
		return slog.New(slog.NewTextHandler(w, &opts)), nil
	case "json":
		return slog.New(slog.NewJSONHandler(w, &opts)), nil
	}
	return nil, Usagef("--log-format is %q; want text or json", l.format)
}
