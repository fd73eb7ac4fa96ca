package web

import (
	"net/http"
	"runtime/debug"
	"strings"
)

// mux has a line for each route of the server's own. The guard stands before all that are
// not unguarded.
func (s *Server) mux() *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("/healthz", s.healthz)
	mux.HandleFunc("/readyz", s.readyz)
	mux.Handle("/metrics", s.metrics())
	mux.Handle("/ws", s.gateway)
	return mux
}

// unguarded are the paths at which everybody is answered: whoever looks after the process
// asks by whatever name it has, and is told nothing of the house.
var unguarded = map[string]bool{"/healthz": true, "/readyz": true}

// handler answers every request.
func (s *Server) handler() http.Handler {
	return s.counted(s.sheltered(withHeaders(readOnly(s.guarded(s.routes)))))
}

// counted knows the handlers that have not returned, and whose connection is busy.
func (s *Server) counted(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.answering.Add(1)
		defer s.answering.Done()
		if g, ok := guestOf(r.Context()); ok {
			g.begin()
			defer g.done()
		}
		next.ServeHTTP(w, r)
	})
}

// sheltered has a panic end the connection, with one line in the log.
func (s *Server) sheltered(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if p := recover(); p != nil {
				if p != http.ErrAbortHandler {
					s.log.Error("panic in an answer on HTTP", "panic", p, "stack", string(debug.Stack()))
				}
				panic(http.ErrAbortHandler)
			}
		}()
		next.ServeHTTP(w, r)
	})
}

// readOnly refuses what would change something: on HTTP nothing does, and a browser asks
// nobody before it sends a POST from a foreign page.
func readOnly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			say(w, http.StatusMethodNotAllowed, "Only GET and HEAD are answered here.")
			return
		}
		next.ServeHTTP(w, r)
	})
}

// guarded refuses whom the guard does not let through, and counts them.
func (s *Server) guarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if why, ok := s.guard.Check(r); !ok && !unguarded[r.URL.Path] {
			s.refused.count(why.Reason)
			say(w, why.Status, why.Text)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// policy is what a browser may do with our pages: run our scripts, ask us, and no more. No
// page of anybody's may frame them.
var policy = strings.Join([]string{
	"default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "font-src 'self'",
	"connect-src 'self'", "manifest-src 'self'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
}, "; ")

// withHeaders gives every answer the headers that keep a browser safe from what may be in
// it, and other origins from it.
func withHeaders(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Cache-Control", "no-store") // unless a handler knows better
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer") // the address may hold a token
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=(), screen-wake-lock=(self), fullscreen=(self)")
		next.ServeHTTP(w, r)
	})
}
