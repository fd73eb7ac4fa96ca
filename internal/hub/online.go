package hub

import "encoding/json"

// online is the payload of topics.Online.
type online struct {
	Online *bool  `json:"online"`
	Reason string `json:"reason,omitempty"`
}

// word is what a message on an online topic says.
type word int

const (
	saysNothing word = iota // what cannot be understood
	saysOnline
	saysOffline // or that the topic is to be forgotten
)

// maxOnline is the longest payload of an online topic that is read, in bytes:
// the whole bus waits meanwhile.
const maxOnline = 4 << 10

// readOnline reads the payload of an online topic.
func readOnline(payload []byte) word {
	switch {
	case len(payload) == 0:
		return saysOffline
	case len(payload) > maxOnline:
		return saysNothing
	}
	var o online
	if err := json.Unmarshal(payload, &o); err != nil || o.Online == nil {
		return saysNothing
	}
	if *o.Online {
		return saysOnline
	}
	return saysOffline
}
