package proxy

// control queues a whole command frame; it is lost if it does not fit, for
// whoever does not read needs no answer.
func (o *outbox) control(frame []byte) { o.push(frame, 0) }

func (o *outbox) passed() uint64 {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.sent
}

func (o *outbox) woken() <-chan struct{} { return o.bell.token }

func (o *outbox) staff(start func()) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.bell.staff(start, !o.queue.empty())
}

func (o *outbox) nudge() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.bell.nudge()
}

func (o *outbox) leave() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.bell.leave(!o.queue.empty())
}

func (o *outbox) direct(write func() int) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.bell.away || o.closed {
		return false
	}
	n := write()
	o.sentBytes += uint64(n)
	return n > 0
}
