package web

import (
	"time"

	"homebus/internal/message"
	"homebus/internal/proxy"
)

// Bus is what is served: the hub. Its methods may be called from any goroutine.
type Bus interface {
	// Ready returns nil if messages pass, or why they do not.
	Ready() error
	// Figures returns how it is.
	Figures() Figures
	// LastValues calls each with the remembered messages of topics that begin with
	// prefix, in byte order. It looks at no more than most of them, and reports whether
	// there are more; messages of more than longest bytes are passed over. What each is
	// given is its own.
	LastValues(prefix string, most, longest int, each func(message.Message)) (more bool)
}

// Figures is how a Bus is.
type Figures struct {
	// Boot names this run, which began at Began.
	Boot  string
	Began time.Time
	// Proxy is what has passed, and who is there.
	Proxy proxy.Stats
	// Retained topics have a last value, which take RetainedBytes; NotRetained messages
	// were relayed and not kept, for want of room.
	Retained, RetainedBytes, NotRetained int64
}
