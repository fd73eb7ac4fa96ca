package proxy

import (
	"errors"
	"fmt"
	"math"

	"homebus/internal/zmtp"
)

// maxCommand is the longest command taken from a publisher, in bytes.
const maxCommand = zmtp.MaxHandshakeFrame

// found is what scan has found at the start of a publisher's bytes. All of it
// is zero while the first message is not whole.
type found struct {
	// size is the length of the whole message; its first frame's body is
	// [topicFrom, topicTo).
	size, topicFrom, topicTo int
	// bodies is the length of its frames' bodies together.
	bodies int
	// command says that a whole command frame stands at [commandFrom, commandTo)
	// before the message is at its end.
	command                             bool
	commandFrom, commandBody, commandTo int
}

// scan looks for a whole message or command at the start of b. Nothing is
// copied. A breach of the limits is found as soon as its header is there.
func scan(b []byte, l *zmtp.Limits) (found, error) {
	var f found
	pos, total := 0, 0
	for part := 0; ; part++ {
		h, err := zmtp.ParseHeader(b[pos:], l.Frame)
		if err != nil {
			return found{}, badHeader(err)
		}
		if h.Size == 0 {
			return found{}, nil
		}
		end := pos + h.Size + h.Length
		if h.Command {
			if h.Length > maxCommand {
				return found{}, tooLarge("command", h.Length, maxCommand, "")
			}
			if end > len(b) {
				return found{}, nil
			}
			return found{command: true, commandFrom: pos, commandBody: pos + h.Size, commandTo: end}, nil
		}
		if total += h.Length; total > l.Message {
			return found{}, tooLarge("message", total, l.Message, "--max-message")
		}
		if part == l.Parts {
			return found{}, tooManyFrames(l)
		}
		if end > len(b) {
			return found{}, nil
		}
		if part == 0 {
			f.topicFrom, f.topicTo = pos+h.Size, end
		}
		if pos = end; !h.More {
			f.size, f.bodies = end, total
			return f, nil
		}
	}
}

// firstMessage returns the length of the first message of run, which holds what
// scan has passed. It is 0 if there is no whole one.
func firstMessage(run []byte) int {
	for pos := 0; pos < len(run); {
		h, err := zmtp.ParseHeader(run[pos:], math.MaxInt)
		if err != nil || h.Size == 0 || h.Length > len(run)-pos-h.Size {
			return 0
		}
		if pos += h.Size + h.Length; !h.More {
			return pos
		}
	}
	return 0
}

// badHeader names the limit that a header breaches, if it is that.
func badHeader(err error) error {
	if errors.Is(err, zmtp.ErrTooLarge) {
		return fmt.Errorf("%w (--max-frame)", err)
	}
	return err
}

// tooLarge names the limit by its flag, if it has one.
func tooLarge(what string, length, limit int, flag string) error {
	if flag != "" {
		flag = " (" + flag + ")"
	}
	return fmt.Errorf("%w: a %s of %d bytes, at most %d are taken%s", zmtp.ErrTooLarge, what, length, limit, flag)
}

func tooManyFrames(l *zmtp.Limits) error {
	return fmt.Errorf("%w: more than %d frames in a message (--max-parts)", zmtp.ErrTooLarge, l.Parts)
}
