package devices

import (
	"crypto/sha256"
	"errors"

	"homebus/internal/message"
)

// memory is how an appliance answered the last commands and faults with an id, so
// that a repeat is answered and not done again. It holds rememberIDs of them and
// forgets the oldest first; full, it takes 4 KiB and the reasons of the last
// rememberRefusals refusals.
type memory struct {
	known  []remembered // a ring, once it is full
	oldest int

	refusals      []refusal // likewise
	oldestRefusal int
}

// remembered is an id that has come. It is 16 bytes long: a fleet of ten thousand
// remembers 2,560,000.
type remembered struct {
	id      fingerprint
	outcome outcome
}

// fingerprint stands for an id of any length: the first 120 bits of its SHA-256,
// in which even ids that are made to collide do not.
type fingerprint [15]byte

type outcome byte

// What became of a command.
const (
	waits outcome = iota // in a slow appliance
	done
	refused
)

// refusal is why a command was refused.
type refusal struct {
	id     fingerprint
	reason error
}

// errRefusedBefore answers the repeat of a refusal whose reason is forgotten.
var errRefusedBefore = errors.New("refused when it came first")

// find returns what became of the command or fault with the id, and if it was
// refused, why.
func (m *memory) find(id string) (became outcome, why error, known bool) {
	if id == "" {
		return 0, nil, false
	}
	f := fingerprintOf(id)
	i := m.index(f)
	switch {
	case i < 0:
		return 0, nil, false
	case m.known[i].outcome != refused:
		return m.known[i].outcome, nil, true
	}
	for _, r := range m.refusals {
		if r.id == f {
			return refused, r.reason, true
		}
	}
	return refused, errRefusedBefore, true
}

// expect notes a command that will be answered later.
func (m *memory) expect(id string) {
	if keepable(id) {
		m.put(remembered{fingerprintOf(id), waits})
	}
}

// keep notes an answer: why it was refused, nil if it was done.
func (m *memory) keep(id string, why error) {
	if !keepable(id) {
		return
	}
	r := remembered{fingerprintOf(id), done}
	if why != nil {
		r.outcome = refused
		putInRing(&m.refusals, &m.oldestRefusal, rememberRefusals, refusal{r.id, why})
	}
	m.put(r)
}

// keepable reports whether there is an id, and one that is not refused for its
// length whenever it comes.
func keepable(id string) bool { return id != "" && len(id) <= message.MaxID }

func (m *memory) put(r remembered) {
	if i := m.index(r.id); i >= 0 {
		m.known[i] = r
		return
	}
	putInRing(&m.known, &m.oldest, rememberIDs, r)
}

func (m *memory) index(f fingerprint) int {
	for i := range m.known {
		if m.known[i].id == f {
			return i
		}
	}
	return -1
}

func fingerprintOf(id string) fingerprint {
	sum := sha256.Sum256([]byte(id))
	return fingerprint(sum[:len(fingerprint{})])
}

// putInRing adds x to a ring of at most most; a full one loses the oldest.
func putInRing[T any](ring *[]T, oldest *int, most int, x T) {
	if len(*ring) < most {
		*ring = append(*ring, x)
		return
	}
	(*ring)[*oldest] = x
	*oldest = (*oldest + 1) % most
}
