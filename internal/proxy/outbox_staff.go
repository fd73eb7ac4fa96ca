package proxy

// control queues a whole command frame; it is lost if it does not fit, for
// whoever does not read needs no answer.
func (o *outbox) control(frame []byte) { o.push(nil, frame, 0) }

func (o *outbox) passed() uint64 {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.sent
}

// wakes makes the outbox one that is read in this process, and returns where a token is
// whenever something may wait.
func (o *outbox) wakes() <-chan struct{} {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.bell.token = make(chan struct{}, 1)
	return o.bell.token
}

func (o *outbox) staff(w writer) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.bell.staff(w, o.waits())
}

func (o *outbox) leave() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.bell.leave(o.waits())
}

func (o *outbox) direct(write func() int) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.bell.away || o.closed || o.waits() {
		return false
	}
	n := write()
	o.sentBytes += uint64(n)
	return n > 0
}

// called is what a courier that this outbox was added to asks it: who is to carry what
// waits, nil if nothing does or somebody carries it already.
func (o *outbox) called(c *courier) writer {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.forgetCourier(c)
	if w := o.bell.writer; o.waits() && o.bell.expect() {
		return w
	}
	return nil
}

// ring is called in place of called: a writer is to write what waits.
func (o *outbox) ring(c *courier) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.forgetCourier(c)
	if o.bell.away && o.waits() {
		o.bell.ring()
	}
}

func (o *outbox) forgetCourier(c *courier) {
	if o.courier == c {
		o.courier = nil
	}
}

// waits reports whether something is to be written.
func (o *outbox) waits() bool { return !o.queue.empty() || len(o.taken) > 0 || o.lent != nil }
