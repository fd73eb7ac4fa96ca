package tail

import (
	"bytes"
	"iter"
)

// Lines returns the whole lines of data, each with its newline. What follows the last
// newline is left out, unless there are longest bytes or more without one, which are a
// part of a line each, or final says that no more will come.
func Lines(data []byte, longest int, final bool) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for len(data) > 0 {
			n := bytes.IndexByte(data[:min(len(data), longest)], '\n') + 1
			switch {
			case n > 0:
			case len(data) >= longest:
				n = longest
			case final:
				n = len(data)
			default:
				return
			}
			if !yield(data[:n:n]) {
				return
			}
			data = data[n:]
		}
	}
}
