package proxy

// bell is how a queue tells its writer that something waits. A connection for which
// nothing waits has no writer: who rings starts one, which goes when it has written all
// there is, or promises to write in person (see courier). A queue that is read in this
// process has no writer at all, but a token. It belongs to the lock of its queue.
type bell struct {
	// token, unless nil, has a token whenever something may wait.
	token chan struct{}
	// writer, unless nil, writes what waits; away says that it does not at the moment.
	writer writer
	away   bool
}

// writer writes what a queue holds to a connection. start and expect are called under the
// lock of the queue, and only while nobody writes: who has done so has said to the queue
// that it leaves.
type writer interface {
	// start begins to write in a goroutine of its own.
	start()
	// expect says that carry will be called, and the end of the connection waits for
	// that: it must come soon, and without the lock. carry writes in the caller's
	// goroutine what the system takes at once, and starts if that is not all.
	expect()
	carry()
}

// staff says who writes, which begins at once if something waits; nil is nobody any more.
func (b *bell) staff(w writer, waits bool) {
	if w == nil {
		b.away = false // and nobody is called
	} else if b.writer == nil {
		b.away = true
	}
	if b.writer = w; waits {
		b.ring()
	}
}

// leave lets the writer go, which asks for it, unless something waits.
func (b *bell) leave(waits bool) (gone bool) {
	b.away = !waits && b.writer != nil
	return !waits
}

// ring says that something waits.
func (b *bell) ring() {
	if b.away {
		b.away = false
		b.writer.start()
		return
	}
	select {
	case b.token <- struct{}{}:
	default: // a token is there already
	}
}

// expect reports whether somebody has to write what waits, and nobody does: then the
// caller must call carry, without the lock.
func (b *bell) expect() bool {
	if !b.away {
		return false
	}
	b.away = false
	b.writer.expect()
	return true
}
