package page

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// policy is the strictest under which the page must live; the server's own is as strict.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// part is a part of the picture or an answer, as JSON has it.
type part = map[string]any

// fake is a server that shows pages whatever a test gives it, below /home/, as behind a
// reverse proxy. Safe for concurrent use.
type fake struct {
	*httptest.Server

	mu      sync.Mutex
	parts   part
	act     bool
	silent  bool // it says nothing, nor to who comes
	version string
	asked   []part                // what pages have asked, the newest last
	answers map[string]func() any // by op
	pages   map[*websocket.Conn]struct{}
}

func newFake(t *testing.T, parts part) *fake {
	f := &fake{parts: parts, act: true, version: "1", answers: map[string]func() any{}, pages: map[*websocket.Conn]struct{}{}}
	mux := http.NewServeMux()
	mux.Handle("/home/", http.StripPrefix("/home", Handler()))
	mux.HandleFunc("/home/mirror", f.mirror)
	f.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", policy)
		w.Header().Set("X-Content-Type-Options", "nosniff")
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(func() {
		f.cut()
		f.Close()
	})
	return f
}

// url is where the page is.
func (f *fake) url() string { return f.URL + "/home/" }

func (f *fake) mirror(w http.ResponseWriter, r *http.Request) {
	conn, err := websocket.Accept(w, r, nil)
	if err != nil {
		return
	}
	defer func() { _ = conn.CloseNow() }()
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	f.mu.Lock()
	hello := part{"version": f.version, "act": f.act}
	if !f.act {
		hello["why"] = "Give the token that bus serve has."
	}
	f.write(conn, part{"hello": hello})
	f.write(conn, part{"full": true, "put": f.parts})
	f.pages[conn] = struct{}{}
	f.mu.Unlock()
	go f.breathe(ctx, conn) // ends with the request
	defer func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		delete(f.pages, conn)
	}()
	for {
		_, text, err := conn.Read(ctx)
		if err != nil {
			return
		}
		f.answer(conn, text)
	}
}

// breathe sends the empty frames by which a page knows that its server lives.
func (f *fake) breathe(ctx context.Context, conn *websocket.Conn) {
	alive := time.NewTicker(time.Second)
	defer alive.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-alive.C:
			f.mu.Lock()
			if _, open := f.pages[conn]; open {
				f.write(conn, part{})
			}
			f.mu.Unlock()
		}
	}
}

func (f *fake) answer(conn *websocket.Conn, text []byte) {
	var ask part
	_ = json.Unmarshal(text, &ask) // the test sees what it is
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked = append(f.asked, ask)
	said := part{"ok": true}
	if answer, ok := f.answers[ask["op"].(string)]; ok {
		if said, ok = answer().(part); !ok {
			return // it says nothing
		}
	}
	said = maps.Clone(said)
	said["n"] = ask["n"]
	f.write(conn, said)
}

// write sends a frame; f.mu is held.
func (f *fake) write(conn *websocket.Conn, v any) {
	if f.silent {
		return
	}
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	_ = conn.Write(ctx, websocket.MessageText, text) // who went away does not read it
}

// put changes parts, for pages that are there and those that will come.
func (f *fake) put(parts part) {
	f.mu.Lock()
	defer f.mu.Unlock()
	maps.Copy(f.parts, parts)
	for conn := range f.pages {
		f.write(conn, part{"put": parts})
	}
}

// cut ends all connections as a killed server does.
func (f *fake) cut() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for conn := range f.pages {
		_ = conn.CloseNow()
	}
}

// asks returns what pages have asked with an op.
func (f *fake) asks(op string) []part {
	f.mu.Lock()
	defer f.mu.Unlock()
	var all []part
	for _, a := range f.asked {
		if a["op"] == op {
			all = append(all, a)
		}
	}
	return all
}
