package main

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"homebus/internal/cli"
	"homebus/internal/jsonline"
	"homebus/internal/message"
)

// printer writes messages, a line each. One owner.
type printer struct {
	w *bufio.Writer
	// json: as JSON objects.
	json bool
	// careful: the lines end up on a terminal.
	careful bool
}

func newPrinter(w io.Writer, asJSON bool) *printer {
	return &printer{w: bufio.NewWriter(w), json: asJSON, careful: cli.IsTerminal(w)}
}

// print writes m. now says that no further message waits, so that the line is to
// be seen at once.
func (p *printer) print(m message.Message, now bool) error {
	switch {
	case p.json:
		line, err := jsonline.Marshal(newRecord(m))
		if err != nil {
			return fmt.Errorf("message on %q: %w", m.Topic, err)
		}
		p.w.Write(line)
	case p.careful:
		p.words(visible(m.Topic), visible(string(m.Payload)))
	default:
		p.words(m.Topic, string(m.Payload))
	}
	err := p.w.WriteByte('\n') // a bufio.Writer keeps its first error
	if now && err == nil {
		err = p.flush()
	}
	return err
}

// words writes topic and payload with a space between them, or the topic alone.
func (p *printer) words(topic, payload string) {
	p.w.WriteString(topic)
	if payload != "" {
		p.w.WriteByte(' ')
		p.w.WriteString(payload)
	}
}

func (p *printer) flush() error { return p.w.Flush() }

// record is a message as a JSON object.
type record struct {
	Topic         *string       `json:"topic,omitempty"`
	TopicBase64   []byte        `json:"topic_base64,omitempty"`
	Payload       *string       `json:"payload,omitempty"`
	PayloadBase64 []byte        `json:"payload_base64,omitempty"`
	Meta          *message.Meta `json:"meta,omitempty"`
	More          [][]byte      `json:"more,omitempty"`
}

func newRecord(m message.Message) record {
	r := record{Meta: m.Meta, More: m.More}
	r.Topic, r.TopicBase64 = textOrBytes([]byte(m.Topic))
	r.Payload, r.PayloadBase64 = textOrBytes(m.Payload)
	return r
}

// textOrBytes returns b as a text if it is one, otherwise as bytes; nil, a frame
// that is not there, is neither.
func textOrBytes(b []byte) (*string, []byte) {
	if b == nil || !utf8.Valid(b) {
		return nil, b
	}
	s := string(b)
	return &s, nil
}

// visible returns s with everything that a terminal would obey or hide as an
// escape: control characters, format characters such as bidi marks, and bytes
// that are no UTF-8.
func visible(s string) string {
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(s[i:], "\uFFFD"):
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case unicode.IsGraphic(r):
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r < 0x80:
			fmt.Fprintf(&b, `\x%02x`, r)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}
