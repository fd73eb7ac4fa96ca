package proxy

import (
	"syscall"
	"unsafe"
)

// writeParts writes the first parts, some at a time, in one call (writev(2)). It returns
// how many bytes and how many parts those were.
func writeParts(fd int, parts [][]byte) (n, tried int, err error) {
	var iov [writeAhead]syscall.Iovec
	parts = parts[:min(len(parts), len(iov))]
	for i, b := range parts {
		iov[i].Base = unsafe.SliceData(b)
		iov[i].SetLen(len(b))
	}
	r, _, errno := syscall.Syscall(syscall.SYS_WRITEV, uintptr(fd), uintptr(unsafe.Pointer(&iov)), uintptr(len(parts)))
	if errno != 0 {
		return 0, 0, errno
	}
	return int(r), len(parts), nil
}
