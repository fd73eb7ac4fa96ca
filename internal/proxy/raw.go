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
	for rest := []byte(r); len(rest) > 0; i-- {
		body, behind := firstFrame(rest)
		if i == 0 || body == nil {
			return body, body != nil
		}
		rest = behind
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
		body, behind := firstFrame(rest)
		if body == nil || !yield(body) {
			return
		}
		rest = behind
	}
}

// firstFrame returns the body of the first frame, and what is behind it; nil if it is not
// whole, which a Raw is.
func firstFrame(b []byte) (body, behind []byte) {
	h, err := zmtp.ParseHeader(b, math.MaxInt)
	if err != nil || h.Size == 0 || h.Length > len(b)-h.Size {
		return nil, nil
	}
	return b[h.Size : h.Size+h.Length], b[h.Size+h.Length:]
}
