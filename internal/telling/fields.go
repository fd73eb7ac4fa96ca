package telling

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
)

// Fields returns the texts, numbers (float64) and truths of a payload that is a JSON
// object, as far as it can be read: it may have been cut.
func Fields(payload []byte) map[string]any {
	dec := json.NewDecoder(bytes.NewReader(payload))
	if begin, err := dec.Token(); err != nil || begin != json.Delim('{') {
		return nil
	}
	fields := make(map[string]any)
	for {
		key, err := dec.Token()
		name, ok := key.(string)
		if err != nil || !ok {
			return fields
		}
		value, err := dec.Token()
		if err != nil {
			return fields
		}
		switch v := value.(type) {
		case string, float64, bool:
			fields[name] = v
		case json.Delim:
			if !skip(dec) {
				return fields
			}
		}
	}
}

// skip reads to the end of a list or an object that has begun.
func skip(dec *json.Decoder) bool {
	for depth := 1; depth > 0; {
		t, err := dec.Token()
		if err != nil {
			return false
		}
		switch t {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
	}
	return true
}

// text returns a field as text, "" if it is not there.
func text(v any) string {
	switch v := v.(type) {
	case string:
		return Shorten(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case bool:
		return strconv.FormatBool(v)
	}
	return ""
}

// maxText is how many bytes of a foreign text are told, maxWhy of one that says why
// something failed: what was found in place of what was waited for stands at its end.
const (
	maxText = 80
	maxWhy  = 240
)

// Shorten cuts a foreign text to some words, never inside a character.
func Shorten(s string) string { return cut(s, maxText) }

func cut(s string, most int) string {
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}

// why returns what a report says of why something failed, "" if nothing.
func why(said map[string]any) string {
	s, _ := said["error"].(string)
	return cut(s, maxWhy)
}
