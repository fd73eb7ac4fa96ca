// Package page is the web mirror: a page of static files that shows the house and lets
// people act. It needs nothing but the socket "mirror" beside itself, and asks no other
// host for anything; whoever serves it says in a Content-Security-Policy that it may not.
package page

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"maps"
	"mime"
	"net/http"
	"path"
	"slices"
)

//go:embed *.html *.css *.js *.svg *.webmanifest
var files embed.FS

// file is one of them as it is sent.
type file struct {
	content     []byte
	contentType string
	etag        string
}

// Handler serves the page at "/" and its files beside it; any other path is not found. A
// browser asks each time whether it has the newest, and mostly hears that it has. Safe for
// concurrent use.
func Handler() http.Handler {
	served, err := load()
	if err != nil {
		panic(err) // what is embedded cannot be read: the program is not whole
	}
	mux := http.NewServeMux()
	for name, f := range served {
		mux.Handle("GET /"+name, f)
	}
	mux.Handle("GET /{$}", served["index.html"])
	return mux
}

// Version names the page: another page has another one.
func Version() string {
	served, err := load()
	if err != nil {
		panic(err) // as above
	}
	all := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(served)) {
		_, _ = all.Write([]byte(name + served[name].etag))
	}
	return hex.EncodeToString(all.Sum(nil)[:12])
}

func load() (map[string]*file, error) {
	entries, err := files.ReadDir(".")
	if err != nil {
		return nil, err
	}
	served := make(map[string]*file, len(entries))
	for _, e := range entries {
		content, err := files.ReadFile(e.Name())
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(content)
		served[e.Name()] = &file{content, contentType(e.Name()), fmt.Sprintf("%q", hex.EncodeToString(sum[:12]))}
	}
	return served, nil
}

// contentType does not ask the machine, which may know another type, or none.
func contentType(name string) string {
	switch ext := path.Ext(name); ext {
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".webmanifest":
		return "application/manifest+json"
	default:
		return mime.TypeByExtension(ext) // the standard library's own: html, css, svg
	}
}

func (f *file) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", f.contentType)
	h.Set("Cache-Control", "no-cache")
	h.Set("ETag", f.etag)
	if r.Header.Get("If-None-Match") == f.etag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	_, _ = w.Write(f.content) // who went away does not read it
}
