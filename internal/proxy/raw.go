package proxy

import (
	"math"

	"homebus/internal/zmtp"
)

// Raw is one whole message in wire form: its frames with their headers, and
// nothing else.
type Raw []byte

// NewRaw returns the message of the frames, of which there must be one at least.
func NewRaw(frames [][]byte) Raw { return zmtp.AppendMessage(nil, frames) }

// Frame returns the body of frame i, false if the message has fewer. It points
// into r.
func (r Raw) Frame(i int) ([]byte, bool) {
	for body := range r.frames {
		if i == 0 {
			return body, true
		}
		i--
	}
	return nil, false
}

// Frames returns the bodies of all frames. They point into r.
func (r Raw) Frames() [][]byte {
	var frames [][]byte
	for body := range r.frames {
		frames = append(frames, body[:len(body):len(body)])
	}
	return frames
}

// frames yields the body of each frame.
func (r Raw) frames(yield func(body []byte) bool) {
	for rest := []byte(r); len(rest) > 0; {
		h, err := zmtp.ParseHeader(rest, math.MaxInt)
		if err != nil || h.Size == 0 || h.Length > len(rest)-h.Size {
			return
		}
		body := rest[h.Size : h.Size+h.Length]
		rest = rest[h.Size+h.Length:]
		if !yield(body) {
			return
		}
	}
}
