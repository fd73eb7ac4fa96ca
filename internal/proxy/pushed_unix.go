//go:build unix && !linux

package proxy

import "syscall"

// writeParts writes the first of the parts. It returns how many bytes and how many parts
// it has written.
func writeParts(fd int, parts [][]byte) (n, tried int, err error) {
	n, err = syscall.Write(fd, parts[0])
	if err != nil {
		return 0, 0, err
	}
	return n, 1, nil
}
