package gateway

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// The ops that a client may send.
const (
	opSub   = "sub"
	opUnsub = "unsub"
	opPub   = "pub"
	opAuth  = "auth"
)

// opKeys are the keys of each op, beside "op" itself.
var opKeys = map[string][]string{
	opSub:   {"prefix", "prefix_base64"},
	opUnsub: {"prefix", "prefix_base64"},
	opPub:   {"topic", "topic_base64", "payload", "payload_base64", "meta", "more"},
	opAuth:  {"token"},
}

// op is what a client asks for.
type op struct {
	// name is what it says that it is, also if it is none; "" if it does not say.
	name string
	// prefix is that of sub and unsub.
	prefix string
	// frames are those of pub: one or more.
	frames [][]byte
	// token is that of auth.
	token string
}

// parseOp reads an op, which must be valid UTF-8. The frames may point into b. The error
// is for whoever wrote the client; what is known of the op is returned with it.
func parseOp(b []byte) (o op, err error) {
	f, err := parseFields(b)
	if err != nil {
		return op{}, err
	}
	if !f.has("op") {
		return op{}, fmt.Errorf(`no "op": want one of sub, unsub, pub, auth, such as %s`, exampleOp)
	}
	if o.name, err = f.text("op"); err != nil {
		return op{}, err
	}
	keys, known := opKeys[o.name]
	if !known {
		return o, fmt.Errorf("unknown op %.40q: want sub, unsub, pub or auth", o.name)
	}
	for _, field := range f {
		if field.key != "op" && !slices.Contains(keys, field.key) {
			return o, fmt.Errorf("unknown key %.40q in %s: it has %s", field.key, o.name, strings.Join(keys, ", "))
		}
	}
	switch o.name {
	case opPub:
		o.frames, err = f.message()
	case opAuth:
		o.token, err = f.text("token")
	default:
		var prefix []byte
		prefix, err = f.bytes("prefix")
		o.prefix = string(prefix)
	}
	return o, err
}

const exampleOp = `{"op":"sub","prefix":"state/"}`

// message returns the frames of a pub: the reverse of appendMessage, but for whitespace
// in the payload.
func (f fields) message() ([][]byte, error) {
	topic, err := f.bytes("topic")
	if err != nil {
		return nil, err
	}
	frames := [][]byte{topic}
	if value, ok := f.find("payload"); ok && !f.has("payload_base64") {
		frames = append(frames, compact(value))
	} else if ok || f.has("payload_base64") {
		payload, err := f.bytes("payload")
		if err != nil {
			return nil, err
		}
		frames = append(frames, payload)
	}
	for _, key := range []string{"meta", "more"} {
		if f.has(key) && len(frames) == 1 {
			return nil, fmt.Errorf(`%q without "payload": want one, "payload_base64":"" for an empty one`, key)
		}
	}
	if meta, ok := f.find("meta"); ok {
		if meta[0] != '{' {
			return nil, fmt.Errorf(`"meta" is %s: want an object`, kindOf(meta))
		}
		frames = append(frames, meta)
	}
	more, err := f.more()
	return append(frames, more...), err
}

// more returns the frames in "more".
func (f fields) more() ([][]byte, error) {
	value, ok := f.find("more")
	if !ok {
		return nil, nil
	}
	var list []json.RawMessage
	if value[0] != '[' || json.Unmarshal(value, &list) != nil {
		return nil, fmt.Errorf(`"more" is %s: want a list of frames in base64`, kindOf(value))
	}
	frames := make([][]byte, 0, len(list))
	for i, item := range list {
		frame, err := decode(fmt.Sprintf("more[%d]", i), item)
		if err != nil {
			return nil, err
		}
		frames = append(frames, frame)
	}
	return frames, nil
}
