package devices

// memory is what an appliance answered to the last commands with an id, so that
// a repeat is answered and not done again. It holds rememberIDs of them and
// forgets the oldest first.
type memory struct {
	answers []remembered
	oldest  int
}

type remembered struct {
	id string
	// done is false while the command waits in a slow appliance.
	done bool
	ack  ack
}

func (m *memory) find(id string) (remembered, bool) {
	if i := m.index(id); i >= 0 {
		return m.answers[i], true
	}
	return remembered{}, false
}

// expect notes a command that will be answered later.
func (m *memory) expect(id string) { m.put(remembered{id: id}) }

// keep notes an answer.
func (m *memory) keep(id string, a ack) { m.put(remembered{id: id, done: true, ack: a}) }

func (m *memory) put(r remembered) {
	if r.id == "" || len(r.id) > maxID {
		return
	}
	if i := m.index(r.id); i >= 0 {
		m.answers[i] = r
		return
	}
	if len(m.answers) < rememberIDs {
		m.answers = append(m.answers, r)
		return
	}
	m.answers[m.oldest] = r
	m.oldest = (m.oldest + 1) % rememberIDs
}

func (m *memory) index(id string) int {
	if id != "" {
		for i := range m.answers {
			if m.answers[i].id == id {
				return i
			}
		}
	}
	return -1
}
