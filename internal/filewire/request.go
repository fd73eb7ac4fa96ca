package filewire

import (
	"encoding/json"
	"errors"
	"fmt"
)

// Request asks a node for bytes, or for its list. It is the one frame of a message that
// a REQ or a DEALER sends to the queue.
type Request struct {
	Node string `json:"node"`
	// ID comes back in the answer, for whoever has asked more than once.
	ID uint64 `json:"id,omitempty"`
	// Path is the source whose bytes from Offset on are asked for.
	Path   string `json:"path,omitempty"`
	Offset int64  `json:"offset,omitempty"`
	// Proof is of the bytes before Offset as whoever asks has them; nil for one who takes
	// whatever the path leads to now. With it the node looks for the generation that
	// begins so, also among files that were rotated away.
	Proof *Proof `json:"proof,omitempty"`
	// After is of all bytes of an earlier generation, where Offset is 0: the one asked for
	// came after it.
	After *Proof `json:"after,omitempty"`
	// Oldest asks, where Offset is 0, for the oldest generation that is still there, for one
	// who has nothing yet and wants all.
	Oldest bool `json:"oldest,omitempty"`
	// Generation is what whoever asks believes to have. It decides between two
	// generations that begin alike.
	Generation string `json:"generation,omitempty"`
	// List asks for all sources that changed after the revision Since of the node's Run.
	List  bool   `json:"list,omitempty"`
	Run   string `json:"run,omitempty"`
	Since uint64 `json:"since,omitempty"`
}

// ParseRequest reads a request.
func ParseRequest(frame []byte) (Request, error) {
	var r Request
	if err := json.Unmarshal(frame, &r); err != nil {
		return Request{}, fmt.Errorf(`a request: %w; want such as {"node":"n1","path":"a.log","offset":0}`, err)
	}
	if err := CheckNode(r.Node); err != nil {
		return r, err
	}
	switch {
	case r.List == (r.Path != ""):
		return r, errors.New(`want a "path", or "list":true`)
	case r.Offset < 0:
		return r, fmt.Errorf("offset %d: want 0 or more", r.Offset)
	}
	return r, nil
}

// Answer is the first frame of the answer. The second, if bytes were asked for and there
// is no Error, is the bytes from Offset on, MaxData at most.
type Answer struct {
	Node       string `json:"node"`
	ID         uint64 `json:"id,omitempty"`
	Path       string `json:"path,omitempty"`
	Offset     int64  `json:"offset"`
	Generation string `json:"generation,omitempty"`
	// Size is how long the generation is now, in bytes.
	Size int64 `json:"size"`
	// Earlier says that the generation is one that was rotated away. Done says besides
	// that nothing more comes of it: ask for the one after it.
	Earlier bool `json:"earlier,omitempty"`
	Done    bool `json:"done,omitempty"`
	// Gone says that no generation begins as the Proof says: it was cut or deleted.
	Gone bool `json:"gone,omitempty"`
	// Missing says that the node follows no such file, or that it is not there now.
	Missing bool `json:"missing,omitempty"`
	// Error says why there is no answer; it is also there with Missing.
	Error string `json:"error,omitempty"`
	// List says that this is a list: the Files that changed up to the revision Rev of the
	// node's Run. With More, ask again from there.
	List  bool    `json:"list,omitempty"`
	Run   string  `json:"run,omitempty"`
	Rev   uint64  `json:"rev,omitempty"`
	More  bool    `json:"more,omitempty"`
	Files []Entry `json:"files,omitempty"`
}

// Entry is a source in a list.
type Entry struct {
	Path       string `json:"path"`
	Size       int64  `json:"size"`
	Generation string `json:"generation"`
}

// Beat is what a node says of itself every second. Rev counts whatever changed in Run:
// whoever has the list up to it has all.
type Beat struct {
	Run   string `json:"run"`
	Rev   uint64 `json:"rev"`
	Files int    `json:"files"`
}

// Handover is a request that the queue gave to another node than the one it is for.
// Envelope is the way back to who asked: whichever worker of a queue sends an answer
// behind it, the queue's ROUTER finds who asked by its first frame.
type Handover struct {
	Envelope [][]byte `json:"envelope"`
	Request  Request  `json:"request"`
}

// Encode returns v, one of the types of this package, as JSON.
func Encode(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic("filewire: " + err.Error()) // a mistake in the types
	}
	return b
}
