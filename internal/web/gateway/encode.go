package gateway

import (
	"encoding/base64"
	"unicode/utf8"
)

// appendMessage appends a message as a client is sent it: a JSON object, valid UTF-8,
// from which the frames can be had again, byte for byte.
//
//   - Frame 0 is "topic", or "topic_base64" if it is no UTF-8.
//   - Frame 1, if there is one, is "payload", just as it came, if it is JSON; if not, it
//     is "payload_base64", also if it is empty, no UTF-8, or nested too deep.
//   - Frame 2 is "meta", just as it came, if it is a JSON object; if not, it is the first
//     of "more".
//   - All further frames are in "more", a list.
//
// Base64 is the standard one, padded (RFC 4648, section 4). Only what JSON asks for is
// escaped in the topic: whoever puts it into HTML has to mind that himself, as with
// payloads, which are passed on raw.
func appendMessage(to []byte, frames [][]byte) []byte {
	to = appendTopic(append(to, '{'), frames[0])
	if len(frames) > 1 {
		if payload := frames[1]; isValue(payload) {
			to = append(append(to, `,"payload":`...), payload...)
		} else {
			to = appendBase64(append(to, `,"payload_base64":`...), payload)
		}
	}
	more := 2
	if len(frames) > 2 && isObject(frames[2]) {
		to = append(append(to, `,"meta":`...), frames[2]...)
		more = 3
	}
	if len(frames) > more {
		to = appendMore(to, frames[more:])
	}
	return append(to, '}')
}

func appendTopic(to, topic []byte) []byte {
	if !utf8.Valid(topic) {
		return appendBase64(append(to, `"topic_base64":`...), topic)
	}
	return appendString(append(to, `"topic":`...), topic)
}

func appendMore(to []byte, frames [][]byte) []byte {
	to = append(to, `,"more":[`...)
	for i, frame := range frames {
		if i > 0 {
			to = append(to, ',')
		}
		to = appendBase64(to, frame)
	}
	return append(to, ']')
}

func appendBase64(to, b []byte) []byte {
	return append(base64.StdEncoding.AppendEncode(append(to, '"'), b), '"')
}

// appendString appends valid UTF-8 as a JSON string (RFC 8259, section 7).
func appendString(to, s []byte) []byte {
	to = append(to, '"')
	done := 0
	for i, c := range s {
		if plain[c] || c >= utf8.RuneSelf {
			continue
		}
		to = append(to, s[done:i]...)
		done = i + 1
		switch c {
		case '"', '\\':
			to = append(to, '\\', c)
		case '\n':
			to = append(to, '\\', 'n')
		case '\t':
			to = append(to, '\\', 't')
		default:
			const hex = "0123456789abcdef"
			to = append(to, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		}
	}
	return append(append(to, s[done:]...), '"')
}

// appendError appends what a client is told about an op of its own: {"error":…,"op":…},
// where op is null if it is not known.
func appendError(to []byte, op string, err error) []byte {
	to = appendString(append(to, `{"error":`...), validUTF8(err.Error()))
	to = append(to, `,"op":`...)
	if op == "" {
		return append(to, `null}`...)
	}
	return append(appendString(to, validUTF8(op)), '}')
}
