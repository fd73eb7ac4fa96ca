package proxy

import (
	"cmp"
	"syscall"
)

// pushed writes to a connection what the system takes at once. One owner.
type pushed struct {
	// raw is the connection as the system has it; nil if it is nothing of the system's,
	// which then takes nothing at once.
	raw syscall.RawConn
	// try is tryPush and all tryAll, parts what they are to write; n and err are what came
	// of it.
	try   func(fd uintptr) bool
	all   func(fd uintptr) bool
	parts [][]byte
	n     int
	err   error
}

func (p *pushed) open(raw syscall.RawConn) {
	if raw != nil && canTryRead {
		p.raw, p.try, p.all = raw, p.tryPush, p.tryAll
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

// writeAll writes all of parts, which it shortens, and waits as long as that takes. It is for
// what is the system's.
func (p *pushed) writeAll(parts [][]byte) error {
	p.parts = parts
	err := p.raw.Write(p.all)
	p.parts = nil
	return cmp.Or(err, p.err)
}

// without returns parts without their first n bytes. It shortens one of them.
func without(parts [][]byte, n int) [][]byte {
	for len(parts) > 0 && n >= len(parts[0]) {
		n -= len(parts[0])
		parts = parts[1:]
	}
	if n > 0 {
		parts[0] = parts[0][n:]
	}
	return parts
}

func sizeOf(parts [][]byte) (n int) {
	for _, b := range parts {
		n += len(b)
	}
	return n
}
