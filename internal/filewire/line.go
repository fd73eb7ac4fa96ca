package filewire

import (
	"encoding/json"
	"fmt"
	"unicode/utf8"
)

// Line is the payload of a line: where it stands, and what it says.
type Line struct {
	// Offset is where it begins in its generation, End where the next begins: both in
	// bytes. End-Offset is the length of the line with the newline that ends it.
	Offset int64 `json:"offset"`
	End    int64 `json:"end"`
	// Generation names the generation.
	Generation string `json:"generation"`
	// Text is the line without its newline. A carriage return before that stays.
	Text *string `json:"line,omitempty"`
	// Base64 is what Text would be, of a line that is no UTF-8.
	Base64 []byte `json:"line_base64,omitempty"`
	// Part says that no newline ends it: it is a part of a line longer than MaxLine, or
	// the last one of a file that was rotated away without one.
	Part bool `json:"part,omitempty"`
}

// NewLine returns the Line of the bytes at an offset, with the newline in them if they
// have one.
func NewLine(generation string, offset int64, raw []byte) Line {
	l := Line{Offset: offset, End: offset + int64(len(raw)), Generation: generation}
	if n := len(raw) - 1; n >= 0 && raw[n] == '\n' {
		raw = raw[:n]
	} else {
		l.Part = true
	}
	if utf8.Valid(raw) {
		text := string(raw)
		l.Text = &text
	} else {
		l.Base64 = raw
	}
	return l
}

// ParseLine reads a payload.
func ParseLine(payload []byte) (Line, error) {
	var l Line
	if err := json.Unmarshal(payload, &l); err != nil {
		return Line{}, fmt.Errorf("a line: %w", err)
	}
	if got := int64(len(l.Bytes())); l.Offset < 0 || l.End < l.Offset || l.End-l.Offset != got {
		return Line{}, fmt.Errorf("a line from offset %d to end %d that has %d bytes", l.Offset, l.End, got)
	}
	return l, nil
}

// Bytes returns what the file holds from Offset to End.
func (l Line) Bytes() []byte {
	raw := l.Base64
	if l.Text != nil {
		raw = []byte(*l.Text)
	}
	if !l.Part {
		raw = append(raw[:len(raw):len(raw)], '\n')
	}
	return raw
}
