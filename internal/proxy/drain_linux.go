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
