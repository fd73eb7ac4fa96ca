package chronicle

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"homebus/internal/message"
	"homebus/internal/proxy"
)

var now = time.Date(2026, 11, 20, 6, 30, 0, 0, time.UTC).UnixNano()

func wire(frames ...string) []byte {
	var parts [][]byte
	for _, f := range frames {
		parts = append(parts, []byte(f))
	}
	return proxy.NewRaw(parts)
}

// said is a message with a meta.
func said(topic, payload, id, from, cause string) []byte {
	m := message.Message{Topic: topic, Payload: []byte(payload), Meta: &message.Meta{ID: id, From: from, Cause: cause}}
	return proxy.NewRaw(m.Frames())
}

func read(c *Chronicle) *Book {
	return c.Copy().Book(func(wire []byte) [][]byte { return proxy.Raw(wire).Frames() })
}

// found returns the page of an id that must be there.
func found(t *testing.T, b *Book, id string) Page {
	t.Helper()
	p, ok := b.Find(id)
	if !ok {
		t.Fatalf("%s is not remembered", id)
	}
	return p
}

func TestTheOldestIsForgottenFirstAndCounted(t *testing.T) {
	const bound = 64 << 10
	c := New(Bounds{bound, bound})
	const n = 5000
	for i := range n {
		c.Note(Acts, now, said("command/kitchen/coffee", `{"do":"brew"}`, fmt.Sprint(i), "bus", ""))
	}
	b := read(c)
	first := n
	for i := n - 1; i >= 0; i-- {
		if _, ok := b.Find(fmt.Sprint(i)); !ok {
			break
		}
		first = i
	}
	for i := range first {
		if _, ok := b.Find(fmt.Sprint(i)); ok {
			t.Fatalf("%d is remembered, and %d is not", i, first-1)
		}
	}
	if b.Forgotten != uint64(first) || len(b.entries) != n-first {
		t.Errorf("%d are forgotten and %d remembered, it says %d and %d", first, n-first, b.Forgotten, len(b.entries))
	}
	taken := 0
	for _, p := range c.classes[Acts].parts {
		taken += cap(p.bytes)
	}
	if one := len(said("command/kitchen/coffee", `{"do":"brew"}`, "1000", "bus", "")) + lengthBytes; taken > bound || (n-first)*one < bound*3/4 {
		t.Errorf("%d messages of %d bytes in %d bytes of %d", n-first, one, taken, bound)
	}
}

func TestReportsPushOutNoActs(t *testing.T) {
	c := New(Bounds{64 << 10, 64 << 10})
	c.Note(Acts, now, said("command/kitchen/coffee", `{"do":"brew"}`, "act", "bus", ""))
	for i := range 10_000 {
		c.Note(Reports, now, said("state/kitchen/coffee", `{"state":"brewing"}`, fmt.Sprint(i), "sim", "act"))
	}
	b := read(c)
	if chain := b.Chain(found(t, b, "9999")); len(chain.Links) != 2 || chain.End != Root {
		t.Errorf("the chain is %+v", chain)
	}
}

func TestWhatIsTooLongIsNotRemembered(t *testing.T) {
	c := New(DefaultBounds)
	c.Note(Acts, now, make([]byte, MaxMessage+1))
	c.Remark(strings.Repeat("x", message.MaxID+1), "step 1")
	c.Remark("", "step 1")
	if b := read(c); len(b.entries) != 0 || len(b.remarks) != 0 {
		t.Errorf("it remembers %d messages, %d remarks", len(b.entries), len(b.remarks))
	}
	New(Bounds{}).Note(Acts, now, wire("t", "")) // nowhere
}

// A chain of messages, nearest last, and what it is in words.
func TestChains(t *testing.T) {
	press := said("command/bathroom/switch", `{"do":"press"}`, "ask", "mirror", "")
	pressed := said("event/bathroom/switch", `{"event":"press"}`, "press", "bathroom/switch", "ask")
	running := said("scene/morning", `{"state":"running","reason":"bathroom/switch press"}`, "run", "bus", "press")
	brew := said("command/kitchen/coffee", `{"do":"brew","cups":4}`, "brew", "bus", "run")
	brewing := said("state/kitchen/coffee", `{"state":"brewing"}`, "state", "sim", "brew")
	long := strings.Repeat("x", message.MaxID+1)
	deep := [][]byte{said("t", "", "0", "a", "")}
	for i := range 2 * MaxLinks {
		deep = append(deep, said("t", "", fmt.Sprint(i+1), "a", fmt.Sprint(i)))
	}
	for name, tt := range map[string]struct {
		passed  [][]byte
		remarks map[string]string
		links   int
		end     End
		missing string
		line    string
	}{
		"from the report to who pressed": {
			passed: [][]byte{press, pressed, running, brew, brewing}, remarks: map[string]string{"brew": "step 2"},
			links: 5, end: Root, line: "kitchen/coffee brewing ← scene morning, step 2 ← bathroom/switch pressed by mirror",
		},
		"no step is known": {
			passed: [][]byte{press, pressed, running, brew, brewing},
			links:  5, end: Root, line: "kitchen/coffee brewing ← scene morning ← bathroom/switch pressed by mirror",
		},
		"a command is asked about": {
			passed: [][]byte{press, pressed, running, brew}, remarks: map[string]string{"brew": "step 2"},
			links: 4, end: Root, line: "kitchen/coffee brew cups=4 ← scene morning, step 2 ← bathroom/switch pressed by mirror",
		},
		"nobody pressed it from afar": {
			passed: [][]byte{said("event/bathroom/switch", `{"event":"press"}`, "press", "bathroom/switch", ""), running, brew, brewing},
			links:  4, end: Root, line: "kitchen/coffee brewing ← scene morning ← bathroom/switch pressed",
		},
		"the press is forgotten": {
			passed: [][]byte{running, brew, brewing}, links: 3, end: Unknown, missing: "press",
			line: "kitchen/coffee brewing ← scene morning ← bathroom/switch pressed (not remembered)",
		},
		"the command is forgotten": {
			passed: [][]byte{brewing}, links: 1, end: Unknown, missing: "brew",
			line: "kitchen/coffee brewing ← something that is not remembered",
		},
		"asked for by a person": {
			passed: [][]byte{said("command/kitchen/coffee", `{"do":"brew"}`, "brew", "bus send", ""), brewing},
			links:  2, end: Root, line: "kitchen/coffee brewing ← brew by bus send",
		},
		"a time of day": {
			passed: [][]byte{said("scene/morning", `{"state":"running","reason":"07:30"}`, "run", "bus", ""), brew, brewing},
			links:  3, end: Root, line: "kitchen/coffee brewing ← scene morning ← at 07:30",
		},
		"another kind of trigger": {
			passed: [][]byte{said("scene/morning", `{"state":"running","reason":"sunset -20m"}`, "run", "bus", ""), brew, brewing},
			links:  3, end: Root, line: "kitchen/coffee brewing ← scene morning ← sunset -20m",
		},
		"a script's raw topic": {
			passed: [][]byte{said("scene/morning", `{"state":"running","reason":"topic light ON"}`, "run", "bus", ""), brew, brewing},
			links:  3, end: Root, line: "kitchen/coffee brewing ← scene morning ← light ON, from somebody who gave no meta",
		},
		"a script's press": {
			passed: [][]byte{said("scene/morning", `{"state":"running","reason":"bathroom/switch press"}`, "run", "bus", ""), brew, brewing},
			links:  3, end: Root, line: "kitchen/coffee brewing ← scene morning ← bathroom/switch pressed, from somebody who gave no meta",
		},
		"run by hand": {
			passed: [][]byte{said("command/scene/morning", `{"do":"run"}`, "ask", "mirror", ""), said("scene/morning", `{"state":"running","reason":"by mirror"}`, "run", "bus", "ask"), brew, brewing},
			links:  4, end: Root, line: "kitchen/coffee brewing ← scene morning ← run by mirror",
		},
		"run by hand, without meta": {
			passed: [][]byte{said("scene/morning", `{"state":"running","reason":"by hand"}`, "run", "bus", ""), brew, brewing},
			links:  3, end: Root, line: "kitchen/coffee brewing ← scene morning ← run by hand",
		},
		"a scene that failed runs another": {
			passed: [][]byte{
				press, pressed, running, said("scene/morning", `{"state":"failed","error":"step 5: after 12m not yet"}`, "failed", "bus", "run"),
				said("scene/coffee-failed", `{"state":"running","reason":"scene morning"}`, "other", "bus", "failed"),
				said("notice/home", `{"text":"No coffee"}`, "notice", "bus", "other"),
			},
			remarks: map[string]string{"notice": "step 2"}, links: 6, end: Root,
			line: "“No coffee” ← scene coffee-failed, step 2 ← scene morning failed: step 5: after 12m not yet ← bathroom/switch pressed by mirror",
		},
		"a scene runs another": {
			passed:  [][]byte{pressed, running, said("scene/other", `{"state":"running"}`, "other", "bus", "run"), said("scene/other", `{"state":"done"}`, "done", "bus", "other")},
			remarks: map[string]string{"other": "step 3"}, links: 4, end: Unknown, missing: "ask",
			line: "scene other done ← scene morning, step 3 ← bathroom/switch pressed ← something that is not remembered",
		},
		"a report is the cause": {
			passed: [][]byte{brew, said("state/kitchen/coffee", `{"state":"warming"}`, "warm", "sim", "brew"), said("scene/ready", `{"state":"running","reason":"kitchen/coffee warming"}`, "ready", "bus", "warm"), said("notice/home", `{"text":"Ready"}`, "notice", "bus", "ready")},
			links:  4, end: Unknown, missing: "run", line: "“Ready” ← scene ready ← kitchen/coffee warming ← brew cups=4 ← something that is not remembered",
		},
		"a scene that has not run": {
			passed: [][]byte{said("scene/morning", `{"state":"idle","runs":0}`, "idle", "bus", "")},
			links:  1, end: Root, line: "scene morning idle",
		},
		"no cause":               {passed: [][]byte{said("state/hall/light", `{"state":"off"}`, "state", "sim", "")}, links: 1, end: Root, line: "hall/light off ← no cause named"},
		"an empty sender":        {passed: [][]byte{said("command/a/b", `{"do":"on"}`, "x", "", "")}, links: 1, end: Root, line: "a/b on"},
		"its own cause":          {passed: [][]byte{said("t", "x", "a", "a", "a")}, links: 1, end: Circle, line: "t x ← and so on in a circle"},
		"a circle":               {passed: [][]byte{said("t", "1", "a", "a", "b"), said("t", "2", "b", "a", "a")}, links: 2, end: Circle, line: "t 2 ← t 1 ← and so on in a circle"},
		"an id in other letters": {passed: [][]byte{wire("t", "1", `{"id":"a\u0062c"}`), wire("t", "2", `{"id":"x","cause":"abc"}`)}, links: 2, end: Root, line: "t 2 ← t 1"},
		"an id comes twice":      {passed: [][]byte{said("t", "1", "a", "a", ""), said("t", "2", "a", "a", "b"), said("t", "3", "b", "a", "a")}, links: 2, end: Root, line: "t 3 ← t 1"},
		"too long":               {passed: deep, links: MaxLinks, end: TooLong, line: strings.Repeat("t ← ", MaxLinks) + "and so on"},
		"a cause that is too":    {passed: [][]byte{said("t", "1", long, "a", ""), said("t", "2", "b", "a", long)}, links: 1, end: Unknown, missing: long, line: "t 2 ← something that is not remembered"},
	} {
		c := New(DefaultBounds)
		for _, w := range tt.passed {
			c.Note(Acts, now, w)
		}
		for id, text := range tt.remarks {
			c.Remark(id, text)
		}
		b := read(c)
		chain := b.Chain(b.page(b.entries[len(b.entries)-1]))
		if got := chain.Line(); got != tt.line || len(chain.Links) != tt.links || chain.End != tt.end || chain.Missing != tt.missing {
			t.Errorf("%s:\n got %q\nwant %q\n%d links, want %d; end %q, want %q; missing %q, want %q",
				name, got, tt.line, len(chain.Links), tt.links, chain.End, tt.end, chain.Missing, tt.missing)
		}
	}
}

func TestWithoutMeta(t *testing.T) {
	for _, tt := range []struct {
		frames []string
		end    End
		line   string
	}{
		{[]string{"light", "ON"}, NoMeta, "light ON, from somebody who gave no meta"},
		{[]string{"light ON"}, NoMeta, "light ON, from somebody who gave no meta"},
		{[]string{"event/a/b", `{"event":"press"}`}, NoMeta, "a/b pressed, from somebody who gave no meta"},
		{[]string{"command/a/b", `{"do":"on"}`}, NoMeta, "a/b on by somebody who gave no meta"},
		{[]string{"command/a/b", `{"do":"on"}`, "no meta"}, NoMeta, "a/b on, whose meta cannot be read"},
		{[]string{"command/a/b", `{"do":"on"}`, `{"id":7}`, "more"}, NoMeta, "a/b on, whose meta cannot be read"},
		{[]string{"command/a/b", `{"do":"on"}`, `{"id":"x","from":"me"}`, "more"}, Root, "a/b on by me"},
	} {
		c := New(DefaultBounds)
		c.Note(Acts, now, wire(tt.frames...))
		b := read(c)
		if chain := b.Chain(b.page(b.entries[0])); chain.End != tt.end || chain.Line() != tt.line {
			t.Errorf("%q: %q, %q; want %q, %q", tt.frames, chain.End, chain.Line(), tt.end, tt.line)
		}
	}
}

// A script's command has no id that the appliance could name. The one that was there
// before the appliance changed may be the cause, and no other.
func TestPerhaps(t *testing.T) {
	brew, stop := wire("command/kitchen/coffee", `{"do":"brew"}`), wire("command/kitchen/coffee", `{"do":"stop"}`)
	heating, idle := said("state/kitchen/coffee", `{"state":"heating"}`, "h", "sim", ""), said("state/kitchen/coffee", `{"state":"idle"}`, "i", "sim", "")
	other := wire("command/kitchen/coffee-2", `{"do":"brew"}`)
	for name, tt := range map[string]struct {
		passed [][]byte
		want   string // the payload
	}{
		"it is":                       {[][]byte{idle, brew, other, heating}, `{"do":"brew"}`},
		"one that came afterwards":    {[][]byte{idle, brew, heating, stop}, `{"do":"brew"}`},
		"nobody commanded":            {[][]byte{idle, other, heating}, ""},
		"the change is not known":     {[][]byte{brew, idle}, ""},
		"who gave a meta was not it":  {[][]byte{said("command/kitchen/coffee", `{"do":"brew"}`, "x", "bus", ""), heating}, ""},
		"nor who gave a strange meta": {[][]byte{wire("command/kitchen/coffee", `{"do":"brew"}`, "meta"), heating}, ""},
	} {
		c := New(DefaultBounds)
		for _, w := range tt.passed {
			c.Note(Acts, now, w)
		}
		b := read(c)
		b.Add(heating) // as the last value has it
		last := b.Read(heating)
		p, ok := b.Perhaps(b.Chain(last))
		if string(p.Payload) != tt.want || ok != (tt.want != "") {
			t.Errorf("%s: %q, %t; want %q", name, p.Payload, ok, tt.want)
		}
	}
}

// Whatever strangers write into their metas, a chain ends and can be told.
func FuzzChain(f *testing.F) {
	f.Add([]byte("state/a/b"), []byte(`{"state":"on"}`), []byte(`{"id":"1","cause":"2"}`), []byte("scene/x"), []byte(`{"state":"running","reason":"07:30"}`), []byte(`{"id":"2","cause":"1"}`))
	f.Add([]byte("command/a/b"), []byte(`{"do":"on"}`), []byte(`{"id":"1"}`), []byte("event/a/b"), []byte(`{"event":"press"}`), []byte(`{"id":"2","cause":"1"}`))
	f.Fuzz(func(t *testing.T, topic1, payload1, meta1, topic2, payload2, meta2 []byte) {
		c := New(Bounds{16 << 10, 16 << 10})
		c.Note(Acts, now, proxy.NewRaw([][]byte{topic1, payload1, meta1}))
		c.Note(Reports, now, proxy.NewRaw([][]byte{topic2, payload2, meta2}))
		c.Note(Acts, now, topic1) // no message at all
		c.Remark(string(meta1), string(payload1))
		b := read(c)
		for _, e := range b.entries {
			p := b.page(e)
			chain := b.Chain(p)
			if n := len(chain.Links); n == 0 || n > len(b.entries) || chain.End == "" {
				t.Fatalf("%d links of %d messages, end %q", n, len(b.entries), chain.End)
			}
			if first, ok := b.Find(p.ID()); p.ID() != "" && len(p.ID()) <= message.MaxID && (!ok || first.ID() != p.ID()) {
				t.Errorf("the message with the id %q is not found", p.ID())
			}
			if line := chain.Line(); len(line) > 8<<10 {
				t.Errorf("a line of %d bytes", len(line))
			}
			b.Perhaps(chain)
		}
	})
}
