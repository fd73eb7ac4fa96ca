package liveness

import (
	"encoding/binary"
	"syscall"
)

// deadRetries is how often in a row TCP has sent the same bytes, or a probe, without
// an answer when its peer is taken for dead: with the pause doubling from 200 ms, for
// 12 s at least.
const deadRetries = 6

// Unanswered reports whether nobody answers at the other end of a TCP connection, not
// even the kernel there. A program that does not read has a kernel that answers. It is
// false of other connections.
func Unanswered(conn any) bool {
	system, ok := conn.(syscall.Conn)
	if !ok {
		return false
	}
	raw, err := system.SyscallConn()
	if err != nil {
		return false
	}
	dead := false
	_ = raw.Control(func(fd uintptr) {
		// The first four bytes of struct tcp_info (linux/tcp.h): state, ca_state,
		// retransmits, probes.
		info, err := syscall.GetsockoptInt(int(fd), syscall.IPPROTO_TCP, syscall.TCP_INFO)
		if err != nil {
			return
		}
		var b [4]byte
		binary.NativeEndian.PutUint32(b[:], uint32(info))
		dead = b[2] >= deadRetries || b[3] >= deadRetries
	})
	return dead
}
