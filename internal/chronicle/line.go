package chronicle

import (
	"bytes"
	"slices"
	"strings"

	"homebus/internal/telling"
	"homebus/topics"
)

// stranger is who sent a message without meta.
const stranger = "somebody who gave no meta"

// NoCause is what Line says of a report alone that names no cause.
const NoCause = "no cause named"

// Line tells the chain in one line, the message first and then what led to it: "kitchen/coffee
// brewing ← scene morning, step 2 ← bathroom/switch pressed by mirror". It holds foreign
// text; see package telling.
func (c Chain) Line() string { return strings.Join(c.phrases(), " ← ") }

// phrases are the causes as a person counts them: a scene's command and the scene are
// one, and so are a press and who asked for it.
func (c Chain) phrases() []string {
	var phrases []string
	for i := 0; i < len(c.Links); {
		text, links := c.phrase(i)
		phrases = append(phrases, text)
		i += links
	}
	last := c.Links[len(c.Links)-1]
	switch reason := reasonOf(last); {
	case c.End == Circle:
		return append(phrases, "and so on in a circle")
	case c.End == TooLong:
		return append(phrases, "and so on")
	case c.End == Root && reason != "":
		return append(phrases, reason+withoutMeta(last))
	case c.End == Unknown && reason != "":
		return append(phrases, reason+" (not remembered)")
	case c.End == Unknown:
		return append(phrases, "something that is not remembered")
	case c.End == Root && len(c.Links) == 1 && c.topic(0).Kind == topics.KindState:
		return append(phrases, NoCause)
	case c.End == NoMeta && last.Strange:
		phrases[len(phrases)-1] += ", whose meta cannot be read"
	case c.End == NoMeta && !strings.HasSuffix(phrases[len(phrases)-1], stranger):
		phrases[len(phrases)-1] += ", from " + stranger
	}
	return phrases
}

// phrase tells link i, and how many links that tells.
func (c Chain) phrase(i int) (text string, links int) {
	p, t := c.Links[i], c.topic(i)
	switch t.Kind {
	case topics.KindEvent:
		if next := c.topic(i + 1); next.Kind == topics.KindCommand && next.ID() == t.ID() && c.isFirst(i+1) {
			return telling.Message(p.Message) + By(c.Links[i+1]), 2
		}
	case topics.KindCommand:
		return c.command(i)
	case topics.KindScene:
		return c.scene(i)
	}
	return telling.Message(p.Message), 1
}

// command tells a command. To whoever obeyed it, the scene that sent it matters.
func (c Chain) command(i int) (text string, links int) {
	p, t := c.Links[i], c.topic(i)
	obeyed := i > 0 && (c.topic(i-1).ID() == t.ID() || t.Area == topics.AreaScene && c.topic(i-1).Kind == topics.KindScene)
	switch next := c.topic(i + 1); {
	case obeyed && next.Kind == topics.KindScene:
		text, links = c.scene(i + 1)
		return text, 1 + links
	case obeyed:
		text = telling.Command(telling.Fields(p.Payload))
	default:
		text = telling.Message(p.Message)
	}
	if c.isFirst(i) {
		text += By(p)
	}
	return text, 1
}

// scene tells a report of a scene, together with the one that its run began with.
func (c Chain) scene(i int) (text string, links int) {
	p, t := c.Links[i], c.topic(i)
	links = 1
	if next := c.topic(i + 1); next.Kind == topics.KindScene && next.Name == t.Name {
		links = 2
	}
	state := telling.Scene(telling.Fields(p.Payload))
	if i > 0 && state == "running" {
		text = "scene " + t.Name
	} else {
		text = telling.Message(p.Message)
	}
	if i > 0 && c.Links[i-1].Remark != "" {
		text += ", " + telling.Shorten(c.Links[i-1].Remark)
	}
	return text, links
}

// topic is that of link i, taken apart; none is of no kind.
func (c Chain) topic(i int) topics.Topic {
	if i >= len(c.Links) {
		return topics.Topic{}
	}
	t, _ := topics.Parse(c.Links[i].Topic)
	return t
}

// isFirst reports whether nothing that is known led to link i.
func (c Chain) isFirst(i int) bool {
	return i == len(c.Links)-1 && (c.End == Root || c.End == NoMeta)
}

// By says who sent a message, behind what is said of it: " by mirror"; "" if nobody knows.
func By(p Page) string {
	switch {
	case p.Strange:
		return ""
	case p.Meta == nil:
		return " by " + stranger
	case p.Meta.From == "":
		return ""
	}
	return " by " + telling.Shorten(p.Meta.From)
}

// reasonOf returns what a scene's report says it was started by, in words; "" if p is none.
func reasonOf(p Page) string {
	if t, ok := topics.Parse(p.Topic); !ok || t.Kind != topics.KindScene {
		return ""
	}
	reason, _ := telling.Fields(p.Payload)["reason"].(string)
	return telling.Reason(reason)
}

// withoutMeta says of a scene's report that names no cause why that is so: what started
// the scene was a message, and had no meta; or it was no message, but a time.
func withoutMeta(p Page) string {
	reason, _ := telling.Fields(p.Payload)["reason"].(string)
	what, _, _ := strings.Cut(reason, " ")
	if _, _, isDevice := topics.SplitID(what); isDevice || what == "topic" {
		return ", from " + stranger
	}
	return ""
}

// Perhaps returns the command that may have led to the last of c, which is the report of
// an appliance that names no cause: the newest that the appliance was sent without a
// meta before it came to be as it is. ok is false if there is none.
func (b *Book) Perhaps(c Chain) (command Page, ok bool) {
	last := len(c.Links) - 1
	t := c.topic(last)
	if t.Kind != topics.KindState || c.End != Root && c.End != NoMeta {
		return Page{}, false
	}
	device, topic := []byte(t.ID()), topics.Of(topics.KindCommand, t.ID())
	word := telling.Message(c.Links[last].Message)
	began := false
	for _, e := range slices.Backward(b.entries) {
		if !bytes.Contains(e.wire, device) { // most are of others
			continue
		}
		switch p := b.page(e); {
		case p.Topic == c.Links[last].Topic && !began && !p.Heard.IsZero():
			began = telling.Message(p.Message) == word
		case p.Topic == topic && p.Meta == nil && !p.Strange && began:
			return p, true
		}
	}
	return Page{}, false
}
