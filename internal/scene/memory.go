package scene

// maxRemembered is how many ids are remembered, of requests done and of commands
// sent; the oldest is forgotten first.
const maxRemembered = 256

// memory remembers a value for each of the last maxRemembered ids.
type memory[V any] struct {
	values map[string]V
	ids    []string // a ring, once it is full
	next   int
}

type (
	// doneCommands remembers the answers to requests.
	doneCommands = memory[error]
	// sentCommands remembers commands whose ack nobody waits for.
	sentCommands = memory[sentCommand]
)

// sentCommand is a command that was sent by a scene.
type sentCommand struct {
	p    *player
	text string
}

func (m *memory[V]) get(id string) (V, bool) {
	v, ok := m.values[id]
	return v, ok
}

func (m *memory[V]) add(id string, v V) {
	if m.values == nil {
		m.values = make(map[string]V)
	}
	if len(m.ids) < maxRemembered {
		m.ids = append(m.ids, id)
	} else {
		delete(m.values, m.ids[m.next])
		m.ids[m.next] = id
		m.next = (m.next + 1) % maxRemembered
	}
	m.values[id] = v
}
