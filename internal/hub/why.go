package hub

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"homebus/devices"
	"homebus/internal/chronicle"
	"homebus/internal/message"
	"homebus/internal/proxy"
	"homebus/internal/telling"
	"homebus/topics"
)

// Why is the answer to a question for causes, as JSON. It holds foreign text.
type Why struct {
	// Of is what was asked about: the id of an appliance, "scene/NAME", or the id of a
	// message.
	Of string `json:"of"`
	// Line tells it in one line, what was asked about first.
	Line string `json:"line"`
	// Links are the messages, each the cause of the one before.
	Links []Link `json:"links"`
	// End is how the links end; see chronicle.End. Missing is the id of a cause that is
	// not remembered.
	End     chronicle.End `json:"end"`
	Missing string        `json:"missing,omitempty"`
	// Perhaps is a command without meta that may be the cause which the last link does
	// not name.
	Perhaps *Link `json:"perhaps,omitempty"`
	// Forgotten counts the messages that the hub remembers no longer.
	Forgotten uint64 `json:"forgotten"`
}

// Link is one message of a chain of causes.
type Link struct {
	// At is when it was sent, by the sender's clock, in home time; without a meta, when
	// the hub heard it, to the second. nil if neither is known.
	At *time.Time `json:"at,omitempty"`
	// Words say it for people.
	Words string `json:"words"`
	Topic string `json:"topic"`
	// Payload may have been cut.
	Payload string `json:"payload"`
	// ID, From and Cause are of the meta; "" without one.
	ID    string `json:"id,omitempty"`
	From  string `json:"from,omitempty"`
	Cause string `json:"cause,omitempty"`
	// Step is the step of a scene that published it.
	Step string `json:"step,omitempty"`
}

// errNothing is why there is nothing to ask about.
var errNothing = errors.New(`of what? want a device such as "kitchen/coffee", a scene, or the id of a message`)

// Why returns what led to the present state of a device ("kitchen/coffee"), to that of a
// scene ("morning", "scene/morning"), or to a message, by its id. The error says that there
// is no such thing, and what was probably meant.
func (h *Hub) Why(of string) (Why, error) {
	if of == "" {
		return Why{}, errNothing
	}
	book, first, ok := h.look(of)
	if !ok {
		return Why{}, h.unknown(of, book)
	}
	return h.why(of, book, first), nil
}

// look makes a book of what is remembered, and finds in it what is asked about.
func (h *Hub) look(of string) (book *chronicle.Book, first chronicle.Page, ok bool) {
	var pages *chronicle.Pages
	var newest proxy.Raw
	var values []proxy.Raw
	h.forwarder.Inspect(func() {
		pages = h.memory.chronicle.Copy()
		newest = h.memory.newest(of)
		values = h.memory.lookedInto()
	})
	book = pages.Book(func(wire []byte) [][]byte { return proxy.Raw(wire).Frames() })
	for _, v := range values {
		book.Add(v)
	}
	if newest != nil {
		return book, book.Read(newest), true
	}
	first, ok = book.Find(of)
	return book, first, ok
}

// newest returns a copy of what tells best how a device or scene is now; nil if nothing
// does.
func (m *memory) newest(of string) proxy.Raw {
	places := []string{topics.Of(topics.KindState, of), topics.Of(topics.KindOnline, of)}
	if _, away := m.away[of]; away {
		slices.Reverse(places)
	}
	if name := strings.TrimPrefix(of, topics.AreaScene+"/"); topics.ValidWord(name) {
		places = []string{topics.Scene(name)}
	}
	for _, topic := range places {
		if v, ok := m.values.Get(topic); ok {
			return copied(v.message)
		}
	}
	return nil
}

// lookedInto returns copies of the last values of appliances, each of which may be a
// cause; none if there are too many for the bus to wait.
func (m *memory) lookedInto() (values []proxy.Raw) {
	for _, kind := range []topics.Kind{topics.KindState, topics.KindOnline} {
		if !m.values.More(kind.Prefix(), much) {
			m.values.Match(kind.Prefix(), func(_ string, s *slot) { values = append(values, copied(s.message)) })
		}
	}
	return values
}

// copied returns a copy of a message, shortened if it is long.
func copied(raw proxy.Raw) proxy.Raw {
	if len(raw) > chronicle.MaxMessage {
		return shortened(raw) // which is a copy
	}
	return slices.Clone(raw)
}

// why tells what led to first.
func (h *Hub) why(of string, book *chronicle.Book, first chronicle.Page) Why {
	chain := book.Chain(first)
	w := Why{Of: of, Line: chain.Line(), End: chain.End, Missing: chain.Missing, Forgotten: book.Forgotten}
	for _, p := range chain.Links {
		w.Links = append(w.Links, h.link(p))
	}
	if p, ok := book.Perhaps(chain); ok {
		link := h.link(p)
		w.Perhaps = &link
		w.Line = strings.TrimSuffix(w.Line, " ← "+chronicle.NoCause) + " ← perhaps " + telling.Command(telling.Fields(p.Payload)) + chronicle.By(p)
	}
	return w
}

// maxShown is how much of a payload is shown, in bytes.
const maxShown = 256

func (h *Hub) link(p chronicle.Page) Link {
	l := Link{Words: telling.Message(p.Message), Topic: p.Topic, Payload: string(p.Payload[:min(len(p.Payload), maxShown)]), Step: p.Remark}
	at := p.Heard
	if p.Meta != nil {
		l.ID, l.From, l.Cause, at = p.Meta.ID, p.Meta.From, p.Meta.Cause, p.Meta.At
	}
	if y := at.Year(); !at.IsZero() && y > 0 && y < 9999 { // which is what JSON can say
		at = at.In(h.zone())
		l.At = &at
	}
	return l
}

// zone is where the home is; UTC if nobody knows.
func (h *Hub) zone() *time.Location {
	if f := h.house.Load(); f != nil && f.Home.Zone != nil {
		return f.Home.Zone
	}
	return time.UTC
}

// mostNames is how many names are looked at for the one that was meant.
const mostNames = 5000

// unknown says that there is nothing of that name, and what was probably meant.
func (h *Hub) unknown(of string, book *chronicle.Book) error {
	if f := h.house.Load(); f != nil {
		if _, planned := f.Device(of); planned {
			return fmt.Errorf("%s has said nothing since the bus was started", of)
		}
	}
	names := h.names()
	if len(of) > message.MaxID {
		return fmt.Errorf("%q… is the name of nothing", of[:20])
	}
	if near, ok := devices.Nearest(of, names); ok {
		return fmt.Errorf("the bus knows no %q (did you mean %q?)", of, near)
	}
	if strings.Contains(of, "/") {
		return fmt.Errorf("the bus knows no %q", of)
	}
	return fmt.Errorf("the bus knows no scene %q, and remembers no message with that id (it has forgotten %d)", of, book.Forgotten)
}

// names are those of the appliances and scenes that have said something, unless there are
// too many.
func (h *Hub) names() (names []string) {
	h.forwarder.Inspect(func() {
		for _, kind := range []topics.Kind{topics.KindScene, topics.KindState, topics.KindOnline} {
			if h.memory.values.More(kind.Prefix(), mostNames) {
				continue
			}
			h.memory.values.Match(kind.Prefix(), func(topic string, _ *slot) {
				names = append(names, strings.TrimPrefix(topic, kind.Prefix()))
			})
		}
	})
	return names
}
