package web

import (
	"io"
	"net/http"
)

// healthz says that the process serves: that it need not be started again. It asks
// nobody, so that it answers whatever else goes on.
func (s *Server) healthz(w http.ResponseWriter, _ *http.Request) { say(w, http.StatusOK, "ok") }

// readyz says whether messages pass: 503 until the hub serves, while it is paused, for then
// publishers wait, and after its end.
func (s *Server) readyz(w http.ResponseWriter, _ *http.Request) {
	if err := s.bus.Ready(); err != nil {
		say(w, http.StatusServiceUnavailable, err.Error())
		return
	}
	say(w, http.StatusOK, "ok")
}

// say answers with one line.
func say(w http.ResponseWriter, status int, line string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, line+"\n")
}
