package web

import (
	"log"
	"log/slog"
	"strings"
	"time"

	"homebus/internal/socket/gate"
)

// quiet takes the lines that net/http logs, of which strangers may bring about as many as
// they like, and passes on one a second.
type quiet struct {
	log  *slog.Logger
	told gate.Quiet
}

// quietly returns a logger for net/http.
func quietly(to *slog.Logger) *log.Logger { return log.New(&quiet{log: to}, "", 0) }

// Write takes one line.
func (q *quiet) Write(line []byte) (int, error) {
	if n, ok := q.told.Allow(time.Now()); ok {
		q.log.Warn("trouble on HTTP", "reason", strings.TrimSpace(string(line)), "more", n)
	}
	return len(line), nil
}
