package house

// told is a message of a story, and what led to it.
type told struct {
	Entry
	// cause is the message that led to it; nil if none did, or if it is no longer
	// known.
	cause *told
	// step is the step of a scene that published it; "" if none did.
	step string
	// origin is what brought it about that is no message.
	origin origin
}

// origin is the line of a test that brought a message about, which names no cause.
// 0 is none.
type origin int

// theStart is the origin of what is said before the first line.
const theStart origin = -1

// history finds the message that led to another. It knows of the newest messages, at
// least as many as one generation has; but what a message that is still kept by
// somebody came from stays known, however old it is.
type history struct {
	young, old map[string]*told  // by id
	steps      map[string]string // of the messages that are still to come, by their ids
}

// generation is how many messages a map of a history holds. A scene may wait for
// hours before it does what its start led to; a busy house says a few thousand things a
// day.
const generation = 8192

// add takes the next message, and where it comes from if it names no cause.
func (h *history) add(e Entry, from origin) *told {
	m := &told{Entry: e}
	if meta := e.Message.Meta; meta != nil && meta.Cause != "" {
		m.cause = h.find(meta.Cause)
	} else {
		m.origin = from
	}
	if id := e.Message.ID(); id != "" {
		m.step = h.steps[id]
		delete(h.steps, id)
		if len(h.young) >= generation || h.young == nil {
			h.old, h.young = h.young, make(map[string]*told)
		}
		h.young[id] = m
	}
	return m
}

// stepped takes which step of a scene publishes a message that is to come.
func (h *history) stepped(id, step string) {
	if h.steps == nil {
		h.steps = make(map[string]string)
	}
	h.steps[id] = step
}

func (h *history) find(id string) *told {
	if m := h.young[id]; m != nil {
		return m
	}
	return h.old[id]
}
