package proxy

import "syscall"

// pushed writes to a connection what the system takes at once. One owner.
type pushed struct {
	// raw is the connection as the system has it; nil if it is nothing of the system's,
	// which then takes nothing at once.
	raw syscall.RawConn
	// try is tryPush, parts what it is to write; n and err are what came of it.
	try   func(fd uintptr) bool
	parts [][]byte
	n     int
	err   error
}

func (p *pushed) open(raw syscall.RawConn) {
	if raw != nil && canTryRead {
		p.raw, p.try = raw, p.tryPush
	}
}

// write writes as much of parts as the system takes at once. It returns how many bytes
// those were, and whether it was all.
func (p *pushed) write(parts [][]byte) (n int, all bool, err error) {
	if p.raw == nil {
		return 0, false, nil
	}
	p.parts = parts
	if err := p.raw.Write(p.try); err != nil {
		return 0, false, err
	}
	p.parts = nil
	return p.n, p.n == sizeOf(parts), p.err
}

func sizeOf(parts [][]byte) (n int) {
	for _, b := range parts {
		n += len(b)
	}
	return n
}
