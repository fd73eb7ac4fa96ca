package scene

import (
	"fmt"
	"strings"
)

// mostNamed is how many values a text can name.
const mostNamed = 100

// parseText reads a sentence with values in braces: "{kitchen/coffee.water_ml}";
// "{kitchen/coffee}" is its state, and "{{" and "}}" are single braces. The error
// says what is wrong with the sentence; whether the values exist is not checked.
func parseText(s string) (Text, error) {
	var t Text
	var plain strings.Builder
	values := 0
	flush := func() {
		if plain.Len() > 0 {
			t = append(t, TextPart{Plain: plain.String()})
			plain.Reset()
		}
	}
	for s != "" {
		i := strings.IndexAny(s, "{}")
		if i < 0 {
			plain.WriteString(s)
			break
		}
		plain.WriteString(s[:i])
		brace := s[i : i+1]
		s = s[i+1:]
		if strings.HasPrefix(s, brace) {
			plain.WriteString(brace)
			s = s[1:]
			continue
		}
		name, rest, closed := strings.Cut(s, "}")
		if brace == "}" || !closed {
			return nil, fmt.Errorf(`a brace stands alone; values read {kitchen/coffee.state}, a brace itself %s`, brace+brace)
		}
		s = rest
		device, attr, ok := strings.Cut(name, ".")
		if !ok {
			attr = attrState
		}
		if device == "" || attr == "" || strings.ContainsAny(name, "{ ") {
			return nil, fmt.Errorf("{%s} names no value; want such as {kitchen/coffee.state}", name)
		}
		if values++; values > mostNamed {
			return nil, fmt.Errorf("it names more than %d values", mostNamed)
		}
		flush()
		t = append(t, TextPart{Device: device, Attr: attr})
	}
	flush()
	return t, nil
}
