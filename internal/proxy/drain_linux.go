package proxy

import (
	"encoding/binary"
	"syscall"
	"unsafe"
)

// canSeeDrain says that the system tells how a TCP connection drains.
const canSeeDrain = true

// Where fields lie in struct tcp_info (linux/tcp.h); tcpi_bytes_acked is there
// since Linux 4.1, tcpi_snd_wnd since 5.4.
const (
	tcpiUnacked    = 24
	tcpiBytesAcked = 120
	tcpiNotsent    = 144
	tcpiSndWnd     = 228
	tcpiSize       = 232
)

// look returns what is on its way through a TCP connection. It is false if the
// system does not say.
func look(raw syscall.RawConn) (o outgoing, ok bool) {
	err := raw.Control(func(fd uintptr) { o, ok = lookAt(fd) })
	return o, ok && err == nil
}

// hungUp reports whether a TCP connection is over: closed from here, reset, or ended by
// the peer, also if that has not been read yet.
func hungUp(raw syscall.RawConn) bool {
	over := false
	err := raw.Control(func(fd uintptr) {
		// The first byte of struct tcp_info is the state (linux/tcp.h, tcp_states.h).
		info, err := syscall.GetsockoptInt(int(fd), syscall.IPPROTO_TCP, syscall.TCP_INFO)
		if err != nil {
			return
		}
		var b [4]byte
		binary.NativeEndian.PutUint32(b[:], uint32(info))
		over = b[0] != tcpEstablished
	})
	return over || err != nil
}

// tcpEstablished is TCP_ESTABLISHED.
const tcpEstablished = 1

func lookAt(fd uintptr) (outgoing, bool) {
	var info [tcpiSize]byte
	size := uint32(len(info))
	_, _, errno := syscall.Syscall6(syscall.SYS_GETSOCKOPT, fd, syscall.IPPROTO_TCP, syscall.TCP_INFO,
		uintptr(unsafe.Pointer(&info)), uintptr(unsafe.Pointer(&size)), 0)
	if errno != 0 || size < tcpiNotsent+4 {
		return outgoing{}, false
	}
	field := func(at int) uint32 { return binary.NativeEndian.Uint32(info[at:]) }
	return outgoing{
		taken:   binary.NativeEndian.Uint64(info[tcpiBytesAcked:]),
		waiting: field(tcpiUnacked)+field(tcpiNotsent) > 0,
		window:  field(tcpiSndWnd), // 0 from an older system
	}, true
}
