package examples

import (
	"strings"
	"testing"

	"homebus/internal/web/page/browsertest"
)

// TestBrowser: a page shows what libzmq says, and what is typed in it reaches libzmq, also
// after a restart of the hub.
func TestBrowser(t *testing.T) {
	t.Parallel()
	frontend, backend := free(t), free(t)
	http, at := strings.TrimPrefix(free(t), "tcp://"), strings.TrimPrefix(free(t), "tcp://")
	serve := []string{"--scenes", "", "--frontend", frontend, "--backend", backend, "--http", http, "--http-origin", "http://" + at}
	bus := start(t, "bus", serve...)
	bus.Await("msg=listening")
	page := start(t, "browser", "-at", at, "-bus", http)
	page.Await(`^the page is at http://` + at + `$`)
	window := browsertest.Window{Width: 800, Height: 600}
	tab := browsertest.Open(t, "http://"+at+"/", window, "http://"+http)
	const status, messages = `document.getElementById("status").textContent`, `document.getElementById("messages").textContent`
	tab.Await(status + ` === "connected"`)

	libzmq := twin(t, "browser", frontend, backend)
	tab.Await(messages + `.includes("event/greeting <b>hello</b>")`)
	tab.Click("button")
	libzmq.Await(`^\['event/door/bell', '{"event":"ring"}'\]$`)
	tab.Await(messages + `.includes('event/door/bell {"event":"ring"}')`)

	bus.kill()
	tab.Await(status + ` === "not connected, trying again"`)
	start(t, "bus", serve...).Await("msg=listening")
	tab.Await(status + ` === "connected"`)
	browsertest.Eval[any](tab, `document.querySelector("form").payload.value = "ding dong, ünïcode"`)
	for ring := ""; !strings.Contains(ring, "ding"); ring = libzmq.Text() { // until libzmq is back
		tab.Click("button")
		tab.Await(messages + `.includes("ding dong, ünïcode")`)
	}
	page.interrupt()
}
