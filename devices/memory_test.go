package devices

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"unsafe"

	"homebus/internal/message"
	"homebus/internal/presence"
	"homebus/topics"
)

// The ids of 10,000 appliances must leave room for the appliances: with 4 KiB
// each they take 41 MB.
func TestMemoryIsSmall(t *testing.T) {
	var m memory
	for i := range 10 * rememberIDs {
		m.keep(fmt.Sprintf("0193495e-6e00-7000-8000-%012d", i), errors.New("no bread in the toaster"))
	}
	if size := cap(m.known) * int(unsafe.Sizeof(remembered{})); size > 4<<10 {
		t.Errorf("an appliance remembers its ids in %d bytes", size)
	}
	if n := cap(m.refusals); n > rememberRefusals {
		t.Errorf("an appliance remembers the reasons of %d refusals", n)
	}
}

func TestOldRefusalsStayRefused(t *testing.T) {
	h := newTestHouse(t, demoFlat()...)
	ask := func(id, do string) presence.Ack {
		return h.acked(h.note(h.fleet.Handle(h.now, message.Message{
			Topic: topics.Of(topics.KindCommand, testToaster), Payload: []byte(`{"do":"` + do + `"}`), Meta: &message.Meta{ID: id},
		})))
	}
	h.at("1s")
	first := ask("first", "load")
	for i := range rememberRefusals {
		ask(fmt.Sprint("other ", i), "fly")
	}
	if first.OK || first.Error == "" {
		t.Fatalf("loading a loaded toaster: %+v", first)
	}
	h.done("2s", testToaster, `{"do":"unload"}`)
	if again := ask("first", "load"); again.OK || again.Error != errRefusedBefore.Error() {
		t.Errorf("the repeat, when it could be done, is answered %+v", again)
	}
	if last := ask(fmt.Sprint("other ", rememberRefusals-1), "fly"); !strings.Contains(last.Error, "fly") {
		t.Errorf("a young refusal is answered %+v", last)
	}
}

// A stranger's meta can be of any size; what it led to keeps only what it needs.
func TestOnlyTheCauseOfAMetaIsKept(t *testing.T) {
	h := newTestHouse(t, demoFlat()...)
	meta := &message.Meta{ID: "a", From: strings.Repeat("x", 1<<20), Cause: strings.Repeat("y", 1<<20), Hops: 3}
	for _, kind := range []topics.Kind{topics.KindCommand, topics.KindFault} {
		payload := map[topics.Kind]string{topics.KindCommand: `{"do":"on"}`, topics.KindFault: `{"kind":"slow"}`}[kind]
		h.note(h.fleet.Handle(h.now, message.Message{Topic: topics.Of(kind, testLight), Payload: []byte(payload), Meta: meta}))
		meta.ID += "b"
	}
	h.note(h.fleet.Handle(h.now, message.Message{Topic: topics.Of(topics.KindCommand, testLight), Payload: []byte(`{"do":"off"}`), Meta: meta}))
	a := h.fleet.byID[testLight]
	for what, kept := range map[string]*message.Meta{"the course": a.cause, "the fault": a.faults[0].cause, "the late command": a.late[0].meta} {
		if kept.From != "" || kept.Cause != "" || kept.ID == "" || kept.Hops != 3 {
			t.Errorf("%s keeps id %q, %d hops, %d bytes of from, %d of cause", what, kept.ID, kept.Hops, len(kept.From), len(kept.Cause))
		}
	}
}
