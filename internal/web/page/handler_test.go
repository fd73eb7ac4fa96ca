package page

import (
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"
)

func get(t *testing.T, path, etag string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	if etag != "" {
		r.Header.Set("If-None-Match", etag)
	}
	w := httptest.NewRecorder()
	Handler().ServeHTTP(w, r)
	return w
}

func TestHandler(t *testing.T) {
	types := map[string]string{
		"/": "text/html; charset=utf-8", "/index.html": "text/html; charset=utf-8", "/style.css": "text/css; charset=utf-8",
		"/app.js": "text/javascript; charset=utf-8", "/icon.svg": "image/svg+xml", "/manifest.webmanifest": "application/manifest+json",
	}
	for path, want := range types {
		w := get(t, path, "")
		if got := w.Header().Get("Content-Type"); w.Code != http.StatusOK || got != want {
			t.Errorf("%s: %d %q, want 200 %q", path, w.Code, got, want)
		}
		again := get(t, path, w.Header().Get("ETag"))
		if again.Code != http.StatusNotModified || again.Body.Len() != 0 {
			t.Errorf("%s with its ETag: %d and %d bytes, want 304 and none", path, again.Code, again.Body.Len())
		}
	}
	for _, path := range []string{"/page.go", "/nothing", "/style.css/", "/mirror"} {
		if w := get(t, path, ""); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d, want 404", path, w.Code)
		}
	}
}

// TestNothingFromElsewhere: no file names another host, or a path that would be lost
// behind a reverse proxy; no script or style stands in the page; nothing is read as HTML.
func TestNothingFromElsewhere(t *testing.T) {
	absolute := regexp.MustCompile(`(?:src|href|url\(|from|import\()\s*=?\s*['"]?/|https?://`)
	markup := regexp.MustCompile(`innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|DOMParser|\beval\(|new Function`)
	inline := regexp.MustCompile(`(?i)<script(?:\s+type="module")?>|<style|\sstyle=|\son[a-z]+=|"javascript:`)
	entries, err := files.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		content, err := files.ReadFile(e.Name())
		if err != nil {
			t.Fatal(err)
		}
		text := strings.ReplaceAll(string(content), "http://www.w3.org/2000/svg", "") // a name, not an address
		for _, bad := range []*regexp.Regexp{absolute, markup} {
			if m := bad.FindString(text); m != "" {
				t.Errorf("%s has %q", e.Name(), m)
			}
		}
		if m := inline.FindString(text); m != "" && strings.HasSuffix(e.Name(), ".html") {
			t.Errorf("%s has %q", e.Name(), m)
		}
	}
}

// TestEveryFileIsNamed: index.html loads each module early, and no module is forgotten.
func TestEveryFileIsNamed(t *testing.T) {
	index, err := os.ReadFile("index.html")
	if err != nil {
		t.Fatal(err)
	}
	entries, err := files.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.Name() != "index.html" && !strings.Contains(string(index), `href="`+e.Name()+`"`) && !strings.Contains(string(index), `src="`+e.Name()+`"`) {
			t.Errorf("index.html does not name %s", e.Name())
		}
	}
}
