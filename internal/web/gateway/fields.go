package gateway

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// field is a member of an op: its value as it was written.
type field struct {
	key   string
	value []byte
}

// fields are the members of an op, each key once.
type fields []field

// maxFields is how many members are read of an op; none has as many.
const maxFields = 16

// parseFields reads the members of one JSON object.
func parseFields(b []byte) (fields, error) {
	i := space(b, 0)
	if i < len(b) && b[i] != '{' && isValue(b) {
		return nil, fmt.Errorf("%s: want an object, such as %s", kindOf(b[i:]), exampleOp)
	}
	if i == len(b) || b[i] != '{' {
		return nil, badJSON(b)
	}
	var f fields
	i = space(b, i+1)
	for last := i < len(b) && b[i] == '}'; !last; {
		key, from := memberAt(b, i)
		if from < 0 {
			return nil, badJSON(b)
		}
		end := valueEnd(b, from, 0)
		if end < 0 {
			return nil, badJSON(b)
		}
		if err := f.add(unquote(b[i:key]), b[space(b, from):end]); err != nil {
			return nil, err
		}
		if i = space(b, end); i == len(b) || b[i] != '}' && b[i] != ',' {
			return nil, badJSON(b)
		}
		if last = b[i] == '}'; !last {
			i = space(b, i+1)
		}
	}
	if space(b, i+1) < len(b) {
		return nil, badJSON(b)
	}
	return f, nil
}

func (f *fields) add(key string, value []byte) error {
	if f.has(key) {
		return fmt.Errorf("the key %.40q stands there twice", key)
	}
	if len(*f) == maxFields {
		return fmt.Errorf("more than %d keys: no op has as many", maxFields)
	}
	*f = append(*f, field{key, value})
	return nil
}

// badJSON says where b is no JSON.
func badJSON(b []byte) error {
	var any json.RawMessage
	var syntax *json.SyntaxError
	if err := json.Unmarshal(b, &any); errors.As(err, &syntax) {
		return fmt.Errorf("no JSON: %s, at byte %d", syntax.Error(), syntax.Offset)
	}
	return fmt.Errorf("nested more than %d deep", maxDepth)
}

func (f fields) find(key string) (value []byte, ok bool) {
	for i := range f {
		if f[i].key == key {
			return f[i].value, true
		}
	}
	return nil, false
}

func (f fields) has(key string) bool {
	_, ok := f.find(key)
	return ok
}

// text returns the value of a key that must be there, and a string.
func (f fields) text(key string) (string, error) {
	value, ok := f.find(key)
	if !ok {
		return "", fmt.Errorf("no %q", key)
	}
	if value[0] != '"' {
		return "", fmt.Errorf("%q is %s: want a string", key, kindOf(value))
	}
	return unquote(value), nil
}

// bytes returns the value of a key that must be there, as a string under its own name or
// in base64 under the other.
func (f fields) bytes(key string) ([]byte, error) {
	coded := key + "_base64"
	if !f.has(coded) {
		s, err := f.text(key)
		if err != nil && !f.has(key) {
			return nil, fmt.Errorf("no %q, and no %q either", key, coded)
		}
		return []byte(s), err
	}
	if f.has(key) {
		return nil, fmt.Errorf("both %q and %q: want one of them", key, coded)
	}
	value, _ := f.find(coded)
	return decode(coded, value)
}

// decode reads a string in base64.
func decode(key string, value []byte) ([]byte, error) {
	if value[0] != '"' {
		return nil, fmt.Errorf("%q is %s: want a string in base64", key, kindOf(value))
	}
	b, err := base64.StdEncoding.DecodeString(unquote(value))
	if err != nil {
		return nil, fmt.Errorf("%q: %w: want base64 as of RFC 4648, section 4, with padding", key, err)
	}
	return b, nil
}

// unquote returns what a valid JSON string says.
func unquote(quoted []byte) string {
	if bytes.IndexByte(quoted, '\\') < 0 {
		return string(quoted[1 : len(quoted)-1])
	}
	var s string
	if json.Unmarshal(quoted, &s) != nil {
		return "" // cannot be: it is valid
	}
	return s
}

// kindOf says what a valid JSON value is.
func kindOf(value []byte) string {
	switch value[0] {
	case '"':
		return "a string"
	case '{':
		return "an object"
	case '[':
		return "a list"
	case 't', 'f':
		return "a boolean"
	case 'n':
		return "null"
	}
	return "a number"
}

// validUTF8 is for texts that may repeat what a client has sent.
func validUTF8(s string) []byte { return []byte(strings.ToValidUTF8(s, "\uFFFD")) }
