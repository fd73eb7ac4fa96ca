package proxy

// bell is how a queue tells its writer that something waits. A writer that has had
// nothing to do for long goes away, so that an idle connection has none, and another is
// started when the bell rings. It belongs to the lock of its queue.
type bell struct {
	// token has a token whenever something may wait.
	token chan struct{}
	// away says that there is no writer, start starts one.
	away  bool
	start func()
}

func newBell() bell { return bell{token: make(chan struct{}, 1)} }

// staff says how to start a writer, which is done at once if something waits. At first
// there is none.
func (b *bell) staff(start func(), waits bool) {
	if b.start == nil {
		b.away = true
	}
	if b.start = start; waits {
		b.ring()
	}
}

// nudge gives the writer a token and reports whether there is one.
func (b *bell) nudge() bool {
	if b.away {
		return false
	}
	b.ring()
	return true
}

// leave lets the writer go, which asks for it, unless something waits.
func (b *bell) leave(waits bool) (gone bool) {
	b.away = !waits
	return b.away
}

// ring says that something waits.
func (b *bell) ring() {
	if b.away {
		b.away = false
		b.start()
		return
	}
	select {
	case b.token <- struct{}{}:
	default: // a token is there already
	}
}
