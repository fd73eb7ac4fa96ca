package scene

import (
	"fmt"
	"regexp"
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

// valueInPayload is what names a value in a payload, in which other braces are braces.
var valueInPayload = regexp.MustCompile(`\{([a-z0-9-]+/[a-z0-9-]+)(?:\.([a-z0-9_]+))?\}`)

// parsePayload reads a payload with values in braces; nil if there are none in it. The
// error says that there are too many.
func parsePayload(s string) (Text, error) {
	named := valueInPayload.FindAllStringSubmatchIndex(s, mostNamed+1)
	if len(named) > mostNamed {
		return nil, fmt.Errorf("it names more than %d values", mostNamed)
	}
	var t Text
	plain := func(s string) {
		if s != "" {
			t = append(t, TextPart{Plain: s})
		}
	}
	begin := 0
	for _, at := range named {
		plain(s[begin:at[0]])
		attr := attrState
		if at[4] >= 0 {
			attr = s[at[4]:at[5]]
		}
		t = append(t, TextPart{Device: s[at[2]:at[3]], Attr: attr})
		begin = at[1]
	}
	if begin == 0 {
		return nil, nil
	}
	plain(s[begin:])
	return t, nil
}
