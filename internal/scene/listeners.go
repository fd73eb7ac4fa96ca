package scene

// listeners are the triggers that wait for a word on one topic: found by the word,
// so that what many wait for costs no more than what one does. Nil is nobody.
type listeners struct {
	whatever []*trigger            // whatever is said
	words    map[string][]*trigger // for that alone
}

// add adds a trigger that waits for a word; for any if whatever is set.
func (l *listeners) add(t *trigger, word string, whatever bool) *listeners {
	if l == nil {
		l = &listeners{words: make(map[string][]*trigger)}
	}
	if whatever {
		l.whatever = append(l.whatever, t)
	} else {
		l.words[word] = append(l.words[word], t)
	}
	return l
}

// to appends to list who waits for what was said, in no order.
func (l *listeners) to(list []*trigger, word string) []*trigger {
	if l == nil {
		return list
	}
	return append(append(list, l.whatever...), l.words[word]...)
}
