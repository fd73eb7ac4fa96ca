package mirror

import (
	"fmt"
	"log/slog"
	"testing"

	"homebus/internal/mirror/logbook"
)

// The last line says that something was logged, until somebody has read it.
func TestLogIsAnnouncedAndRead(t *testing.T) {
	s := newStory(t, 80, 24).open()
	s.press("L") // there is none
	s.wants("SCENES")
	s.screen.book = logbook.New(slog.LevelInfo)
	log := slog.New(s.screen.book.Handler())
	s.press("L")
	s.wants("LOG", "Nothing has been logged.")
	s.press("esc")
	log.Info("connected", "to", "tcp://127.0.0.1:5559")
	s.wantsNot("warning")
	log.Warn("reconnecting", "err", "connection \x1b[2Jrefused")
	s.wants("1 warning  L log", "enter press")
	log.Error("gone")
	s.wants("2 warnings  L log", "? help  q quit")
	s.press("L")
	s.wants("INFO   connected  to=tcp://127.0.0.1:5559", `WARN   reconnecting  err="connection`, "ERROR  gone")
	s.press("esc")
	s.wantsNot("warning")
	log.Warn("once more")
	s.wants("1 warning  L log")
}

// The page follows the newest line until somebody goes up.
func TestLogFollowsTheNewestLine(t *testing.T) {
	s := newStory(t, 80, 24).open()
	s.screen.book = logbook.New(slog.LevelInfo)
	log := slog.New(s.screen.book.Handler())
	for i := range 100 {
		log.Info(fmt.Sprintf("line %d.", i))
	}
	s.press("L")
	s.wants("line 99.", "line 78.", "↑ 78 more")
	s.press("k", "k", "k")
	log.Info("line 100.")
	s.wants("line 96.", "↓ 4 more")
	s.wantsNot("line 97.")
	for range 4 {
		s.press("j").text()
	}
	log.Info("line 101.")
	s.wants("line 101.")
	for w := 0; w <= 220; w += 11 {
		s.screen.resize(w, 24)
		checkSize(t, s.screen.view(), w, 24)
	}
}
