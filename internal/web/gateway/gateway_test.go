package gateway

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"homebus/internal/proxy"
)

func TestLastValuesComeFirst(t *testing.T) {
	h := open(t, Limits{}, proxy.Limits{}, nil)
	h.publish("state/kitchen/toaster", `{"state":"idle"}`)
	h.publish("state/kitchen/light", `{"state":"on"}`, `{"id":"a"}`)
	h.publish("event/kitchen/light", `{"event":"press"}`)
	v := h.dial("?prefix=state/kitchen/&prefix=event/")
	got := map[string]bool{}
	for range 2 {
		text, err := v.hear()
		if err != nil {
			t.Fatal(err)
		}
		got[text] = true
	}
	if !got[`{"topic":"state/kitchen/toaster","payload":{"state":"idle"}}`] || !got[`{"topic":"state/kitchen/light","payload":{"state":"on"},"meta":{"id":"a"}}`] {
		t.Errorf("%v", got)
	}
	h.publish("event/kitchen/light", `{"event":"release"}`)
	v.expect(`{"topic":"event/kitchen/light","payload":{"event":"release"}}`)
}

func TestPrefixes(t *testing.T) {
	h := open(t, Limits{}, proxy.Limits{}, nil)
	h.publish("state/a/b", "1")
	for query, want := range map[string]string{
		"":                        "",
		"?token=x":                "",
		"?prefix=":                "t u",
		"?prefix=t":               "t",
		"?prefix=t&prefix=u":      "t u",
		"?prefix=%74":             "t",
		"?prefix=x&prefix=%ff":    "",
		"?prefix=t&prefix=t":      "t",
		"?Prefix=t":               "",
		"?prefix=u%26prefix%3Dt":  "",
		"?prefix=k%C3%BCche%2F+1": "küche/ 1",
	} {
		v := h.dial(query)
		v.expectRetained(query == "?prefix=")
		for _, topic := range []string{"t", "u", "küche/ 1"} {
			h.publish(topic, "1")
			if strings.Contains(" "+want+" ", " "+topic+" ") || query == "?prefix=" {
				v.expect(fmt.Sprintf(`{"topic":"%s","payload":1}`, topic))
			}
		}
		v.expectNothing()
	}
}

// expectRetained reads the last value of state/a/b, if that is subscribed to, and the fence
// by which all subscriptions are known to have been made.
func (v *visitor) expectRetained(all bool) {
	v.t.Helper()
	if all {
		for {
			text, err := v.hear()
			if err != nil {
				v.t.Fatal(err)
			}
			if strings.Contains(text, `"state/a/b"`) {
				break
			}
		}
		v.say(`{"op":"unsub","prefix":""}`) // of bus/ there is more than is wanted here
		for _, prefix := range []string{"t", "u", "k"} {
			v.say(fmt.Sprintf(`{"op":"sub","prefix":%q}`, prefix))
		}
	}
	v.say(`{"op":"fence"}`)
	for {
		text, err := v.hear()
		if err != nil {
			v.t.Fatal(err)
		}
		if strings.HasPrefix(text, `{"error":"unknown op`) {
			return
		}
	}
}

func TestSubscribeAndUnsubscribe(t *testing.T) {
	h := open(t, Limits{}, proxy.Limits{}, nil)
	h.publish("state/a/b", "1")
	v := h.dial("")
	v.say(`{"op":"sub","prefix":"state/a/"}`)
	v.expect(`{"topic":"state/a/b","payload":1}`)
	v.say(`{"op":"sub","prefix":"state/a/b"}`) // covered: its last value is known
	v.say(`{"op":"unsub","prefix":"state/a/"}`)
	v.say(`{"op":"unsub","prefix":"never"}`)
	v.expectNothing()
	h.publish("state/a/c", "2")
	h.publish("state/a/b", "2")
	v.expect(`{"topic":"state/a/b","payload":2}`)
	v.say(`{"op":"unsub","prefix":"state/a/b"}`)
	v.expectNothing()
	h.publish("state/a/b", "3")
	v.expectNothing()
}

func TestPublish(t *testing.T) {
	h := open(t, Limits{}, proxy.Limits{}, tokenOf(""))
	peer := h.attach("test")
	defer peer.Close()
	if err := peer.Subscribe("t"); err != nil {
		t.Fatal(err)
	}
	v, hearer := h.dial(""), h.dial("?prefix=t")
	hearer.expectNothing() // and is subscribed
	for _, tt := range []struct {
		op, heard string
		frames    []string
	}{
		{`{"op":"pub","topic":"t","payload":{"do": "start"}}`, `{"topic":"t","payload":{"do":"start"}}`, []string{"t", `{"do":"start"}`}},
		{`{"op":"pub","topic":"t","payload":1,"meta":{"id":"a"}}`, `{"topic":"t","payload":1,"meta":{"id":"a"}}`, []string{"t", "1", `{"id":"a"}`}},
		{`{"op":"pub","topic_base64":"dP8=","payload_base64":"/w==","more":["eA=="]}`, `{"topic_base64":"dP8=","payload_base64":"/w==","more":["eA=="]}`, []string{"t\xff", "\xff", "x"}},
		{`{"op":"pub","topic":"t"}`, `{"topic":"t"}`, []string{"t"}},
	} {
		v.say(tt.op)
		hearer.expect(tt.heard)
		var got [][]byte
		await(t, "the message on the bus", func() bool {
			var ok bool
			got, ok = peer.Next()
			return ok
		})
		if !equal(got, framesOf(tt.frames)) {
			t.Errorf("%s: %q on the bus, want %q", tt.op, got, tt.frames)
		}
	}
	v.expectNothing()
}

func TestWills(t *testing.T) {
	h := open(t, Limits{}, proxy.Limits{}, tokenOf(""))
	hearer := h.dial("?prefix=online/")
	hearer.expectNothing()
	for name, leave := range map[string]func(v *visitor){
		"goodbye":    func(v *visitor) { _ = v.ws.Close(websocket.StatusNormalClosure, "") },
		"a lost TCP": func(v *visitor) { _ = v.ws.CloseNow() },
	} {
		v := h.dial("")
		v.say(`{"op":"pub","topic":"online/x/y","payload":{"online":true}}`)
		hearer.expect(`{"topic":"online/x/y","payload":{"online":true}}`)
		leave(v)
		hearer.expect(`{"topic":"online/x/y","payload":{"online":false,"reason":"connection lost"}…`)
		if t.Failed() {
			t.Fatal(name)
		}
	}
	hearer.expectNothing()
}

func TestWhoMayPublish(t *testing.T) {
	h := open(t, Limits{WrongTokens: 2}, proxy.Limits{}, tokenOf("secret"))
	pub := `{"op":"pub","topic":"t","payload":1}`
	refused := `{"error":"publishing needs a token: connect with the header \"Authorization: Bearer TOKEN\" or with ?token=TOKEN, or send {\"op\":\"auth\",\"token\":TOKEN}","op":"pub"}`
	hearer := h.dial("?prefix=t")
	hearer.say(pub)
	hearer.expect(refused)

	v := h.dial("?token=secret")
	v.say(pub)
	hearer.expect(`{"topic":"t","payload":1}`)

	v = h.dial("?token=wrong")
	v.say(pub)
	v.say(`{"op":"auth","token":"wrong"}`)
	v.say(`{"op":"auth","token":"secret"}`)
	v.say(pub)
	v.expect(refused, `{"error":"wrong token","op":"auth"}`, `{"op":"auth","ok":true}`)
	hearer.expect(`{"topic":"t","payload":1}`)
	v.say(`{"op":"auth","token":""}`)
	v.expect(`{"error":"wrong token","op":"auth"}`)
	v.expectClose(websocket.StatusPolicyViolation)
	hearer.expectNothing()

	nobody := open(t, Limits{}, proxy.Limits{}, nil).dial("")
	nobody.say(pub)
	nobody.say(`{"op":"auth","token":""}`)
	nobody.expect(refused, `{"error":"wrong token","op":"auth"}`)
}

func TestErrorsGoOn(t *testing.T) {
	h := open(t, Limits{}, proxy.Limits{Subscriptions: 2, SubscriptionBytes: 10}, tokenOf(""))
	v := h.dial("?prefix=a&prefix=b&prefix=c")
	v.expect(`{"error":"over the quota: …`)
	for _, tt := range []struct{ op, want string }{
		{`hello`, `{"error":"no JSON: invalid character 'h' looking for beginning of value, at byte 1","op":null}`},
		{`{"op":"sub","prefix":"d"}`, `{"error":"over the quota: …`},
		{`{"op":"sub","prefix":"01234567890"}`, `{"error":"over the quota: …`},
		{`{"op":"pub","topic":"t","payload":1,"more":[` + strings.Repeat(`"",`, 1100) + `""]}`, `{"error":"over the limit: more than 1024 frames in a message (--max-parts)","op":"pub"}`},
	} {
		v.say(tt.op)
		v.expect(tt.want)
	}
	if err := v.ws.Write(context.Background(), websocket.MessageBinary, []byte(`{"op":"sub","prefix":""}`)); err != nil {
		t.Fatal(err)
	}
	v.expect(`{"error":"a binary frame: want text frames","op":null}`)
	h.publish("b", "1")
	v.expect(`{"topic":"b","payload":1}`)
	if st := h.gateway.Stats(); st.Errors != 6 || st.In.Messages != 5 || st.Out.Messages != 1 {
		t.Errorf("%+v", st)
	}
}

func TestTooLong(t *testing.T) {
	h := open(t, Limits{MessageBytes: 1000}, proxy.Limits{}, tokenOf(""))
	v := h.dial("?prefix=t")
	op := `{"op":"pub","topic":"t","payload":"%s"}`
	v.say(fmt.Sprintf(op, strings.Repeat("x", 1002-len(op))))
	v.expect(`{"topic":"t","payload":"xxxx…`)
	v.say(fmt.Sprintf(op, strings.Repeat("x", 1_000_000)))
	v.expectClose(websocket.StatusMessageTooBig)
	h.awaitClients(0)
	if st := h.gateway.Stats(); st.Cut != 1 {
		t.Errorf("%+v", st)
	}
}

func TestTheEndOfTheGateway(t *testing.T) {
	t.Parallel()
	h := open(t, Limits{}, proxy.Limits{}, nil)
	var all []*visitor
	for range 20 {
		all = append(all, h.dial("?prefix="))
	}
	deaf := h.raw("?prefix=") // never answers a close frame
	h.awaitClients(21)
	began := time.Now()
	h.end()
	if took := time.Since(began); took > 3*closeTime {
		t.Errorf("took %v", took)
	}
	if n := h.gateway.Stats().Clients; n != 0 {
		t.Errorf("%d clients are left", n)
	}
	for _, v := range all {
		for {
			if _, err := v.hear(); err != nil {
				if websocket.CloseStatus(err) != websocket.StatusGoingAway {
					t.Error(err)
				}
				break
			}
		}
	}
	deaf.expectEnd()
	h.refused("", http.StatusServiceUnavailable, "not serving")
}

// refused wants an HTTP error for a request to become a client.
func (h *house) refused(query string, status int, text string) {
	h.t.Helper()
	_, resp, err := websocket.Dial(context.Background(), h.url(query), nil)
	if err == nil || resp == nil || resp.StatusCode != status {
		h.t.Fatalf("%v, %v; want status %d", err, resp, status)
	}
	if b, _ := io.ReadAll(resp.Body); !strings.Contains(string(b), text) {
		h.t.Errorf("%s, want %s", b, text)
	}
}

func TestRefusals(t *testing.T) {
	before := New(Config{Log: slog.New(slog.DiscardHandler)}) // does not run
	h := open(t, Limits{Clients: 2}, proxy.Limits{}, nil)
	served := h.server.Config.Handler
	h.server.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Has("early") {
			before.ServeHTTP(w, r)
			return
		}
		served.ServeHTTP(w, r)
	})
	h.refused("?early", http.StatusServiceUnavailable, "not serving: try again later")
	h.refused("?prefix=%zz", http.StatusBadRequest, `invalid URL escape "%zz"`)
	a, b := h.dial(""), h.dial("")
	h.awaitClients(2)
	h.refused("", http.StatusServiceUnavailable, "2 WebSocket clients are served already")
	_ = a.ws.Close(websocket.StatusNormalClosure, "")
	h.awaitClients(1)
	h.dial("")
	b.expectNothing()
	resp, err := http.Get(h.url(""))
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	h.awaitClients(2)
	if st := h.gateway.Stats(); st.Ever != 3 || st.Refused != 3 || st.Cut != 0 {
		t.Errorf("%+v", st)
	}
}

func TestStatsAndDrops(t *testing.T) {
	h := open(t, Limits{}, proxy.Limits{}, tokenOf(""))
	v := h.dial("?prefix=t")
	op, heard := `{"op":"pub","topic":"t","payload":1}`, `{"topic":"t","payload":1}`
	for range 3 {
		v.say(op)
		v.expect(heard)
	}
	want := Stats{Clients: 1, Ever: 1, In: Count{3, uint64(3 * len(op))}, Out: Count{3, uint64(3 * len(heard))}}
	if st := h.gateway.Stats(); st != want {
		t.Errorf("%+v, want %+v", st, want)
	}
	_ = v.ws.Close(websocket.StatusNormalClosure, "")
	h.awaitClients(0)
	want.Clients = 0
	if st := h.gateway.Stats(); st != want {
		t.Errorf("after it has left: %+v, want %+v", st, want)
	}
}
