package cork

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// wrapped is what a program's own layers may make of a ResponseWriter.
type wrapped struct{ http.ResponseWriter }

func (w wrapped) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func TestUpgrade(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		u := NewUpgrade(wrapped{w}, time.Minute)
		if u.Conn() != nil {
			t.Error("a connection before it was taken over")
		}
		u.WriteHeader(http.StatusSwitchingProtocols)
		conn, buffered, err := u.Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close()
		u.Conn().Cork()
		_, _ = io.WriteString(buffered, "corked ")
		_ = buffered.Flush()
		_, _ = io.WriteString(conn, "and ")
		_, _ = io.WriteString(conn, "uncorked")
		if err := u.Conn().Uncork(); err != nil {
			t.Error(err)
		}
	}))
	defer server.Close()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: test\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	in := bufio.NewReader(conn)
	if resp, err := http.ReadResponse(in, nil); err != nil || resp.StatusCode != http.StatusSwitchingProtocols {
		t.Fatal(resp, err)
	}
	if got, err := io.ReadAll(in); err != nil || string(got) != "corked and uncorked" {
		t.Errorf("%q, %v", got, err)
	}
}

func TestUpgradeOfWhatCannotBeTakenOver(t *testing.T) {
	u := NewUpgrade(httptest.NewRecorder(), time.Minute)
	if _, _, err := u.Hijack(); err == nil || u.Conn() != nil {
		t.Error("a connection out of nothing")
	}
}
