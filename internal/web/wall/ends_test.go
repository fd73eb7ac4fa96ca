package wall

import (
	"context"
	"net"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/coder/websocket"

	"homebus/internal/link"
	"homebus/internal/message"
	"homebus/internal/mirror/home"
)

// A page does not outlive its server, which waits for it.
func TestAPageEndsWithItsServer(t *testing.T) {
	s := newStage(t, nil)
	serving, end := context.WithCancel(s.ctx)
	server := httptest.NewUnstartedServer(s.wall)
	server.Config.BaseContext = func(net.Listener) context.Context { return serving }
	server.Start()
	defer server.Close()
	s.server.Close()
	s.server = server
	p := s.open()
	p.await("a picture", func() bool { return p.fulls == 1 })
	end()
	s.awaitPages(0)
}

// A page that sleeps answers nothing, and does not keep the bus from ending.
func TestAPageThatSleepsIsCutOff(t *testing.T) {
	s := newStage(t, nil)
	p := s.open()
	p.await("a picture", func() bool { return p.fulls == 1 })
	began := time.Now()
	s.stop()
	s.awaitPages(0)
	if took := time.Since(began); took > libraryPatience/2 {
		t.Errorf("it took %v, want about %v", took, farewellTime)
	}
}

// libraryPatience is how long the library waits for the answer to a close frame.
const libraryPatience = 5 * time.Second

// brittle is a bus on which publishing is a mistake of the program.
type brittle struct{ link.Link }

func (brittle) Publish(message.Message) error { panic("brittle") }

func TestAPanicEndsNothingElse(t *testing.T) {
	s := newStage(t, func(c *Config) { c.Link = brittle{c.Link} })
	p := s.open()
	p.await("the toaster", func() bool { return p.parts[toaster] != nil })
	if got := p.ask(`{"n":1,"op":"scene","name":"morning","do":"run"}`); got["error"] != "a mistake of this program" {
		t.Errorf("an act that panics: %v", got)
	}
	s.says("state/hall/lamp", `{"state":"on"}`)
	p.await("the lamp", func() bool { return p.parts["a:hall/lamp"] != nil })
}

// clumsy is an Authorizer that panics.
type clumsy struct{ door }

func (clumsy) Matches(string) bool { panic("clumsy") }

func TestAPanicEndsOnePage(t *testing.T) {
	s := newStage(t, func(c *Config) { c.Authorizer = clumsy{door("secret")} })
	good, bad := s.open(), s.open()
	if err := bad.conn.Write(s.ctx, websocket.MessageText, []byte(`{"n":1,"op":"auth","token":"x"}`)); err != nil {
		t.Fatal(err)
	}
	for {
		if _, _, err := bad.conn.Read(s.ctx); err != nil {
			if websocket.CloseStatus(err) != websocket.StatusInternalError {
				t.Error(err)
			}
			break
		}
	}
	if got := good.ask(`{"n":1,"op":"menu","id":"kitchen/toaster"}`); got["menu"] == nil {
		t.Errorf("another page: %v", got)
	}
}

// Whoever loads the house again waits for nobody, also when the wall does not run.
func TestReplan(t *testing.T) {
	w := New(Config{Plan: flat(t), Link: link.NewBus().Link("wall"), Authorizer: door("")})
	w.Replan(home.Plan{Name: "Old"})
	w.Replan(home.Plan{Name: "New"})
	if plan := <-w.desk.plans; plan.Name != "New" {
		t.Errorf("the plan is that of %q", plan.Name)
	}

	s := newStage(t, nil)
	p := s.open()
	p.await("the flat", func() bool { return p.parts["top"]["name"] == "Flat" })
	s.wall.Replan(home.Plan{Name: "House", Zone: time.UTC})
	p.await("the house", func() bool { return p.parts["top"]["name"] == "House" && p.parts[toaster] == nil })
}
